"""The audience projection: the one way from a roadmap to anyone outside, for mail, share pages, exports and feeds.

What is not named in `PUBLIC` cannot be granted to any audience; a field of an item or milestone that is in neither
`PUBLIC` nor `INTERNAL` fails the build.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery

from apps.milestones.models import Placement
from apps.roadmap.models import Contribution, Granularity, Health, Horizon, Item, ItemType, Status
from apps.roadmap.timeframes import first_day, last_day
from apps.stakeholders.models import Audience, Precision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

# What an audience can be granted, and the columns of an item that each grant shows.
PUBLIC: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "type": ("type",),
    "status": ("status", "shipped_on"),
    "health": ("health",),
    "confidence": ("confidence",),
    "horizon": ("horizon",),
    "timeframe": ("start", "end", "granularity"),
    "progress": ("progress",),
    "goals": (),
    "milestone": (),
}
# What never leaves the workspace, with all its kin: keys, people, words of the room.
INTERNAL = frozenset(
    {
        "id", "version", "created_at", "workspace", "product", "number", "parent", "description", "owner", "effort",
        "confidential", "rank", "external_id", "archived_at",
    }
)  # fmt: skip
# Of a milestone an audience that is granted `milestone` sees the name and nothing else.
PUBLIC_MILESTONE = frozenset({"name"})
INTERNAL_MILESTONE = frozenset(
    {
        "id", "version", "created_at", "workspace", "product", "kind", "date", "starts", "granularity", "commitment", "state",
        "reached_on", "notes", "external_id", "archived_at",
    }
)  # fmt: skip

EXACTNESS = (Granularity.DAY, Granularity.MONTH, Granularity.QUARTER, Granularity.HALF, Granularity.YEAR)
NO_DATE = "not scheduled"


@dataclass(frozen=True, slots=True)
class Period:
    """A time as it is shown: its kind (`day` to `year`, `horizon` or `none`), its days where it has any, and its words."""

    kind: str
    first: date | None
    last: date | None
    text: str


@dataclass(frozen=True, slots=True)
class Serves:
    """A goal that an item serves, with the sentence of the vision behind it."""

    id: UUID
    name: str
    serves: str
    colour: int


@dataclass(slots=True)
class Shown:
    """One item exactly as an audience sees it; what the audience was not granted is empty."""

    item_id: UUID
    title: str
    type: str = ""
    status: str = ""
    status_words: str = ""
    health: str = ""
    confidence: int | None = None
    horizon: str = ""
    progress: int | None = None
    milestone: str = ""
    when: Period = field(default_factory=lambda: Period("none", None, None, ""))
    shipped: Period | None = None
    goals: tuple[Serves, ...] = ()

    @property
    def goal(self) -> Serves | None:
        """The goal that it serves most."""
        return self.goals[0] if self.goals else None

    def said(self) -> dict[str, Any]:
        """Return what the ledger keeps of it: the words as shown, with the days they stand for in ISO form."""
        return {
            "title": self.title,
            "status": self.status,
            "status_words": self.status_words,
            "when": self.when.text,
            "kind": self.when.kind,
            "first": self.when.first,
            "last": self.when.last,
            "goal": self.goal.name if self.goal else "",
        }


def show_period(start: date | None, end: date | None, granularity: str, precision: str, horizon: str) -> Period:
    """Return a timeframe as it may be shown: its end, no finer than the audience's precision and than it was meant.

    At the precision `horizon` it is now, next or later; without dates it is not scheduled.
    """
    if precision == Precision.HORIZON:
        return Period("horizon", None, None, str(Horizon(horizon).label).lower())
    if start is None or end is None:
        return Period("none", None, None, NO_DATE)
    kind = max(Granularity(precision), Granularity(granularity or "day"), key=EXACTNESS.index)
    return Period(kind.value, first_day(end, kind), last_day(end, kind), words(end, kind))


def reworded(said: dict[str, Any], precision: str) -> dict[str, Any]:
    """Return what was once said of an item in the words of another precision, as far as that is no finer."""
    kind, last = said["kind"], said["last"]
    if kind not in EXACTNESS or precision not in EXACTNESS or EXACTNESS.index(kind) >= EXACTNESS.index(precision):
        return said
    day, coarse = date.fromisoformat(str(last)), Granularity(precision)
    return said | {
        "kind": coarse.value, "when": words(day, coarse),
        "first": first_day(day, coarse).isoformat(), "last": last_day(day, coarse).isoformat(),
    }  # fmt: skip


def words(day: date, kind: str) -> str:
    """Return a day, month, quarter, half-year or year in full words."""
    match Granularity(kind):
        case Granularity.DAY:
            return f"{day.day} {day:%B %Y}"
        case Granularity.MONTH:
            return f"{day:%B %Y}"
        case Granularity.QUARTER:
            return f"Q{(day.month + 2) // 3} {day.year}"
        case Granularity.HALF:
            return f"H{1 if day.month <= 6 else 2} {day.year}"
    return str(day.year)


def project(audience: Audience, *, items: Iterable[UUID] | None = None) -> list[Shown]:
    """Return what an audience sees of the roadmap, in its order; only the given items where some are given.

    Three queries, whatever the number of items.
    """
    return [view.shown for view in project_each([audience], items).values() if view.seen]


@dataclass(frozen=True, slots=True)
class View:
    """An item as it is or would be shown to an audience, and whether the audience sees it at all."""

    shown: Shown
    seen: bool


def project_each(
    audiences: Iterable[Audience],
    items: Iterable[UUID] | None = None,
    instead: dict[UUID, dict[str, Any]] | None = None,
) -> dict[tuple[UUID, UUID], View]:
    """Return each item of each audience's product by (audience, item), in the roadmap's order, also what is not seen.

    What is not seen is for the ledger inside the room only. `instead` names columns of items as they would be, to
    see what a change would show. Three queries, whatever the number of audiences and items.
    """
    groups: dict[UUID, list[Audience]] = {}
    for audience in audiences:
        groups.setdefault(audience.product_id, []).append(audience)
    rows = (
        Item.objects.filter(product__in=groups) if items is None else Item.objects.filter(product__in=groups, pk__in=set(items))
    )
    placed = Placement.objects.filter(item=OuterRef("pk"))
    flat = rows.order_by("rank").annotate(milestone_name=Subquery(placed.values("milestone__name")[:1]))
    found = [row | (instead or {}).get(row["id"], {}) for row in flat.values(*_COLUMNS, "milestone_name")]
    narrowed, serves = _narrowed(groups), _serves([row["id"] for row in found])
    return {
        (audience.pk, row["id"]): View(
            _shown(audience, row, serves.get(row["id"], [])),
            _sees(audience, row, narrowed.get(audience.pk), serves.get(row["id"], [])),
        )
        for row in found
        for audience in groups[row["product_id"]]
    }


_COLUMNS = ("id", "product_id", "confidential", "archived_at", *sorted({each for names in PUBLIC.values() for each in names}))


def _narrowed(groups: dict[UUID, list[Audience]]) -> dict[UUID, set[UUID]]:
    """Return the goals to which audiences are narrowed."""
    narrowing = Audience.goals.through.objects.filter(audience__in=[each.pk for several in groups.values() for each in several])
    found: dict[UUID, set[UUID]] = {}
    for audience_id, goal_id in narrowing.values_list("audience_id", "goal_id"):
        found.setdefault(audience_id, set()).add(goal_id)
    return found


def _sees(audience: Audience, row: dict[str, Any], goals: set[UUID] | None, serves: list[tuple[bool, Serves]]) -> bool:
    """Say whether an audience may know of an item at all: never confidential, never archived, as it narrows them."""
    if row["confidential"] or row["archived_at"]:
        return False
    if audience.statuses and row["status"] not in audience.statuses:
        return False
    if audience.types and row["type"] not in audience.types:
        return False
    return goals is None or any(goal.id in goals for _, goal in serves)


def _serves(ids: list[UUID]) -> dict[UUID, list[tuple[bool, Serves]]]:
    """Return the goals that items serve, the largest share first, each with whether it is still pursued."""
    ordered = Contribution.objects.filter(item__in=ids).order_by("item_id", "-share", "goal__rank")
    found: dict[UUID, list[tuple[bool, Serves]]] = {}
    for item_id, archived_at, pk, name, serves, colour in ordered.values_list(
        "item_id", "goal__archived_at", "goal_id", "goal__name", "goal__serves", "goal__colour"
    ):
        found.setdefault(item_id, []).append((archived_at is None, Serves(pk, name, serves, colour)))
    return found


def _shown(audience: Audience, row: dict[str, Any], serves: list[tuple[bool, Serves]]) -> Shown:
    granted = set(audience.fields)

    def when(start: date | None, end: date | None, granularity: str) -> Period:
        return show_period(start, end, granularity, audience.precision, row["horizon"])

    shown = Shown(row["id"], row["title"] if "title" in granted else "An item")
    if "goals" in granted:
        shown.goals = tuple(goal for pursued, goal in serves if pursued)
    if "timeframe" in granted:
        shown.when = when(row["start"], row["end"], row["granularity"])
    if "status" in granted:
        shown.status, shown.status_words = row["status"], str(Status(row["status"]).label)
        shown.shipped = when(row["shipped_on"], row["shipped_on"], "day") if row["shipped_on"] else None
    for name in granted & _WORDS.keys():
        setattr(shown, name, _WORDS[name](row))
    return shown


_WORDS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "type": lambda row: str(ItemType(row["type"]).label),
    "health": lambda row: str(Health(row["health"]).label) if row["health"] else "",
    "horizon": lambda row: str(Horizon(row["horizon"]).label),
    "confidence": lambda row: row["confidence"],
    "progress": lambda row: row["progress"],
    "milestone": lambda row: row["milestone_name"] or "",
}
