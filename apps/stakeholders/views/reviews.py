"""Reviews: what is due, walking the stalest items, and the record of what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import Request, room
from apps.core.htmx import go, page, status_of, submit
from apps.roadmap.models import Item
from apps.stakeholders import actions, queries
from apps.stakeholders.forms import NotesForm, ReviewForm, VerdictForm
from apps.stakeholders.models import Review, ReviewedItem, ReviewState
from apps.vision.http import ProductRequest, product_room

if TYPE_CHECKING:
    from django.http import HttpResponse


def _review(request: Request, review: UUID) -> Review:
    found: Review = get_object_or_404(Review.objects.select_related("product", "owner"), workspace=request.workspace, pk=review)
    return found


@require_safe
@room
def index(request: Request) -> HttpResponse:
    """Show the reviews to come and those that were held."""
    reviews = list(Review.objects.filter(workspace=request.workspace).select_related("product", "owner"))
    today = timezone.localdate()
    context = {
        "nav": "reviews",
        "planned": sorted((each for each in reviews if each.state == ReviewState.PLANNED), key=lambda each: each.due_on),
        "past": [each for each in reviews if each.state != ReviewState.PLANNED],
        "today": today,
    }
    return page(request, "stakeholders/reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def new(request: ProductRequest) -> HttpResponse:
    """Plan a review of a product's roadmap."""
    sent = request.POST if request.method == "POST" else None
    form = ReviewForm(request.workspace, sent, initial=None if sent else {"owner": request.user.pk})
    if request.method == "POST":
        made = submit(form, actions.plan_review, request.actor, request.product)
        if made:
            return go(request, reverse("stakeholders:reviews", args=[request.workspace.slug]))
    context = {"form": form, "nav": "reviews", "title": f"Plan a review of {request.product.name}", "label": "Plan it"}
    return page(request, "stakeholders/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@room
def edit(request: Request, review: UUID) -> HttpResponse:
    """Change a planned review."""
    found = _review(request, review)
    form = ReviewForm(request.workspace, request.POST if request.method == "POST" else None, obj=found)
    if request.method == "POST" and submit(form, actions.edit_review, request.actor, found) is not None:
        return go(request, reverse("stakeholders:review", args=[request.workspace.slug, found.pk]))
    context = {"form": form, "nav": "reviews", "title": found.title, "label": "Save"}
    return page(request, "stakeholders/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_safe
@room
def show(request: Request, review: UUID) -> HttpResponse:
    """Show a review: the stalest items first while it is open, the record once it was held."""
    return page(request, "stakeholders/review.html", _context(_review(request, review)), part="review")


def _context(review: Review, **more: Any) -> dict[str, Any]:
    said = {each.item_id: each for each in ReviewedItem.objects.filter(review=review).select_related("item", "by")}
    return {
        "nav": "reviews",
        "review": review,
        "stale": [(row, said.get(row.item_id)) for row in queries.staleness(review.product, timezone.localdate())],
        "said": list(said.values()),
        "notes_form": NotesForm(obj=review),
        "open": review.state == ReviewState.PLANNED,
        **more,
    }


@require_POST
@room
def verdict(request: Request, review: UUID, item: UUID) -> HttpResponse:
    """Say keep, change or drop of one item."""
    found = _review(request, review)
    form = VerdictForm(request.POST)
    about = get_object_or_404(Item, workspace=request.workspace, product=found.product, pk=item)
    done = submit(form, actions.review_item, request.actor, found, item=about)
    if done is None:
        return page(request, "stakeholders/review.html", _context(found, form=form), part="review", status=status_of(form))
    if not request.htmx:
        return go(request, reverse("stakeholders:review", args=[request.workspace.slug, found.pk]))
    return page(request, "stakeholders/review.html", _context(found), part="review")


@require_POST
@room
def hold(request: Request, review: UUID) -> HttpResponse:
    """Close a review as held; the next one is planned by its cadence."""
    found = _review(request, review)
    form = NotesForm(request.POST, obj=found)
    if submit(form, actions.hold_review, request.actor, found) is None:
        return page(
            request, "stakeholders/review.html", _context(_review(request, review), notes_form=form), status=status_of(form)
        )
    messages.success(request, "The review is on record.")
    return go(request, reverse("stakeholders:reviews", args=[request.workspace.slug]))


@require_POST
@room
def cancel(request: Request, review: UUID) -> HttpResponse:
    """Call a review off; its reminders stop."""
    actions.cancel_review(request.actor, _review(request, review))
    return go(request, reverse("stakeholders:reviews", args=[request.workspace.slug]))
