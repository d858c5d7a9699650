"""A mapping says how a table's columns and values are to be read. It is JSON; docs/examples has two.

It holds no patterns that a row could make slow: what is cut out of a cell is named by plain text before and after it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, Self

import orjson
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.roadmap.models import DependencyKind, Granularity
from apps.stakeholders.imports.tables import Unreadable
from apps.stakeholders.models import Frequency, Precision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django_stubs_ext import StrOrPromise

ITEM_FIELDS = (
    "title", "description", "type", "status", "health", "confidence", "horizon", "start", "end", "granularity",
    "owner", "progress", "effort", "shipped_on", "confidential",
)  # fmt: skip
MILESTONE_FIELDS = ("name", "kind", "date", "starts", "granularity", "commitment", "notes")
_NEEDED = {"items": "title", "milestones": "name"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field's value comes from: a column, whose `values` are translated, or one fixed `value`.

    A cell that is empty or means nothing gives `otherwise`, as does one whose value has no place.
    """

    column: str = ""
    value: Any = None
    values: dict[str, str] = field(default_factory=dict)
    otherwise: Any = None


@dataclass(frozen=True, slots=True)
class Names:
    """Columns whose values name things: goals, or audiences; `create` makes those that are not there yet.

    `address` is the pattern of an invented stakeholder's address, with `{name}` in it; without it an audience
    gets nobody. `precision` is how exactly a new audience sees dates, `frequency` how often its people are told.
    """

    columns: tuple[str, ...] = ()
    create: bool = True
    address: str = ""
    precision: str = "quarter"
    frequency: str = "monthly"


@dataclass(frozen=True, slots=True)
class MilestoneName:
    """The column that names an item's milestone; `strip` is taken off the front of both names before they are compared.

    With `timeframe`, a granularity, the item takes the milestone's cycle as its timeframe.
    """

    column: str = ""
    strip: str = ""
    timeframe: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """A column that names related items: in each of its values the id is what follows the last `after` up to `before`."""

    column: str = ""
    kind: str = DependencyKind.RELATES_TO.value
    after: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a table is read. `nothing` are values that mean an empty cell, whatever the column."""

    imports: Literal["items", "milestones"] = "items"
    external_id: str = ""
    list_separator: str = ";"
    nothing: frozenset[str] = frozenset()
    date_formats: tuple[str, ...] = ("%Y-%m-%d",)
    fields: dict[str, Source] = field(default_factory=dict)
    goals: Names | None = None
    milestone: MilestoneName | None = None
    audiences: Names | None = None
    relations: tuple[Relation, ...] = ()
    parent: str = ""
    describe: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    unplaced: Literal["report", "describe"] = "report"
    reached: Literal["", "past"] = ""

    @classmethod
    def parsed(cls, data: bytes | str | dict[str, Any]) -> Self:
        """Return the mapping; `Unreadable` names what is wrong in it."""
        value = data if isinstance(data, dict) else _json(data)
        known = {each.name for each in fields(cls)}
        _refuse_unknown(gettext("The mapping"), value, known | {"note"})
        made = {name: _PARTS.get(name, _same)(value[name], name) for name in known & set(value)}
        mapping = cls(**made)
        mapping.check()
        return mapping

    def check(self) -> None:
        """Refuse a mapping that cannot work, before any row is read."""
        if self.imports not in _NEEDED:
            raise Unreadable(gettext('The mapping\'s "imports" is "items" or "milestones".'))
        if not self.external_id:
            raise Unreadable(
                gettext('The mapping names no "external_id" column; without it a second import would double everything.')
            )
        allowed = ITEM_FIELDS if self.imports == "items" else MILESTONE_FIELDS
        _refuse_unknown(_part("fields"), self.fields, set(allowed))
        if _NEEDED[self.imports] not in self.fields:
            lacking = {"name": _NEEDED[self.imports]}
            raise Unreadable(gettext('The mapping\'s "fields" lack "%(name)s"; say which column holds it.') % lacking)
        if self.milestone and self.milestone.timeframe and self.milestone.timeframe not in Granularity.values:
            raise Unreadable(
                gettext('The milestone\'s "timeframe" is one of %(values)s.') % {"values": ", ".join(Granularity.values)}
            )
        if any(relation.kind not in DependencyKind.values for relation in self.relations):
            raise Unreadable(gettext('A relation\'s "kind" is one of %(values)s.') % {"values": ", ".join(DependencyKind.values)})
        if self.audiences:
            self._check_audiences(self.audiences)

    def _check_audiences(self, names: Names) -> None:
        if names.address and "{name}" not in names.address:
            raise Unreadable(gettext('The audiences\' "address" needs {name} in it, else all would share one mailbox.'))
        if names.precision not in Precision.values or names.frequency not in Frequency.values:
            known = {"precisions": ", ".join(Precision.values), "frequencies": ", ".join(Frequency.values)}
            raise Unreadable(
                gettext("An audience's precision is one of %(precisions)s; its frequency one of %(frequencies)s.") % known
            )

    def columns(self) -> set[str]:
        """Return the columns that the mapping reads, without those it leaves out on purpose."""
        named = {self.external_id, self.parent, *self.describe}
        named |= {source.column for source in self.fields.values()} | {relation.column for relation in self.relations}
        for names in (self.goals, self.audiences):
            named |= set(names.columns) if names else set()
        return (named | ({self.milestone.column} if self.milestone else set())) - {""}

    def check_columns(self, columns: list[str]) -> list[str]:
        """Refuse a table that lacks a column of the mapping; return the columns that nobody reads."""
        missing = sorted(self.columns() - set(columns))
        if missing:
            raise Unreadable(
                gettext("The mapping reads %(columns)s; the file has no such column.") % {"columns": _named(missing)}
            )
        return [name for name in columns if name not in self.columns() and name not in self.ignore]


def _json(data: bytes | str) -> dict[str, Any]:
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Unreadable(gettext("The mapping is not JSON: %(error)s.") % {"error": error}) from error
    if not isinstance(value, dict):
        raise Unreadable(gettext("The mapping is a JSON object."))
    return value


def _refuse_unknown(where: str, value: Any, known: set[str]) -> None:
    if not isinstance(value, dict):
        raise _misshapen(where, _AN_OBJECT)
    unknown = sorted(set(value) - known)
    if unknown:
        said = {"where": where, "unknown": _named(unknown), "known": ", ".join(sorted(known))}
        raise Unreadable(gettext("%(where)s has no %(unknown)s; it knows %(known)s.") % said)


def _named(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))


def _part(name: str) -> str:
    return gettext('"%(name)s" of the mapping') % {"name": name}


def _misshapen(where: str, what: StrOrPromise) -> Unreadable:
    return Unreadable(gettext("%(where)s is %(what)s.") % {"where": where, "what": what})


def _made[T](kind: type[T], value: Any, name: str) -> T:
    known = kind.__annotations__
    _refuse_unknown(_part(name), value, set(known))
    for key, each in value.items():
        what, fits = _SHAPES[known[key]]
        if not fits(each):
            raise _misshapen(_part(f"{name}.{key}"), what)
    return kind(**{key: tuple(each) if isinstance(each, list) else each for key, each in value.items()})


def _source(value: Any, name: str) -> Source:
    return _made(Source, {"column": value} if isinstance(value, str) else value, name)


def _sources(value: Any, name: str) -> dict[str, Source]:
    if not isinstance(value, dict):
        raise _misshapen(_part(name), _AN_OBJECT)
    return {str(key): _source(each, f"{name}.{key}") for key, each in value.items()}


def _texts(value: Any, name: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _misshapen(_part(name), _TEXTS)
    return tuple(value)


def _same(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise _misshapen(_part(name), _A_TEXT)
    return value


def _relations(value: Any, name: str) -> tuple[Relation, ...]:
    if not isinstance(value, list):
        raise _misshapen(_part(name), _("a list"))
    return tuple(_made(Relation, each, name) for each in value)


def _texts_only(values: Any) -> bool:
    return all(isinstance(each, str) for each in values)


_AN_OBJECT, _A_TEXT, _TEXTS = _("an object"), _("a text"), _("a list of texts")
# By a member's annotation: what it must be in words, and whether a value of JSON is that.
_SHAPES: dict[str, tuple[StrOrPromise, Callable[[Any], bool]]] = {
    "str": (_A_TEXT, lambda value: isinstance(value, str)),
    "bool": (_("true or false"), lambda value: isinstance(value, bool)),
    "tuple[str, ...]": (_TEXTS, lambda value: isinstance(value, list) and _texts_only(value)),
    "dict[str, str]": (_("an object of texts"), lambda value: isinstance(value, dict) and _texts_only(value.values())),
    "Any": (_("a text or a number"), lambda value: isinstance(value, str | int | float)),
}
_PARTS: dict[str, Any] = {
    "nothing": lambda value, name: frozenset(text.casefold() for text in _texts(value, name)),
    "date_formats": _texts,
    "describe": _texts,
    "ignore": _texts,
    "fields": _sources,
    "goals": lambda value, name: _made(Names, value, name),
    "audiences": lambda value, name: _made(Names, value, name),
    "milestone": lambda value, name: _made(MilestoneName, value, name),
    "relations": _relations,
}
