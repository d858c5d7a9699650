"""When a digest is due: the reader's own day and hour, in every zone, through every change of the clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from apps.stakeholders.models import Stakeholder, Subscription
from apps.stakeholders.schedule import due_period, instant, is_day

ZONES = sorted(available_timezones())[::12]
SKIPPED = timedelta(hours=1)
ODD = [
    "UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu",
    "Pacific/Chatham", "Pacific/Apia", "Pacific/Kiritimati", "America/Scoresbysund", "Africa/Casablanca", "Asia/Beirut",
]  # fmt: skip


def following(zone: str = "UTC", since: datetime = datetime(2000, 1, 1, tzinfo=UTC), **rhythm) -> Subscription:
    return Subscription(stakeholder=Stakeholder(time_zone=zone), created_at=since, **{"frequency": "daily", "hour": 9, **rhythm})


@pytest.mark.parametrize(
    ("zone", "day", "hour", "utc"),
    [
        ("UTC", date(2026, 3, 29), 9, "2026-03-29T09:00"),
        ("Europe/Berlin", date(2026, 3, 28), 9, "2026-03-28T08:00"),
        ("Europe/Berlin", date(2026, 3, 29), 9, "2026-03-29T07:00"),
        ("Europe/Berlin", date(2026, 3, 29), 2, "2026-03-29T01:00"),  # two o'clock is skipped: it is three
        ("Europe/Berlin", date(2026, 10, 25), 2, "2026-10-25T00:00"),  # there are two: the first
        ("America/New_York", date(2026, 3, 8), 2, "2026-03-08T07:00"),
        ("America/New_York", date(2026, 11, 1), 1, "2026-11-01T05:00"),
        ("Africa/Cairo", date(2026, 4, 24), 0, "2026-04-23T22:00"),  # midnight is skipped
        ("Australia/Lord_Howe", date(2026, 10, 4), 2, "2026-10-03T15:30"),  # by half an hour
        ("Asia/Kathmandu", date(2026, 1, 1), 9, "2026-01-01T03:15"),
        ("Pacific/Kiritimati", date(2026, 1, 1), 0, "2025-12-31T10:00"),
    ],
)
def test_a_local_hour_is_one_moment(zone, day, hour, utc):
    assert instant(day, hour, zone).isoformat()[:16] == utc


@pytest.mark.parametrize("hour", [0, 2, 9, 23])
def test_there_is_one_moment_a_day_and_each_is_later_than_the_one_before(hour):
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(3 * 366)]
    for zone in {*ZONES, *ODD}:
        moments = [instant(day, hour, zone) for day in days]
        assert all(a < b for a, b in pairwise(moments)), zone
        shown = [moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for moment in moments]
        wished = [datetime.combine(day, time(hour)) for day in days]
        assert {a - b for a, b in zip(shown, wished, strict=True)} <= {timedelta(0), SKIPPED, SKIPPED / 2}, zone


@pytest.mark.parametrize("zone", ODD)
def test_who_asks_every_hour_finds_each_day_once_and_in_order(zone):
    subscription, found = following(zone, hour=2), []
    for tick in range(24 * 21):
        period = due_period(subscription, datetime(2026, 3, 20, tzinfo=UTC) + timedelta(hours=tick))
        if period and period not in found:
            found.append(period)
    assert found == [found[0] + timedelta(days=n) for n in range(len(found))]
    assert len(found) in (21, 22)


def test_a_day_that_a_zone_skipped_is_no_day():
    """Samoa went from 29 to 31 December 2011."""
    subscription = following("Pacific/Apia")
    found = {due_period(subscription, datetime(2011, 12, 29, 20, tzinfo=UTC) + timedelta(hours=n)) for n in range(48)}
    assert found == {date(2011, 12, 29), date(2011, 12, 31), date(2012, 1, 1)}


@pytest.mark.parametrize("weekday", range(7))
def test_a_monthly_one_comes_on_the_months_first_such_weekday(weekday):
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    found = [day for day in days if is_day(day, "monthly", weekday)]
    assert [day.month for day in found] == list(range(1, 13))
    assert all(day.weekday() == weekday and (day - timedelta(days=7)).month != day.month for day in found)


@pytest.mark.parametrize("weekday", range(7))
def test_a_weekly_one_comes_on_its_weekday(weekday):
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(28)]
    assert [day.weekday() for day in days if is_day(day, "weekly", weekday)] == [weekday] * 4


@pytest.mark.parametrize(
    ("rhythm", "now", "period"),
    [
        ({}, "2026-03-04T08:59", date(2026, 3, 3)),
        ({}, "2026-03-04T09:00", date(2026, 3, 4)),
        ({"frequency": "weekly", "weekday": 0}, "2026-03-02T08:59", date(2026, 2, 23)),
        ({"frequency": "weekly", "weekday": 0}, "2026-03-08T23:00", date(2026, 3, 2)),
        ({"frequency": "monthly", "weekday": 0}, "2026-03-02T08:59", date(2026, 2, 2)),
        ({"frequency": "monthly", "weekday": 6}, "2026-03-31T23:00", date(2026, 3, 1)),
        ({"frequency": "monthly", "weekday": 5}, "2026-09-05T08:59", date(2026, 8, 1)),  # 35 days back
    ],
)
def test_of_what_was_missed_the_newest_is_due(rhythm, now, period):
    assert due_period(following(**rhythm), datetime.fromisoformat(f"{now}+00:00")) == period


def test_nothing_is_due_from_before_one_followed():
    since = datetime(2026, 3, 4, 9, 1, tzinfo=UTC)
    assert due_period(following(since=since), datetime(2026, 3, 5, 8, tzinfo=UTC)) is None
    assert due_period(following(since=since), datetime(2026, 3, 5, 9, tzinfo=UTC)) == date(2026, 3, 5)


def test_a_day_is_the_readers_own():
    """At 20:00 in London on 4 March it is five in the morning of the 5th in Tokyo."""
    now = datetime(2026, 3, 4, 20, tzinfo=UTC)
    assert due_period(following("Asia/Tokyo", hour=5), now) == date(2026, 3, 5)
    assert due_period(following("Europe/London", hour=5), now) == date(2026, 3, 4)
    assert due_period(following("America/Los_Angeles", hour=13), now) == date(2026, 3, 3)
