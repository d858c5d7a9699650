"""When a digest or a reminder is due: on the reader's own day, at the reader's own hour, in every time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from apps.stakeholders.models import Frequency

if TYPE_CHECKING:
    from apps.stakeholders.models import Subscription

LOOK_BACK = 31  # days; of what was missed only the newest is made up for


def instant(day: date, hour: int, zone: str) -> datetime:
    """Return the moment of a local hour: the first of two where the clock is set back, shifted on where it skips (PEP 495)."""
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)


def is_day(day: date, frequency: str, weekday: int) -> bool:
    """Say whether a digest of that rhythm goes out on that local date; a monthly one on the month's first such weekday."""
    if frequency in (Frequency.DAILY, Frequency.MATERIAL):
        return True
    return day.weekday() == weekday and (frequency == Frequency.WEEKLY or day.day <= 7)


def local_day(moment: datetime, zone: str) -> date:
    """Return the date that a reader's calendar shows at a moment."""
    return moment.astimezone(ZoneInfo(zone)).date()


def due_period(subscription: Subscription, now: datetime) -> date | None:
    """Return the newest local date for which a digest is due at `now`, or None; never one from before it began or went on."""
    zone = subscription.stakeholder.time_zone
    day = local_day(now, zone)
    for _ in range(LOOK_BACK + 7):
        if is_day(day, subscription.frequency, subscription.weekday):
            moment = instant(day, subscription.hour, zone)
            if moment <= now:
                return day if moment >= subscription.since else None
        day -= timedelta(days=1)
    return None


def next_day(subscription: Subscription, now: datetime) -> date | None:
    """Return the local date on which the next digest can come, if there is something to say; None while no day is in sight."""
    zone, last = subscription.stakeholder.time_zone, subscription.last_period
    day = max(local_day(now, zone), subscription.paused_until or date.min)
    for _ in range(LOOK_BACK + 7):
        over = instant(day, subscription.hour, zone) <= now or (last is not None and day <= last)
        if is_day(day, subscription.frequency, subscription.weekday) and not over and not subscription.is_paused(day):
            return day
        day += timedelta(days=1)
    return None
