"""Scorecards of a product, and an item's rating by one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.htmx import go, insist, page, status_of, submit
from apps.roadmap import queries, rating
from apps.roadmap.models import Item, Score, Scorecard
from apps.roadmap.score_forms import NewScorecardForm, RateForm, ScorecardForm
from apps.roadmap.views.panel import panel_context
from apps.roadmap.views.saying import answered, said, tell
from apps.vision.http import ProductRequest, product_room
from apps.vision.queries import figure

if TYPE_CHECKING:
    from django.http import HttpResponse


def _place(request: ProductRequest) -> str:
    return reverse("roadmap:scorecards", args=[request.workspace.slug, request.product.slug])


def _scorecard(request: ProductRequest, scorecard: UUID) -> Scorecard:
    found: Scorecard = get_object_or_404(Scorecard, product=request.product, pk=scorecard)
    return found


@require_safe
@product_room
def scorecards(request: ProductRequest) -> HttpResponse:
    """Show the scorecards of a product and what stands highest on each."""
    context = {"nav": "roadmap", "rankings": queries.rankings(request.product)}
    return page(request, "roadmap/scorecards.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def new_scorecard(request: ProductRequest) -> HttpResponse:
    """Add a scorecard with the factors of a method."""
    form = NewScorecardForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (made := submit(form, rating.create_scorecard, request.actor, request.product)):
        messages.success(request, gettext("Added %(name)s. Rate items by it in their panels.") % {"name": made.name})
        return go(request, _place(request))
    context = {
        "form": form,
        "title": gettext("New scorecard"),
        "label": gettext("Add scorecard"),
        "nav": "roadmap",
        "place": _place(request),
    }
    return page(request, "core/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def edit_scorecard(request: ProductRequest, scorecard: UUID) -> HttpResponse:
    """Rename a scorecard, or change the factors of one's own."""
    found = _scorecard(request, scorecard)
    form = ScorecardForm(request.POST if request.method == "POST" else None, obj=found)
    if request.method == "POST" and submit(form, rating.edit_scorecard, request.actor, found) is not None:
        return go(request, _place(request))
    context = {"form": form, "scorecard": found, "nav": "roadmap", "place": _place(request)}
    return page(request, "roadmap/scorecard.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_POST
@product_room
def archive_scorecard(request: ProductRequest, scorecard: UUID) -> HttpResponse:
    """Put a scorecard away."""
    gone = rating.archive_scorecard(request.actor, _scorecard(request, scorecard))
    messages.success(request, gettext("%(name)s is archived; its scores are kept.") % {"name": gone.name})
    return go(request, _place(request))


@require_POST
@product_room
def restore_scorecard(request: ProductRequest, scorecard: UUID) -> HttpResponse:
    """Take a scorecard up again."""
    rating.restore_scorecard(request.actor, _scorecard(request, scorecard))
    return go(request, _place(request))


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def rate(request: ProductRequest, number: int) -> HttpResponse:
    """Ask how an item is rated by a scorecard, the product's first where none is named, and rate it."""
    item = get_object_or_404(Item.objects.select_related("owner", "parent"), product=request.product, number=number)
    scorecard = _asked_for(request)
    score = Score.objects.filter(item=item, scorecard=scorecard).first()
    form = RateForm(scorecard, request.POST if request.method == "POST" else None, score=score)
    if request.method == "POST":
        done = submit(form, _rate, request.actor, item, scorecard=scorecard, score=score)
        if done is not None:
            return _rated(request, item, done)
        if request.htmx and getattr(form, "refused", False):
            insist(form)
    context = {"form": form, "item": item, "scorecard": scorecard, "nav": "roadmap"}
    response = page(request, "roadmap/rate.html", context, part="dialog", status=status_of(form) if form.errors else 200)
    if form.errors:
        response["HX-Retarget"], response["HX-Reswap"] = "#dialog", "innerHTML"
    return response


def _asked_for(request: ProductRequest) -> Scorecard:
    sent = request.POST.get("scorecard") or request.GET.get("scorecard", "")
    known = queries.scorecards(request.product)
    try:
        found = known.filter(pk=UUID(sent)).first() if sent else known.first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


def _rate(actor: Any, item: Item, *, scorecard: Scorecard, score: Score | None, **sent: Any) -> Score:
    return rating.edit_score(actor, score, **sent) if score else rating.rate_item(actor, item, scorecard=scorecard, **sent)


def _rated(request: ProductRequest, item: Item, score: Score) -> HttpResponse:
    """Show the panel again to who rated in it; a dot that was moved stays where it is put."""
    words = {"title": item.title, "scorecard": score.scorecard}
    if score.number is None:
        text = gettext("Rated %(title)s: no number before every factor is rated.") % words
    else:
        text = gettext("Rated %(title)s: %(number)s by %(scorecard)s.") % {**words, "number": figure(score.number)}
    if not request.htmx:
        tell(request, text, score.last_change)
        return go(request, f"{reverse('roadmap:page', args=[request.workspace.slug, request.product.slug])}?item={item.number}")
    if not request.headers.get("HX-Target"):
        return answered(request, text, score.last_change)
    response = page(request, "roadmap/item.html", panel_context(request, item), part="panel")
    return said(request, response, text, score.last_change, "dialog:close", "roadmap:changed")
