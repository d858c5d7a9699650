"""Share links as the room sees them: made, changed and closed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.http import Request, room
from apps.core.htmx import go, page, status_of, submit
from apps.stakeholders import actions
from apps.stakeholders.forms.sharing import EditShareLinkForm, ShareLinkForm
from apps.stakeholders.models import ShareLink
from apps.stakeholders.views.audiences import audience_of, context_of, place_of

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_POST
@room
def new(request: Request, audience: UUID) -> HttpResponse:
    """Make a share link and show its secret, once."""
    found = audience_of(request, audience)
    form = ShareLinkForm(found, request.POST)
    made = submit(form, actions.create_share_link, request.actor, found)
    if made is None:
        return page(request, "stakeholders/audience.html", context_of(request, found, link_form=form), status=status_of(form))
    secret_url = request.build_absolute_uri(reverse("stakeholders:share", args=[made.secret]))
    context = context_of(request, found, secret_url=secret_url, feeds=not made.password_hash)
    return page(request, "stakeholders/audience.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@room
def edit(request: Request, link: UUID) -> HttpResponse:
    """Change a link's name, expiry or password."""
    found = _link(request, link)
    form = EditShareLinkForm(request.POST if request.method == "POST" else None, obj=found)
    if request.method == "POST" and submit(form, actions.edit_share_link, request.actor, found) is not None:
        return go(request, place_of(request, found.audience))
    context = {
        "form": form,
        "nav": "stakeholders",
        "title": gettext("Share link %(link)s") % {"link": found.name},
        "label": gettext("Save"),
    }
    context["place"] = place_of(request, found.audience)
    return page(request, "core/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_POST
@room
def revoke(request: Request, link: UUID) -> HttpResponse:
    """Close a share link at once."""
    found = _link(request, link)
    actions.revoke_share_link(request.actor, found)
    return go(request, place_of(request, found.audience))


def _link(request: Request, link: UUID) -> ShareLink:
    rows = ShareLink.objects.select_related("audience")
    found: ShareLink = get_object_or_404(rows, workspace=request.workspace, pk=link)
    return found
