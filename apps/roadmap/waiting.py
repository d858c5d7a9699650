"""What waits for an item, and how far it has to move when that item ends later."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from apps.roadmap.models import Dependency, DependencyKind, Granularity, Item, Status
from apps.roadmap.timeframes import last_day, may_start, moved, timeframe_text

if TYPE_CHECKING:
    from uuid import UUID

OVER = (Status.SHIPPED, Status.DROPPED)


@dataclass(frozen=True, slots=True)
class Push:
    """That an item has to start on `start` and end on `end`, because what blocks it ends too late; `days` later than now."""

    item: Item
    start: date
    end: date
    days: int

    @property
    def now(self) -> str:
        """Return where the item is, as in "Q4 2026"."""
        return timeframe_text(self.item.start, self.item.end, self.item.granularity, self.item.workspace.year_begins)

    @property
    def text(self) -> str:
        """Return where it would go, as in "Q1 2027"."""
        return timeframe_text(self.start, self.end, self.item.granularity, self.item.workspace.year_begins)

    def as_json(self) -> dict[str, Any]:
        return {
            "item": self.item.pk, "number": self.item.number, "title": self.item.title, "days": self.days,
            "start": self.start, "end": self.end, "granularity": self.item.granularity,
        }  # fmt: skip


def pushed(first: Item, end: date | None = None) -> list[Push]:
    """Return what must move so that nothing that waits for `first`, directly or through others, starts before it may.

    With `end`, as if the item ended in the period of that day.
    Each starts the day after the last of what pushes it ends, or with the period of that day, and keeps its length. What is
    shipped, dropped, archived, of another roadmap or in the parking lot stays where it is and pushes nothing. In the order
    of their new starts; two queries at most for any number of items.
    """
    onward, ends_on = _blocked(first), first.end
    if end:
        ends_on = last_day(end, first.granularity or Granularity.DAY, first.workspace.year_begins)
    if ends_on is None or first.status in OVER or first.pk not in onward:
        return []
    ids = {pk for others in onward.values() for pk in others}
    live = Item.objects.filter(pk__in=ids, archived_at=None, start__isnull=False, end__isnull=False).exclude(status__in=OVER)
    live = live.select_related("workspace")
    items, ends, found = live.in_bulk(), {first.pk: ends_on}, dict[Any, Push]()
    for pk in _in_order(first.pk, onward):
        for other in onward.get(pk, []) if pk in ends else []:
            if (item := items.get(other)) and (push := _push(item, found.get(other), ends[pk])):
                found[other], ends[other] = push, push.end
    return sorted(found.values(), key=lambda push: (push.start, push.item.rank))


def _blocked(first: Item) -> dict[UUID, list[UUID]]:
    """Return {item: those that it blocks} of a roadmap."""
    onward = defaultdict[Any, list[Any]](list)
    edges = Dependency.objects.filter(product_id=first.product_id, other__product_id=first.product_id)
    for one, other in edges.filter(kind=DependencyKind.BLOCKS).values_list("item_id", "other_id"):
        onward[one].append(other)
    return dict(onward)


def _in_order(first: UUID, onward: dict[UUID, list[UUID]]) -> list[UUID]:
    """Return what can be reached, each after all that lead to it; blocking makes no circle."""
    seen, after = set[Any](), list[Any]()
    ahead = [(first, False)]
    while ahead:
        pk, left = ahead.pop()
        if left:
            after.append(pk)
        elif pk not in seen:
            seen.add(pk)
            ahead += [(pk, True), *((other, False) for other in onward.get(pk, []))]
    return after[::-1]


def _push(item: Item, known: Push | None, end: date) -> Push | None:
    """Return how far what ends on that day pushes an item, farther than is known already; None where it does not."""
    if item.start is None or item.end is None:
        return None
    begins = item.workspace.year_begins
    start = may_start(end, item.granularity, begins)
    if start <= (known.start if known else item.start):
        return None
    days = (start - item.start).days
    return Push(item, *moved(item.start, item.end, item.granularity, days, begins), days)
