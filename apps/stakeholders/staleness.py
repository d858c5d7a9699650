"""How overdue the next review of an item is: the one definition, in SQL for lists and in Python for a single day.

An item's time runs from the last held review that looked at it, or from the day it was made, and is as long as its
horizon allows on its product. What is shipped or dropped is not reviewed any more.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, DateField, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext

from apps.core.prepared import prepared
from apps.roadmap.models import Horizon, Item, Status
from apps.roadmap.queries import on_roadmap
from apps.roadmap.scene.sheet import Said
from apps.roadmap.timeframes import period_text
from apps.stakeholders.models import Review, ReviewedItem, ReviewState
from apps.vision.models import Product

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable

WEEKS = {Horizon.NOW: "review_weeks_now", Horizon.NEXT: "review_weeks_next", Horizon.LATER: "review_weeks_later"}
OVER = (Status.SHIPPED, Status.DROPPED)


def due_on(product: Product, horizon: str, seen: date) -> date:
    """Return the day until which an item of a horizon that was looked at on a day is fresh; `review_due` says it in SQL."""
    return seen + timedelta(weeks=getattr(product, WEEKS[Horizon(horizon)]))


def seen_at() -> Subquery:
    """Return, beside an item, when the last held review looked at it."""
    held = ReviewedItem.objects.filter(item=OuterRef("pk"), review__state=ReviewState.HELD)
    return Subquery(held.order_by("-review__held_at").values("review__held_at")[:1])


def review_due() -> Combinable:
    """Return, beside an item, the day until which it is fresh; none where there is nothing to review any more."""
    days = Case(*(When(horizon=horizon, then=F(f"product__{field}") * 7) for horizon, field in WEEKS.items()))
    day = ExpressionWrapper(TruncDate(Coalesce(seen_at(), F("created_at"))) + days, output_field=DateField())
    return Case(When(status__in=OVER, then=Value(None)), default=day, output_field=DateField())


@dataclass(slots=True)
class Staleness:
    """How long an item has not been looked at, when its next review is due, and how overdue that is, in days."""

    item_id: UUID
    number: int
    title: str
    horizon: str
    days: int
    due_on: date
    overdue: int
    seen_at: datetime | None

    def as_json(self) -> dict[str, Any]:
        """Return it as REST tells it."""
        row = asdict(self)
        return {"item": row.pop("item_id"), **row, "stale": self.overdue > 0}


def staleness(product: Product, today: date) -> list[Staleness]:
    """Return the open items of a roadmap, the longest overdue for review first; one query."""
    return of_items(on_roadmap(product), today)


def of_items(items: QuerySet[Item], today: date) -> list[Staleness]:
    """Return those of the items that are open, the longest overdue for review first; one query."""
    rows = items.exclude(status__in=OVER).annotate(seen_at=seen_at(), review_due=review_due()).order_by("review_due", "number")
    return [
        Staleness(pk, number, title, horizon, (today - timezone.localdate(seen or made)).days, due, (today - due).days, seen)
        for pk, number, title, horizon, made, seen, due in rows.values_list(
            "id", "number", "title", "horizon", "created_at", "seen_at", "review_due"
        )
    ]


def said(_product: Product, rows: list[dict[str, Any]]) -> dict[UUID, Said]:
    """Return what the table says of each item: the day until which it is fresh, or how overdue its review is."""
    today = timezone.localdate()
    found = {row["id"]: due for row in rows if (due := row.get("review_due"))}
    return {
        pk: Said(period_text(due, "day"))
        if due >= today
        else Said(gettext("%(n)s d overdue") % {"n": (today - due).days}, tone="bad")
        for pk, due in found.items()
    }


@dataclass(frozen=True, slots=True)
class Freshness:
    """When a roadmap was last reviewed, and how many of its open items are overdue for review."""

    reviewed: datetime | None
    stale: int


def freshness(product: Product, today: date | None = None) -> Freshness:
    """Return how fresh a roadmap is, in one query."""
    reviewed, found = _fresh.first(product.pk, *_seen_before(product, today or timezone.localdate())) or (None, 0)
    return Freshness(reviewed, found or 0)


def _seen_before(product: Product, today: date) -> list[datetime]:
    """Return, for each horizon, the moment since which an item of it must have been looked at, or made, to be fresh on a day."""
    days = [today - timedelta(weeks=getattr(product, field)) for field in WEEKS.values()]
    return [timezone.make_aware(datetime.combine(day, time())) for day in days]


@prepared
def _fresh(
    product: UUID, now: datetime, soon: datetime, later: datetime
) -> QuerySet[Product, tuple[datetime | None, int | None]]:
    """Count by moments, not by the day of each item as `review_due` does, which asks once for each of them."""
    held = Review.objects.filter(product=OuterRef("pk"), state=ReviewState.HELD).order_by("-held_at").values("held_at")[:1]
    items = Item.objects.filter(product=OuterRef("pk"), archived_at=None).exclude(status__in=OVER)
    stale = [
        Q(horizon=horizon, created_at__lt=moment)
        & ~Exists(ReviewedItem.objects.filter(item=OuterRef("pk"), review__state=ReviewState.HELD, review__held_at__gte=moment))
        for horizon, moment in zip(WEEKS, (now, soon, later), strict=True)
    ]
    count = items.filter(stale[0] | stale[1] | stale[2]).order_by().values("product").annotate(n=Count("pk")).values("n")
    return Product.objects.filter(pk=product).order_by().values_list(Subquery(held), Subquery(count))
