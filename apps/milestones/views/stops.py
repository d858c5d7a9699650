"""The HTML door of milestones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import Request, room
from apps.core.htmx import go, page, status_of, submit
from apps.milestones import actions, queries
from apps.milestones.forms import AddItemForm, MilestoneForm, PlaceForm, ReachedForm, ReasonForm, TransferForm
from apps.milestones.models import Milestone, MilestoneState, Placement
from apps.milestones.transfer import planned, transfer_item
from apps.roadmap.models import Item
from apps.vision.http import ProductRequest, product_room

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpResponse


def _milestone(request: ProductRequest, milestone: UUID) -> Milestone:
    found: Milestone = get_object_or_404(Milestone, product=request.product, pk=milestone)
    return found


def _place(request: ProductRequest, milestone: Milestone) -> str:
    return reverse("milestones:show", args=[request.workspace.slug, request.product.slug, milestone.pk])


@require_safe
@product_room
def index(request: ProductRequest) -> HttpResponse:
    """Show what is to come, what was reached, what was dropped."""
    rows = queries.board(request.product)
    groups = {
        gettext("To come"): [row for row in rows if row["milestone"].state == MilestoneState.PLANNED],
        gettext("Reached"): [row for row in rows if row["milestone"].state == MilestoneState.REACHED][::-1],
        gettext("Dropped"): [row for row in rows if row["milestone"].state == MilestoneState.DROPPED],
    }
    return page(request, "milestones/page.html", {"nav": "milestones", "groups": groups, "today": timezone.localdate()})


@require_safe
@product_room
def show(request: ProductRequest, milestone: UUID) -> HttpResponse:
    """Show a milestone: its promise, how its date moved, and what is in it."""
    return page(request, "milestones/show.html", _context(request, _milestone(request, milestone)))


def _context(request: ProductRequest, milestone: Milestone, **more: Any) -> dict[str, Any]:
    placements = Placement.objects.filter(milestone=milestone, item__archived_at=None).select_related("item__owner")
    return {
        "nav": "milestones",
        "milestone": milestone,
        "slip": queries.slips(milestone.workspace_id, [milestone.pk]).get(milestone.pk),
        "items": [placement.item for placement in placements.order_by("item__rank")],
        "add_form": AddItemForm(request.product),
        "reached_form": ReachedForm(),
        "today": timezone.localdate(),
        **more,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def new(request: ProductRequest) -> HttpResponse:
    """Add a milestone or a release."""
    form = MilestoneForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = submit(form, actions.create_milestone, request.actor, request.product)
        if made:
            return go(request, _place(request, made))
    context = {"form": form, "title": gettext("New milestone"), "label": gettext("Add milestone"), "nav": "milestones"}
    return page(request, "core/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def edit(request: ProductRequest, milestone: UUID) -> HttpResponse:
    """Change a milestone; a committed date asks for its reason."""
    found = _milestone(request, milestone)
    form = MilestoneForm(request.POST if request.method == "POST" else None, obj=found)
    if request.method == "POST" and submit(form, actions.edit_milestone, request.actor, found) is not None:
        return go(request, _place(request, found))
    context = {"form": form, "title": found.name, "label": gettext("Save"), "nav": "milestones"}
    return page(request, "core/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


def _act(request: ProductRequest, milestone: UUID, act: Callable[..., Any], form: Any, done: str) -> HttpResponse:
    """Call an action of the milestone's page; a refusal shows on the page."""
    found = _milestone(request, milestone)
    if submit(form, act, request.actor, found) is None:
        return page(request, "milestones/show.html", _context(request, found, refused=form), status=status_of(form))
    messages.success(request, done.format(found.name))
    return go(request, _place(request, found))


@require_POST
@product_room
def reach(request: ProductRequest, milestone: UUID) -> HttpResponse:
    """Note that it was reached."""
    return _act(request, milestone, actions.reach_milestone, ReachedForm(request.POST), gettext("{} is reached."))


@require_POST
@product_room
def reopen(request: ProductRequest, milestone: UUID) -> HttpResponse:
    """Take back that it was reached or dropped."""
    return _act(request, milestone, actions.reopen_milestone, ReasonForm(request.POST), gettext("{} is open again."))


@require_POST
@product_room
def drop(request: ProductRequest, milestone: UUID) -> HttpResponse:
    """Give it up, with the reason."""
    return _act(request, milestone, actions.drop_milestone, ReasonForm(request.POST), gettext("{} is dropped."))


@require_POST
@product_room
def archive(request: ProductRequest, milestone: UUID) -> HttpResponse:
    """Take it out of sight."""
    return _act(request, milestone, actions.archive_milestone, ReasonForm(request.POST), gettext("{} is archived."))


@require_POST
@product_room
def restore(request: ProductRequest, milestone: UUID) -> HttpResponse:
    """Put it back."""
    return _act(request, milestone, actions.restore_milestone, ReasonForm(request.POST), gettext("{} is back."))


@require_POST
@product_room
def add_item(request: ProductRequest, milestone: UUID) -> HttpResponse:
    """Put an item into the milestone."""
    found = _milestone(request, milestone)
    form = AddItemForm(request.product, request.POST)
    if form.is_valid():
        actions.place_item(request.actor, form.cleaned_data["item"], milestone=found)
        return go(request, _place(request, found))
    return page(request, "milestones/show.html", _context(request, found, add_form=form), status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@room
def pill(request: Request, item: UUID) -> HttpResponse:
    """Show, and let editors choose, the milestone of an item, for its panel."""
    found = get_object_or_404(Item.objects.select_related("product"), workspace=request.workspace, pk=item)
    form = PlaceForm(found.product, request.POST or None)
    if request.method == "POST" and submit(form, actions.place_item, request.actor, found) is not None and not request.htmx:
        return go(request, reverse("roadmap:item", args=[request.workspace.slug, found.product.slug, found.number]))
    placement = Placement.objects.filter(item=found).select_related("milestone").first()
    context = {"item": found, "form": form, "placement": placement, "product": found.product}
    return page(request, "milestones/pill.html", context, part="pill", status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def transfer(request: ProductRequest, number: int) -> HttpResponse:
    """Say what a move to another product would do, and move."""
    item = get_object_or_404(Item.objects.select_related("product", "parent"), product=request.product, number=number)
    form = TransferForm(request.product, request.POST if request.method == "POST" else request.GET or None)
    if request.method == "POST" and (moved := submit(form, transfer_item, request.actor, item)):
        seq = moved.last_change.seq if moved.last_change else 0
        undo = reverse("roadmap:undo_change", args=[request.workspace.slug, request.product.slug, seq])
        done = Item.objects.select_related("product").get(pk=moved.pk)
        place = reverse("roadmap:page", args=[request.workspace.slug, done.product.slug])
        said = {"title": done.title, "product": done.product.name, "key": done.key}
        messages.success(request, gettext("Moved %(title)s to %(product)s: it is %(key)s now.") % said, extra_tags=undo)
        return go(request, f"{place}?item={done.number}")
    plan = planned(item, form.cleaned_data["product"], children=form.cleaned_data["children"]) if form.is_valid() else None
    refused = request.method == "POST" and form.errors
    context = {"form": form, "item": item, "plan": plan, "nav": "roadmap"}
    return page(request, "milestones/transfer.html", context, part="dialog", status=status_of(form) if refused else 200)
