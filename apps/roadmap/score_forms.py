"""The forms of scorecards, and of how an item is rated by one."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.forms import EditForm
from apps.roadmap.models import Method
from apps.roadmap.scoring import FINEST, HEAVIEST, LARGEST, MOST_FACTORS, Factor, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps.roadmap.models import Score, Scorecard


class NewScorecardForm(forms.Form):
    """The method of a new scorecard; its factors come with it, and those of one's own are changed afterwards."""

    method = forms.ChoiceField(choices=Method.choices, initial=Method.VALUE_EFFORT, label=_("Method"))
    name = forms.CharField(max_length=80, required=False, label=_("Name"), help_text=_("Empty: as the method is called."))


def _amount(low: Decimal, high: Decimal, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(min_value=low, max_value=high, decimal_places=FINEST, required=False, **more)


class ScorecardForm(EditForm):
    """A scorecard's name and, where the method is one's own, its factors in rows; a row without a name is none."""

    fields_of: tuple[str, ...] = ("name",)

    name = forms.CharField(max_length=80, label=_("Name"))

    def __init__(self, data: Any = None, *, obj: Scorecard) -> None:
        super().__init__(data, obj=obj)
        self.numbers = range(1, MOST_FACTORS + 1) if obj.method == Method.OWN else range(0)
        factors = obj.rated_by
        for n in self.numbers:
            self._add_row(n, factors[n - 1] if n <= len(factors) else None)
        self.fields_of = ("name", *(f"{name}-{n}" for n in self.numbers for name in _ROW))

    def _add_row(self, n: int, factor: Factor | None) -> None:
        zero, one = Decimal(0), Decimal(1)
        values = (
            (factor.name, "cost" if factor.cost else "", plain(factor.weight), plain(factor.low), plain(factor.high))
            if factor
            else ("", "", "1", "1", "10")
        )
        made = (
            forms.CharField(max_length=60, required=False),
            forms.ChoiceField(choices=[("", _("speaks for it")), ("cost", _("costs"))], required=False),
            _amount(zero, HEAVIEST), _amount(zero, LARGEST), _amount(one, LARGEST),
        )  # fmt: skip
        for name, field, value in zip(_ROW, made, values, strict=True):
            field.initial, field.show_hidden_initial = value, True
            field.widget.attrs |= {
                "aria-label": gettext("%(field)s of factor %(n)s") % {"field": _ROW[name], "n": n},
                "class": "input small",
            }
            self.fields[f"{name}-{n}"] = field

    def rows(self) -> Iterator[list[forms.BoundField]]:
        """Yield the fields of each factor."""
        for n in self.numbers:
            yield [self[f"{name}-{n}"] for name in _ROW]

    def clean(self) -> dict[str, Any]:
        """Return the name, and all factors where one of them was changed."""
        values = super().clean()
        kept: dict[str, Any] = {name: values[name] for name in ("name", "reason", "version") if name in values}
        if any(name in values for name in self.fields_of if name != "name"):
            kept["factors"] = [each for n in self.numbers if (each := self._factor(n))]
        return kept

    def _factor(self, n: int) -> Factor | None:
        name, kind, weight, low, high = (self.cleaned_data.get(f"{each}-{n}") for each in _ROW)
        if not name:
            return None
        one, ten = Decimal(1), Decimal(10)
        low, high, weight = (usual if value is None else value for value, usual in ((low, one), (high, ten), (weight, one)))
        return Factor(self._key(n), name, low, high, weight, cost=kind == "cost")

    def _key(self, n: int) -> str:
        """Return the key of the factor in a row: the one that it has, or a free one."""
        keys = [each.key for each in self.obj.rated_by]
        free = [f"f{each}" for each in range(1, 2 * MOST_FACTORS + 1) if f"f{each}" not in keys]
        return keys[n - 1] if n <= len(keys) else free[n - len(keys) - 1]


_ROW = {"name": _("Name"), "kind": _("Kind"), "weight": _("Weight"), "low": _("Lowest rating"), "high": _("Highest rating")}


class RateForm(EditForm):
    """The ratings of an item by a scorecard, a field for each factor; only what was changed is handed on."""

    def __init__(self, scorecard: Scorecard, data: Any = None, *, score: Score | None = None) -> None:
        self.factors = scorecard.rated_by
        super().__init__(data, obj=score, auto_id=f"id_{scorecard.pk}_%s")
        self.fields.pop("reason", None)
        for each in self.factors:
            field = _amount(each.low, each.high, label=each.name, help_text=each.scale)
            field.widget.attrs |= {"step": "any"}
            field.show_hidden_initial = True
            self.fields[each.key] = field
        self.fields_of = tuple(each.key for each in self.factors)

    def seen_of(self, obj: Score) -> dict[str, Any]:
        """Return the ratings by factor."""
        return {each.key: obj.ratings.get(each.key) for each in self.factors}

    def clean(self) -> dict[str, Any]:
        """Return the ratings that were sent and changed; one that was emptied is taken away."""
        values = super().clean()
        sent = {key: values[key] for key in self.fields_of if key in values and key in self.data}
        if not self.obj:
            sent = {key: value for key, value in sent.items() if value is not None}
        version = {"version": values.get("version")} if self.obj else {}
        return {"ratings": sent, **version}
