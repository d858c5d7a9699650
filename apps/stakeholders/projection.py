"""The audience projection: the one way from a roadmap to anyone outside, for mail, share pages, exports and feeds.

What is not named in `PUBLIC` cannot be granted to any audience; a field of an item or milestone that is in neither
`PUBLIC` nor `INTERNAL` fails the build.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from apps.milestones.models import Placement
from apps.roadmap.models import Contribution, Granularity, Health, Horizon, Item, ItemType, Status
from apps.roadmap.queries import on_roadmap
from apps.roadmap.timeframes import first_day, last_day
from apps.stakeholders.models import Precision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from apps.stakeholders.models import Audience

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


def visible_items(audience: Audience) -> QuerySet[Item]:
    """Return the items that an audience may know of at all: never confidential, never archived, as it narrows them."""
    items = on_roadmap(audience.product).filter(confidential=False)
    if audience.statuses:
        items = items.filter(status__in=audience.statuses)
    if audience.types:
        items = items.filter(type__in=audience.types)
    goals = list(audience.goals.values_list("pk", flat=True))
    return items.filter(pk__in=Contribution.objects.filter(goal__in=goals).values("item")) if goals else items


def project(audience: Audience, *, items: Iterable[UUID] | None = None) -> list[Shown]:
    """Return what an audience sees of the roadmap, in its order; only the given items where some are given.

    Three queries, whatever the number of items.
    """
    rows = visible_items(audience)
    if items is not None:
        rows = rows.filter(pk__in=list(items))
    milestone = Placement.objects.filter(item=OuterRef("pk")).values("milestone__name")[:1]
    columns = {column for name in audience.fields for column in PUBLIC.get(name, ())} | {"start", "end", "granularity", "horizon"}
    flat = rows.order_by("rank").annotate(milestone_name=Subquery(milestone)).values("id", "title", "milestone_name", *columns)
    found = list(flat)
    serves = _serves(audience, [row["id"] for row in found]) if "goals" in audience.fields else {}
    return [_shown(audience, row, serves.get(row["id"], ())) for row in found]


def _serves(audience: Audience, ids: list[UUID]) -> dict[UUID, tuple[Serves, ...]]:
    rows = Contribution.objects.filter(product_id=audience.product_id, item__in=ids, goal__archived_at=None)
    ordered = rows.order_by("item_id", "-share", "goal__rank").values_list(
        "item_id", "goal_id", F("goal__name"), F("goal__serves"), F("goal__colour")
    )
    found: dict[UUID, tuple[Serves, ...]] = {}
    for item_id, *goal in ordered:
        found[item_id] = (*found.get(item_id, ()), Serves(*goal))
    return found


def _shown(audience: Audience, row: dict[str, Any], goals: tuple[Serves, ...]) -> Shown:
    granted = set(audience.fields)

    def when(start: date | None, end: date | None, granularity: str) -> Period:
        return show_period(start, end, granularity, audience.precision, row["horizon"])

    shown = Shown(row["id"], row["title"] if "title" in granted else "An item", goals=goals)
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
