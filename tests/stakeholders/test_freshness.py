"""What readers are told of how lately a roadmap was reviewed: on their page and in their mails."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.template.loader import render_to_string

from apps.core import outbox
from apps.core.mail import parts
from apps.core.models import Mail
from apps.stakeholders import actions
from apps.stakeholders.digests import plan_due
from apps.stakeholders.templatetags.mail import freshness
from apps.stakeholders.views.preview import views_of
from tests.people import Room
from tests.stakeholders.scene import at, follow, item

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (None, "not reviewed yet"),
        (0, "last reviewed on 1 June 2026"),
        (55, "last reviewed on 7 April 2026"),
        (56, "not reviewed for 8 weeks"),
        (69, "not reviewed for 9 weeks"),
    ],
)
def test_the_words(days: int | None, words: str) -> None:
    assert freshness(None if days is None else NOW - timedelta(days=days), NOW) == words


def hold(room: Room, when: datetime) -> None:
    planned = actions.plan_review(room.actor(at=when), room.product, title="Monthly", due_on=when.date(), cadence_weeks=0)
    actions.hold_review(room.actor(at=when), planned)


@pytest.mark.parametrize(("held", "words"), [(None, "not reviewed yet"), (at(2026, 1, 2), "last reviewed on 2 January 2026")])
def test_a_digest_says_it_in_both_parts(room: Room, held: datetime | None, words: str) -> None:
    item(room, end=date(2026, 3, 1))
    follow(room)
    if held:
        hold(room, held)
    plan_due(at(2026, 1, 12, 12))
    outbox.deliver()
    said = parts(Mail.objects.get())
    assert [f"This roadmap: {words}." in said[part] for part in ("text", "html")] == [True, True]


def test_the_page_of_readers_says_it(room: Room) -> None:
    audience = follow(room).audience
    hold(room, at(2026, 1, 2))
    page = render_to_string("stakeholders/shared.html", views_of([audience])[0])
    assert "not reviewed for" in page
