"""The roadmap: timeline, board and table of the same address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.core.htmx import page
from apps.roadmap import queries
from apps.roadmap.address import COLUMNS, GROUPS, Address
from apps.roadmap.models import Health, Horizon, Item, ItemType, Status
from apps.roadmap.scene import scene
from apps.roadmap.views.panel import panel_context
from apps.vision.http import ProductRequest, north, product_room

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_safe
@product_room
def show(request: ProductRequest) -> HttpResponse:
    """Show the roadmap as the address says; with `item=NUMBER`, that item's panel beside it."""
    address = Address.read(request.GET)
    context = {**roadmap_context(request, address), **_panel(request)}
    if address.at:
        context["may_edit"] = False  # the past is only read
    return page(request, "roadmap/page.html", context, part="roadmap")


def roadmap_context(request: ProductRequest, address: Address) -> dict[str, Any]:
    """Return what the roadmap page and its parts need."""
    return {
        "nav": "roadmap",
        "address": address,
        "scene": scene(request.product, address),
        "groups": GROUPS,
        "columns": COLUMNS,
        "north": north(request.product),
        "people": User.objects.filter(memberships__workspace=request.workspace).order_by("name"),
        "choices": {"status": Status.choices, "type": ItemType.choices, "horizon": Horizon.choices, "health": Health.choices},
        "seq": request.workspace.seq,
    }


def _panel(request: ProductRequest) -> dict[str, Any]:
    number = request.GET.get("item", "")
    if not number:
        return {}
    if not number.isdecimal() or len(number) > 9:
        raise Http404
    item = get_object_or_404(Item.objects.select_related("owner", "parent"), product=request.product, number=number)
    return panel_context(request, item)


@require_safe
@product_room
def alignment(request: ProductRequest) -> HttpResponse:
    """Return the parts that other pages fill in: effort against target for each goal, and what serves none."""
    return page(request, "roadmap/alignment.html", {"alignment": queries.alignment(request.product)}, part="alignment")
