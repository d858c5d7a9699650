"""Prioritisation methods, their factors, and their number, computed exactly.

- RICE: reach x impact x confidence / effort. Sean McBride, "RICE: Simple prioritization for product managers", Intercom.
- WSJF, weighted shortest job first: (user and business value + time criticality + risk reduction and opportunity
  enablement) / job size. SAFe, "Weighted Shortest Job First", after Don Reinertsen, "The Principles of Product Development
  Flow": cost of delay divided by duration.
- Value and effort: value / effort, the slope of the value against effort matrix; nearer to the top left is higher.
- Own: the sum of weight x value of what speaks for an item, divided by the same sum of what it costs where there is a cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation, localcontext
from typing import TYPE_CHECKING, Any

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


def _one_to(high: int, key: str, name: str, scale: str = "", *, cost: bool = False) -> Factor:
    return Factor(key, name, Decimal(1), Decimal(high), cost=cost, scale=scale or f"1 to {high}")


_FIBONACCI = "1, 2, 3, 5, 8, 13 or 20, beside the smallest"

# What each method rates.
METHODS: dict[str, tuple[Factor, ...]] = {
    "value_effort": (_one_to(10, "value", "Value"), _one_to(10, "effort", "Effort", cost=True)),
    "rice": (
        Factor("reach", "Reach", Decimal(0), LARGEST, scale="people or events in a quarter"),
        Factor("impact", "Impact", Decimal(0), Decimal(3), scale="3 massive, 2 high, 1 medium, 0.5 low, 0.25 minimal"),
        Factor("confidence", "Confidence", Decimal(0), Decimal(100), percent=True, scale="percent: 100 high, 80 medium, 50 low"),
        Factor("effort", "Effort", Decimal(0), LARGEST, cost=True, scale="person-months"),
    ),
    "wsjf": (
        _one_to(20, "value", "User and business value", _FIBONACCI),
        _one_to(20, "criticality", "Time criticality", _FIBONACCI),
        _one_to(20, "opportunity", "Risk reduction and opportunity", _FIBONACCI),
        _one_to(20, "size", "Job size", _FIBONACCI, cost=True),
    ),
    "own": (_one_to(10, "f1", "Value"), _one_to(10, "f2", "Effort", cost=True)),
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
    weighted = [(each, each.name if each.weight == 1 else f"{plain(each.weight)} × {each.name}") for each in known]
    gains = [words for each, words in weighted if not each.cost]
    costs = [words for each, words in weighted if each.cost]
    top = (" × " if method == "rice" else " + ").join(gains)
    if not costs:
        return top
    return f"{_bracketed(top, ' + ')} ÷ {_bracketed(' + '.join(costs), ' ')}"


def _bracketed(text: str, sign: str) -> str:
    return f"({text})" if sign in text and (" + " in text or " × " in text) else text


def plain(value: Decimal) -> str:
    """Return a number as people write it: 8, 0.25, 1200."""
    return format(value.normalize(_EXACT), "f") if value else "0"


def rating_of(factor: Factor, value: Any) -> Decimal:
    """Return a rating as a number; raises `ValueError` with what is wrong and what helps."""
    try:
        rated = Decimal(str(value))
    except InvalidOperation as error:
        message = f"Write {factor.name} as a number."
        raise ValueError(message) from error
    if not rated.is_finite() or not factor.low <= rated <= factor.high:
        message = f"{factor.name} goes from {plain(factor.low)} to {plain(factor.high)}."
        raise ValueError(message)
    if rated != round(rated, FINEST):
        message = f"Write {factor.name} with at most {FINEST} decimals."
        raise ValueError(message)
    return rated
