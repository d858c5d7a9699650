"""What mentions somebody, in every product of a workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from apps.accounts.http import Request, room
from apps.core.htmx import page
from apps.roadmap.mentions import mentionable, mentioning
from apps.roadmap.models import Comment

if TYPE_CHECKING:
    from django.http import HttpResponse

MOST = 100


@require_safe
@room
def mine(request: Request) -> HttpResponse:
    """Show the comments that name whoever asks, the newest first."""
    people = list(mentionable(request.workspace.pk))
    comments = Comment.objects.filter(workspace=request.workspace).select_related("author", "item", "product")
    found = list(mentioning(comments, request.user, people).exclude(author=request.user.pk).order_by("-created_at", "-id")[:MOST])
    context = {"nav": "mentions", "comments": found, "people": people, "most": MOST}
    return page(request, "roadmap/mentions.html", context)
