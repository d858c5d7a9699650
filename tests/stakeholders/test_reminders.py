"""Review reminders: before, on and after the day, each once, to whom they concern, until the review is over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from apps.accounts.models import Membership
from apps.core import outbox
from apps.core.mail import parts
from apps.core.models import Mail, MailState
from apps.roadmap.actions import create_item
from apps.stakeholders import actions
from apps.stakeholders.reminders import plan_reminders
from tests.people import Room
from tests.stakeholders.scene import at, mails

assert mails  # importing it tells the outbox how our mails are made

DAY = date(2026, 3, 11)


def review(room: Room, **fields):
    return actions.plan_review(room.actor(), room.product, **{"title": "Monthly", "due_on": DAY, "owner": room.editor, **fields})


def hours(first: datetime, last: datetime) -> list[datetime]:
    return [first + timedelta(hours=n) for n in range(int((last - first) / timedelta(hours=1)) + 1)]


def test_before_on_and_after_once_each(room):
    review(room)
    made = [now for now in hours(at(2026, 3, 1), at(2026, 3, 31)) if plan_reminders(now)]
    assert made == [at(2026, 3, 9), at(2026, 3, 11), at(2026, 3, 13), at(2026, 3, 18)]
    outbox.deliver()
    subjects = Mail.objects.order_by("payload__due_on", "id").values_list("subject", flat=True)
    assert list(subjects) == [
        "Monthly is in two days", "Monthly is today", "Monthly was due two days ago", "Monthly is 7 days overdue",
    ]  # fmt: skip
    sent = list(Mail.objects.order_by("id").values_list("recipient", "state"))
    assert sent == [(room.editor.email, MailState.SENT)] * 3 + [(room.owner.email, MailState.SENT)]


@pytest.mark.parametrize(("days", "when"), [(0, None), (1, at(2026, 3, 12)), (90, at(2026, 6, 9))])
def test_the_owners_of_the_workspace_hear_of_it_once_after_so_many_days(room, days, when):
    review(room, escalate_after=days)
    made = [now for now in hours(at(2026, 3, 1), at(2026, 6, 20)) if plan_reminders(now)]
    told = Mail.objects.filter(recipient=room.owner.email).values_list("payload__step", flat=True)
    assert (list(told), when is None or when in made) == (["escalated"] * bool(days), True)


def test_a_held_review_is_no_longer_told_of_to_the_owners(room):
    planned = review(room, cadence_weeks=0)
    assert plan_reminders(at(2026, 3, 18)) == 1
    actions.hold_review(room.actor(), planned)
    assert plan_reminders(at(2026, 3, 18, 10)) == 0
    outbox.deliver()
    assert Mail.objects.get().state == MailState.CANCELLED


def test_one_person_is_reminded_of_each_of_their_reviews(room, foreign):
    """Two on one day in one workspace, one in another: three mails."""
    Membership.objects.create(workspace=foreign.workspace, user=room.editor, role="editor")
    planned = [review(room), review(room, title="Yearly"), review(foreign, owner=room.editor)]
    assert [plan_reminders(at(2026, 3, 11)), plan_reminders(at(2026, 3, 11))] == [3, 0]
    assert set(Mail.objects.values_list("recipient", "workspace", "period")) == {
        (room.editor.email, each.workspace_id, f"{each.pk}:{DAY}:on") for each in planned
    }


def test_it_leads_to_the_review_and_the_two_parts_agree(room):
    planned = review(room)
    plan_reminders(at(2026, 3, 11))
    outbox.deliver()
    said = parts(Mail.objects.get())
    for text in (said["text"], said["html"]):
        assert f"/w/{room.workspace.slug}/reviews/{planned.pk}/" in text
        assert "Monthly is today" in text


@pytest.mark.parametrize(("days", "words"), [(60, "1 item is overdue for it."), (10, "")])
def test_it_says_how_many_items_are_stale(room, days, words):
    review(room)
    create_item(room.actor(at=at(2026, 3, 11) - timedelta(days=days)), room.product, title="Search", horizon="now")
    plan_reminders(at(2026, 3, 11))
    outbox.deliver()
    said = parts(Mail.objects.get())
    assert ["overdue" in said[part] for part in ("text", "html")] == [bool(words)] * 2
    assert words in said["text"]


@pytest.mark.parametrize("how", ["hold", "cancel", "move"])
@pytest.mark.parametrize("already_planned", [True, False])
def test_it_stops_when_the_review_is_over_or_elsewhere(room, how, already_planned):
    planned = review(room, cadence_weeks=0)
    if already_planned:
        assert plan_reminders(at(2026, 3, 11)) == 1
    {
        "hold": lambda: actions.hold_review(room.actor(), planned),
        "cancel": lambda: actions.cancel_review(room.actor(), planned),
        "move": lambda: actions.edit_review(room.actor(), planned, due_on=DAY + timedelta(days=60)),
    }[how]()
    assert [plan_reminders(now) for now in hours(at(2026, 3, 8), at(2026, 3, 14))].count(1) == 0
    outbox.deliver()
    assert list(Mail.objects.values_list("state", flat=True)) == [MailState.CANCELLED] * already_planned


def test_a_moved_review_reminds_of_its_new_day(room):
    planned = review(room)
    plan_reminders(at(2026, 3, 11))
    actions.edit_review(room.actor(), planned, due_on=date(2026, 4, 1))
    assert [plan_reminders(at(2026, 4, 1)), plan_reminders(at(2026, 4, 1, 12))] == [1, 0]


def test_nine_in_the_morning_is_the_owners(room):
    room.editor.time_zone = "Asia/Tokyo"
    room.editor.save()
    review(room)
    midnight = datetime(2026, 3, 11, 0, tzinfo=UTC)
    assert [plan_reminders(midnight - timedelta(minutes=1)), plan_reminders(midnight)] == [0, 1]


def test_without_an_owner_whoever_edits_is_reminded(room):
    review(room, owner=None)
    assert plan_reminders(at(2026, 3, 11)) == 2
    assert set(Mail.objects.values_list("recipient", flat=True)) == {room.editor.email, room.owner.email}


def test_what_was_missed_by_more_than_a_day_is_not_made_up_for(room):
    review(room)
    assert [plan_reminders(at(2026, 3, 12)), plan_reminders(at(2026, 3, 12, 8))] == [0, 1]


def test_a_paused_workspace_reminds_nobody(room):
    review(room)
    room.workspace.mail_paused = True
    room.workspace.save(update_fields=["mail_paused"])
    assert plan_reminders(at(2026, 3, 11)) == 0
