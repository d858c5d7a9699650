"""The lanes of a view: by goal, status, owner, horizon, milestone, parent or nothing, and what binds rows across them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from apps.core.models import Change
from apps.roadmap import queries
from apps.roadmap.models import Horizon, ItemType, Status
from apps.roadmap.timeframes import may_start

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from uuid import UUID

    from apps.roadmap.address import Address
    from apps.roadmap.models import Item
    from apps.roadmap.scene.rows import Row
    from apps.vision.models import Goal, Product

OVER = (Status.SHIPPED, Status.DROPPED, Status.PARKED)
HEADER = ROW = 36  # px, as in the style sheet
IN_NONE = {"milestone": _("In no milestone"), "release": _("In no release")}

# Of a grouping that an app above knows: its lanes as (key, name, ids of its items), in order, now or at a moment; those that
# could take items are among them.
GROUPERS: dict[str, Callable[[Product, list[UUID], datetime | None], list[tuple[str, str, set[UUID]]]]] = {}


@dataclass(slots=True)
class Lane:
    """A row of the picture: its heading, its share of effort where it is a goal, and its items.

    `sets` is what an item becomes that is put into the lane: the name of a field and its value.
    """

    key: str
    name: str
    colour: int = 0
    share: dict[str, Any] | None = None
    sets: tuple[str, str] = ("", "")
    rows: list[Row] = field(default_factory=list)
    total: int = 0
    closed: bool = False
    everything: list[Row] = field(default_factory=list)  # of a column of the board: all its cards, whatever is shown of them
    limit: int | None = None  # open items that a column of the board is meant to hold

    @property
    def open(self) -> int:
        """How many of its items are not over; in a column of a status, all of them."""
        return sum(row.item["status"] not in OVER or self.sets[0] == "status" for row in self.everything or self.rows)

    @property
    def move_here(self) -> str:
        """What the button says that moves a card into it."""
        return gettext("Move to %(lane)s") % {"lane": self.name}

    @property
    def over(self) -> int:
        """How many open items it holds beyond its limit."""
        return max(0, self.open - self.limit) if self.limit else 0

    @property
    def cards(self) -> list[tuple[Row, Row | None, Row | None]]:
        """Its rows, each with the one above and the one below."""
        return [
            (row, self.rows[n - 1] if n else None, self.rows[n + 1] if n + 1 < len(self.rows) else None)
            for n, row in enumerate(self.rows)
        ]


@dataclass(frozen=True, slots=True)
class Now:
    """The lane of an item just now, its key and name empty for none, and the change that put it there, where one is known."""

    key: str
    name: str
    change: Change | None


def group_sent(data: Mapping[str, str]) -> str:
    """Return the grouping in whose lanes or columns what was sent puts items: goal, milestone or release, empty for another."""
    if "goal" in data:
        return "goal"
    return ("release" if data.get("group") == "release" else "milestone") if "milestone" in data else ""


def lane_now(item: Item, group: str) -> Now:
    """Return in which lane of goals, milestones or releases an item is, read afresh; a goal that was given up has none."""
    about, key, name = item.pk, "", ""
    if group == "goal":
        if first := item.contributions.select_related("goal").order_by("-share", "goal__rank").first():
            about = first.pk
            key, name = ("", "") if first.goal.archived_at else (str(first.goal_id), first.goal.name)
    else:
        lanes = GROUPERS[group](item.product, [item.pk], None)
        key, name = next(((key, name) for key, name, ids in lanes if ids), ("", ""))
    return Now(key, name, Change.objects.filter(touches__contains=[about]).order_by("-seq").first())


@dataclass(frozen=True, slots=True)
class Connector:
    """A line from the end of one bar to the start of another; `bad` where the other starts too early.

    `one` and `other` are the numbers of the items, `pk` is the dependency's.
    """

    path: str
    bad: bool
    kind: str
    one: int
    other: int
    pk: UUID


def lanes_of(
    product: Product, rows: list[Row], address: Address, goals: list[Goal], shares: dict[UUID, dict[str, Any]]
) -> list[Lane]:
    """Arrange rows in the lanes that the address asks for."""
    if address.view == "matrix":
        return _filled([Lane("all", gettext("All items"))], rows, lambda _row: "all")
    arrange: _Arrange = _LANES.get(address.group, _by_choice)
    lanes = arrange(product, rows, address, goals, shares)
    for lane in lanes:
        lane.closed = address.view != "board" and lane.key in address.closed
    return lanes


def _by_goal(
    _product: Product, rows: list[Row], _address: Address, goals: list[Goal], shares: dict[UUID, dict[str, Any]]
) -> list[Lane]:
    lanes = [Lane(str(goal.pk), goal.name, goal.colour, shares.get(goal.pk), ("goal", str(goal.pk))) for goal in goals]
    rest = Lane("none", gettext("Serves no goal"), sets=("goal", ""))
    return _filled([*lanes, rest], rows, attrgetter("goal"))


def _by_owner(_product: Product, rows: list[Row], *_: Any) -> list[Lane]:
    owners = {str(row.item["owner_id"]): row.item["owner_name"] for row in rows if row.item["owner_id"]}
    named = sorted(owners.items(), key=lambda pair: (pair[1], pair[0]))
    lanes = [Lane(key, name, sets=("owner", key)) for key, name in named]
    return _filled([*lanes, Lane("none", gettext("Nobody"), sets=("owner", ""))], rows, lambda row: str(row.item["owner_id"]))


def _by_parent(product: Product, rows: list[Row], *_: Any) -> list[Lane]:
    parents = {row.item["parent_id"] for row in rows} - {None}
    titles = {row.item["id"]: (row.item["title"], row.colour) for row in rows}
    if away := parents - titles.keys():  # without a date, filtered out, or further down than the screen
        titles |= {pk: (title, 0) for pk, title in queries.titles(product, away)}
    lanes = [Lane(str(pk), *titles[pk], sets=("parent", str(pk))) for pk in titles if pk in parents]
    rest = Lane("none", gettext("Without a parent"), sets=("parent", ""))
    return _filled([*lanes, rest], rows, lambda row: str(row.item["parent_id"]))


def _by_place(product: Product, rows: list[Row], address: Address, *_: Any) -> list[Lane]:
    ids = [row.item["id"] for row in rows]
    grouped = GROUPERS[address.group](product, ids, address.at) if address.group in GROUPERS else []
    lanes = [Lane(key, name, sets=("milestone", key)) for key, name, _ in grouped]
    found = {pk: key for key, _, ids in grouped for pk in ids}
    rest = Lane("none", str(IN_NONE[address.group]), sets=("milestone", ""))
    return _filled([*lanes, rest], rows, lambda row: found.get(row.item["id"], "none"))


def _by_choice(_product: Product, rows: list[Row], address: Address, *_: Any) -> list[Lane]:
    choices: dict[str, list[tuple[Any, Any]]] = {
        "status": list(Status.choices), "horizon": list(Horizon.choices), "type": list(ItemType.choices),
    }  # fmt: skip
    if address.group not in choices:
        return _filled([Lane("all", gettext("All items"))], rows, lambda _row: "all")
    lanes = [Lane(str(value), str(words), sets=(address.group, str(value))) for value, words in choices[address.group]]
    return _filled(lanes, rows, lambda row: row.item[address.group])


type _Arrange = Callable[[Product, list[Row], Address, list[Goal], dict[UUID, dict[str, Any]]], list[Lane]]
_LANES: dict[str, _Arrange] = {
    "goal": _by_goal, "owner": _by_owner, "parent": _by_parent, "milestone": _by_place, "release": _by_place,
}  # fmt: skip


def _filled(lanes: list[Lane], rows: list[Row], key: Callable[[Row], str]) -> list[Lane]:
    by_key = {lane.key: lane for lane in lanes}
    for place, group in groupby(rows, key):
        if lane := by_key.get(place) or by_key.get("none"):
            lane.rows.extend(group)
    for lane in lanes:
        lane.total = len(lane.rows)
    return [lane for lane in lanes if lane.rows or lane.key != "none"]


def connectors(lanes: list[Lane], edges: list[tuple[UUID, UUID, str, UUID]]) -> tuple[list[Connector], int]:
    """Return the lines between the bars of open lanes, and the height of the picture in px.

    Each row is told in words what it blocks and waits for; x is in thousandths of the width, y in px.
    """
    bound = {pk for one, two, *_ in edges for pk in (one, two)}
    rows = {row.item["id"]: row for lane in lanes if bound for row in lane.rows if row.item["id"] in bound}
    middle, y = {}, 0
    for lane in lanes:
        y += HEADER
        shown = [] if lane.closed or not bound else lane.rows
        middle.update({row.item["id"]: y + ROW * n + ROW // 2 for n, row in enumerate(shown) if row.item["id"] in bound})
        y += 0 if lane.closed else ROW * (len(lane.rows) or 1)
    lines = []
    for one, two, kind, pk in edges:
        before, after = rows.get(one), rows.get(two)
        if before is None or after is None or kind == "relates_to":
            continue
        bad = kind == "blocks" and after.item["start"] < may_start(before.item["end"], after.item["granularity"], after.begins)
        before.waits.append(_bound_text(kind, after))
        after.waits.append(_late_text(before, after) if bad else _bound_text("waits_for" if kind == "blocks" else kind, before))
        if one in middle and two in middle and before.bar and after.bar:
            start, end = (before.bar.x + before.bar.width) * 10, after.bar.x * 10
            path = _path(round(start), middle[one], round(end), middle[two])
            lines.append(Connector(path, bad, kind, before.item["number"], after.item["number"], pk))
    return lines, y


_BOUND = {"blocks": _("blocks %(title)s"), "waits_for": _("waits for %(title)s"), "moves_with": _("moves with %(title)s")}


def _bound_text(kind: str, other: Row) -> str:
    return str(_BOUND[kind]) % {"title": other.item["title"]}


def _late_text(before: Row, after: Row) -> str:
    days = (before.item["end"] - after.item["start"]).days + 1
    said = ngettext(
        "waits for %(title)s, which ends %(count)s day too late for it",
        "waits for %(title)s, which ends %(count)s days too late for it",
        days,
    )
    return said % {"title": before.item["title"], "count": days}


def _path(x: int, y: int, to_x: int, to_y: int) -> str:
    """Return a line with round corners out of a bar's end and into another's start, with its head."""
    down = 1 if to_y > y else -1
    head = f"M{to_x - 5} {to_y - 4}L{to_x} {to_y}L{to_x - 5} {to_y + 4}"
    if to_x - x >= 16:
        turn = to_x - 10
        return f"M{x} {y}H{turn - 4}q4 0 4 {4 * down}V{to_y - 4 * down}q0 {4 * down} 4 {4 * down}H{to_x}{head}"
    between = to_y - 18 * down
    back = to_x - 10
    return (
        f"M{x} {y}h4q4 0 4 {4 * down}V{between - 4 * down}q0 {4 * down} -4 {4 * down}H{back + 4}"
        f"q-4 0 -4 {4 * down}V{to_y - 4 * down}q0 {4 * down} 4 {4 * down}H{to_x}{head}"
    )
