"""The author's hand on an audience's digests: what they would say, a word on top, hold, approve."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.http import Request, room
from apps.core.htmx import go, page, status_of, submit
from apps.stakeholders import actions
from apps.stakeholders.coming import next_digests, waits
from apps.stakeholders.forms.audiences import ApproveForm, DigestsForm
from apps.stakeholders.models import Audience

if TYPE_CHECKING:
    from django.http import HttpResponse

WEEK = timedelta(days=7)


@require_http_methods(["GET", "HEAD", "POST"])
@room
def digests(request: Request, audience: UUID) -> HttpResponse:
    """Show what the audience's next digests would say; and set the word on top, whether they wait, and for what."""
    found = _audience(request, audience)
    form = DigestsForm(request.POST if request.method == "POST" else None, initial=found.__dict__)
    if request.method == "POST" and submit(form, actions.edit_audience, request.actor, found) is not None:
        return go(request, _place(request, found))
    return _answer(request, found, form=form, status=status_of(form) if form.errors else 200)


@require_POST
@room
def approve(request: Request, audience: UUID) -> HttpResponse:
    """Let the digests that are due until a day go out."""
    found, form = _audience(request, audience), ApproveForm(request.POST)
    if submit(form, actions.approve_digests, request.actor, found) is None:
        return _answer(request, found, approve_form=form, status=status_of(form))
    messages.success(request, gettext("The digests of %(audience)s go out.") % {"audience": found.name})
    return go(request, _place(request, found))


def _answer(request: Request, audience: Audience, *, status: int = 200, **forms: Any) -> HttpResponse:
    coming, today = next_digests(audience), timezone.localdate()
    context = {
        "nav": "stakeholders",
        "audience": audience,
        "coming": coming,
        "waiting": waits(audience, today),
        "form": DigestsForm(initial=audience.__dict__),
        "approve_form": ApproveForm(initial={"through": today + WEEK}),
        **forms,
    }
    return page(request, "stakeholders/coming.html", context, status=status)


def _audience(request: Request, audience: UUID) -> Audience:
    rows = Audience.objects.select_related("product")
    found: Audience = get_object_or_404(rows, workspace=request.workspace, archived_at=None, pk=audience)
    return found


def _place(request: Request, audience: Audience) -> str:
    return reverse("stakeholders:digests", args=[request.workspace.slug, audience.pk])
