"""The table: all lines of it in their order as numbers only, and full rows of the few that are on the screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from apps.roadmap import kept, queries
from apps.roadmap.models import Health, Horizon, Item, ItemType, Status
from apps.roadmap.scene.lanes import Lane, lanes_of
from apps.roadmap.scene.rows import Row
from apps.vision.models import Goal, Product

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from apps.roadmap.address import Address
    from apps.roadmap.models import Scorecard

WINDOW = 120  # lines that are drawn at a time; the rest is fetched as one scrolls
_PLACES: dict[str, dict[str, int]] = {
    name: {str(value): place for place, value in enumerate(["", *choices.values])}
    for name, choices in {"type": ItemType, "status": Status, "health": Health, "horizon": Horizon}.items()
}


@dataclass(slots=True)
class Subtotal:
    """What some items say together: `progress` is in percent, by effort; one without effort counts 1, one shipped is all done."""

    items: int = 0
    effort: Decimal = Decimal(0)
    progress: int = 0
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a cell says that no field of the item holds; `value` is what one would type to get it."""

    text: str
    value: str = ""
    tone: str = ""


# Of a column that needs more than the item's own fields: what it says, by the ids of the items drawn.
LOADERS: dict[str, Callable[[Product, list[dict[str, Any]]], dict[UUID, Said]]] = {}


@dataclass(slots=True)
class Line:
    """One line of the table: the heading of a group, or an item with how deep it lies and whether anything lies in it."""

    lane: Lane
    facts: dict[str, Any] | None = None
    depth: int = 0
    inside: int = 0  # items right in it
    closed: bool = False
    before: int = 0  # the number of the item above it with the same parent, under which it goes when it is indented
    row: Row | None = None


@dataclass(slots=True)
class Sheet:
    """The lines that are drawn, where they stand among all, and what all and each group say together."""

    lines: list[Line]
    first: int
    count: int
    grouped: bool
    total: Subtotal
    subtotals: dict[str, Subtotal]
    columns: tuple[str, ...]
    names: dict[str, str] = field(default_factory=dict)  # of columns that are called otherwise here

    @property
    def after(self) -> int:
        """How many lines come after those that are drawn."""
        return self.count - self.first - len(self.lines)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The items of the lines that are drawn."""
        return [line.facts for line in self.lines if line.facts]


def sheet_of(
    facts: Sequence[dict[str, Any]], address: Address, product: Product, goals: list[Goal], scorecard: Scorecard | None
) -> Sheet:
    """Return the table of the rows that the filters keep, which come in the roadmap's order; what is drawn has no rows yet."""
    lanes = _arranged(product, address, facts, goals)
    lines = list(_lines(lanes, address))
    first = 0 if address.rows or address.compare else min(address.line, max(0, len(lines) - 1))
    shown = lines[first : first + (address.rows or (len(lines) if address.compare else WINDOW))]
    subtotals = {lane.key: subtotal(row.item for row in lane.rows) for lane in lanes} if address.group != "none" else {}
    columns, names = columns_of(address, scorecard), {"score": scorecard.name} if scorecard else {}
    return Sheet(shown, first, len(lines), address.group != "none", subtotal(facts), subtotals, columns, names)


def columns_of(address: Address, scorecard: Scorecard | None) -> tuple[str, ...]:
    """Return the columns as they are shown: without a scorecard there are no scores."""
    return tuple(name for name in address.shown if scorecard or name != "score")


def outline(product: Product, address: Address, scorecard: Scorecard | None) -> list[Line]:
    """Return all lines of the table as it is now, for whoever asks what stands below a line."""
    now = kept.roadmap(product, product.workspace)
    rows = known(product, scorecard, now.rows) if needs_known(address) else now.rows
    words = address.filters.get("q")
    found = queries.with_words(product, words) if words else None
    matching = [row for row in rows if (found is None or row["id"] in found) and address.keeps(row)]
    return list(_lines(_arranged(product, address, matching, now.goals), address))


def known(product: Product, scorecard: Scorecard | None, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with how each is rated, and what apps above know of it."""
    rated, above = queries.scores(scorecard), queries.known_above(product)
    return [
        kept.KeptRow(row | above.get(row["id"], {}) | rated.get(row["id"], queries.UNSCORED), getattr(row, "slip", None))
        for row in rows
    ]


def needs_known(address: Address) -> bool:
    """Say whether the table is sorted by something that `known` adds."""
    return not {_bare(each) for each in address.sort}.isdisjoint({"score", *queries.ABOVE})


def _parents(product: Product, rows: list[dict[str, Any]]) -> dict[UUID, Said]:
    found = Item.objects.filter(pk__in={row["parent_id"] for row in rows}).values_list("pk", "number", "title")
    said = {pk: Said(title, f"{product.key}-{number}") for pk, number, title in found}
    return {row["id"]: said[row["parent_id"]] for row in rows if row["parent_id"] in said}


LOADERS["parent"] = _parents


def subtotal(facts: Iterable[dict[str, Any]]) -> Subtotal:
    """Return what items say together."""
    found, weights, done = Subtotal(), Decimal(0), Decimal(0)
    for each in facts:
        found.items += 1
        found.effort += each["effort"] or 0
        weight = Decimal(1) if each["effort"] is None else each["effort"]
        weights += weight
        done += weight * (100 if each["status"] == Status.SHIPPED else each["progress"])
        if each["start"]:
            found.start = min(found.start or each["start"], each["start"])
            found.end = max(found.end or each["end"], each["end"])
    found.progress = round(done / weights) if weights else 0
    return found


def _arranged(product: Product, address: Address, facts: Sequence[dict[str, Any]], goals: list[Goal]) -> list[Lane]:
    """Return the groups with their items in the order that the address asks for; groups without items are left out."""
    rows = [Row(each, "", 0, "") for each in _sorted(facts, address, {goal.pk: place for place, goal in enumerate(goals)})]
    lanes = lanes_of(product, rows, replace(address, view="table"), goals, {})
    return [lane for lane in lanes if lane.rows]


def _lines(lanes: list[Lane], address: Address) -> Iterator[Line]:
    for lane in lanes:
        if address.group != "none":
            yield Line(lane, closed=lane.closed)
        if not lane.closed:
            yield from _nested(lane, address) if address.tree else (Line(lane, row.item) for row in lane.rows)


def _nested(lane: Lane, address: Address) -> Iterator[Line]:
    """Return the items of a group, each with those in it right below; one whose parent is elsewhere stands at the edge."""
    here = {row.item["id"] for row in lane.rows}
    inside: dict[Any, list[dict[str, Any]]] = {}
    for row in lane.rows:
        parent = row.item["parent_id"]
        inside.setdefault(parent if parent in here else None, []).append(row.item)
    ahead = [(item, 0, before) for item, before in _with_before(inside.get(None, []))][::-1]
    while ahead:
        item, depth, before = ahead.pop()
        kids = inside.get(item["id"], [])
        closed = f"i{item['number']}" in address.closed
        yield Line(lane, item, depth, len(kids), closed=closed and bool(kids), before=before)
        if not closed:
            ahead += [(kid, depth + 1, above) for kid, above in _with_before(kids)][::-1]


def _with_before(items: list[dict[str, Any]]) -> list[tuple[dict[str, Any], int]]:
    return list(zip(items, [0, *(item["number"] for item in items)], strict=False))


def _sorted(facts: Sequence[dict[str, Any]], address: Address, goals: dict[UUID, int]) -> Sequence[dict[str, Any]]:
    """Sort by several columns; what has no value comes last, whichever way round."""
    for name in reversed(address.sort):
        if _bare(name) == "rank":
            continue
        value = _value(_bare(name), facts, goals)
        known = [(key, each) for each in facts if (key := value(each)) not in (None, "")]
        known.sort(key=lambda pair: pair[0], reverse=name.startswith("-"))
        facts = [*(each for _, each in known), *(each for each in facts if value(each) in (None, ""))]
    return facts


def _value(name: str, facts: Sequence[dict[str, Any]], goals: dict[UUID, int]) -> Callable[[dict[str, Any]], Any]:
    titles = {each["id"]: each["title"].casefold() for each in facts} if name == "parent" else {}
    known: dict[str, Callable[[dict[str, Any]], Any]] = {
        "goal": lambda each: goals.get(each["goal_id"]),
        "owner": lambda each: (each["owner_name"] or "").casefold(),
        "parent": lambda each: titles.get(each["parent_id"]),
        "title": lambda each: each["title"].casefold(),
        **{choice: lambda each, choice=choice: _PLACES[choice].get(each[choice]) or None for choice in _PLACES},  # type: ignore[misc]
        **SORTED,
    }
    return known.get(name) or (lambda each: each.get(name))


# How a column of an app above is sorted: by what value of an item's facts.
SORTED: dict[str, Callable[[dict[str, Any]], Any]] = {}


def _bare(name: str) -> str:
    return name.removeprefix("-")
