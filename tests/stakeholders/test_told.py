"""The told ledger: each is told what differs from what they, and nobody else, were last told."""

from __future__ import annotations

from datetime import date

import pytest

from apps.core import fence
from apps.core.models import Mail, MailState
from apps.roadmap import actions as roadmap
from apps.stakeholders import actions, digests
from apps.stakeholders.digests import compose
from apps.stakeholders.models import Subscription, Told
from apps.stakeholders.projection import project
from apps.stakeholders.told import difference, heard
from tests.stakeholders import scene
from tests.stakeholders.scene import at

MARCH, MAY, JUNE = date(2026, 3, 1), date(2026, 5, 1), date(2026, 6, 1)
FIRST, SECOND, THIRD = at(2026, 1, 5), at(2026, 2, 2), at(2026, 3, 2)
KEYS = ("kind", "told", "now", "days", "reason")


def line(subscription, now):
    """Return what the digest of that moment says of its one item, or None."""
    found = scene.lines(subscription, now)
    assert len(found) <= 1
    return tuple(found[0][key] for key in KEYS) if found else None


def known(subscription):
    """Return what the reader knows, by item."""
    return heard(subscription, {each.item_id: each for each in project(subscription.audience)})


def digest_of(subscription, now, state):
    """Plan the digest of that moment, render it, and end its mail in that state."""
    digests.plan_due(now)
    mail = scene.mail_of(subscription)
    message = scene.mails.render_digest(mail)
    fence.leave(mail)
    Mail.objects.filter(pk=mail.pk).update(state=state, raw=message.as_bytes(mail.message_id))
    mail.refresh_from_db()
    digests.ended(mail)


@pytest.mark.parametrize("second", [MailState.SENT, MailState.BOUNCED, MailState.UNCONFIRMED, MailState.DEAD])
def test_three_people_three_stories(room, second):
    """Told 1 March; moved to 1 May; moved to 1 June. A missed the second, B got it, C hears of the item for the first time."""
    made = scene.item(room, end=MARCH)
    monthly = scene.audience(room)
    a, b = scene.follow(room, monthly), scene.follow(room, monthly)
    scene.send(FIRST)
    assert line(a, FIRST) == line(b, FIRST) == ("new", "", "1 March 2026", None, "")
    scene.move(room, made, MAY, at(2026, 1, 20), "The index came late.")
    digest_of(b, SECOND, second)
    Mail.objects.filter(recipient=a.stakeholder.email, state=MailState.QUEUED).update(state=MailState.DEAD)
    scene.move(room, made, JUNE, at(2026, 2, 20), "And a rewrite.")
    c = scene.follow(room, monthly, since=at(2026, 2, 25))
    scene.send(THIRD)
    assert line(a, THIRD) == ("moved", "1 March 2026", "1 June 2026", 92, "And a rewrite.")
    heard = ("1 May 2026", 31) if second == MailState.SENT else ("1 March 2026", 92)
    assert line(b, THIRD) == ("moved", heard[0], "1 June 2026", heard[1], "And a rewrite.")
    assert line(c, THIRD) == ("new", "", "1 June 2026", None, "")
    assert [each.said["when"] for each in known(a).values()] == ["1 June 2026"]


def test_the_worked_example_at_one_moment(room):
    """A was told 1 March, B 1 May, C nothing; it is 1 June and C has been told so already: 92 days, 31, and no line."""
    made, followed = scene.item(room, end=MARCH), scene.audience(room)
    a = scene.follow(room, followed, frequency="monthly", weekday=0)
    scene.send(FIRST)
    scene.move(room, made, MAY, at(2026, 1, 10))
    b = scene.follow(room, followed, since=at(2026, 1, 11), frequency="weekly", weekday=0)
    scene.send(at(2026, 1, 12))
    scene.move(room, made, JUNE, at(2026, 1, 13))
    c = scene.follow(room, followed, since=at(2026, 1, 14))
    scene.send(at(2026, 1, 15))
    said = [[(each.kind, each.days) for each in compose(who).lines] for who in (a, b, c)]
    assert said == [[("moved", 92)], [("moved", 31)], []]


def test_what_became_confidential_has_no_line(room):
    made = scene.item(room, end=MARCH)
    a = scene.follow(room)
    scene.send(FIRST)
    scene.edit(room, made, end=JUNE, confidential=True)
    assert (compose(a).lines, compose(a).unchanged) == ([], 0)
    scene.send(SECOND)
    assert line(a, SECOND) is None


def test_there_and_back_again_is_no_line(room):
    made = scene.item(room, end=MARCH, title="Search")
    a = scene.follow(room)
    scene.send(FIRST)
    scene.move(room, made, MAY, at(2026, 1, 10))
    scene.edit(room, made, title="Find", status="in_progress")
    scene.move(room, made, MARCH, at(2026, 1, 11))
    scene.edit(room, made, title="Search", status="planned")
    assert (compose(a).lines, compose(a).unchanged) == ([], 1)


def test_what_moves_within_the_precision_is_no_line(room):
    made = scene.item(room, end=date(2026, 4, 2))
    a, b = scene.follow(room, scene.audience(room, precision="quarter")), scene.follow(room, scene.audience(room))
    scene.send(FIRST)
    scene.move(room, made, JUNE, at(2026, 1, 10))
    assert (compose(a).lines, [each.days for each in compose(b).lines]) == ([], [60])
    scene.move(room, made, date(2026, 7, 1), at(2026, 1, 11))
    assert [(each.told, each.now, each.days) for each in compose(a).lines] == [("Q2 2026", "Q3 2026", 92)]


def twice(room, first: str, second: str, **fields):
    """Let one person follow two audiences of those precisions; return both subscriptions."""
    both = scene.person(room)
    return [scene.follow(room, scene.audience(room, precision=each, **fields), both) for each in (first, second)]


def moves(subscription):
    return [(each.kind, each.told, each.now, each.days) for each in compose(subscription).lines]


def tell(subscription, now):
    """Let only this subscription's digest of that moment go out."""
    digest_of(subscription, now, MailState.SENT)


def test_two_audiences_of_one_person_report_no_moves_to_each_other(room):
    """What one says to the day and the other to the quarter is one plan; nobody is told that it moved."""
    scene.item(room, end=MARCH)
    by_day, by_quarter = twice(room, "day", "quarter")
    for now in (FIRST, SECOND, THIRD):
        scene.send(now)
    assert Told.objects.count() == 1  # the coarser one has nothing to add to the finer
    assert [moves(by_day), moves(by_quarter)] == [[], []]


def test_who_was_told_the_quarter_first_is_then_told_the_day_as_such(room):
    scene.item(room, end=MARCH)
    by_quarter, by_day = twice(room, "quarter", "day")
    scene.send(FIRST)
    assert (scene.lines(by_quarter)[0]["now"], scene.lines(by_day)[0]["kind"]) == ("Q1 2026", "new")
    assert [moves(by_day), moves(by_quarter)] == [[], []]


def test_a_move_within_the_quarter_is_told_by_the_day_and_only_there(room):
    made = scene.item(room, end=MARCH)
    by_quarter, by_day = twice(room, "quarter", "day")
    scene.send(FIRST)
    scene.move(room, made, date(2026, 3, 20), at(2026, 1, 10))
    assert [moves(by_quarter), moves(by_day)] == [[], [("moved", "1 March 2026", "20 March 2026", 19)]]


def test_a_move_told_by_the_day_is_no_news_by_the_quarter(room):
    made = scene.item(room, end=MARCH)
    by_quarter, by_day = twice(room, "quarter", "day")
    scene.send(FIRST)
    scene.move(room, made, JUNE, at(2026, 1, 10))
    tell(by_day, SECOND)
    assert [moves(by_quarter), moves(by_day)] == [[], []]
    scene.move(room, made, MARCH, at(2026, 2, 10))
    assert moves(by_quarter) == [("moved", "Q2 2026", "Q1 2026", -91)]
    assert moves(by_day) == [("moved", "1 June 2026", "1 March 2026", -92)]


def test_a_move_told_by_the_quarter_is_still_told_by_the_day(room):
    made = scene.item(room, end=MARCH)
    by_quarter, by_day = twice(room, "quarter", "day")
    scene.send(FIRST)
    scene.move(room, made, JUNE, at(2026, 1, 10))
    tell(by_quarter, SECOND)
    assert [moves(by_quarter), moves(by_day)] == [[], [("moved", "1 March 2026", "1 June 2026", 92)]]


def test_what_bounced_through_one_audience_is_told_by_the_other(room):
    made = scene.item(room, end=MARCH)
    by_quarter, by_day = twice(room, "quarter", "day")
    scene.send(FIRST)
    scene.move(room, made, JUNE, at(2026, 1, 10))
    digest_of(by_day, SECOND, MailState.BOUNCED)
    assert moves(by_quarter) == [("moved", "Q1 2026", "Q2 2026", 91)]


@pytest.mark.parametrize("precision", ["day", "quarter"])
def test_now_next_later_and_dates_say_nothing_of_each_other(room, precision):
    made = scene.item(room, end=MARCH, horizon="next")
    by_horizon, by_date = twice(room, "horizon", precision)
    scene.send(FIRST)
    assert [moves(by_horizon), moves(by_date)] == [[], []]
    scene.edit(room, made, at(2026, 1, 10), start=JUNE, end=JUNE, horizon="later")
    tell(by_date, SECOND)
    assert [each[:3] for each in moves(by_horizon)] == [("moved", "next", "later")]


def test_who_changes_to_another_audience_is_told_what_moved_since(room):
    made = scene.item(room, end=MARCH)
    before = scene.follow(room)
    scene.send(FIRST)
    actions.end_subscription(room.actor(), before)
    scene.move(room, made, JUNE, at(2026, 1, 10))
    after = scene.follow(room, scene.audience(room, precision="month"), before.stakeholder)
    assert moves(after) == [("moved", "March 2026", "June 2026", 91)]
    assert moves(scene.follow(room, scene.audience(room, fields=["title"]), before.stakeholder)) == []
    assert moves(scene.follow(room, scene.audience(room), before.stakeholder)) == [("moved", "1 March 2026", "1 June 2026", 92)]


def test_what_the_other_audience_does_not_show_is_told_by_this_one(room):
    """Of two audiences of one person one shows the status alone, the other dates too: each has its own news."""
    made = scene.item(room, end=MARCH)
    both = scene.person(room)
    statuses = scene.follow(room, scene.audience(room, fields=["title", "status"]), both)
    everything = scene.follow(room, scene.audience(room), both)
    tell(statuses, FIRST)
    assert moves(everything) == [("new", "", "1 March 2026", None)]
    tell(everything, FIRST)
    scene.edit(room, made, at(2026, 1, 10), status="shipped", shipped_on=date(2026, 3, 8))
    tell(statuses, SECOND)
    assert moves(everything) == [("shipped", "1 March 2026", "8 March 2026", 7)]
    tell(everything, SECOND)
    scene.edit(room, made, at(2026, 2, 10), title="Find")
    tell(everything, THIRD)
    assert moves(statuses) == []


def test_an_audience_that_is_shown_less_exactly_from_now_on_hears_of_no_move(room):
    made = scene.item(room, end=MARCH)
    a = scene.follow(room)
    scene.send(FIRST)
    actions.edit_audience(room.actor(), a.audience, precision="quarter")
    a = Subscription.objects.get(pk=a.pk)
    assert moves(a) == []
    scene.move(room, made, JUNE, at(2026, 1, 10))
    assert moves(a) == [("moved", "Q1 2026", "Q2 2026", 91)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": "shipped", "shipped_on": date(2026, 3, 8)}, ("shipped", "1 March 2026", "8 March 2026", 7)),
        ({"status": "shipped", "shipped_on": date(2026, 2, 22)}, ("shipped", "1 March 2026", "22 February 2026", -7)),
        ({"status": "dropped"}, ("dropped", "Planned", "Dropped", 0)),
        ({"status": "parked"}, ("dropped", "Planned", "Parked", 0)),
        ({"title": "Find"}, ("renamed", "1 March 2026", "1 March 2026", 0)),
        ({"status": "in_progress"}, ("status", "Planned", "In progress", 0)),
        ({"start": date(2026, 2, 1), "end": date(2026, 2, 1)}, ("moved", "1 March 2026", "1 February 2026", -28)),
        ({"start": None, "end": None}, ("moved", "1 March 2026", "not scheduled", None)),
        ({"end": MAY, "title": "Find", "status": "in_progress"}, ("moved", "1 March 2026", "1 May 2026", 61)),
        ({"end": MAY, "status": "dropped"}, ("dropped", "Planned", "Dropped", 61)),
        ({"description": "More words.", "progress": 80, "effort": 3}, None),
    ],
)
def test_the_gravest_difference_makes_the_line(room, fields, expected):
    made = scene.item(room, end=MARCH)
    a = scene.follow(room)
    scene.send(FIRST)
    scene.edit(room, made, at(2026, 1, 20), reason="Because.", **fields)
    scene.send(SECOND)
    assert line(a, SECOND) == ((*expected, "Because.") if expected else None)
    scene.send(THIRD)
    assert line(a, THIRD) is None  # told once


def test_another_goal_is_a_line_that_names_both(room):
    find, keep = scene.goal(room, "Find"), scene.goal(room, "Keep")
    made = scene.item(room)
    scene.serve(room, made, find)
    a = scene.follow(room)
    scene.send(FIRST)
    scene.serve(room, made, keep)
    assert [(each.kind, each.told, each.now) for each in compose(a).lines] == [("goal", "Find", "Keep")]
    scene.serve(room, made)
    assert [(each.kind, each.told, each.now) for each in compose(a).lines] == [("goal", "Find", "no goal")]


@pytest.mark.parametrize(("status", "lines"), [("dropped", 0), ("parked", 0), ("shipped", 1), ("proposed", 1)])
def test_what_was_given_up_before_anybody_heard_of_it_is_not_news(room, status, lines):
    scene.item(room, status=status)
    assert len(compose(scene.follow(room)).lines) == lines


def test_a_date_of_what_is_over_surprises_nobody(room):
    made = scene.item(room, status="shipped", shipped_on=MARCH)
    a = scene.follow(room)
    scene.send(FIRST)
    scene.move(room, made, JUNE, at(2026, 1, 10))
    assert compose(a).lines == []


def test_what_came_back_is_told_again(room):
    made = scene.item(room)
    a = scene.follow(room)
    scene.send(FIRST)
    scene.edit(room, made, at(2026, 1, 10), status="dropped")
    scene.send(SECOND)
    scene.edit(room, made, at(2026, 2, 10), status="planned")
    assert [(each.kind, each.told, each.now) for each in compose(a).lines] == [("status", "Dropped", "Planned")]


def test_the_reason_is_the_newest_one_since_it_was_told_and_of_the_field_that_the_line_is_about(room):
    made = scene.item(room, end=MARCH)
    a = scene.follow(room)
    scene.move(room, made, date(2026, 3, 2), at(2026, 1, 3), "Before anybody was told.")
    scene.send(FIRST)
    scene.move(room, made, MAY, at(2026, 1, 10))
    assert [each.reason for each in compose(a).lines] == [""]
    scene.move(room, made, JUNE, at(2026, 1, 11), "First.")
    scene.move(room, made, MAY, at(2026, 1, 12), "Second.")
    scene.move(room, made, JUNE, at(2026, 1, 13))
    scene.edit(room, made, at(2026, 1, 14), description="x", reason="Of something else.")
    assert [each.reason for each in compose(a).lines] == ["Second."]


def test_the_ledger_is_append_only_and_counts_from_confirmation(room):
    made = scene.item(room, end=MARCH)
    a = scene.follow(room)
    digest_of(a, FIRST, MailState.UNCONFIRMED)
    assert known(a) == {}
    scene.send(SECOND)
    rows = Told.objects.filter(stakeholder=a.stakeholder)
    assert [(row.at, row.confirmed_at) for row in rows] == [(FIRST, None), (SECOND, SECOND)]
    assert rows[1].said["when"] == "1 March 2026"
    assert {pk: each.at for pk, each in known(a).items()} == {made.pk: SECOND}


def test_an_item_that_nobody_can_date_is_still_told(room):
    scene.item(room, "Someday", end=None)
    a = scene.follow(room)
    assert [(each.kind, each.now, each.days) for each in compose(a).lines] == [("new", "not scheduled", None)]


def test_difference_reads_what_was_said_as_it_was_kept(room):
    """The ledger's JSON holds days as text."""
    scene.item(room, end=MARCH)
    shown = project(scene.audience(room))[0]
    said = {**shown.said(), "when": "1 May 2025", "last": "2025-05-01"}
    found = difference(said, shown)
    assert found is not None
    assert (found.kind, found.days, found.as_json()["days"]) == ("moved", 304, 304)


def test_archived_items_have_no_line(room):
    made = scene.item(room)
    a = scene.follow(room)
    scene.send(FIRST)
    roadmap.archive_item(room.actor(), made)
    assert compose(a).lines == []
