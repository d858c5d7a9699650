"""What the views of a roadmap show, made ready for the template: lanes of rows, with their words and places."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from apps.roadmap import queries
from apps.roadmap.models import Health, Horizon, ItemType, Status
from apps.roadmap.timeframes import timeframe_text
from apps.vision.models import Goal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from apps.roadmap.address import Address
    from apps.roadmap.picture import Bar, Window
    from apps.roadmap.queries import Slip
    from apps.vision.models import Product

SCREEN = 120  # rows of the first screen; the rest comes as one scrolls
STATUS_WORDS = dict(Status.choices)
HEALTH_WORDS = dict(Health.choices)
HORIZON_WORDS = dict(Horizon.choices)
TYPE_WORDS = dict(ItemType.choices)
TONES = {"shipped": "ok", "dropped": "bad", "parked": "", "on_track": "ok", "at_risk": "warn", "off_track": "bad"}


@dataclass(slots=True)
class Row:
    """One item as a view shows it."""

    item: dict[str, Any]
    key: str
    colour: int
    goal_name: str
    bar: Bar | None = None
    beside: str = ""  # "before" or "after" the window
    slip: Slip | None = None
    slip_width: float = 0.0

    @property
    def status(self) -> str:
        return str(STATUS_WORDS[self.item["status"]])

    @property
    def health(self) -> str:
        return str(HEALTH_WORDS.get(self.item["health"], ""))

    @property
    def tone(self) -> str:
        return TONES.get(self.item["health"]) or TONES.get(self.item["status"], "")

    @property
    def when(self) -> str:
        return timeframe_text(self.item["start"], self.item["end"], self.item["granularity"])

    @property
    def manner(self) -> str:
        """How the bar is drawn: done, dashed for what comes next, hatched for what comes later or is doubtful."""
        if self.item["status"] == Status.SHIPPED:
            return "done"
        if self.item["status"] in (Status.DROPPED, Status.PARKED):
            return "dropped"
        doubtful = self.item["confidence"] is not None and self.item["confidence"] < 50
        if self.item["horizon"] == Horizon.LATER or doubtful:
            return "later"
        return "next" if self.item["horizon"] == Horizon.NEXT else "now"

    @property
    def health_class(self) -> str:
        return str(self.item["health"]).replace("_", "-")

    @property
    def slip_x(self) -> float:
        """Where on the bar the slipped part begins, in percent of the bar."""
        return round(100 - self.slip_width, 2)

    @property
    def first_month(self) -> date:
        """The window to go to for seeing an item that lies outside this one."""
        start: date = self.item["start"]
        return start.replace(day=1)

    @property
    def label(self) -> str:
        """What the bar says beside its progress."""
        if self.item["status"] == Status.SHIPPED:
            return "Shipped"
        if self.slip and self.slip.days > 0:
            return f"{self.slip.first.day} {self.slip.first:%b} → {self.slip.now.day} {self.slip.now:%b}"
        return self.when

    @property
    def spoken(self) -> str:
        """The whole bar in words, for whoever does not see it."""
        parts = [
            self.item["title"],
            self.status,
            self.when,
            self.health,
            f"serves {self.goal_name}" if self.goal_name else "serves no goal",
        ]
        if self.slip and self.slip.days:
            parts.append(f"{abs(self.slip.days)} days {'later' if self.slip.days > 0 else 'earlier'} than first given")
        return ", ".join(part for part in parts if part)


@dataclass(slots=True)
class Lane:
    """A row of the picture: its heading, its share of effort where it is a goal, and its items."""

    key: str
    name: str
    colour: int = 0
    share: dict[str, Any] | None = None
    rows: list[Row] = field(default_factory=list)
    total: int = 0


@dataclass(slots=True)
class Scene:
    """All that one view of a roadmap shows."""

    lanes: list[Lane]
    parked: list[Row]
    shown: int
    total: int
    window: Window
    today: date
    today_x: float | None
    goals: list[Goal]
    loose: int

    @property
    def more(self) -> int:
        return self.total - self.shown

    @property
    def earlier(self) -> date:
        """The first day of the window half a width before this one."""
        return self.window.shifted(-1)

    @property
    def later(self) -> date:
        """The first day of the window half a width after this one."""
        return self.window.shifted(1)


def scene(product: Product, address: Address) -> Scene:
    """Read and arrange a view; a constant number of queries for any number of items."""
    today = timezone.localdate()
    window = address.window(today)
    items = address.narrow(queries.on_roadmap(product))
    limit = address.rows or SCREEN
    ordered = queries.rows(items.distinct() if "goal" in address.filters else items).order_by(*_order(address))
    found = list(ordered[: limit + 1])
    total = len(found) if len(found) <= limit else items.distinct().count()
    found = found[:limit]
    goals = list(Goal.objects.filter(product=product, archived_at=None))
    slips = queries.slips(product.workspace_id, [row["id"] for row in found])
    rows = [_row(product, item, goals, slips.get(item["id"]), window) for item in found]
    aligned = queries.alignment(product)
    placed = [row for row in rows if row.item["start"]] if address.view == "timeline" else rows
    return Scene(
        lanes=_lanes(placed, address, goals, {goal["id"]: goal for goal in aligned["goals"]}),
        parked=[row for row in rows if not row.item["start"]] if address.view == "timeline" else [],
        shown=len(found),
        total=total,
        window=window,
        today=today,
        today_x=x if 0 <= (x := window.x(today)) <= 100 else None,
        goals=goals,
        loose=len(aligned["loose"]),
    )


def _order(address: Address) -> list[str]:
    if address.view == "table" and address.sort != "rank":
        return [address.sort, "rank"]
    if address.view == "board":
        return ["rank"]
    lane = {"goal": "goal_rank", "owner": "owner_name"}.get(address.group, address.group)
    return ["rank"] if lane == "none" else [lane, "rank"]


def _row(product: Product, item: dict[str, Any], goals: list[Goal], slip: Slip | None, window: Window) -> Row:
    goal = next((goal for goal in goals if goal.pk == item["goal_id"]), None)
    row = Row(item, f"{product.key}-{item['number']}", goal.colour if goal else 0, goal.name if goal else "", slip=slip)
    if item["start"] and item["end"]:
        row.bar = window.bar(item["start"], item["end"])
        row.beside = "" if row.bar else ("before" if item["end"] < window.first else "after")
        if row.bar and slip and slip.days > 0 and item["status"] != Status.SHIPPED:
            late = window.bar(max(slip.first, item["start"]), item["end"])
            row.slip_width = round(min(100.0, late.width / row.bar.width * 100), 2) if late else 0.0
    return row


def _lanes(rows: list[Row], address: Address, goals: list[Goal], shares: dict[UUID, dict[str, Any]]) -> list[Lane]:
    if address.view == "board":
        lanes = [Lane(str(value), str(words)) for value, words in Horizon.choices]
        return _filled(lanes, rows, lambda row: row.item["horizon"])
    if address.view == "table" or address.group == "none":
        return _filled([Lane("all", "All items")], rows, lambda _row: "all")
    if address.group == "goal":
        lanes = [Lane(str(goal.pk), goal.name, goal.colour, shares.get(goal.pk)) for goal in goals]
        return _filled([*lanes, Lane("none", "Serves no goal")], rows, lambda row: str(row.item["goal_id"] or "none"))
    if address.group == "owner":
        names = sorted({row.item["owner_name"] or "" for row in rows})
        return _filled([Lane(name, name or "Nobody") for name in names], rows, lambda row: row.item["owner_name"] or "")
    words: Iterable[tuple[Any, Any]] = Status.choices if address.group == "status" else Horizon.choices
    return _filled([Lane(str(v), str(w)) for v, w in words], rows, lambda row: row.item[address.group])


def _filled(lanes: list[Lane], rows: list[Row], key: Any) -> list[Lane]:
    by_key = {lane.key: lane for lane in lanes}
    for row in rows:
        lane = by_key.get(key(row)) or by_key.get("none")
        if lane:
            lane.rows.append(row)
            lane.total += 1
    return [lane for lane in lanes if lane.rows or lane.key != "none"]
