"""The short texts beside the rooms in the nav."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.functional import SimpleLazyObject

from apps.milestones.queries import slipped
from apps.stakeholders.queries import marks

if TYPE_CHECKING:
    from django.http import HttpRequest


def nav(request: HttpRequest) -> dict[str, Any]:
    """Give the nav its marks; they are counted only where the nav is drawn."""
    workspace, product = getattr(request, "workspace", None), getattr(request, "product", None)
    if workspace is None:
        return {}

    def counted() -> dict[str, str]:
        late = slipped(product) if product else 0
        return {**marks(workspace), "milestones": f"{late} slipped" if late else ""}

    return {"nav_marks": SimpleLazyObject(counted)}
