"""What can be found of the by when: milestones and releases."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.search import Kind, searchable
from apps.milestones.models import Milestone


def _page(row: dict[str, Any]) -> str:
    return reverse("milestones:show", args=[row["ws"], row["place"], row["id"]])


searchable(
    Kind(
        name="milestone",
        plural=_("Milestones"),
        icon="diamond",
        model=Milestone,
        title="name",
        texts=("name", "notes"),
        only=Q(archived_at=None),
        page=_page,
    )
)
