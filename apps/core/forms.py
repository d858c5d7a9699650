"""Forms that edit: what a person saw travels along, so that only what they changed is an edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from apps.core.errors import Stale


def with_plain_lines(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with line ends as one character: browsers send two, and a text must not change by being looked at."""
    return {name: value.replace("\r\n", "\n") if isinstance(value, str) else value for name, value in values.items()}


def day_input() -> forms.DateInput:
    """Return the browser's own choice of a day, with its value as browsers read it and no language writes it."""
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


def markdown_input(rows: int, **attrs: str) -> forms.Textarea:
    """Return a field for a text in markdown; its page shows a button that says how it will look."""
    return forms.Textarea({"rows": rows, "data-markdown": "", **attrs})


def moment_input() -> forms.DateTimeInput:
    """Return the browser's own choice of a day and time, with its value as browsers read it."""
    return forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def reason_field() -> forms.CharField:
    """Return the field that asks why."""
    return forms.CharField(max_length=2_000, required=False, label=_("Why"), help_text=_("Kept in the history."))


class EditForm(forms.Form):
    """Offers all fields of an object and hands on only those that the person changed from what they saw.

    What was seen travels along in hidden fields, so that two people who edit different fields both win.
    """

    fields_of: tuple[str, ...] = ()

    def __init__(self, data: Any = None, *, obj: Any = None, initial: dict[str, Any] | None = None, **more: Any) -> None:
        self.obj = obj
        seen = initial or (self.seen_of(obj) if obj else None)
        super().__init__(None if data is None else data.copy(), initial=seen, **more)
        if obj:
            self.fields.setdefault("reason", reason_field())
            self.fields["version"] = forms.IntegerField(
                min_value=1, required=False, widget=forms.HiddenInput, initial=obj.version
            )
            for name in self.fields_of:
                self.fields[name].show_hidden_initial = True

    def seen_of(self, obj: Any) -> dict[str, Any]:
        """Return the object's values as the form shows them."""
        return {name: getattr(obj, name) for name in self.fields_of}

    def seen(self) -> list[SafeString]:
        """Return the hidden fields that say what the person saw."""
        return [self[name].as_hidden(only_initial=True) for name in self.fields_of if self._was_seen(name)] if self.obj else []

    def _was_seen(self, name: str) -> bool:
        """Say whether there is something to repeat: of a list of which nothing was chosen, no hidden field travelled along."""
        several = isinstance(self.fields[name].hidden_widget(), forms.MultipleHiddenInput)
        return not (several and self.is_bound) or self.add_initial_prefix(name) in self.data

    def clean(self) -> dict[str, Any]:
        values = with_plain_lines(super().clean() or {})
        if not self.obj:
            return values
        changed = {name: values[name] for name in self.changed_data if name in values and name in self.fields_of}
        return {**changed, "reason": values.get("reason", ""), "version": values.get("version")}

    def learn(self, stale: Stale) -> None:
        """Show the person the newest values as seen, so that sending once more overrules them knowingly."""
        newest, sent = self.seen_of(stale.current), cast("Any", self.data)
        sent["version"] = str(stale.current.version)
        for conflict in stale.conflicts:
            name = self.name_of(conflict.field)
            if name in newest:
                field = self.fields[name]
                value = field.prepare_value(newest[name])
                sent.setlist(self.add_initial_prefix(name), list(value) if isinstance(value, list | tuple) else [value])

    def name_of(self, field: str) -> str:
        """Return what the form calls a field of the object."""
        return field
