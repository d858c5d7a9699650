"""The roadmap of a whole workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from apps.accounts.http import Request, room
from apps.core.htmx import page
from apps.roadmap.address import Address
from apps.roadmap.scene.portfolio import portfolio

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_safe
@room
def show(request: Request) -> HttpResponse:
    """Show every product's initiatives and milestones on one timeline."""
    address = Address.read({name: request.GET[name] for name in ("zoom", "from") if name in request.GET})
    shown = portfolio(request.workspace, address)
    context = {"nav": "portfolio", "address": address, "scene": shown, "seq": request.workspace.seq}
    return page(request, "roadmap/portfolio.html", context, part="portfolio")
