"""The short texts beside the rooms in the nav."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.translation import get_language, gettext

from apps.core.lasting import lasting
from apps.milestones.queries import slipped
from apps.roadmap.mentions import unseen
from apps.stakeholders.queries import marks

if TYPE_CHECKING:
    from django.http import HttpRequest

    from apps.accounts.http import Request


def nav(request: HttpRequest) -> dict[str, Any]:
    """Give the nav its marks; they are counted only where the nav is drawn."""
    workspace, product = getattr(request, "workspace", None), getattr(request, "product", None)
    if workspace is None:
        return {}

    def counted() -> dict[str, str]:
        today = timezone.localdate()
        found = dict(lasting(workspace, ("stakeholders.",), ("marks", today, get_language()), lambda: marks(workspace, today)))
        mine = cast("Request", request).membership
        seen = (mine.user_id, mine.mentions_seen)
        new = lasting(workspace, ("roadmap.comment",), ("mentions", *seen), lambda: unseen(workspace, mine.user_id))
        found["mentions"] = format_html('{}<span class="visually-hidden"> {}</span>', new, gettext("unread")) if new else ""
        if product:
            late = lasting(workspace, ("milestones.",), ("slipped", product.pk), lambda: slipped(product))
            found["milestones"] = gettext("%(number)d slipped") % {"number": late} if late else ""
        return found

    return {"nav_marks": SimpleLazyObject(counted)}
