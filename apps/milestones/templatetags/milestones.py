"""Dates of milestones as they are meant, and how they are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language, gettext

from apps.core.lasting import lasting
from apps.milestones import queries
from apps.milestones.models import MilestoneState
from apps.roadmap.picture import stacked
from apps.roadmap.timeframes import period_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from django.utils.safestring import SafeString

    from apps.accounts.models import Workspace
    from apps.milestones.models import Milestone
    from apps.roadmap.picture import Window
    from apps.vision.models import Product

register = template.Library()


@register.filter
def meant(milestone: Milestone, workspace: Workspace) -> str:
    """Return a milestone's date no more exactly than it is meant, as its workspace counts: `{{ milestone|meant:workspace }}`."""
    if milestone.date is None:
        return gettext("no date yet")
    return period_text(milestone.date, milestone.granularity, workspace.year_begins)


@register.filter
def period(day: date | None) -> str:
    """Return a day in short words."""
    return period_text(day, "day") if day else gettext("no date")


@register.simple_tag
def diamond(milestone: Milestone, today: date, days: int = 0) -> str:
    """Return the class of a milestone's diamond: reached, missed or slipped, or how it is meant."""
    if milestone.state == MilestoneState.REACHED:
        return "hit"
    late = milestone.state == MilestoneState.PLANNED and milestone.date and milestone.date < today
    return "miss" if late or days > 0 else str(milestone.commitment)


@register.simple_tag
def strip(window: Window, workspace: Workspace, product: Product | None = None, at: datetime | None = None) -> SafeString:
    """Draw a timeline's row of milestones, of one product or of all of the workspace, and their lines through the picture.

    Of a product they can be those of a moment.
    """
    about = ("strip", product and product.pk, window, timezone.localdate(at), at, get_language())
    return lasting(workspace, ("milestones.", "vision.product"), about, lambda: _strip(window, workspace, product, at))


def _strip(window: Window, workspace: Workspace, product: Product | None, at: datetime | None) -> SafeString:
    if product and at:
        milestones: Iterable[Milestone] = queries.of_product_at(product, at)
    else:
        milestones = (queries.of_product(product) if product else queries.of_workspace(workspace)).select_related("product")
    found = [each for each in milestones if each.date and window.first <= each.date < window.beyond]
    found = [each for each in found if each.state != MilestoneState.DROPPED]
    slips = queries.slips(workspace.pk, [each.pk for each in found], until=at)
    wanted = [(window.x(each.date), _length(each.name, slips.get(each.pk))) for each in found if each.date]
    labels = stacked(wanted, lines=3)
    marks = [(label, 6 + 24 * label.line, each, slips.get(each.pk)) for label, each in zip(labels, found, strict=True)]
    lines = max((label.line for label in labels), default=0) + 1
    shown = {"workspace": workspace, "product": product, "marks": marks, "lines": lines, "today": timezone.localdate(at)}
    return render_to_string("milestones/strip.html", shown)


def _length(name: str, slip: queries.Slip | None) -> float:
    """Return about how long a diamond with its name and slip is, in percent of the narrowest picture (740 px)."""
    return (30 + 6.4 * len(name) + (58 if slip and slip.days > 0 else 0)) / 7.4
