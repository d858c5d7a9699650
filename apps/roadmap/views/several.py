"""Several items at once, and the way back from what one did."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from apps.accounts.actions import undo_change
from apps.core.actions import allowed
from apps.core.errors import Denied, Refused
from apps.core.htmx import go, insist, own_address, submit
from apps.core.models import Change
from apps.core.undo import TAKEN_BACK, UNDONE, next_to_redo, next_to_undo
from apps.core.wording import change_words, sentence
from apps.roadmap.bulk import edit_items
from apps.roadmap.forms import SeveralForm
from apps.roadmap.views.saying import answered, changed_text
from apps.vision.http import ProductRequest, product_room

if TYPE_CHECKING:
    from apps.vision.models import Product


@require_POST
@product_room
def bulk(request: ProductRequest) -> HttpResponse:
    """Give several items the same fields, shift them or archive them; all or none."""
    form = SeveralForm(request.product, request.POST)
    done = submit(form, _edit, request.actor, request.product, form=form)
    if done is None:
        insist(form)
    change = done.last_change if done else None
    count = change.detail["items"] if change else 0
    archived, text = ngettext("Archived %(count)s item.", "Archived %(count)s items.", count), changed_text(count)
    return answered(request, archived % {"count": count} if form.cleaned_data["archive"] else text, change, "several:done")


def _edit(actor: Any, product: Product, *, form: SeveralForm, **_cleaned: Any) -> Product:
    return edit_items(actor, product, **form.wanted())


@require_POST
@product_room
def undo_one(request: ProductRequest, seq: int) -> HttpResponse:
    """Take one change back, named by its number."""
    return _undone(request, get_object_or_404(Change, workspace=request.workspace, seq=seq))


@require_POST
@product_room
def undo(request: ProductRequest) -> HttpResponse:
    """Take back what one did last on this roadmap."""
    change = next_to_undo(request.actor, request.product.pk)
    return _undone(request, change) if change else _nothing(request, gettext("There is nothing of yours to undo."))


@require_POST
@product_room
def redo(request: ProductRequest) -> HttpResponse:
    """Do again what one took back last on this roadmap."""
    change = next_to_redo(request.actor, request.product.pk)
    return _undone(request, change) if change else _nothing(request, gettext("There is nothing of yours to redo."))


def _undone(request: ProductRequest, change: Change) -> HttpResponse:
    done = undo_change(request.actor, request.workspace, change=change, reason=TAKEN_BACK).last_change
    again = change.verb == UNDONE and not change.detail.get("again")
    what = sentence(change.actor_name, change.detail.get("verb", change.verb), change_words(change).text)
    said = gettext("Done again: %(what)s.") if again else gettext("Undone: %(what)s.")
    return answered(request, said % {"what": what}, done)


def _nothing(request: ProductRequest, text: str) -> HttpResponse:
    verdict = allowed(UNDONE, request.actor, request.workspace)
    if not verdict:
        raise Refused(verdict.why if isinstance(verdict, Denied) else text)
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({"toast": {"text": text}})})
    messages.info(request, text)
    return go(request, own_address(request, request.headers.get("Referer"), "/"))
