"""What an audience is shown of its roadmap, with how lately it was reviewed: the same on pages, in feeds and in files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from apps.stakeholders import queries
from apps.stakeholders.projection import Shown, project_each, visions_of

if TYPE_CHECKING:
    from uuid import UUID

    from apps.stakeholders.models import Audience


def views_of(audiences: list[Audience]) -> list[dict[str, Any]]:
    """Return what the pages for outsiders show of each audience's roadmap; a constant number of queries."""
    visions, reviewed = visions_of(audiences), queries.reviewed_at({each.product_id for each in audiences})
    shown: dict[UUID, list[Shown]] = {}
    for (pk, _), view in project_each(audiences).items():
        if view.seen:
            shown.setdefault(pk, []).append(view.shown)
    return [
        {
            "audience": each,
            "shown": shown.get(each.pk, []),
            "vision": visions[each.pk],
            "reviewed": reviewed.get(each.product_id),
            "now": timezone.now(),
        }
        for each in audiences
    ]
