"""The roadmap: timeline, board and table of the same address."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.core.cache import caches
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import Role
from apps.core.htmx import go, page
from apps.core.lasting import lasting
from apps.core.late import Late
from apps.roadmap import first, queries
from apps.roadmap.address import GROUPS, Address
from apps.roadmap.forms import SeveralForm
from apps.roadmap.models import Health, Horizon, Item, ItemType, Status
from apps.roadmap.queries import moved_away
from apps.roadmap.scene import scene
from apps.roadmap.scene.sheet import outline
from apps.roadmap.views.panel import panel_context
from apps.roadmap.views.saved import saved_views, usual_view, view_address
from apps.vision.http import ProductRequest, north, product_room

if TYPE_CHECKING:
    from django.http import HttpResponse

    from apps.roadmap.first import Step
    from apps.roadmap.scene import Scene

KEPT = 600  # seconds that a drawn view is kept


@require_safe
@product_room
def show(request: ProductRequest) -> HttpResponse:
    """Show the roadmap as the address says; with `item=NUMBER`, that item's panel beside it."""
    if not request.GET and not request.htmx and (usual := usual_view(request)):
        return go(request, view_address(request, usual))
    address = Address.read(request.GET)
    number = _number(request)
    moved = moved_away(request.product, number) if number else None
    if moved and not request.htmx:
        place = reverse("roadmap:page", args=[request.workspace.slug, moved.product.slug])
        return go(request, f"{place}?item={moved.number}")
    context = {"address": address, **(_panel(request, number) if number and not moved else {})}
    edits = request.membership.role in {Role.OWNER, Role.EDITOR} and not request.product.archived_at and not address.at
    if address.at:
        context["may_edit"] = False  # the past is only read
    if edits and not request.htmx:
        context |= {"several": SeveralForm(request.product), "first_steps": _first_steps(request)}
    shown, drawn = _picture(request, address, context, edits=edits)
    around = _around(request, address)
    if address.view == "table" and edits:
        context["cell_options"] = _cell_options(around, shown)
    late = Late()
    said = {**around, **context, "scene": shown, "drawn": late.put(drawn)}
    response = page(request, "roadmap/page.html", said, part="roadmap")
    response.content = late.into(response.content)
    return response


def _picture(request: ProductRequest, address: Address, context: dict[str, Any], *, edits: bool) -> tuple[Scene, bytes]:
    """Return a view without its rows, and the rows as HTML: drawn once per edit and kept by the workspace's number of it.

    The number is read before the rows are, so what is kept under it is never older. What holds somebody's secret
    against forgery is not kept.
    """
    chosen, role = getattr(context.get("item"), "number", 0), request.membership.role
    about = (
        request.product.pk,
        request.workspace.seq,
        timezone.localdate(),
        get_language(),
        timezone.get_current_timezone_name(),
        role,
        chosen,
        address,
    )
    key = sha256(repr(about).encode()).hexdigest()
    kept: tuple[Scene, bytes] | None = caches["drawn"].get(key)
    if kept:
        return kept
    shown = scene(request.product, address, request.workspace, edits=edits)
    late = Late()
    around = render_to_string(f"roadmap/{address.view}.html", {**context, "scene": shown, "late": late}, request)
    light, drawn = replace(shown, lanes=[], parked=[], lines=[], matrix=None), late.into(around.encode())
    if "csrfmiddlewaretoken" not in around:
        caches["drawn"].set(key, (light, drawn), KEPT)
    return light, drawn


def _around(request: ProductRequest, address: Address) -> dict[str, Any]:
    """Return what the roadmap page needs around the picture."""
    return {
        "nav": "roadmap",
        "groups": GROUPS,
        "north": lasting(request.workspace, ("vision.",), ("north", request.product.pk), lambda: north(request.product)),
        "people": lasting(request.workspace, ("accounts.",), ("people",), lambda: queries.people(request.workspace.pk)),
        "choices": {"status": Status.choices, "type": ItemType.choices, "horizon": Horizon.choices, "health": Health.choices},
        "seq": request.workspace.seq,
        **saved_views(request, address),
    }


def _cell_options(around: dict[str, Any], shown: Scene) -> dict[str, list[tuple[str, str]]]:
    """Return what the cells of the table offer to choose from, by field."""
    return {
        **{name: [(str(value), str(words)) for value, words in choices] for name, choices in around["choices"].items()},
        "person": [(str(each.pk), str(each)) for each in around["people"]],
        "goal": [(str(each.pk), each.name) for each in shown.goals],
    }


def _number(request: ProductRequest) -> int:
    """Return the number of the item whose panel is open, or 0; 404 for what is no number."""
    number = request.GET.get("item", "")
    if number and not (number.isdecimal() and len(number) <= 9):
        raise Http404
    return int(number or 0)


def _panel(request: ProductRequest, number: int) -> dict[str, Any]:
    item = get_object_or_404(Item.objects.select_related("owner", "parent"), product=request.product, number=number)
    return panel_context(request, item)


def _first_steps(request: ProductRequest) -> list[Step]:
    """Return what there is to do in a new product, unless it was hidden."""
    return [] if request.product.pk in request.membership.steps_hidden else first.first_steps(request.product)


@require_POST
@product_room
def hide_steps(request: ProductRequest) -> HttpResponse:
    """Show the first steps of this product to this person no more."""
    first.hide_steps(request.actor, request.membership, product=request.product)
    return go(request, reverse("roadmap:page", args=[request.workspace.slug, request.product.slug]))


@require_safe
@product_room
def alignment(request: ProductRequest) -> HttpResponse:
    """Return the parts that other pages fill in: effort against target for each goal, and what serves none."""
    return page(request, "roadmap/alignment.html", {"alignment": queries.alignment(request.product)}, part="alignment")


@require_safe
@product_room
def lines(request: ProductRequest) -> HttpResponse:
    """Return all lines of the table that the address asks for, drawn or not: the number of each one's item, 0 for a heading."""
    address = Address.read(request.GET)
    found = outline(request.product, address, queries.scorecard_of(request.product, address.scorecard))
    return JsonResponse({"lines": [line.facts["number"] if line.facts else 0 for line in found]})
