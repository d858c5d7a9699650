"""The roadmap as slides, for a wall or for paper."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from apps.core.htmx import page
from apps.roadmap.address import Address
from apps.roadmap.scene import MOST, scene
from apps.roadmap.scene.slides import CHANGES, slides
from apps.vision.http import ProductRequest, north, product_room

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_safe
@product_room
def present(request: ProductRequest) -> HttpResponse:
    """Show the lanes of the roadmap that the address names one by one, and what changed since the last review."""
    came = Address.read(request.GET)
    address = replace(came, view="timeline", closed=(), rows=MOST, compare=came.compare or "review")
    shown = scene(request.product, address, request.workspace)
    around = {"workspace": request.workspace, "product": request.product, "scene": shown, "address": came}
    found = slides(shown.lanes, shown.goals, everything="status" in address.filters)
    last = len(found) + 1 + bool(shown.base)
    return page(
        request,
        "roadmap/present.html",
        {
            **around,
            "slides": found,
            "last": last,
            "calendar": render_to_string("roadmap/calendar.html", around, request),
            "milestones": render_to_string("roadmap/milestones.html", around, request),
            "changed": shown.changed[:CHANGES],
            "more_changes": max(len(shown.changed) - CHANGES, 0),
            "north": north(request.product),
        },
    )
