"""Reviews: what is due, walking the stalest items, and the record of what was said."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import Request, room
from apps.core.htmx import go, page, status_of, submit
from apps.roadmap.forms import DecisionForm
from apps.roadmap.models import Item
from apps.roadmap.queries import decisions, slips
from apps.stakeholders import actions, ledger, queries
from apps.stakeholders.debt import Plot, debt
from apps.stakeholders.forms.reviews import NotesForm, ReviewForm, VerdictForm
from apps.stakeholders.minutes import minutes_of
from apps.stakeholders.models import Audience, Review, ReviewedItem, ReviewState
from apps.stakeholders.staleness import Staleness, staleness
from apps.vision.http import ProductRequest, product_room
from apps.vision.models import Product


def _review(request: Request, review: UUID) -> Review:
    found: Review = get_object_or_404(
        Review.objects.select_related("product", "owner", "baseline"), workspace=request.workspace, pk=review
    )
    return found


@require_safe
@room
def index(request: Request) -> HttpResponse:
    """Show the reviews to come and those that were held."""
    reviews = list(Review.objects.filter(workspace=request.workspace).select_related("product", "owner"))
    today = timezone.localdate()
    products = list(Product.objects.filter(workspace=request.workspace, archived_at=None))
    plots = [Plot(product, debt_of) for product, debt_of in zip(products, debt(products, today).values(), strict=True)]
    context = {
        "nav": "reviews",
        "plots": [plot for plot in plots if plot.most],
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
    context = {
        "form": form,
        "nav": "reviews",
        "title": gettext("Plan a review of %(product)s") % {"product": request.product.name},
        "label": gettext("Plan it"),
    }
    return page(request, "core/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@room
def edit(request: Request, review: UUID) -> HttpResponse:
    """Change a planned review."""
    found = _review(request, review)
    form = ReviewForm(request.workspace, request.POST if request.method == "POST" else None, obj=found)
    if request.method == "POST" and submit(form, actions.edit_review, request.actor, found) is not None:
        return go(request, reverse("stakeholders:review", args=[request.workspace.slug, found.pk]))
    context = {"form": form, "nav": "reviews", "title": found.title, "label": gettext("Save")}
    return page(request, "core/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_safe
@room
def show(request: Request, review: UUID) -> HttpResponse:
    """Show a review: the stalest items first while it is open, the record once it was held."""
    context = _context(_review(request, review), at=request.GET.get("item", ""))
    return page(request, "stakeholders/review.html", context, part="review")


@require_safe
@room
def minutes(request: Request, review: UUID) -> HttpResponse:
    """Return the minutes of a review as plain text."""
    text = minutes_of(_review(request, review)).text
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers={"Content-Disposition": "inline"})


def _context(review: Review, at: object = "", **more: Any) -> dict[str, Any]:
    """Return what the page of a review shows: the walk while it is planned, its minutes once it is not."""
    about = {"nav": "reviews", "review": review, "open": review.state == ReviewState.PLANNED, "notes_form": NotesForm(obj=review)}
    return {**about, **(_session(review, at) if about["open"] else _record(review)), **more}


def _record(review: Review) -> dict[str, Any]:
    record = minutes_of(review)
    newest = review.held_at and review.held_at == queries.last_reviewed(review.product)
    return {
        "minutes": record,
        "said": record.said,
        "attendees": record.attendees,
        "guests": record.guests,
        "decisions": record.decisions,
        "audiences": list(Audience.objects.filter(product=review.product, archived_at=None)) if newest else [],
    }


def _session(review: Review, at: object) -> dict[str, Any]:
    said = {each.item_id: each for each in ReviewedItem.objects.filter(review=review).select_related("item", "by")}
    stale = [(row, said.get(row.item_id)) for row in staleness(review.product, timezone.localdate())]
    return {
        "stale": stale,
        "walk": _walk(stale, str(at)),
        "said": list(said.values()),
        "attendees": list(review.attendees.order_by("name", "id")),
        "guests": list(review.guests.order_by("name", "id")),
        "decisions": decisions(pk__in=review.decisions.values("pk")),
    }


def _walk(stale: list[tuple[Staleness, ReviewedItem | None]], at: str) -> dict[str, Any] | None:
    """Return the item `at` which the walk stands (or the first without a verdict), its neighbours and what to know of it."""
    if not stale:
        return None
    ids = [str(row.item_id) for row, _ in stale]
    unsaid = next((place for place, (_, answer) in enumerate(stale) if answer is None), 0)
    place = ids.index(at) if at in ids else unsaid
    row, answer = stale[place]
    return {
        "row": row, "answer": answer, "place": place + 1, "total": len(stale),
        "left": sum(said is None for _, said in stale),
        "previous": ids[place - 1] if place else "", "next": ids[place + 1] if place + 1 < len(ids) else "",
        **_facts(row),
    }  # fmt: skip


def _facts(row: Staleness) -> dict[str, Any]:
    """Return what an owner needs to judge an item: what was told, how its end slipped, what it waits for and holds up."""
    item = Item.objects.select_related("owner").get(pk=row.item_id)
    told = ledger.of_item(item)
    return {
        "item": item, "told": told[:3], "told_more": len(told[3:]),
        "settled": decisions(item=item),
        "slip": slips(item.workspace_id, [item.pk]).get(item.pk),
        **queries.open_blocks(item),
    }  # fmt: skip


def _onwards(review: Review, item: UUID) -> str:
    """Return the next item after this one without a verdict, from the start again at the end, or itself."""
    ids = [row.item_id for row in staleness(review.product, timezone.localdate())]
    said = set(ReviewedItem.objects.filter(review=review).values_list("item", flat=True))
    start = ids.index(item) + 1 if item in ids else 0
    return str(next((each for each in ids[start:] + ids[:start] if each not in said), item))


@require_POST
@room
def verdict(request: Request, review: UUID, item: UUID) -> HttpResponse:
    """Say keep, change or drop of one item."""
    found = _review(request, review)
    form = VerdictForm(request.POST)
    about = get_object_or_404(Item, workspace=request.workspace, product=found.product, pk=item)
    done = submit(form, actions.review_item, request.actor, found, item=about)
    if done is None:
        return page(request, "stakeholders/review.html", _context(found, item, form=form), part="review", status=status_of(form))
    onwards = _onwards(found, item)
    if not request.htmx:
        return go(request, f"{reverse('stakeholders:review', args=[request.workspace.slug, found.pk])}?item={onwards}")
    return page(request, "stakeholders/review.html", _context(found, onwards), part="review")


@require_http_methods(["GET", "HEAD", "POST"])
@room
def decide(request: Request, review: UUID) -> HttpResponse:
    """Settle a question in a review: of the whole roadmap, or, with `?item=ID`, of one item."""
    found = _review(request, review)
    about = {"item": request.GET["item"]} if request.GET.get("item") else {}
    form = DecisionForm(found.product, request.POST if request.method == "POST" else None, initial=about)
    del form.fields["decided_on"]
    place = reverse("stakeholders:review", args=[request.workspace.slug, found.pk])
    if request.method == "POST":
        made = submit(form, actions.decide_in, request.actor, found)
        if made:
            return go(request, f"{place}?item={made.item_id}" if made.item_id else place)
    context = {
        "form": form,
        "nav": "reviews",
        "title": gettext("Settle a question"),
        "label": gettext("Put it on record"),
        "place": place,
    }
    return page(request, "core/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


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
    messages.success(request, gettext("The review is on record, and this moment of the roadmap is kept as a baseline."))
    return go(request, reverse("stakeholders:review", args=[request.workspace.slug, found.pk]))


@require_POST
@room
def cancel(request: Request, review: UUID) -> HttpResponse:
    """Call a review off; its reminders stop."""
    actions.cancel_review(request.actor, _review(request, review))
    return go(request, reverse("stakeholders:reviews", args=[request.workspace.slug]))
