"""The words of mails and of what outsiders read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from apps.stakeholders.models import Frequency
from apps.stakeholders.projection import NO_DATE

if TYPE_CHECKING:
    from datetime import datetime

    from apps.stakeholders.models import Subscription
    from apps.stakeholders.projection import Shown
    from apps.stakeholders.told import Line

LONG_AGO = 8  # weeks without a review after which readers are told so, rather than a day
register = template.Library()
DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


@register.filter
def rhythm(subscription: Subscription) -> str:
    """Return how often and when a digest comes, in words."""
    day, zone = DAYS[subscription.weekday], cut_zone(subscription.stakeholder.time_zone)
    often = {
        Frequency.DAILY: "daily",
        Frequency.WEEKLY: f"weekly on {day}",
        Frequency.MONTHLY: f"monthly on the first {day.removesuffix('s')}",
        Frequency.MATERIAL: "on material change",
    }[Frequency(subscription.frequency)]
    return f"{often} at {subscription.hour:02}:00, {zone}"


@register.filter
def cut_zone(zone: str) -> str:
    """Return the name of a time zone as it is read."""
    return zone.replace("_", " ")


@register.filter
def freshness(reviewed: datetime | None, now: datetime) -> str:
    """Return when a roadmap was last reviewed, or for how many weeks it was not, as any reader understands it."""
    if reviewed is None:
        return "not reviewed yet"
    weeks = (now - reviewed).days // 7
    if weeks >= LONG_AGO:
        return f"not reviewed for {weeks} weeks"
    day = timezone.localtime(reviewed)
    return f"last reviewed on {day.day} {date_format(day, 'F Y')}"


@register.filter
def days(count: int) -> str:
    """Return a number of days later or earlier, in words."""
    return f"{abs(count)} day{'' if abs(count) == 1 else 's'} {'later' if count > 0 else 'earlier'}"


@register.filter
def in_words(line: Line) -> str:
    """Return what a line of a digest says, in one sentence of plain text."""
    apart = f", {days(line.days)}" if line.days else ""
    return {
        "moved": f"You were told {line.told}; it is now {line.now}{apart}.",
        "shipped": f"You were told {line.told}; it shipped{f' in {line.now}' if line.now else ''}{apart}.",
        "dropped": f"You were told {line.told.lower()}; it is now {line.now.lower()}.",
        "status": f"You were told {line.told.lower()}; it is now {line.now.lower()}.",
        "goal": f"It served {line.told}; it now serves {line.now}.",
        "renamed": f"You knew it as {line.was_titled}.",
        "new": planned(line),
    }[line.kind]


@register.filter
def as_told(shown: Shown) -> str:
    """Return what was told of an item and is still so: when it shipped, its date, or how it stands."""
    if shown.shipped:
        return f"shipped, {shown.shipped.text}"
    return shown.when.text or shown.status_words.lower()


def planned(line: Line) -> str:
    """Return what is said of an item that was never told before."""
    if not line.now or line.now == NO_DATE:
        return "Shipped already." if line.shipped else "Not scheduled yet."
    return f"Shipped, planned for {line.now}." if line.shipped else f"Planned for {line.now}."
