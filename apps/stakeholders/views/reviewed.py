"""What reviews said of one item, and when its next one is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.http import Request, room
from apps.core.htmx import page
from apps.roadmap.models import Horizon, Item
from apps.stakeholders.models import ReviewedItem, ReviewState
from apps.stakeholders.staleness import WEEKS, review_due

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse


@require_safe
@room
def of_item(request: Request, item: UUID) -> HttpResponse:
    """Show an item's verdicts, the newest first; the part that stands in its panel has the last."""
    rows = Item.objects.select_related("product").annotate(review_due=review_due())
    found: Any = get_object_or_404(rows, workspace=request.workspace, pk=item)
    verdicts = ReviewedItem.objects.filter(item=found, review__state=ReviewState.HELD).select_related("review", "by")
    today, due_on = timezone.localdate(), found.review_due
    context = {
        "nav": "reviews",
        "item": found,
        "due_on": due_on,
        "today": today,
        "stale": max(0, (today - due_on).days) if due_on else 0,
        "weeks": getattr(found.product, WEEKS[Horizon(found.horizon)]),
        "verdicts": verdicts.order_by("-review__held_at"),
    }
    return page(request, "stakeholders/reviews_of.html", context, part="slot")
