"""Who may do what to milestones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext

from apps.accounts import rules
from apps.core.errors import Denied
from apps.roadmap.rules import edit_item
from apps.vision.rules import edit, edit_product

if TYPE_CHECKING:
    from apps.core.actors import Actor
    from apps.milestones.models import Baseline, Milestone

__all__ = ["add_milestone", "edit", "edit_item", "edit_milestone", "edit_product", "place_item", "read"]
__all__ = ["add_milestone", "edit", "edit_baseline", "edit_milestone", "keep_baseline", "place_item", "read"]

read = rules.read
add_milestone = keep_baseline = edit_product
place_item = edit_item


def edit_milestone(actor: Actor, milestone: Milestone) -> bool | Denied:
    """Editors, while the milestone is not archived."""
    if milestone.archived_at:
        return Denied(gettext("This milestone is archived; restore it first."))
    return edit(actor, milestone)


def edit_baseline(actor: Actor, baseline: Baseline) -> bool | Denied:
    """Editors, while the baseline is not put away."""
    if baseline.archived_at:
        return Denied(gettext("This baseline is put away; restore it first."))
    return edit(actor, baseline)
