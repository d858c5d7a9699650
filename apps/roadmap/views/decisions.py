"""Decisions: the questions that were settled about a roadmap, and the forms about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.htmx import go, page, status_of, submit
from apps.roadmap import deciding, queries
from apps.roadmap.forms import DecisionForm
from apps.roadmap.models import Decision, Item
from apps.vision.http import ProductRequest, product_room

if TYPE_CHECKING:
    from django.http import HttpResponse


def _place(request: ProductRequest, decision: Decision | None = None) -> str:
    anchor = f"#decision-{decision.pk}" if decision else ""
    return reverse("roadmap:decisions", args=[request.workspace.slug, request.product.slug]) + anchor


def _decision(request: ProductRequest, decision: UUID) -> Decision:
    found: Decision = get_object_or_404(Decision, product=request.product, pk=decision)
    return found


@require_safe
@product_room
def index(request: ProductRequest) -> HttpResponse:
    """Show what was settled, the newest first."""
    found, away = queries.decisions(product=request.product), queries.put_away(request.product)
    context = {"nav": "roadmap", "decisions": found, "put_away": away}
    return page(request, "roadmap/decisions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def new(request: ProductRequest) -> HttpResponse:
    """Settle a question: of the whole roadmap, or, with `?item=ID`, of one item."""
    about = {"item": request.GET["item"]} if request.GET.get("item") else {}
    form = DecisionForm(request.product, request.POST if request.method == "POST" else None, initial=about)
    if request.method == "POST":
        made = submit(form, deciding.decide, request.actor, request.product)
        if made:
            return go(request, _beside(request, made))
    return _answer(request, form, gettext("Settle a question"), gettext("Put it on record"), _place(request))


def _beside(request: ProductRequest, decision: Decision) -> str:
    """Return where a new decision is seen: in the panel of its item, or in the list."""
    if decision.item_id is None:
        return _place(request, decision)
    number = Item.objects.values_list("number", flat=True).get(pk=decision.item_id)
    return f"{reverse('roadmap:page', args=[request.workspace.slug, request.product.slug])}?item={number}"


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def edit(request: ProductRequest, decision: UUID) -> HttpResponse:
    """Change a decision."""
    found = _decision(request, decision)
    form = DecisionForm(request.product, request.POST if request.method == "POST" else None, obj=found)
    if request.method == "POST" and submit(form, deciding.edit_decision, request.actor, found) is not None:
        return go(request, _place(request, found))
    away = reverse("roadmap:archive_decision", args=[request.workspace.slug, request.product.slug, found.pk])
    return _answer(request, form, gettext("Decision"), gettext("Save"), _place(request, found), remove_url=away)


@require_POST
@product_room
def archive(request: ProductRequest, decision: UUID) -> HttpResponse:
    """Put a decision away."""
    deciding.archive_decision(request.actor, _decision(request, decision))
    messages.success(request, gettext("The decision is put away; the history keeps it."))
    return go(request, _place(request))


@require_POST
@product_room
def restore(request: ProductRequest, decision: UUID) -> HttpResponse:
    """Let a decision hold again that was put away."""
    found = deciding.restore_decision(request.actor, _decision(request, decision))
    messages.success(request, gettext("The decision holds again."))
    return go(request, _place(request, found))


def _answer(request: ProductRequest, form: DecisionForm, title: str, label: str, place: str, **more: Any) -> HttpResponse:
    context = {"form": form, "nav": "roadmap", "title": title, "label": label, "place": place, **more}
    return page(request, "core/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)
