"""What was just done, said at the bottom of the page, with the way back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from apps.core.htmx import go, own_address
from apps.core.undo import UNDONE, can_be_taken_back
from apps.roadmap.models import Item
from apps.roadmap.waiting import pushed

if TYPE_CHECKING:
    from apps.core.models import Change
    from apps.vision.http import ProductRequest


def way_back(request: ProductRequest, change: Change | None) -> str:
    """Return the address that takes a change back; empty where there is none."""
    if change is None or not can_be_taken_back(change):
        return ""
    return reverse("roadmap:undo_change", args=[request.workspace.slug, request.product.slug, change.seq])


def changed_text(count: int) -> str:
    """Return in words how many items were changed."""
    return ngettext("Changed %(count)s item.", "Changed %(count)s items.", count) % {"count": count}


def tell(request: ProductRequest, text: str, change: Change | None) -> None:
    """Say something on the next page that is shown, with the way back."""
    messages.success(request, text, extra_tags=way_back(request, change))


def said(request: ProductRequest, response: HttpResponse, text: str, change: Change | None, *events: str) -> HttpResponse:
    """Let htmx say something with the way back and, after an end moved, the way on; and raise events on the page.

    All of them carry the change's number: a page that shows it already is not drawn once more.
    """
    number = {} if change is None else {"seq": change.seq}
    found: dict[str, dict[str, Any]] = {name: dict(number) for name in events}
    if change is not None:
        label = gettext("Redo") if change.verb == UNDONE and not change.detail.get("again") else gettext("Undo")
        found["toast"] = {"text": text, "undo": way_back(request, change), "label": label, **number}
        if form := _way_on(request, change):
            found["toast"]["form"] = form
    response["HX-Trigger"] = json.dumps(found)
    return response


def _way_on(request: ProductRequest, change: Change) -> str:
    """Return the address of the form that shifts what waits for an item and now starts too early.

    The item's end moved, or something waits for it from now on.
    """
    if change.object_type != Item._meta.label_lower or ("end" not in change.fields and change.verb != "dependency.created"):
        return ""
    item = Item.objects.get(pk=change.object_id)
    return reverse("roadmap:shift", args=[request.workspace.slug, request.product.slug, item.number]) if pushed(item) else ""


def answered(request: ProductRequest, text: str, change: Change | None, *events: str) -> HttpResponse:
    """Answer a write that shows nothing of its own: events to htmx, the page from which it came to everybody else."""
    if request.htmx:
        return said(request, HttpResponse(status=204), text, change, "roadmap:changed", *events)
    if change is not None:
        tell(request, text, change)
    page = reverse("roadmap:page", args=[request.workspace.slug, request.product.slug])
    return go(request, own_address(request, request.headers.get("Referer"), page))
