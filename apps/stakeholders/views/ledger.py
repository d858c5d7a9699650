"""The told ledger's pages: who was told what of an item, a milestone or by an audience, and who is most out of date."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from apps.accounts.http import Request, room
from apps.core.htmx import page
from apps.milestones.models import Milestone
from apps.roadmap.forms import ItemForm
from apps.roadmap.models import Item
from apps.stakeholders import ledger
from apps.stakeholders.models import Audience
from apps.stakeholders.surprise import FIELDS, as_edited

if TYPE_CHECKING:
    from typing import Any


MOST = 500  # rows of one page; the furthest from the truth come first


def _context(nav: str, about: Any, by: str, answers: list[ledger.Answer]) -> dict[str, Any]:
    """Return what a page of the ledger shows: `by` says what each row names, item, person or both."""
    wrong = sum(each.differs for each in answers)
    return {"nav": nav, "about": about, "by": by, "ledger": answers[:MOST], "total": len(answers), "wrong": wrong}


@require_safe
@room
def told_item(request: Request, item: UUID) -> HttpResponse:
    """Show who was told what of an item: a part of its panel to htmx, a whole page to everybody else."""
    found = _item(request, item)
    context = {"item": found, **_context("roadmap", found, "person", ledger.of_item(found))}
    return page(request, "stakeholders/told_item.html", context, part="told")


@require_safe
@room
def told_milestone(request: Request, milestone: UUID) -> HttpResponse:
    """Show who was told what of a milestone's items: a section of its page to htmx, a whole page to everybody else."""
    rows = Milestone.objects.select_related("product")
    found: Milestone = get_object_or_404(rows, workspace=request.workspace, pk=milestone)
    context = {"milestone": found, **_context("milestones", found, "both", ledger.of_milestone(found))}
    return page(request, "stakeholders/told_milestone.html", context, part="told")


@require_safe
@room
def told_audience(request: Request, audience: UUID) -> HttpResponse:
    """Show what an audience last told each of its people."""
    rows = Audience.objects.select_related("product")
    found: Audience = get_object_or_404(rows, workspace=request.workspace, pk=audience)
    context = {"audience": found, **_context("stakeholders", found, "both", ledger.of_audience(found))}
    return page(request, "stakeholders/told_audience.html", context)


@require_safe
@room
def out_of_date(request: Request) -> HttpResponse:
    """Show who was told what is not true any more, the most misled first."""
    standings = ledger.out_of_date(request.workspace)
    return page(request, "stakeholders/out_of_date.html", {"nav": "stakeholders", "standings": standings})


@require_safe
@room
def surprise(request: Request, item: UUID) -> HttpResponse:
    """Say whom an edit would surprise before it is saved; `?start=`, `?end=`, ... are the fields of its form."""
    found = _item(request, item)
    form = ItemForm(found.product, request.GET)
    people = ledger.surprised(found, _planned(found, form)) if form.is_valid() else []
    context = {"nav": "roadmap", "item": found, "people": people, "committed": any(each.committed for each in people)}
    return page(request, "stakeholders/surprise.html", context, part="surprise")


def _item(request: Request, item: UUID) -> Item:
    found: Item = get_object_or_404(Item.objects.select_related("product"), workspace=request.workspace, pk=item)
    return found


def _planned(item: Item, form: ItemForm) -> dict[str, Any]:
    """Return the item as the form would leave it; dates that are still being typed change nothing yet."""
    sent = form.sent()
    try:
        return as_edited(
            item,
            {
                name: sent[name]
                for name in FIELDS
                if name in sent and (sent[name] != "" or name in ("granularity", "outside_title"))
            },
        )
    except ValidationError:
        return {}
