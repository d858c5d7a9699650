"""The roadmap as somebody else sees it: any audience, or any person, exactly as it goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from apps.accounts.http import Request, room
from apps.core.htmx import page
from apps.stakeholders import queries
from apps.stakeholders.models import Audience, Stakeholder, Subscription
from apps.stakeholders.showing import views_of

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_safe
@room
def shown(request: Request) -> HttpResponse:
    """Show the roadmap as `?as=` sees it: `audience:ID`, or `person:ID` with a view for each audience they belong to."""
    kind, _, pk = request.GET.get("as", "").partition(":")
    person = _person(request, pk) if kind == "person" else None
    chosen = _audiences_of(person) if person else _audience(request, pk) if kind == "audience" else []
    context = {
        "nav": "stakeholders",
        "person": person,
        "views": views_of(chosen),
        "chosen": f"{kind}:{pk}",
        "audiences": queries.audiences(request.workspace),
        "people": Stakeholder.objects.filter(workspace=request.workspace, archived_at=None),
        "follows": Subscription.objects.filter(stakeholder=person, ended_at=None).select_related("audience") if person else [],
    }
    return page(request, "stakeholders/preview.html", context)


def _person(request: Request, pk: str) -> Stakeholder:
    found: Stakeholder = get_object_or_404(Stakeholder, workspace=request.workspace, archived_at=None, pk=_uuid(pk))
    return found


def _audience(request: Request, pk: str) -> list[Audience]:
    rows = Audience.objects.select_related("product")
    return [get_object_or_404(rows, workspace=request.workspace, archived_at=None, pk=_uuid(pk))]


def _audiences_of(person: Stakeholder) -> list[Audience]:
    rows = Audience.objects.filter(members__stakeholder=person, archived_at=None).select_related("product")
    return list(rows.order_by("product__name", "name"))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
