"""Review debt: how many open items of a roadmap were overdue for review, week by week, as the change stream has it.

The weeks that each horizon allows are those of now; everything else is as it was then.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from apps.core.models import Change
from apps.core.past import rewound
from apps.roadmap.models import Item
from apps.roadmap.past import ever_in
from apps.stakeholders.models import ReviewedItem, ReviewState
from apps.stakeholders.staleness import OVER, due_on

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps.vision.models import Product

WEEKS = 26
HEIGHT, TOP = 96, 14  # px of the plot, and of what stands above its highest bar
KIND = Item._meta.label_lower
READ = ("status", "horizon", "archived_at", "product")  # what of an item says whether it is open, and how long it stays fresh


@dataclass(frozen=True, slots=True)
class Point:
    """How many items were open on a day, and how many of them overdue for review."""

    day: date
    stale: int
    open: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A week as it is drawn: its place in percent of the width, its heights in px, and a month where one begins."""

    point: Point
    x: float
    width: float
    open_height: float
    stale_height: float
    month: str

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)

    @property
    def open_y(self) -> float:
        return round(TOP + HEIGHT - self.open_height, 1)

    @property
    def stale_y(self) -> float:
        return round(TOP + HEIGHT - self.stale_height, 1)


@dataclass(frozen=True, slots=True)
class Plot:
    """The weeks of one roadmap as a picture; `most` is how many items its highest bar stands for."""

    product: Product
    points: list[Point]

    @property
    def most(self) -> int:
        return max((point.open for point in self.points), default=0)

    @property
    def now(self) -> Point:
        return self.points[-1]

    @property
    def first(self) -> Point:
        return self.points[0]

    def bars(self) -> list[Bar]:
        """Return the weeks as bars, the oldest first."""
        step, scale = 100 / len(self.points), HEIGHT / max(self.most, 1)
        months = [point.day.month for point in self.points]
        return [
            Bar(
                point, round(n * step + step * 0.1, 2), round(step * 0.8, 2), round(point.open * scale, 1),
                round(point.stale * scale, 1), date_format(point.day, "M") if n and months[n] != months[n - 1] else "",
            )
            for n, point in enumerate(self.points)
        ]  # fmt: skip


def debt(products: Iterable[Product], today: date) -> dict[UUID, list[Point]]:
    """Return the last half-year of each roadmap by weeks, the oldest first and today last; three queries for all of them."""
    known = {product.pk: product for product in products}
    days = [today - timedelta(weeks=n) for n in range(WEEKS + 1)]
    items = {row["id"]: row for row in Item.objects.filter(ever_in(known)).values("id", "created_at", *READ)}
    changes = _changes(known.values(), _end(days[-1]))
    seen = _seen(known)
    found: dict[UUID, list[Point]] = {pk: [] for pk in known}
    place = 0
    for day in days:
        start = place
        while place < len(changes) and changes[place].at > _end(day):
            place += 1
        items = rewound(KIND, items, changes[start:place])
        counts = _counted(items, seen, known, day)
        for pk, points in found.items():
            points.insert(0, Point(day, *counts.get(pk, (0, 0))))
    return found


def _counted(
    items: dict[UUID, dict[str, Any]], seen: dict[UUID, list[date]], products: dict[UUID, Product], day: date
) -> dict[UUID, tuple[int, int]]:
    """Return of each product how many items were stale and how many were open on a day."""
    counts: dict[UUID, tuple[int, int]] = {}
    for pk, item in items.items():
        product = products.get(UUID(str(item["product"])))
        if product is None or item["archived_at"] or item["status"] in OVER:
            continue
        looks = seen.get(pk, [])
        last = bisect_right(looks, day)
        since = looks[last - 1] if last else timezone.localdate(item["created_at"])
        stale, total = counts.get(product.pk, (0, 0))
        counts[product.pk] = stale + (due_on(product, item["horizon"], since) < day), total + 1
    return counts


def _changes(products: Iterable[Product], since: datetime) -> list[Change]:
    """Return what happened to what is read of items after a moment, the newest first."""
    workspaces = {product.workspace_id for product in products}
    touched = Q(object_type=KIND, fields__has_any_keys=READ) | ~Q(also=[])
    rows = Change.objects.filter(touched, workspace_id__in=workspaces, at__gt=since).order_by("-at", "-seq")
    return list(rows.only("at", "object_type", "object_id", "fields", "also"))


def _seen(products: Iterable[UUID]) -> dict[UUID, list[date]]:
    """Return the days on which held reviews looked at each item, the oldest first."""
    held = ReviewedItem.objects.filter(product__in=products, review__state=ReviewState.HELD).order_by("review__held_at")
    found: dict[UUID, list[date]] = {}
    for item, at in held.values_list("item", "review__held_at"):
        found.setdefault(item, []).append(timezone.localdate(at))
    return found


def _end(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))
