"""Dates of milestones as they are meant, and how they are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from apps.milestones.models import MilestoneState
from apps.roadmap.timeframes import period_text

if TYPE_CHECKING:
    from datetime import date

    from apps.milestones.models import Milestone

register = template.Library()


@register.filter
def meant(milestone: Milestone) -> str:
    """Return a milestone's date no more exactly than it is meant."""
    return period_text(milestone.date, milestone.granularity) if milestone.date else "no date yet"


@register.filter
def period(day: date | None) -> str:
    """Return a day in short words."""
    return period_text(day, "day") if day else "no date"


@register.simple_tag
def diamond(milestone: Milestone, today: date, days: int = 0) -> str:
    """Return the class of a milestone's diamond: reached, missed or slipped, or how it is meant."""
    if milestone.state == MilestoneState.REACHED:
        return "hit"
    late = milestone.state == MilestoneState.PLANNED and milestone.date and milestone.date < today
    return "miss" if late or days > 0 else str(milestone.commitment)
