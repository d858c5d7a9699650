"""Text becomes values: the forms of products, versions of a vision, goals and key results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.forms import EditForm, markdown_input
from apps.vision.models import Goal
from apps.vision.queries import TEXTS, plain_figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.utils.functional import _StrOrPromise

    from apps.accounts.models import User
    from apps.vision.models import KeyResult, Product, VisionVersion

COLOURS = (_("Indigo"), _("Teal"), _("Orange"), _("Purple"), _("Blue"), _("Rose"), _("Olive"), _("Brown"))


class NewProductForm(forms.Form):
    name = forms.CharField(max_length=80, label=_("Name"), help_text=_("What people call it."))
    key = forms.CharField(
        max_length=10,
        required=False,
        label=_("Key"),
        help_text=_("Begins the names of its items, as in HAR-12. Empty: from the name."),
    )
    slug = forms.CharField(max_length=50, required=False, label=_("Address"), help_text=_("Empty: from the name."))
    description = forms.CharField(
        max_length=2_000, required=False, label=_("Description"), widget=forms.Textarea(attrs={"rows": 2})
    )


def _weeks(label: _StrOrPromise) -> forms.IntegerField:
    return forms.IntegerField(min_value=1, max_value=104, required=False, label=label)


class ProductForm(EditForm):
    fields_of = (
        "name", "key", "slug", "description", "review_weeks_now", "review_weeks_next", "review_weeks_later",
    )  # fmt: skip

    name = forms.CharField(max_length=80, label=_("Name"), help_text=_("What people call it."))
    key = forms.CharField(
        max_length=10,
        label=_("Key"),
        help_text=_("Begins the names of its items, as in HAR-12; the items change theirs with it."),
    )
    slug = forms.CharField(max_length=50, label=_("Address"), help_text=_("Links to the old address stop working."))
    description = forms.CharField(
        max_length=2_000, required=False, label=_("Description"), widget=forms.Textarea(attrs={"rows": 2})
    )
    review_weeks_now = _weeks(_("Now, weeks"))
    review_weeks_next = _weeks(_("Next, weeks"))
    review_weeks_later = _weeks(_("Later, weeks"))

    def clean(self) -> dict[str, Any]:
        """Return what was changed; weeks that were left out stay as they are."""
        return {name: value for name, value in super().clean().items() if value is not None}


def _text(name: str, rows: int, limit: int = 4_000) -> forms.CharField:
    help_text = _("One sentence: what the product aims for.") if name == "statement" else ""
    widget = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
    return forms.CharField(max_length=limit, widget=widget, label=TEXTS[name], help_text=help_text, strip=name == "statement")


class VersionForm(EditForm):
    """The four texts of a version, and who is to sign it in what capacity; `obj` is the draft that it goes on with."""

    fields_of = tuple(TEXTS)

    statement = _text("statement", 2, 300)
    audience = _text("audience", 3)
    goal = _text("goal", 3)
    value = _text("value", 3)
    signatories = forms.MultipleChoiceField(
        required=False, label=_("Who is to sign"), help_text=_("The version is agreed when all of them have signed.")
    )
    reason = forms.CharField(
        max_length=2_000,
        required=False,
        label=_("Why this version"),
        help_text=_("Kept in the history, and told to those concerned."),
    )

    def __init__(
        self,
        members: Iterable[User],
        data: Any = None,
        *,
        draft: VisionVersion | None,
        texts: dict[str, str],
        asked: dict[Any, str],
    ) -> None:
        """Take the texts to begin with and who signed last time, `{user id: title}`."""
        super().__init__(data, obj=draft, initial={**texts, "signatories": [str(pk) for pk in asked]})
        self.people = list(members)
        self.fields["signatories"].choices = [(str(each.pk), str(each)) for each in self.people]  # type: ignore[attr-defined]
        for each in self.people:
            said = {"aria-label": gettext("%(who)s signs as") % {"who": each}, "placeholder": gettext("In what capacity")}
            title = forms.CharField(max_length=80, required=False, widget=forms.TextInput(attrs=said))
            title.initial = asked.get(each.pk, "")
            self.fields[f"title-{each.pk}"] = title

    def rows(self) -> Iterator[tuple[User, bool, forms.BoundField]]:
        """Yield each member, whether they are to sign, and the field of their title."""
        chosen = {str(pk) for pk in self["signatories"].value() or ()}
        for each in self.people:
            yield each, str(each.pk) in chosen, self[f"title-{each.pk}"]

    def clean(self) -> dict[str, Any]:
        """Return the actions' keywords: the texts, and the signatories with their titles."""
        written = super().clean()
        values = self.cleaned_data
        chosen = set(values.get("signatories") or ())
        asked = [{"user": each, "title": values.get(f"title-{each.pk}", "")} for each in self.people if str(each.pk) in chosen]
        if "propose" in self.data and not asked and "signatories" not in self.errors:
            self.add_error("signatories", gettext("Name at least one person who is to sign."))
        texts = {name: written[name] for name in TEXTS if name in written}
        return {**texts, "signatories": asked, "reason": values.get("reason", ""), "version": values.get("version")}


class AnswerForm(forms.Form):
    """A word beside a signature; an objection needs it."""

    reason = forms.CharField(
        max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 2}), label=_("Your word on it")
    )


class ObjectionForm(forms.Form):
    reason = forms.CharField(
        max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 4}), label=_("Why"),
        help_text=_("Everybody who reads the version sees it."),
    )  # fmt: skip


class GoalForm(EditForm):
    fields_of = ("name", "serves", "weight", "colour", "description")

    name = forms.CharField(max_length=120, label=_("Name"), help_text=_("An outcome, not a piece of work."))
    serves = forms.ChoiceField(required=False, label=_("Serves"), help_text=_("The sentence of the vision that it serves."))
    weight = forms.IntegerField(min_value=0, max_value=100, initial=0, label=_("Target share of effort, %"))
    colour = forms.TypedChoiceField(
        choices=list(enumerate(COLOURS, 1)),
        coerce=int,
        empty_value=None,
        label=_("Colour"),
        help_text=_("Of its bars and lanes on the roadmap."),
    )
    description = forms.CharField(required=False, label=_("Description"), widget=markdown_input(3), strip=False)

    def __init__(self, product: Product, sentences: Iterable[str], data: Any = None, *, goal: Goal | None = None) -> None:
        """Offer the sentences of the vision to serve, and the goal's own where the vision says it no longer."""
        next_colour = Goal.objects.filter(product=product).count() % len(COLOURS) + 1
        super().__init__(data, obj=goal, initial=None if goal else {"colour": next_colour, "weight": 0})
        known = list(dict.fromkeys(sentences))
        gone = (
            [(goal.serves, gettext("%(sentence)s (no longer in the vision)") % {"sentence": goal.serves})]
            if goal and goal.serves not in ("", *known)
            else []
        )
        choices = [("", gettext("No sentence of it")), *((each, each) for each in known), *gone]
        self.fields["serves"].choices = choices  # type: ignore[attr-defined]


class KeyResultForm(EditForm):
    fields_of = ("name", "unit", "start", "current", "target")

    name = forms.CharField(max_length=160, label=_("Name"), help_text=_("A number that shows the goal is met."))
    unit = forms.CharField(max_length=20, required=False, label=_("Unit"), help_text=_("For example min or %."))
    start = forms.DecimalField(max_digits=14, decimal_places=2, initial=0, label=_("Where it began"))
    current = forms.DecimalField(max_digits=14, decimal_places=2, initial=0, label=_("Where it is now"))
    target = forms.DecimalField(max_digits=14, decimal_places=2, label=_("Where it should be"))

    def seen_of(self, obj: KeyResult) -> dict[str, Any]:
        """Return the values with their numbers as people write them: 9 instead of 9.00."""
        numbers = {name: plain_figure(getattr(obj, name)) for name in ("start", "current", "target")}
        return {"name": obj.name, "unit": obj.unit, **numbers}


class MoveForm(forms.Form):
    """The goal after or before which another goes."""

    after = forms.ModelChoiceField(Goal.objects.none(), required=False)
    before = forms.ModelChoiceField(Goal.objects.none(), required=False)

    def __init__(self, product: Product, data: Any) -> None:
        super().__init__(data)
        for each in self.fields.values():
            each.queryset = Goal.objects.filter(product=product)  # type: ignore[attr-defined]


def number_of(text: str) -> int | None:
    """Return the number of a version as an address writes it, 3 or v3, or None."""
    found = re.fullmatch(r"v?(\d{1,9})", text)
    return int(found[1]) if found else None
