"""One row read by a mapping: what it wants to be true, and what in it has no place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from apps.milestones.models import Commitment, Kind
from apps.roadmap.models import Granularity, Health, Horizon, ItemType, Status

if TYPE_CHECKING:
    from apps.stakeholders.imports.mapping import Mapping, Names, Relation, Source

_CHOICES: dict[str, list[str]] = {
    "type": ItemType.values,
    "status": Status.values,
    "health": Health.values,
    "horizon": Horizon.values,
    "granularity": Granularity.values,
    "kind": Kind.values,
    "commitment": Commitment.values,
}
MOST_DIGITS = 12
_DATES = {"start", "end", "shipped_on", "date", "starts"}
_NUMBERS = {"confidence": int, "progress": int, "effort": Decimal}
_YES, _NO = {"true", "yes", "y", "1", "x"}, {"false", "no", "n", "0"}


@dataclass(frozen=True, slots=True)
class Problem:
    """What a row's cell could not become, and what to do about it. Row 0 is the file as a whole."""

    row: int
    column: str
    value: str
    problem: str
    remedy: str

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("row", "column", "value", "problem", "remedy")}


@dataclass(slots=True)
class Wanted:
    """What a row says: `fields` of the item or milestone, and the names of what it belongs to.

    `relations` are `(kind, external id, column, cell's value)`. Lists are None where the mapping does not speak of them.
    """

    row: int
    external_id: str
    fields: dict[str, Any] = field(default_factory=dict)
    goals: list[str] | None = None
    audiences: list[str] | None = None
    milestone: str = ""
    parent: str = ""
    relations: list[tuple[str, str, str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)

    def complain(self, column: str, value: str, problem: str, remedy: str) -> None:
        self.problems.append(Problem(self.row, column, value, problem, remedy))


class _NoPlace(Exception):
    """A cell's value has no place: what is wrong, and the remedy."""


def read_row(mapping: Mapping, number: int, row: dict[str, str]) -> Wanted:
    """Return what the row wants, with a problem for each cell that has no place."""
    wanted = Wanted(number, row.get(mapping.external_id, "").strip())
    for name, source in mapping.fields.items():
        wanted.fields[name] = _field(mapping, wanted, name, source, row)
    wanted.goals = _named(mapping, mapping.goals, row)
    wanted.audiences = _named(mapping, mapping.audiences, row)
    if mapping.milestone:
        wanted.milestone = _cell(mapping, row, mapping.milestone.column)
    wanted.parent = _cell(mapping, row, mapping.parent) if mapping.parent else ""
    for relation in mapping.relations:
        wanted.relations += _related(mapping, relation, row)
    wanted.facts = [f"- {column}: {text}" for column in mapping.describe if (text := _cell(mapping, row, column))]
    return wanted


def described(mapping: Mapping, wanted: Wanted) -> str:
    """Return the text of description or notes: what the column says, the facts of the row, and what had no place."""
    own = wanted.fields.get("description" if mapping.imports == "items" else "notes") or ""
    lost = []
    if mapping.unplaced == "describe":
        lost = [f"- not placed: {each.column} = {each.value}" for each in wanted.problems if each.value]
    return "\n\n".join(part for part in (own, "\n".join([*wanted.facts, *lost])) if part)


def _cell(mapping: Mapping, row: dict[str, str], column: str) -> str:
    text = row.get(column, "").strip()
    return "" if text.casefold() in mapping.nothing else text


def _parts(mapping: Mapping, text: str) -> list[str]:
    parts = [part.strip() for part in text.split(mapping.list_separator)] if mapping.list_separator else [text]
    return [part for part in dict.fromkeys(parts) if part and part.casefold() not in mapping.nothing]


def _named(mapping: Mapping, names: Names | None, row: dict[str, str]) -> list[str] | None:
    if names is None:
        return None
    return list(dict.fromkeys(part for column in names.columns for part in _parts(mapping, row.get(column, ""))))


def _related(mapping: Mapping, relation: Relation, row: dict[str, str]) -> list[tuple[str, str, str, str]]:
    found = []
    for part in _parts(mapping, row.get(relation.column, "")):
        text = part.rstrip(relation.after) if relation.after else part
        text = text.rpartition(relation.after)[2] if relation.after else text
        text = text.partition(relation.before)[0] if relation.before else text
        found.append((relation.kind, text.strip(), relation.column, part))
    return found


def _field(mapping: Mapping, wanted: Wanted, name: str, source: Source, row: dict[str, str]) -> Any:
    text = _cell(mapping, row, source.column) if source.column else ""
    for attempt in (source.values.get(text, text), source.otherwise if source.column else source.value):
        try:
            value = None if attempt in (None, "") else _value(mapping, name, str(attempt))
        except _NoPlace as error:
            problem, remedy = error.args
            wanted.complain(source.column, text, problem, remedy)
            value = None
        if value is not None:
            break
    return ("" if name in {"title", "description", "notes", "name"} else None) if value is None else value


def _value(mapping: Mapping, name: str, text: str) -> Any:
    if choices := _CHOICES.get(name):
        if text in choices:
            return text
        raise _NoPlace(
            gettext("%(value)s is no %(name)s.") % {"value": repr(text), "name": name},
            gettext("Translate it in the mapping to one of %(names)s.") % {"names": ", ".join(choices)},
        )
    if name in _DATES:
        return _date(mapping, text)
    if name in _NUMBERS:
        return _number(name, text)
    if name == "confidential":
        return _yes_or_no(text)
    return text


def _date(mapping: Mapping, text: str) -> date:
    for pattern in mapping.date_formats:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no zone
        except (ValueError, re.error):  # the second where the pattern itself is none
            continue
    raise _NoPlace(
        gettext("%(value)s is not a date.") % {"value": repr(text)},
        gettext("Write it as %(form)s, or add its form to date_formats.") % {"form": mapping.date_formats[0]},
    )


def _number(name: str, text: str) -> int | Decimal:
    try:
        number = Decimal(text.rstrip("% "))
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or number.adjusted() > MOST_DIGITS:
        raise _NoPlace(
            gettext("%(value)s is not a number.") % {"value": repr(text)}, gettext("Write digits, with a point before decimals.")
        )
    return int(number) if _NUMBERS[name] is int else number


def _yes_or_no(text: str) -> bool:
    if text.casefold() in _YES | _NO:
        return text.casefold() in _YES
    raise _NoPlace(gettext("%(value)s is neither yes nor no.") % {"value": repr(text)}, gettext("Write yes or no."))
