"""Three years of days in every zone of the IANA database: one digest is planned for each local date, in order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest

from apps.stakeholders.digests import wants_digest
from apps.stakeholders.models import Stakeholder, Subscription
from apps.stakeholders.schedule import due_period, instant

FIRST, DAYS = date(2025, 1, 1), 3 * 365 + 1
HOURS = (0, 1, 2, 3, 9, 23)
# When the planner wakes, from when a digest is due: just before, at that moment, twice more on that day.
WAKES = (timedelta(seconds=-1), timedelta(0), timedelta(minutes=59), timedelta(hours=11))
ZONES = sorted(available_timezones())


def planned(zone: str, hour: int) -> list[tuple[date, datetime]]:
    """Return what a planner plans that wakes around each local hour, with when it does, remembering only the last day."""
    reader = Stakeholder(time_zone=zone)
    subscription = Subscription(stakeholder=reader, created_at=datetime(2000, 1, 1, tzinfo=UTC), frequency="daily", hour=hour)
    subscription.last_period = FIRST - timedelta(days=1)
    found = []
    for n in range(DAYS):
        due = instant(FIRST + timedelta(days=n), hour, zone)
        for wake in WAKES:
            period = due_period(subscription, due + wake)
            if period and wants_digest(subscription, period):
                subscription.last_period = period
                found.append((period, due + wake))
    return found


def test_there_are_as_many_zones_as_the_database_has():
    assert len(ZONES) > 590


@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", range(12))
def test_each_local_date_has_its_digest_at_its_hour(part: int) -> None:
    expected = [FIRST + timedelta(days=n) for n in range(DAYS)]
    for n, zone in enumerate(ZONES):
        if n % 12 != part:
            continue
        for hour in (HOURS[n // 12 % len(HOURS)], HOURS[(n // 12 + 3) % len(HOURS)]):
            found = planned(zone, hour)
            assert [period for period, _ in found] == expected, (zone, hour)
            assert all(at == instant(period, hour, zone) for period, at in found), (zone, hour)
