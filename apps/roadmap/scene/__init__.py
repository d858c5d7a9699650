"""What the views of a roadmap show, made ready for the template: lanes of rows, with their words and places."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from django.utils import timezone

from apps.core.past import moment_of
from apps.roadmap import kept, past, queries
from apps.roadmap.limits import limits_of
from apps.roadmap.models import Method
from apps.roadmap.scene.compare import MOMENTS, Difference, Shown, differences
from apps.roadmap.scene.lanes import Connector, Lane, connectors, lanes_of
from apps.roadmap.scene.matrix import Matrix, arranged
from apps.roadmap.scene.rows import Row, rows_of
from apps.roadmap.scene.sheet import LOADERS, Sheet, known, needs_known, sheet_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from apps.core.lasting import Workspace
    from apps.roadmap.address import Address
    from apps.roadmap.models import Scorecard
    from apps.roadmap.picture import Window
    from apps.vision.models import Goal, Product

# What apps above say of a whole roadmap, by name; their templates show it beside the views.
NOTES: dict[str, Callable[[Product], Any]] = {}
BY_SCORE = ("table", "matrix")  # the views that show how items are rated
MOST = 20_000  # rows of a view that shows all
SCREEN = 120  # rows of the first screen; the rest comes as one scrolls
TRAY = 60  # items that the parking lot shows at most


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
    sheet: Sheet | None = None
    undated: int = 0  # items of the timeline without a date, `parked` or beyond it; `total` counts the others

    @property
    def base_name(self) -> str:
        """What the moment compared with is called, where it was kept under a name."""
        return next((each.name for each in self.notes.get("baselines", ()) if each.at == self.base), "")

    @property
    def more(self) -> int:
        return self.total - self.shown if self.sheet is None else 0

    @property
    def beyond_tray(self) -> int:
        """How many items without a date the parking lot does not show."""
        return max(0, self.undated - TRAY)

    @property
    def first_beyond(self) -> int:
        """Where the first of those stands in a table by dates, in which what has none comes last."""
        return self.total + TRAY

    @property
    def further(self) -> int:
        """How many rows are shown once one has come to the end of these."""
        return min(self.total, self.shown * 4)

    @property
    def earlier(self) -> date:
        """The first day of the window half a width before this one."""
        return self.window.shifted(-1)

    @property
    def later(self) -> date:
        """The first day of the window half a width after this one."""
        return self.window.shifted(1)


def scene(product: Product, address: Address, workspace: Workspace, *, edits: bool = False) -> Scene:
    """Read and arrange a view, not older than the workspace as it was read; a constant number of queries.

    Whoever `edits` sees milestones without items as well, to put some in.
    """
    at = address.at
    today = timezone.localdate(at)  # the past is drawn with the day of then
    scorecards, scorecard = _scorecards(product, address)
    now = None if at else kept.roadmap(product, workspace)
    goals = now.goals if now else past.goals_at(product, cast("datetime", at))
    everything = _rows(product, address, scorecard, now)
    matching = _matching(product, address, everything)
    sheet = sheet_of(matching, address, product, goals, scorecard) if address.view == "table" else None
    timeline, matrix = address.view == "timeline", address.view == "matrix"
    placed, undated = _by_dates(matching) if timeline else (matching, [])
    parked = undated[:TRAY]
    found = _known_of(product, address, scorecard, sheet.rows) if sheet else _ordered(placed, address)[: address.rows or SCREEN]
    window = address.window(product.workspace, today, _span(matching) if address.zoom == "fit" else None)
    slips = queries.slips(product.workspace_id, [row["id"] for row in found], at) if at else {}
    base = _base(product, address)
    edges = _edges(product, now, at) if timeline else []
    drawn = [*found, *parked]
    bound = {row["id"] for row in drawn} if base else {pk for one, two, *_ in edges for pk in (one, two)}
    rows = rows_of(product, drawn, goals, slips, window, bound)
    about = Shown(address, everything, matching)
    changed = differences(product, about, rows, base, at, window) if base and (at is None or base <= at) else []
    shares, loose = (now.effort.shares, now.effort.loose) if now else past.effort_of(everything, goals)
    lanes = _placed(product, sheet, rows) if sheet else lanes_of(product, rows[: len(found)], address, goals, shares)
    if not edits:
        lanes = [lane for lane in lanes if lane.rows or lane.sets[0] != "milestone"]
    if timeline and len(found) < len(placed):
        lanes = _begun(lanes)
        _totalled(lanes, address.group, placed)
    if address.view == "board":
        _counted(product, address, lanes, goals, everything, matching)
    lines, height = connectors(lanes, edges) if timeline else ([], 0)
    return Scene(
        lanes=lanes,
        parked=rows[len(found) :],
        shown=len(found),
        total=len(placed),
        window=window,
        today=today,
        today_x=x if 0 <= (x := window.x(today)) <= 100 else None,
        goals=goals,
        loose=loose,
        lines=lines,
        height=height,
        at=at,
        base=base,
        changed=changed,
        notes={name: note(product) for name, note in NOTES.items()},
        scorecards=scorecards,
        scorecard=scorecard,
        matrix=arranged(rows, scorecard, everything="status" in address.filters) if scorecard and matrix else None,
        sheet=sheet,
        undated=len(undated),
    )


def _counted(
    product: Product,
    address: Address,
    lanes: list[Lane],
    goals: list[Goal],
    everything: Sequence[dict[str, Any]],
    matching: Sequence[dict[str, Any]],
) -> None:
    """Give the columns of a board their numbers: how many cards the filters keep, and, for their limits, all that there are."""
    limits, kept_ids = limits_of(product, address.group), {row["id"] for row in matching}
    bare = [Row(each, "", 0, "") for each in everything]
    whole = {lane.key: lane.rows for lane in lanes_of(product, bare, address, goals, {})}
    for lane in lanes:
        lane.limit, lane.everything = limits.get(lane.key), whole.get(lane.key, [])
        lane.total = sum(row.item["id"] in kept_ids for row in lane.everything)


def _scorecards(product: Product, address: Address) -> tuple[list[Scorecard], Scorecard | None]:
    """Return the scorecards that the view can show, and the one that it shows: the address's, or else the first."""
    if address.view not in BY_SCORE:
        return [], None
    found = list(queries.scorecards(product))
    if address.view == "matrix":
        found = [each for each in found if each.method == Method.VALUE_EFFORT]
    return found, next((each for each in found if str(each.pk) == address.scorecard), found[0] if found else None)


def _rows(product: Product, address: Address, scorecard: Scorecard | None, now: kept.Kept | None) -> Sequence[dict[str, Any]]:
    """Return all rows of a roadmap, as they are or were, in its order, each with what only some views show."""
    if now is None:
        found = past.rows_at(product, cast("datetime", address.at))
        if address.view in BY_SCORE:
            past.scored_at(product, found, scorecard, cast("datetime", address.at))
        return found
    if address.view == "matrix" or (address.view == "table" and needs_known(address)):
        return known(product, scorecard, now.rows)
    return now.rows


def _known_of(
    product: Product, address: Address, scorecard: Scorecard | None, rows: list[dict[str, Any]]
) -> Sequence[dict[str, Any]]:
    """Return the rows that are on the screen with what only the table shows; those of the past have it."""
    return rows if address.at or (rows and "score" in rows[0]) else known(product, scorecard, rows)


def _edges(product: Product, now: kept.Kept | None, at: datetime | None) -> list[tuple[UUID, UUID, str, UUID]]:
    return now.edges if now else past.dependencies_at(product, cast("datetime", at))


def _matching(product: Product, address: Address, rows: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """Keep the rows that the filters name."""
    if not address.filters:
        return rows
    words = address.filters.get("q")
    found = queries.with_words(product, words) if words and not address.at else None
    return [row for row in rows if (found is None or row["id"] in found) and address.keeps(row)]


def _by_dates(rows: Sequence[dict[str, Any]]) -> tuple[Sequence[dict[str, Any]], Sequence[dict[str, Any]]]:
    """Part rows, in their order, into those with dates and those without."""
    return [row for row in rows if row["start"]], [row for row in rows if not row["start"]]


def _ordered(rows: Sequence[dict[str, Any]], address: Address) -> Sequence[dict[str, Any]]:
    """Put rows, which come by rank, into the order of the lanes."""
    if address.view == "board":
        return rows
    if address.group == "goal":
        return sorted(rows, key=lambda row: row["goal_rank"] or "~")
    lane = {"owner": "owner_name", "status": "status", "horizon": "horizon"}.get(address.group)
    return sorted(rows, key=lambda row: (row[lane] is None, row[lane] or "")) if lane else rows


def _begun(lanes: list[Lane]) -> list[Lane]:
    """Leave out the lanes after the last row that is shown: theirs come as one scrolls."""
    last = max((n for n, lane in enumerate(lanes) if lane.rows), default=-1)
    return lanes[: last + 1]


def _totalled(lanes: list[Lane], group: str, matching: Sequence[dict[str, Any]]) -> None:
    """Give lanes of which only some rows are drawn the number of all; none where only drawn rows say which lane is theirs."""
    name = {"goal": "goal_id", "owner": "owner_id", "parent": "parent_id"}.get(group, group)
    if all(lane.share for lane in lanes):
        return  # which say that instead
    known = bool(matching) and name in matching[0]
    counts = Counter(row[name] for row in matching) if known else {}
    totals = {str(value or "none"): count for value, count in counts.items()}
    for lane in lanes:
        lane.total = totals.get(lane.key, 0)


def _placed(product: Product, sheet: Sheet, rows: list[Row]) -> list[Lane]:
    """Put the full rows into the table's lines, and return its groups with only those."""
    by_id = {row.item["id"]: row for row in rows}
    sheet.lines = [line for line in sheet.lines if line.facts is None or line.facts["id"] in by_id]
    lanes = {line.lane.key: line.lane for line in sheet.lines}
    for lane in lanes.values():
        lane.rows = []
    for line in sheet.lines:
        if line.facts:
            line.row = by_id[line.facts["id"]]
            line.lane.rows.append(line.row)
    _say_more(product, sheet, rows)
    return list(lanes.values())


def _say_more(product: Product, sheet: Sheet, rows: list[Row]) -> None:
    """Give the rows what columns show beyond the items' own fields; a constant number of queries a column."""
    for name in sheet.columns:
        if loader := LOADERS.get(name):
            said = loader(product, [row.item for row in rows])
            for row in rows:
                if row.item["id"] in said:
                    row.said[name] = said[row.item["id"]]


def _base(product: Product, address: Address) -> datetime | None:
    """Return the moment with which the address compares."""
    known = MOMENTS.get(address.compare)
    return known(product) if known else moment_of(address.compare)


def _span(found: Sequence[dict[str, Any]]) -> tuple[date, date] | None:
    """Return the first and last day of all that has dates."""
    dated = [(row["start"], row["end"]) for row in found if row["start"]]
    return (min(start for start, _ in dated), max(end for _, end in dated)) if dated else None
