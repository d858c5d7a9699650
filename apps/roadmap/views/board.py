"""What people set on the board itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from apps.core.htmx import status_of, submit
from apps.roadmap import limits
from apps.roadmap.forms import LimitForm
from apps.roadmap.models import ColumnLimit
from apps.roadmap.views.saying import answered
from apps.vision.http import ProductRequest, product_room

if TYPE_CHECKING:
    from typing import Any

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
