"""All of the real history, week by week and month by month, to the day, the month and the quarter, line for line.

Needs REAL_DATA. One run of the six takes a few minutes; they share nothing and can run beside each other.
"""

from __future__ import annotations

import sys
from collections import Counter
from datetime import date, datetime

import pytest

from apps.core.models import Mail, MailState
from apps.stakeholders.models import Told
from apps.stakeholders.tasks import send_due_at
from tests.people import Room
from tests.real.data import BEFORE, folder, imported
from tests.real.oracle import Oracle, first_mondays, mondays
from tests.real.telling import play, sent

BEGIN, END = date(2020, 3, 16), date(2024, 1, 1)  # around the first and the last edit
CADENCES: dict[str, list[datetime]] = {
    "weekly": mondays(BEGIN, END),
    "monthly": [day for year in range(2020, 2025) for day in first_mondays(year) if BEGIN <= day.date() <= END],
}


@pytest.mark.django_db
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("precision", ["day", "month", "quarter"])
@pytest.mark.parametrize("cadence", CADENCES)
def test_every_line_of_the_whole_history(room: Room, capsys: pytest.CaptureFixture[str], cadence: str, precision: str) -> None:
    oracle, kinds = Oracle(folder(), precision), Counter[str]()
    imported(room, "releases", at=BEFORE)
    for now in CADENCES[cadence]:
        play(room, now, precision=precision, frequency=cadence)
        send_due_at(now)
        oracle.advance(now)
        expected, told = oracle.digest(), sent(room, now)
        assert [line for line in told if line not in expected] == [], f"invented on {now:%d %B %Y}"
        assert [line for line in expected if line not in told] == [], f"missing on {now:%d %B %Y}"
        assert told == expected, f"said twice on {now:%d %B %Y}"
        kinds.update(line[2] for line in told)
    with capsys.disabled():
        moments, lines = len(CADENCES[cadence]), sum(kinds.values())
        sys.stdout.write(f"\n{cadence}, to the {precision}: {lines} lines at {moments} moments, {dict(kinds)}\n")
    assert oracle.edits == []
    assert set(kinds) >= {"new", "moved", "shipped", "dropped", "status", "renamed"}
    assert Told.objects.filter(workspace=room.workspace).count() == sum(kinds.values())
    assert not Mail.objects.filter(workspace=room.workspace).exclude(state__in=(MailState.SENT, MailState.CANCELLED)).exists()
