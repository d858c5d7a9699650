"""The audience projection: the one way from a roadmap to anyone outside, for mail, share pages, exports and feeds.

What is not named in `PUBLIC` cannot be granted to any audience; a field of an item or milestone that is in neither
`PUBLIC` nor `INTERNAL` fails the build.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import F, OuterRef, Subquery
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from apps.core.wording import inside
from apps.milestones.models import Commitment, Placement
from apps.roadmap.models import Contribution, Granularity, Health, Horizon, Item, ItemType, Status
from apps.roadmap.timeframes import first_day, last_day, period_text
from apps.stakeholders.models import Audience, Precision, Side
from apps.vision.models import VisionVersion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

# What an audience can be granted, and the columns of an item that each grant shows.
PUBLIC: dict[str, tuple[str, ...]] = {
    "title": ("title", "outside_title"),
    "summary": ("outside_summary",),
    "type": ("type",),
    "status": ("status", "shipped_on"),
    "health": ("health",),
    "confidence": ("confidence",),
    "horizon": ("horizon",),
    "timeframe": ("start", "end", "granularity"),
    "progress": ("progress",),
    "goals": (),
    "milestone": (),
    "commitment": (),
    "vision": (),
    "reason": (),  # the recorded reason of a change, in digests
}
# What never leaves the workspace, with all its kin: keys, people, words of the room.
INTERNAL = frozenset(
    {
        "id", "version", "created_at", "workspace", "product", "number", "parent", "description", "owner", "effort",
        "confidential", "rank", "external_id", "archived_at",
    }
)  # fmt: skip
# Of a milestone an audience sees the name where it is granted `milestone`, and how its date is meant by `commitment`.
PUBLIC_MILESTONE = frozenset({"name", "commitment"})
INTERNAL_MILESTONE = frozenset(
    {
        "id", "version", "created_at", "workspace", "product", "kind", "date", "starts", "granularity", "state",
        "reached_on", "notes", "external_id", "archived_at",
    }
)  # fmt: skip

EXACTNESS = (Granularity.DAY, Granularity.MONTH, Granularity.QUARTER, Granularity.HALF, Granularity.YEAR)
NO_DATE, AN_ITEM = _("not scheduled"), _("An item")
# How sure a date must be, in percent, to be told outside as exactly as this; what nobody has rated is not limited.
_SURE = ((80, Granularity.DAY), (60, Granularity.MONTH), (40, Granularity.QUARTER), (0, Granularity.HALF))


# What the ledger keeps of a time without days and of an untitled item, and what it is called.
_UNDATED, _UNTITLED = "not scheduled", "An item"
_NAMED = {_UNDATED: NO_DATE, **{each.value: lazy(inside, str)(each.label) for each in Horizon}}


@dataclass(frozen=True, slots=True)
class Period:
    """A time as it is shown: its kind (`day` to `year`, `horizon` or `none`), and its days where it has any.

    `named` is what the ledger calls it without days: a horizon, or that nothing is scheduled. Its words are made when they
    are read, in the language of whoever reads them.
    """

    kind: str
    first: date | None = None
    last: date | None = None
    named: str = ""
    begins: int = 1

    @property
    def text(self) -> str:
        """Its words in the language that is spoken."""
        return words(self.last, self.kind, self.begins) if self.last else str(_NAMED.get(self.named, self.named))

    @property
    def kept(self) -> str:
        """Its words as the ledger keeps them: in one language, whichever is spoken."""
        return _words(self.last, self.kind, self.begins, settings.LANGUAGE_CODE) if self.last else self.named

    def as_json(self) -> dict[str, Any]:
        """Return it as REST tells it."""
        return {"kind": self.kind, "first": self.first, "last": self.last, "text": self.text}


@dataclass(frozen=True, slots=True)
class Serves:
    """A goal that an item serves, with the sentence of the vision behind it."""

    id: UUID
    name: str
    serves: str
    colour: int


_LABELS = ("title", "type", "status_words", "health", "horizon", "commitment")


@dataclass(slots=True)
class Shown:
    """One item exactly as an audience sees it; what the audience was not granted is empty.

    What has words of ours (type, status, health, horizon, commitment) is a label that is put into words when it is read.
    """

    item_id: UUID
    title: Any
    summary: str = ""
    type: Any = ""
    status: str = ""
    status_words: Any = ""
    health: Any = ""
    confidence: int | None = None
    horizon: Any = ""
    progress: int | None = None
    milestone: str = ""
    commitment: Any = ""
    precision: str = Precision.DAY
    when: Period = field(default_factory=lambda: Period("none"))
    shipped: Period | None = None
    goals: tuple[Serves, ...] = ()
    begins: int = 1  # the month with which the workspace counts its years

    @property
    def goal(self) -> Serves | None:
        """The goal that it serves most."""
        return self.goals[0] if self.goals else None

    def said(self) -> dict[str, Any]:
        """Return what the ledger keeps of it: the words as shown, with the days they stand for in ISO form.

        The words are kept in one language, whichever it is shown in: so that nothing is news to somebody whose language changes.
        """
        return {
            "title": self.title if isinstance(self.title, str) else _UNTITLED,
            "status": self.status,
            "status_words": _kept_status(self.status),
            "when": self.when.kept,
            "kind": self.when.kind,
            "first": self.when.first,
            "last": self.when.last,
            "goal": self.goal.name if self.goal else "",
            "commitment": _kept(self.commitment),
        }

    def as_json(self) -> dict[str, Any]:
        """Return it as REST tells it."""
        words = {name: str(getattr(self, name)) for name in _LABELS}
        times = {"when": self.when.as_json(), "shipped": self.shipped and self.shipped.as_json()}
        return {**asdict(self), **words, **times}


def _kept(label: Any) -> str:
    """Return a label as the ledger keeps it."""
    if isinstance(label, str):
        return label
    with override(settings.LANGUAGE_CODE):
        return str(label)


@lru_cache(maxsize=16)
def _kept_status(status: str) -> str:
    return _kept(Status(status).label) if status else ""


def time_said(said: dict[str, Any], begins: int = 1) -> str:
    """Return the time that was told, as `Shown.said` keeps it, in the language that is spoken."""
    if said["kind"] not in EXACTNESS:
        return str(_NAMED.get(said["when"], said["when"]))
    meant = Period(said["kind"], last=date.fromisoformat(str(said["last"])), begins=begins)
    return meant.text if meant.kept == said["when"] else str(said["when"])  # the year began in another month then


def title_said(said: dict[str, Any]) -> Any:
    """Return the title that was told, as `Shown.said` keeps it, in the language that is spoken when it is read."""
    return AN_ITEM if said["title"] == _UNTITLED else said["title"]


def status_said(said: dict[str, Any]) -> str:
    """Return the status that was told, as `Shown.said` keeps it, in the language that is spoken."""
    return str(Status(said["status"]).label) if said["status"] else ""


def show_period(start: date | None, end: date | None, granularity: str, precision: str, horizon: str, begins: int = 1) -> Period:
    """Return a timeframe as it may be shown: its end, no finer than the audience's precision and than it was meant.

    At the precision `horizon` it is now, next or later; without dates it is not scheduled.
    """
    if precision == Precision.HORIZON:
        return Period("horizon", named=Horizon(horizon).value)
    if start is None or end is None:
        return Period("none", named=_UNDATED)
    kind = max(Granularity(precision), Granularity(granularity or "day"), key=EXACTNESS.index)
    return Period(kind.value, first_day(end, kind, begins), last_day(end, kind, begins), begins=begins)


def finest(audience: Audience, row: dict[str, Any]) -> str:
    """Return how exactly an audience may be told of an item's time.

    Outside, a date that is not committed is told no finer than it is sure, and an aspiration no finer than a half-year.
    """
    commitment, confidence = row["milestone_commitment"], row["confidence"]
    over = row["status"] == Status.SHIPPED  # the day of shipping is a fact
    if audience.side == Side.INSIDE or audience.precision == Precision.HORIZON or over or commitment == Commitment.COMMITTED:
        return audience.precision
    sure = next(kind for least, kind in _SURE if confidence is None or confidence >= least)
    hoped = Granularity.HALF if commitment == Commitment.ASPIRATION else Granularity.DAY
    return max(Granularity(audience.precision), sure, hoped, key=EXACTNESS.index).value


def vision_of(audience: Audience) -> dict[str, Any] | None:
    """Return the statement of the vision that an audience's roadmap follows, where it is granted and there is one."""
    statement = visions_of([audience])[audience.pk]
    return {"statement": statement} if statement else None


def visions_of(audiences: Iterable[Audience]) -> dict[UUID, str]:
    """Return the statement that each audience is shown, empty where it is shown none; in one query."""
    granted = {audience.pk: audience.product_id if "vision" in audience.fields else None for audience in audiences}
    current = VisionVersion.objects.filter(vision__product__in=set(granted.values()) - {None}, pk=F("vision__current"))
    said = dict(current.values_list("vision__product", "statement"))
    return {pk: said.get(product, "") if product else "" for pk, product in granted.items()}


def reworded(said: dict[str, Any], precision: str, begins: int = 1) -> dict[str, Any]:
    """Return what was once said of an item in the words of another precision, as far as that is no finer."""
    kind, last = said["kind"], said["last"]
    if kind not in EXACTNESS or precision not in EXACTNESS or EXACTNESS.index(kind) >= EXACTNESS.index(precision):
        return said
    day, coarse = date.fromisoformat(str(last)), Granularity(precision)
    return said | {
        "kind": coarse.value, "when": Period(coarse.value, last=day, begins=begins).kept,
        "first": first_day(day, coarse, begins).isoformat(), "last": last_day(day, coarse, begins).isoformat(),
    }  # fmt: skip


def words(day: date, kind: str, begins: int = 1) -> str:
    """Return a day, month, quarter, half-year or year in full words; `begins` is the month with which the year does."""
    return _words(day, str(kind), begins, get_language())


@lru_cache(maxsize=4096)
def _words(day: date, kind: str, begins: int, language: str) -> str:
    with override(language):
        match Granularity(kind):
            case Granularity.DAY:
                return date_format(day, gettext("j F Y"))
            case Granularity.MONTH:
                return date_format(day, gettext("F Y"))
        return period_text(day, kind, begins)


def project(audience: Audience, *, items: Iterable[UUID] | None = None) -> list[Shown]:
    """Return what an audience sees of the roadmap, in its order; only the given items where some are given.

    Three queries, whatever the number of items.
    """
    return [view.shown for view in project_each([audience], items).values() if view.seen]


@dataclass(frozen=True, slots=True)
class View:
    """An item as it is or would be shown to an audience, whether the audience sees it at all, and whether it is committed."""

    shown: Shown
    seen: bool
    committed: bool


def project_each(
    audiences: Iterable[Audience],
    items: Iterable[UUID] | None = None,
    instead: dict[UUID, dict[str, Any]] | None = None,
) -> dict[tuple[UUID, UUID], View]:
    """Return each item of each audience's product by (audience, item), in the roadmap's order, also what is not seen.

    What is not seen is for the ledger inside the room only. `instead` names columns of items as they would be, to
    see what a change would show. Three queries, whatever the number of audiences and items.
    """
    several = list(audiences)
    read = Roadmaps({each.product_id for each in several}, items, instead)
    return {(each.pk, item): read.view(each, item) for each in several for item in read.items(each.product_id)}


class Roadmaps:
    """The rows of some products of which any of their audiences is shown what it may see; read in three queries."""

    def __init__(
        self,
        products: set[UUID],
        items: Iterable[UUID] | None = None,
        instead: dict[UUID, dict[str, Any]] | None = None,
    ) -> None:
        rows = Item.objects.filter(product__in=products)
        placed = Placement.objects.filter(item=OuterRef("pk"))
        flat = (
            (rows if items is None else rows.filter(pk__in=set(items)))
            .order_by("rank")
            .annotate(
                milestone_name=Subquery(placed.values("milestone__name")[:1]),
                milestone_commitment=Subquery(placed.values("milestone__commitment")[:1]),
            )
        )
        self._rows: dict[UUID, dict[UUID, dict[str, Any]]] = {}
        for row in flat.values(*_COLUMNS):
            self._rows.setdefault(row["product_id"], {})[row["id"]] = row | (instead or {}).get(row["id"], {})
        self._narrowed = _narrowed(products)
        self._serves = _serves([item for rows in self._rows.values() for item in rows])

    def items(self, product: UUID) -> Iterable[UUID]:
        """Return the items of a product, in the roadmap's order."""
        return self._rows.get(product, {})

    def view(self, audience: Audience, item: UUID) -> View:
        """Return an item of its product as the audience is or would be shown it."""
        row, serves = self._rows[audience.product_id][item], self._serves.get(item, [])
        seen = _sees(audience, row, self._narrowed.get(audience.pk), serves)
        return View(_shown(audience, row, serves), seen, row["milestone_commitment"] == Commitment.COMMITTED)


_COLUMNS = (
    "id", "product_id", "workspace__year_begins", "confidential", "archived_at", "milestone_name", "milestone_commitment",
    *sorted({each for names in PUBLIC.values() for each in names}),
)  # fmt: skip


def _narrowed(products: set[UUID]) -> dict[UUID, set[UUID]]:
    """Return the goals to which audiences of these products are narrowed."""
    narrowing = Audience.goals.through.objects.filter(audience__product__in=products)
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
    granted, precision = set(audience.fields), finest(audience, row)

    def when(start: date | None, end: date | None, granularity: str) -> Period:
        return show_period(start, end, granularity, precision, row["horizon"], row["workspace__year_begins"])

    shown = Shown(row["id"], _title(audience, row) if "title" in granted else AN_ITEM, precision=precision)
    shown.begins = row["workspace__year_begins"]
    if "goals" in granted:
        pursued = tuple(goal for open_still, goal in serves if open_still)
        shown.goals = pursued if "vision" in granted else tuple(replace(goal, serves="") for goal in pursued)
    if "timeframe" in granted:
        shown.when = when(row["start"], row["end"], row["granularity"])
    if "status" in granted:
        shown.status, shown.status_words = row["status"], Status(row["status"]).label
        shown.shipped = when(row["shipped_on"], row["shipped_on"], "day") if row["shipped_on"] else None
        if shown.shipped and precision == Precision.HORIZON:  # what shipped is neither now nor later
            shown.shipped = Period("none")
    for name in granted & _WORDS.keys():
        setattr(shown, name, _WORDS[name](row))
    return shown


def _title(audience: Audience, row: dict[str, Any]) -> str:
    return str((row["outside_title"] if audience.side == Side.OUTSIDE else "") or row["title"])


_WORDS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "type": lambda row: ItemType(row["type"]).label,
    "health": lambda row: Health(row["health"]).label if row["health"] else "",
    "horizon": lambda row: Horizon(row["horizon"]).label,
    "confidence": lambda row: row["confidence"],
    "progress": lambda row: row["progress"],
    "milestone": lambda row: row["milestone_name"] or "",
    "summary": lambda row: row["outside_summary"],
    "commitment": lambda row: Commitment(row["milestone_commitment"]).label if row["milestone_commitment"] else "",
}
