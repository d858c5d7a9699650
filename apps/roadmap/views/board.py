"""What people set on the board itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from apps.core import rows
from apps.core.actions import refuse
from apps.core.errors import Stale
from apps.core.htmx import insist, status_of, submit
from apps.roadmap import limits
from apps.roadmap.bulk import Edit, edit_items
from apps.roadmap.forms import ItemForm, LimitForm, items_sent
from apps.roadmap.models import ColumnLimit
from apps.roadmap.scene.lanes import group_sent, lane_now
from apps.roadmap.views.saying import answered, changed_text
from apps.vision.http import ProductRequest, product_room

if TYPE_CHECKING:
    from typing import Any, NoReturn

    from apps.core.actors import Actor
    from apps.vision.models import Product


@require_POST
@product_room
def limit(request: ProductRequest) -> HttpResponse:
    """Set the limit of a column, or take it away; a refusal is said in a sentence."""
    form = LimitForm(request.POST)
    done = submit(form, _limit, request.actor, request.product)
    if done is None:
        said = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return HttpResponse(said, status=status_of(form), content_type="text/plain; charset=utf-8")
    change = done.last_change
    words = gettext("No limit here.")
    if change and change.verb == "column.limited":
        words = ngettext("At most %(count)s open item here.", "At most %(count)s open items here.", done.most) % {
            "count": done.most
        }
    return answered(request, words, change)


def _limit(actor: Actor, product: Product, *, group: str, value: str, most: int | None) -> Any:
    if most:
        return limits.limit_column(actor, product, group=group, value=value, most=most)
    known = ColumnLimit.objects.filter(product=product, group=group, value=value).first()
    return limits.free_column(actor, known) if known else product


@require_POST
@product_room
def put(request: ProductRequest) -> HttpResponse:
    """Put several cards into a column, as one change with one way back; none where somebody else moved one meanwhile.

    `version-NUMBER` and `seen-NUMBER` are the version of a card and the column in which it was seen.
    """
    form = ItemForm(request.product, request.POST)
    done = submit(form, _put, request.actor, request.product, form=form)
    if done is None:
        insist(form)
    change = done.last_change if done else None
    return answered(request, changed_text(change.detail["items"] if change else 0), change)


@transaction.atomic
def _put(actor: Actor, product: Product, *, form: ItemForm, **_cleaned: Any) -> Product:
    rows.lock(product.workspace_id)  # where the cards are now is where they are when they are moved
    group, edits = group_sent(form.data), []
    for item in items_sent(product, form.data):
        if group and lane_now(item, group).key != form.data.get(f"seen-{item.number}", ""):
            _refuse_moved(item)
        version = form.data.get(f"version-{item.number}", "")
        edits.append(Edit(item, form.fields_sent(), form.goals_sent(item), int(version) if version.isdecimal() else None))
    reason, milestone = form.cleaned_data["reason"], form.data.get("milestone")
    try:
        return edit_items(actor, product, edits=edits, milestone=milestone, reason=reason)
    except Stale as error:
        _refuse_moved(error.current)


def _refuse_moved(item: object) -> NoReturn:
    refuse(__all__=gettext("Somebody moved %(title)s meanwhile, so nothing was moved. Look again.") % {"title": item})
