"""What can be found of the why: goals, and the newest text of each vision."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.search import Kind, searchable
from apps.vision.models import Goal, VisionVersion


def _page(row: dict[str, Any]) -> str:
    return reverse("vision:page", args=[row["ws"], row["place"]])


searchable(
    Kind(
        name="goal",
        plural=_("Goals"),
        icon="target",
        model=Goal,
        title="name",
        texts=("name", "description", "serves"),
        only=Q(archived_at=None),
        page=_page,
    )
)
searchable(
    Kind(
        name="vision",
        plural=_("Visions"),
        icon="compass",
        model=VisionVersion,
        title="statement",
        texts=("statement", "goal", "audience", "value"),
        only=Q(pk=F("vision__current")),
        page=_page,
    )
)
