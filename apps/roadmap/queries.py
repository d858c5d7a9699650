"""What pages and endpoints read of the roadmap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Greatest

from apps.accounts.models import User
from apps.core.models import Change
from apps.core.prepared import ids as as_ids
from apps.core.prepared import prepared
from apps.roadmap.models import (
    Comment,
    Contribution,
    Decision,
    Dependency,
    DependencyKind,
    FormerNumber,
    Item,
    Score,
    Scorecard,
    Status,
)
from apps.vision.models import Goal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models.expressions import Combinable

    from apps.vision.models import Product

WAITING = (DependencyKind.BLOCKS, DependencyKind.MOVES_WITH)
WHOLE = 100  # percent of an item that is all for one goal
OFF = (Status.DROPPED, Status.PARKED)


def ancestors(item: Item, most: int) -> list[UUID]:
    """Return the ids of an item's parents as they are now, nearest first, at most so many."""
    found: list[UUID] = []
    above: UUID = item.pk
    while len(found) < most and (parent := Item.objects.filter(pk=above).values_list("parent_id", flat=True).first()):
        above = parent
        found.append(above)
    return found


def levels_below(item: Item, most: int) -> int:
    """Return how many levels of children an item has, at most so many."""
    ids = [item.pk]
    for depth in range(most):
        ids = list(Item.objects.filter(parent__in=ids).values_list("pk", flat=True))
        if not ids:
            return depth
    return most


def leads_to(start: Item, goal: Item) -> bool:
    """Say whether one follows dependencies that make wait from `start` to `goal`."""
    onward: dict[UUID, list[UUID]] = {}
    edges = Dependency.objects.filter(workspace_id=start.workspace_id, kind__in=WAITING)
    for item_id, other_id in edges.values_list("item_id", "other_id"):
        onward.setdefault(item_id, []).append(other_id)
    seen, ahead = {start.pk}, [start.pk]
    while ahead:
        for other in onward.get(ahead.pop(), []):
            if other == goal.pk:
                return True
            if other not in seen:
                seen.add(other)
                ahead.append(other)
    return False


def on_roadmap(product: Product) -> QuerySet[Item]:
    """Return the items of a roadmap that are not archived, in its order."""
    rows: QuerySet[Item] = Item.objects.filter(product=product, archived_at=None)
    return rows


def with_words(product: Product, words: str) -> set[UUID]:
    """Return the ids of the items that have these letters in their title or description."""
    found = on_roadmap(product).filter(Q(title__icontains=words) | Q(description__icontains=words))
    return set(found.values_list("pk", flat=True))


def moved_away(product: Product, number: int) -> Item | None:
    """Return the item that had this number here before it moved to another product; None where an item has it, or none had."""
    if Item.objects.filter(product=product, number=number).exists():
        return None
    rows = FormerNumber.objects.filter(product=product, number=number).select_related("item__product")
    former = rows.first()
    return former.item if former else None


def alignment(product: Product) -> dict[str, Any]:
    """Return how effort is spread over goals, counted exactly.

    `goals` is a list of `{"id", "name", "colour", "target", "share", "items", "gap"}`, shares and gap in percent
    of the effort of all open items; an item without effort counts 1, one whose shares exceed 100 is divided among them.
    `rest` is the percent that no goal speaks for, `unserved` lists the goals that no item serves, `loose` the items
    that serve no goal.
    """
    open_items = on_roadmap(product).exclude(status__in=OFF)
    total = open_items.aggregate(effort=Sum(Coalesce(F("effort"), Decimal(1))))["effort"] or Decimal(0)
    spread = _spread(open_items)
    nothing = {"effort": Decimal(0), "items": 0}
    goals = [
        aligned(goal, (row := spread.get(goal.pk, nothing))["effort"], row["items"], total)
        for goal in Goal.objects.filter(product=product, archived_at=None)
    ]
    rest = total - sum((row["effort"] for row in spread.values()), Decimal(0))
    loose = open_items.filter(~Q(pk__in=Contribution.objects.values("item_id"))).values("id", "number", "title", "effort")
    return {
        "goals": goals,
        "rest": _percent(rest, total),
        "unserved": [goal for goal in goals if not goal["items"]],
        "loose": list(loose),
    }


def aligned(goal: Goal, effort: Decimal, items: int, total: Decimal) -> dict[str, Any]:
    """Return how much of the whole effort serves a goal, by so many items, against its target; in percent."""
    share = _percent(effort, total)
    return {
        "id": goal.pk, "name": goal.name, "colour": goal.colour, "target": goal.weight, "share": share, "items": items,
        "gap": share - goal.weight,
    }  # fmt: skip


def _spread(items: QuerySet[Item]) -> dict[UUID, dict[str, Any]]:
    """Return of each goal that was not given up the effort and the number of the items that serve it."""
    kept = Contribution.objects.filter(goal__archived_at=None)
    shares = kept.filter(item=OuterRef("item")).order_by().values("item").annotate(n=Sum("share")).values("n")
    effort = Coalesce(F("item__effort"), Decimal(1)) * F("share") / Greatest(Subquery(shares), Value(WHOLE)) * Decimal(1)
    served = kept.filter(item__in=items.values("pk")).order_by().values("goal_id")
    return {row["goal_id"]: dict(row) for row in served.annotate(effort=Sum(effort), items=Count("item", distinct=True))}


def _percent(part: Decimal, total: Decimal) -> int:
    return round(part / total * 100) if total else 0


WHOLE_HISTORY = 5_000  # changes of an item; nobody reads more


def history(item: Item, limit: int) -> list[Change]:
    """Return the newest changes that touched an item, newest first."""
    return list(Change.objects.filter(workspace_id=item.workspace_id, touches__contains=[item.pk]).order_by("-seq")[:limit])


def last_change_of_goals(item: Item) -> Change | None:
    """Return the change that last gave an item other goals or shares, alone or among several items."""
    alone = Q(object_id=item.pk, detail__has_key="goals")
    among = Q(also__contains=[{"id": str(item.pk), "detail": {"goals": []}}])
    touching = Change.objects.filter(workspace_id=item.workspace_id, touches__contains=[item.pk])
    return touching.filter(alone | among).order_by("-seq").first()


ROW = (
    "id", "number", "version", "title", "type", "status", "health", "confidence", "horizon", "start", "end", "granularity",
    "progress", "effort", "parent_id", "owner_id", "confidential", "shipped_on",
)  # fmt: skip


# What an app above knows of each item, as an expression by its name; the table shows it and sorts by it.
ABOVE: dict[str, Callable[[], Combinable]] = {}


def known_above(product: Product) -> dict[UUID, dict[str, Any]]:
    """Return what apps above know of each item of a roadmap, by the item's id."""
    rows = on_roadmap(product).order_by().values("id", **{name: make() for name, make in ABOVE.items()})
    return {row["id"]: dict(row) for row in rows}


def rows(items: QuerySet[Item]) -> QuerySet[Any, dict[str, Any]]:
    """Return what a view shows of items: flat rows, each with its goals, the main one first, its owner's name and comments."""
    served = Contribution.objects.filter(item=OuterRef("pk")).order_by("-share", "goal__rank")
    comments = Comment.objects.filter(item=OuterRef("pk"), withdrawn_at=None).order_by().values("item").annotate(n=Count("pk"))
    flat: QuerySet[Any, dict[str, Any]] = items.annotate(
        goal_ids=ArraySubquery(served.values("goal_id")),
        goal_rank=Subquery(served.values("goal__rank")[:1]),
        owner_name=F("owner__name"),
        comments_made=Coalesce(Subquery(comments.values("n")), 0),
    ).values(*ROW, "rank", "goal_ids", "goal_rank", "owner_name", "comments_made")
    return flat


@dataclass(slots=True)
class Slip:
    """How an end moved: the first date ever given, the date now, and the last reason given for a move."""

    first: date
    now: date
    moves: int
    reason: str

    @property
    def days(self) -> int:
        """Days later (or, negative, earlier) than first given."""
        return (self.now - self.first).days


# Changes in which an end moved, of the object itself or of several at once.
MOVED = Q(fields__has_key="end") | Q(also__contains=[{"fields": {"end": []}}])


@prepared
def _moved(workspace_id: UUID, ids: list[UUID]) -> QuerySet[Change]:
    moved = Change.objects.filter(workspace_id=workspace_id, touches__overlap=as_ids(ids)).filter(MOVED).order_by("seq")
    return moved.only("object_type", "object_id", "object_text", "fields", "also", "reason", "at")


def slips(workspace_id: UUID, ids: list[UUID], until: datetime | None = None) -> dict[UUID, Slip]:
    """Return the slip of each of the items whose end was ever moved (until then), from the change stream, in one query."""
    found: dict[UUID, Slip] = {}
    wanted = set(ids)
    moves = (
        (pk, fields["end"], change.reason)
        for change in _moved.all(workspace_id, ids)
        for _, pk, _, fields in change.entries()
        if pk in wanted and "end" in fields and (until is None or change.at <= until)
    )
    for object_id, (before, after), reason in moves:
        if after is None:
            continue
        now = date.fromisoformat(after)
        if slip := found.get(object_id):
            found[object_id] = Slip(slip.first, now, slip.moves + 1, reason or slip.reason)
        else:
            found[object_id] = Slip(
                date.fromisoformat(before) if before else now, now, int(bool(before)), reason if before else ""
            )
    return {pk: slip for pk, slip in found.items() if slip.moves}


@prepared
def _people(workspace: UUID) -> QuerySet[User]:
    return User.objects.filter(memberships__workspace_id=workspace).order_by("name")


def people(workspace_id: UUID) -> list[User]:
    """Return the members of a workspace by name."""
    return _people.all(workspace_id)


@prepared
def _goals(product: UUID) -> QuerySet[Goal]:
    rows: QuerySet[Goal] = Goal.objects.filter(product_id=product, archived_at=None)
    return rows


def goals(product: Product) -> list[Goal]:
    """Return the goals of a product that were not given up, in their order."""
    return _goals.all(product.pk)


@prepared
def _rows_of(product: UUID, ids: list[UUID]) -> QuerySet[Any, dict[str, Any]]:
    among = RawSQL("SELECT unnest(%s::uuid[])", (ids,))
    return rows(Item.objects.filter(product_id=product, archived_at=None, pk__in=among))


def titles(product: Product, ids: Iterable[UUID]) -> QuerySet[Item, tuple[UUID, str]]:
    """Return items of a product as (id, title), in its order."""
    return Item.objects.filter(product=product, pk__in=list(ids)).order_by("rank").values_list("pk", "title")


def rows_of(product: Product, ids: Iterable[UUID]) -> list[dict[str, Any]]:
    """Return those of the items that are on the roadmap, as `rows` does, in any order."""
    return _rows_of.all(product.pk, list(ids))


# --- scores ---


@dataclass(slots=True)
class Standing:
    """How an item is rated on one scorecard, and its place among all items on the roadmap that have a number there."""

    scorecard: Scorecard
    score: Score | None
    place: int
    among: int


def scorecards(product: Product) -> QuerySet[Scorecard]:
    """Return the scorecards of a product that are in use, the first made first."""
    found: QuerySet[Scorecard] = Scorecard.objects.filter(product=product, archived_at=None)
    return found


UNSCORED: dict[str, Any] = {"score": None, "ratings": None, "score_version": None}


def scores(scorecard: Scorecard | None) -> dict[UUID, dict[str, Any]]:
    """Return how each item is rated by a scorecard: `score`, the number, `ratings` by factor, and the rating's version."""
    rated = Score.objects.filter(scorecard=scorecard).values_list("item_id", "number", "ratings", "version") if scorecard else ()
    return {item: {"score": number, "ratings": ratings, "score_version": version} for item, number, ratings, version in rated}


def scorecard_of(product: Product, pk: str) -> Scorecard | None:
    """Return the scorecard of that id, or else the first one in use; None where there is none."""
    found = list(scorecards(product))
    return next((each for each in found if str(each.pk) == pk), found[0] if found else None)


def standings(item: Item) -> list[Standing]:
    """Return how an item stands on each scorecard of its product; two queries."""
    numbered = Score.objects.filter(scorecard=OuterRef("scorecard"), number__isnull=False, item__archived_at=None)
    counted = numbered.order_by().values("scorecard").annotate(n=Count("pk")).values("n")
    above = counted.filter(number__gt=OuterRef("number"))
    mine = Score.objects.filter(item=item).annotate(above=Coalesce(Subquery(above), 0), among=Coalesce(Subquery(counted), 0))
    scores: dict[UUID, Any] = {score.scorecard_id: score for score in mine}
    found = []
    for scorecard in Scorecard.objects.filter(product=item.product_id, archived_at=None):
        score = scores.get(scorecard.pk)
        place = (score.above + 1) if score and score.number is not None else 0
        found.append(Standing(scorecard, score, place, score.among if score else 0))
    return found


@dataclass(slots=True)
class Ranking:
    """A scorecard, and the items that stand highest on it as {"number", "title", "score"}."""

    scorecard: Scorecard
    top: list[dict[str, Any]]
    rated: int


def rankings(product: Product, most: int = 5) -> list[Ranking]:
    """Return every scorecard of a product, the archived ones last, with its highest items; two queries."""
    highest = Score.objects.filter(product=product, number__isnull=False, item__archived_at=None).order_by(
        "-number", "item__rank"
    )
    rows = highest.values("scorecard_id", "number", title=F("item__title"), item_number=F("item__number"))
    by_card: dict[UUID, list[dict[str, Any]]] = {}
    for row in rows:
        by_card.setdefault(row["scorecard_id"], []).append(dict(row))
    cards = Scorecard.objects.filter(product=product).order_by(F("archived_at").asc(nulls_first=True), "created_at", "id")
    return [Ranking(card, by_card.get(card.pk, [])[:most], len(by_card.get(card.pk, []))) for card in cards]


def decisions(**narrow: Any) -> list[Decision]:
    """Return decisions that were not put away, the newest first, with their goals and items; one query."""
    return list(Decision.objects.filter(archived_at=None, **narrow).select_related("goal", "item", "by"))


def archived(product: Product) -> QuerySet[Item]:
    """Return the items of a product that were archived, the last one first."""
    rows: QuerySet[Item] = Item.objects.filter(product=product, archived_at__isnull=False).select_related("product")
    return rows.order_by("-archived_at", "-number")


def put_away(product: Product) -> list[Decision]:
    """Return the decisions of a product that were put away, the last one first; one query."""
    away = Decision.objects.filter(product=product, archived_at__isnull=False).select_related("goal", "item", "by")
    return list(away.order_by("-archived_at"))
