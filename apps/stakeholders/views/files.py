"""An audience's view taken away as a signed file, and the page that checks such a file."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import Request, room
from apps.core.htmx import page
from apps.stakeholders import takeaway
from apps.stakeholders.forms.sharing import VerifyForm
from apps.stakeholders.views.audiences import audience_of
from apps.stakeholders.views.discretion import spoken_in

if TYPE_CHECKING:
    from apps.stakeholders.models import Audience


def answer_with(audience: Audience) -> HttpResponse:
    """Answer with an audience's view as a file to keep."""
    name = takeaway.name_of(audience, f"{timezone.localdate()}")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(takeaway.file_of(audience), content_type="text/html; charset=utf-8", headers=headers)


@require_safe
@room
def take_away(request: Request, audience: UUID) -> HttpResponse:
    """Hand out an audience's view as a signed file."""
    found = audience_of(request, audience)
    return spoken_in(found.language, answer_with, found)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Say whether a file is exactly as this instance made it; open to everybody who was given one."""
    form, verdict = VerifyForm(request.POST or None, request.FILES or None), None
    if request.method == "POST":
        form = VerifyForm(request.POST, request.FILES)
        if form.is_valid() and form.cleaned_data["file"].size > takeaway.LARGEST:
            form.add_error("file", gettext("This file is larger than any of ours; choose another."))
        if form.is_valid():
            verdict = takeaway.verify(form.cleaned_data["file"].read())
    fine = request.method != "POST" or (verdict is not None and verdict.genuine)
    context = {"form": form, "verdict": verdict, "public_key": takeaway.public_key()}
    return page(request, "stakeholders/verify.html", context, status=200 if fine else 422)
