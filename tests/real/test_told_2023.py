"""The year 2023 month by month: every line of every digest is what the files alone say it should be."""

from __future__ import annotations

from collections import Counter

import pytest

from apps.core.models import Mail, MailState
from apps.stakeholders.models import Told
from apps.stakeholders.tasks import send_due_at
from tests.people import Room
from tests.real.data import BEFORE, folder, imported
from tests.real.oracle import Oracle, first_mondays
from tests.real.telling import play, sent


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.timeout(400)
def test_every_line_of_a_year_is_true_and_none_is_missing(room: Room) -> None:
    oracle, kinds = Oracle(folder()), Counter[str]()
    imported(room, "releases", at=BEFORE)
    for now in [*first_mondays(2023), first_mondays(2024)[0]]:
        play(room, now)
        send_due_at(now)
        oracle.advance(now)
        expected = oracle.digest()
        told = sent(room, now)
        assert [line for line in told if line not in expected] == [], f"invented in {now:%B}"
        assert [line for line in expected if line not in told] == [], f"missing in {now:%B}"
        assert told == expected, f"said twice in {now:%B}"
        kinds.update(line[2] for line in told)
    assert set(kinds) == {"new", "moved", "shipped", "dropped", "status", "renamed"}  # no goal changed alone that year
    assert kinds["moved"] > 100
    assert Told.objects.filter(workspace=room.workspace, confirmed_at=None).count() == 0
    assert Told.objects.filter(workspace=room.workspace).count() == sum(kinds.values())
    assert not Mail.objects.filter(workspace=room.workspace).exclude(state__in=(MailState.SENT, MailState.CANCELLED)).exists()
