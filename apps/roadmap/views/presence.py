"""Who is on a roadmap: a sign of life of each open roadmap every few seconds, answered with the others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from apps.roadmap.presence import Place, beat
from apps.vision.http import product_room

if TYPE_CHECKING:
    from apps.vision.http import ProductRequest


@require_POST
@product_room
def here(request: ProductRequest) -> HttpResponse:
    """Note where one is, and say who else is here."""
    tab, item, field = (request.POST.get(name, "") for name in ("tab", "item", "field"))
    tab = tab if re.fullmatch(r"[a-z0-9]{1,24}", tab) else "one"
    place = Place(int(item) if item.isdecimal() and len(item) < 10 else 0, field if re.fullmatch(r"[a-z_]{1,40}", field) else "")
    others = beat(request.product, request.user.pk, f"{request.user.pk}:{tab}", None if request.POST.get("leave") else place)
    return HttpResponse(render_to_string("roadmap/presence.html", {"others": others}), headers={"Cache-Control": "no-store"})
