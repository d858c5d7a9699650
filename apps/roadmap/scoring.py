"""Prioritisation methods, their factors, and their number, computed exactly.

- RICE: reach x impact x confidence / effort. Sean McBride, "RICE: Simple prioritization for product managers", Intercom.
- WSJF, weighted shortest job first: (user and business value + time criticality + risk reduction and opportunity
  enablement) / job size. SAFe, "Weighted Shortest Job First", after Don Reinertsen, "The Principles of Product Development
  Flow": cost of delay divided by duration.
- Value and effort: value / effort, the slope of the value against effort matrix; nearer to the top left is higher.
- Own: the sum of weight x value of what speaks for an item, divided by the same sum of what it costs where there is a cost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation, localcontext
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PLACES = 4  # decimals of a number
FINEST = 2  # decimals of a rating
MOST_FACTORS = 6
LARGEST, HEAVIEST = Decimal(1_000_000_000), Decimal(1_000)
# Enough digits that rounding to so many and then to PLACES is the same as rounding once: no quotient of such values lies
# nearer to the middle of two numbers than 1e-30.
_EXACT = Context(prec=80, rounding=ROUND_HALF_EVEN)


class Uncountable(ValueError):
    """The costs add up to nothing, and nothing is divided by nothing."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing that is rated, from `low` to `high`; `cost` divides, `percent` counts by the hundred."""

    key: str
    name: str
    low: Decimal
    high: Decimal
    weight: Decimal = Decimal(1)
    cost: bool = False
    percent: bool = False
    scale: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as a scorecard keeps it."""
        numbers = {name: plain(getattr(self, name)) for name in ("low", "high", "weight")}
        return {"key": self.key, "name": self.name, **numbers, "cost": self.cost, "percent": self.percent, "scale": self.scale}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Factor:
        """Return what `as_json` made again."""
        return cls(**{**kept, **{name: Decimal(kept[name]) for name in ("low", "high", "weight")}})

    def spoken(self) -> Factor:
        """Return a factor of ours with its name and scale in the reader's language; kept, they are English."""
        return replace(self, name=gettext(self.name), scale=gettext(self.scale))


def _one_to(high: int, key: str, name: str, scale: str, *, cost: bool = False) -> Factor:
    return Factor(key, name, Decimal(1), Decimal(high), cost=cost, scale=scale)


_TEN = _("1 to 10")
_FIBONACCI = _("1, 2, 3, 5, 8, 13 or 20, beside the smallest")

# What each method rates.
METHODS: dict[str, tuple[Factor, ...]] = {
    "value_effort": (_one_to(10, "value", _("Value"), _TEN), _one_to(10, "effort", _("Effort"), _TEN, cost=True)),
    "rice": (
        Factor("reach", _("Reach"), Decimal(0), LARGEST, scale=_("people or events in a quarter")),
        Factor("impact", _("Impact"), Decimal(0), Decimal(3), scale=_("3 massive, 2 high, 1 medium, 0.5 low, 0.25 minimal")),
        Factor(
            "confidence", _("Confidence"), Decimal(0), Decimal(100), percent=True, scale=_("percent: 100 high, 80 medium, 50 low")
        ),
        Factor("effort", _("Effort"), Decimal(0), LARGEST, cost=True, scale=_("person-months")),
    ),
    "wsjf": (
        _one_to(20, "value", _("User and business value"), _FIBONACCI),
        _one_to(20, "criticality", _("Time criticality"), _FIBONACCI),
        _one_to(20, "opportunity", _("Risk reduction and opportunity"), _FIBONACCI),
        _one_to(20, "size", _("Job size"), _FIBONACCI, cost=True),
    ),
    "own": (_one_to(10, "f1", _("Value"), _TEN), _one_to(10, "f2", _("Effort"), _TEN, cost=True)),
}


def number(method: str, factors: Iterable[Factor], ratings: Mapping[str, Any]) -> Decimal | None:
    """Return the number of an item, rounded once and half to even to PLACES decimals; None while a rating is missing.

    `ratings` is `{factor's key: value}`. Raises `Uncountable` where the costs add up to zero.
    """
    known = list(factors)
    if not known or any(ratings.get(each.key) is None for each in known):
        return None
    with localcontext(_EXACT):
        rated = {each.key: Decimal(ratings[each.key]) * each.weight / (100 if each.percent else 1) for each in known}
        gains = [rated[each.key] for each in known if not each.cost]
        costs = [rated[each.key] for each in known if each.cost]
        gain = sum(gains, Decimal(0))
        if method == "rice":
            gain = Decimal(1)
            for each in gains:
                gain *= each
        if costs and not sum(costs):
            raise Uncountable
        return (gain / sum(costs) if costs else gain).quantize(Decimal(1).scaleb(-PLACES))


def formula(method: str, factors: Iterable[Factor]) -> str:
    """Return how the number is made, in words: Reach × Impact × Confidence ÷ Effort."""
    known = list(factors)
    weighted = [(each, each.name if each.weight == 1 else f"{said(each.weight)} × {each.name}") for each in known]
    gains = [words for each, words in weighted if not each.cost]
    costs = [words for each, words in weighted if each.cost]
    top = (" × " if method == "rice" else " + ").join(gains)
    if not costs:
        return top
    return f"{_bracketed(top, ' + ')} ÷ {_bracketed(' + '.join(costs), ' ')}"


def _bracketed(text: str, sign: str) -> str:
    return f"({text})" if sign in text and (" + " in text or " × " in text) else text


def plain(value: Decimal) -> str:
    """Return a number without idle zeros, in every language alike: 8, 0.25, 1200."""
    return format(value.normalize(_EXACT), "f") if value else "0"


def said(value: Decimal) -> str:
    """Return a number as the reader's language writes it: 8, 0.25 or 0,25, 1200."""
    return str(number_format(plain(value)))


def rating_of(factor: Factor, value: Any) -> Decimal:
    """Return a rating as a number; raises `ValueError` with what is wrong and what helps."""
    try:
        rated = Decimal(str(value))
    except InvalidOperation as error:
        message = gettext("Write %(name)s as a number.") % {"name": factor.name}
        raise ValueError(message) from error
    if not rated.is_finite() or not factor.low <= rated <= factor.high:
        limits = {"name": factor.name, "low": said(factor.low), "high": said(factor.high)}
        message = gettext("%(name)s goes from %(low)s to %(high)s.") % limits
        raise ValueError(message)
    if rated != round(rated, FINEST):
        message = gettext("Write %(name)s with at most %(count)s decimals.") % {"name": factor.name, "count": FINEST}
        raise ValueError(message)
    return rated
