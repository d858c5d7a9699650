"""What the views of a roadmap show, made ready for the template: lanes of rows, with their words and places."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.utils import timezone

from apps.roadmap import queries
from apps.roadmap.address import moment_of
from apps.roadmap.models import Method
from apps.roadmap.scene.compare import MOMENTS, Difference, differences
from apps.roadmap.scene.lanes import Connector, Lane, connectors, lanes_of
from apps.roadmap.scene.matrix import Matrix, arranged
from apps.roadmap.scene.rows import Row, row_of
from apps.vision.models import Goal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from apps.roadmap.address import Address
    from apps.roadmap.models import Scorecard
    from apps.roadmap.picture import Window
    from apps.vision.models import Product

# What apps above say of a whole roadmap, by name; their templates show it beside the views.
NOTES: dict[str, Callable[[Product], Any]] = {}
BY_SCORE = ("table", "matrix")  # the views that show how items are rated
MOST = 20_000  # rows of a view that shows all
SCREEN = 120  # rows of the first screen; the rest comes as one scrolls


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
    lines: list[Connector] = field(default_factory=list)
    height: int = 0
    at: datetime | None = None
    base: datetime | None = None
    changed: list[Difference] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    scorecards: list[Scorecard] = field(default_factory=list)
    scorecard: Scorecard | None = None
    matrix: Matrix | None = None

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
    at = address.at
    scorecards, scorecard = _scorecards(product, address)
    found, total = _rows_at(product, address, at, scorecard) if at else _rows_now(product, address, scorecard)
    window = address.window(timezone.localdate(at) if at else today, _span(found))
    goals = list(Goal.objects.filter(product=product, archived_at=None))
    ids = [row["id"] for row in found]
    slips = queries.slips(product.workspace_id, ids, at)
    rows = [row_of(product, item, goals, slips.get(item["id"]), window) for item in found]
    base = _base(product, address)
    changed = differences(product, rows, base, at, window) if base and (at is None or base <= at) else []
    aligned = queries.alignment(product)
    shares = {} if at else {goal["id"]: goal for goal in aligned["goals"]}
    timeline, matrix = address.view == "timeline", address.view == "matrix"
    lanes = lanes_of(product, [row for row in rows if row.item["start"] or not timeline], address, goals, shares)
    edges = [] if not timeline else queries.dependencies_at(product, at) if at else queries.dependencies(ids)
    lines, height = connectors(lanes, edges) if timeline else ([], 0)
    return Scene(
        lanes=lanes,
        parked=[row for row in rows if not row.item["start"]] if timeline else [],
        shown=len(found),
        total=total,
        window=window,
        today=today,
        today_x=x if 0 <= (x := window.x(today)) <= 100 else None,
        goals=goals,
        loose=len(aligned["loose"]),
        lines=lines,
        height=height,
        at=at,
        base=base,
        changed=changed,
        notes={name: note(product) for name, note in NOTES.items()},
        scorecards=scorecards,
        scorecard=scorecard,
        matrix=arranged(rows, scorecard, everything="status" in address.filters) if scorecard and matrix else None,
    )


def _scorecards(product: Product, address: Address) -> tuple[list[Scorecard], Scorecard | None]:
    """Return the scorecards that the view can show, and the one that it shows: the address's, or else the first."""
    if address.view not in BY_SCORE:
        return [], None
    found = list(queries.scorecards(product))
    if address.view == "matrix":
        found = [each for each in found if each.method == Method.VALUE_EFFORT]
    return found, next((each for each in found if str(each.pk) == address.scorecard), found[0] if found else None)


def _rows_now(product: Product, address: Address, scorecard: Scorecard | None) -> tuple[list[dict[str, Any]], int]:
    """Return the rows of the first screen, or as many as the address asks for, and how many there are."""
    items = address.narrow(queries.on_roadmap(product))
    if "goal" in address.filters:
        items = items.distinct()  # one that serves two of the goals asked for is one
    limit = address.rows or SCREEN
    rows = queries.rows(items, above=address.view == "table")
    rows = queries.scored(rows, scorecard) if address.view in BY_SCORE else rows
    found = list(rows.order_by(*_order(address))[: limit + 1])
    total = len(found) if len(found) <= limit else items.count()
    return found[:limit], total


def _rows_at(product: Product, address: Address, at: datetime, scorecard: Scorecard | None) -> tuple[list[dict[str, Any]], int]:
    """Return the same as it was at a moment."""
    found = [row for row in queries.rows_at(product, at) if address.keeps(row)]
    if address.view in BY_SCORE:
        queries.scored_at(product, found, scorecard, at)
    if address.view == "table":
        for name in reversed(address.sort):
            column = name.removeprefix("-")
            known = [row for row in found if row.get(column) is not None]
            known.sort(key=lambda row: row[column], reverse=name.startswith("-"))
            found = [*known, *(row for row in found if row.get(column) is None)]
    return found[: address.rows or SCREEN], len(found)


def _base(product: Product, address: Address) -> datetime | None:
    """Return the moment with which the address compares."""
    known = MOMENTS.get(address.compare)
    return known(product) if known else moment_of(address.compare)


def _span(found: list[dict[str, Any]]) -> tuple[date, date] | None:
    """Return the first and last day of all that has dates."""
    dated = [(row["start"], row["end"]) for row in found if row["start"]]
    return (min(start for start, _ in dated), max(end for _, end in dated)) if dated else None


def _order(address: Address) -> list[Any]:
    if address.view == "table":
        sort = ((F(name.removeprefix("-")), name.startswith("-")) for name in address.sort)
        return [*(by.desc(nulls_last=True) if down else by.asc(nulls_last=True) for by, down in sort), "rank"]
    if address.view == "board":
        return ["rank"]
    lane = {"goal": "goal_rank", "owner": "owner_name", "status": "status", "horizon": "horizon"}.get(address.group)
    return [lane, "rank"] if lane else ["rank"]
