"""What mentions somebody, in every product of a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.http import Request, room
from apps.core.htmx import go, page
from apps.roadmap.mentions import mentionable, mentions_of, see
from apps.roadmap.models import Comment

if TYPE_CHECKING:
    from django.http import HttpResponse

MOST = 100


@require_safe
@room
def mine(request: Request) -> HttpResponse:
    """Show the comments that name whoever asks, the newest first, and which of them are new."""
    rows = mentions_of(request.user).filter(comment__workspace=request.workspace).order_by("-pk")
    found = list(rows.select_related("comment__author", "comment__item", "comment__product")[:MOST])
    context = {"nav": "mentions", "mentions": found, "people": mentionable(request.workspace.pk), "most": MOST}
    return page(request, "roadmap/mentions.html", context)


@require_POST
@room
def seen(request: Request, comment: UUID) -> HttpResponse:
    """Note that whoever asks has looked at the comments that name them, up to this one."""
    see(request.actor, get_object_or_404(Comment, workspace=request.workspace, pk=comment))
    return go(request, reverse("roadmap:mentions", args=[request.workspace.slug]))
