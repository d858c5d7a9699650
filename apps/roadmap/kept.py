"""The rows of each roadmap as this process last read them, brought up to date by the change stream.

A view needs all rows of a product, and an edit changes one of them. So the rows are kept, and a look after an edit reads
what changed since, and of the roadmap only what that touched. What is kept is never older than the number asked for.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left, insort
from collections import OrderedDict
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Self, cast
from uuid import UUID

from apps.core import lasting
from apps.core.models import Change
from apps.roadmap import queries
from apps.roadmap.models import Dependency

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps.core.lasting import Workspace
    from apps.roadmap.queries import Slip
    from apps.vision.models import Goal, Product

LONGEST = 600  # seconds; then everything is read anew, for what is written past the actions
ROADMAPS = 50  # kept by a process
MADE = 6  # things of each row: three windows or readers, each placed and drawn
ROWS = 30_000  # kept by a process, of all roadmaps together
_RANK = itemgetter("rank")
# What the rows of a roadmap do not show, of the apps whose nouns they do show.
_ELSEWHERE = frozenset(
    {
        "roadmap.savedview", "roadmap.defaultview", "roadmap.decision", "roadmap.scorecard", "roadmap.score", "roadmap.follow",
        "vision.vision", "vision.visionversion", "vision.signoff",
    }
)  # fmt: skip


class KeptRow(dict[str, Any]):
    """A row as `queries.rows` returns it, with its slip; never changed, so that what was made of it is kept with it."""

    __slots__ = ("made", "slip")

    def __init__(self, row: dict[str, Any], slip: Slip | None) -> None:
        super().__init__(row, goal_id=row["goal_ids"][0] if row["goal_ids"] else None)
        self.slip = slip
        self.made: dict[str, Any] = {}

    def once[T](self, about: str, make: Callable[[Self], T]) -> T:
        """Return what `make` makes of the row, made once for each `about`: all else on which it depends."""
        made = self.made.get(about)
        if made is None:
            if len(self.made) >= MADE:
                self.made.clear()
            made = self.made[about] = make(self)
        return cast("T", made)


@dataclass(frozen=True, slots=True)
class Effort:
    """How effort is spread: of each goal its share and target, as `queries.alignment` has it, and how many items serve none."""

    shares: dict[UUID, dict[str, Any]]
    loose: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A roadmap up to and with the change `seq`: its rows in order, its dependencies as (item, other, kind, id)."""

    seq: int
    read: float
    rows: list[KeptRow]
    by_id: dict[UUID, KeptRow]
    edges: list[tuple[UUID, UUID, str, UUID]]
    goals: list[Goal]
    effort: Effort


_roadmaps: OrderedDict[UUID, Kept] = OrderedDict()
_lock = threading.Lock()


def roadmap(product: Product, workspace: Workspace) -> Kept:
    """Return the roadmap as it is, at least up to the newest change that the workspace was read with."""
    known = _roadmaps.get(product.pk)
    if known and time.monotonic() - known.read >= LONGEST:
        known = None
    if known and known.seq >= workspace.seq:
        return known
    changes = lasting.changes_after(workspace, known.seq if known else workspace.seq)  # followed from the first look on
    fresh = (known and changes is not None and _caught_up(product, known, workspace.seq, changes)) or _read(
        product, workspace.seq
    )
    with _lock:
        _roadmaps[product.pk] = fresh
        _roadmaps.move_to_end(product.pk)
        while len(_roadmaps) > 1 and (len(_roadmaps) > ROADMAPS or sum(len(each.rows) for each in _roadmaps.values()) > ROWS):
            _roadmaps.popitem(last=False)
    return fresh


def forget() -> None:
    """Keep nothing, as after writing past the actions."""
    _roadmaps.clear()


def _read(product: Product, seq: int) -> Kept:
    rows = list(queries.rows(queries.on_roadmap(product)).order_by("rank"))
    slips = queries.slips(product.workspace_id, [row["id"] for row in rows])
    edges = _edges(product)
    kept = [KeptRow(row, slips.get(row["id"])) for row in rows]
    return Kept(seq, time.monotonic(), kept, {row["id"]: row for row in kept}, edges, queries.goals(product), effort(product))


def _edges(product: Product) -> list[tuple[UUID, UUID, str, UUID]]:
    return list(Dependency.objects.filter(product=product).values_list("item_id", "other_id", "kind", "pk"))


@dataclass(slots=True)
class _Touched:
    """What changes touched of a roadmap: rows to read again, and whether its dependencies or more than that did."""

    rows: set[UUID]
    edges: bool = False
    shares: bool = False
    all: bool = False

    def add(self, change: Change) -> None:
        for kind, pk, _, fields in change.entries():
            self.shares |= kind == "roadmap.contribution"
            match kind:
                case "roadmap.item":
                    self.rows.add(pk)
                case "roadmap.contribution" if "item" in fields:
                    self.rows.update(UUID(each) for each in fields["item"] if each)
                case "roadmap.contribution":
                    self.all |= change.object_type != "roadmap.item"  # an item's own edit names it
                case "roadmap.comment" if "item" in change.detail:
                    self.rows.add(UUID(change.detail["item"]))
                case "roadmap.dependency":
                    self.edges = True
                case _:
                    self.all |= kind.startswith(("roadmap.", "vision.", "accounts.")) and kind not in _ELSEWHERE


def _caught_up(product: Product, known: Kept, seq: int, changes: list[Change]) -> Kept | None:
    """Return what is known with the changes since, or None where all has to be read anew."""
    touched = _Touched(set())
    for change in changes:
        touched.add(change)
        seq = max(seq, change.seq)
    if touched.all:
        return None
    rows, by_id = known.rows.copy(), known.by_id.copy()
    before = [by_id.pop(pk) for pk in touched.rows if pk in by_id]
    after = _read_again(product, touched.rows)
    for row in before:
        del rows[bisect_left(rows, row["rank"], key=_RANK)]
    for row in after:
        insort(rows, row, key=_RANK)
        by_id[row["id"]] = row
    same = not touched.shares and _weighs(before) == _weighs(after)
    edges = _edges(product) if touched.edges else known.edges
    spread = known.effort if same else effort(product)
    return Kept(seq, known.read, rows, by_id, edges, known.goals, spread)


def _read_again(product: Product, ids: set[UUID]) -> list[KeptRow]:
    if not ids:
        return []
    slips = queries.slips(product.workspace_id, list(ids))
    return [KeptRow(row, slips.get(row["id"])) for row in queries.rows_of(product, ids)]


def effort(product: Product) -> Effort:
    """Return how the effort of a roadmap is spread over its goals."""
    aligned = queries.alignment(product)
    return Effort({goal["id"]: goal for goal in aligned["goals"]}, len(aligned["loose"]))


def _weighs(rows: list[KeptRow]) -> dict[UUID, tuple[Any, ...]]:
    """Return of what the spread of effort is counted."""
    return {row["id"]: (row["effort"], row["status"] in queries.OFF, not row["goal_ids"]) for row in rows}
