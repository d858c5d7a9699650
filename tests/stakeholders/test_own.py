"""What a reader decides without an account: by the link of their mails, in words, and never by looking."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from apps.core.mail import parts
from apps.core.models import Change, MailState
from apps.milestones.models import Milestone
from apps.stakeholders import actions
from apps.stakeholders.digests import compose
from apps.stakeholders.links import link_to, subscription_by, token_for
from apps.stakeholders.models import Subscription
from apps.stakeholders.narrowing import in_words
from apps.stakeholders.schedule import next_day
from tests.contracts.world import everything_written
from tests.stakeholders import scene
from tests.stakeholders.scene import at

MONDAY = at(2026, 1, 5)


@pytest.fixture
def follows(room):
    scene.item(room, "Tide tables")
    return scene.follow(room, frequency="weekly")


def path(subscription, rest=""):
    return f"/m/{token_for(subscription, 'own')}/{rest}"


def saved(subscription, **sent):
    """Send what a browser sends of the page as it stands, but for what is changed."""
    page = Client().get(path(subscription)).content.decode()
    values: dict[str, object] = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page))
    values.pop("csrfmiddlewaretoken", None)
    now = {name: getattr(subscription, name) for name in ("frequency", "weekday", "hour")}
    values |= now | {"time_zone": subscription.stakeholder.time_zone, "language": "en-gb", "scope": "all"} | sent
    return Client().post(path(subscription), values)


def test_the_link_stands_in_every_digest(follows):
    scene.send(MONDAY)
    said = parts(scene.mail_of(follows))
    for text in (said["text"], said["html"]):
        assert link_to(follows, "own") in text
    assert "/u/" in dict(said["headers"])["List-Unsubscribe"]  # one click stays what it was


def test_looking_writes_nothing(follows):
    before = everything_written()
    for _ in range(2):
        answer = Client().get(path(follows))
        assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert Client().get(path(follows, "pause/")).status_code == 405
    assert everything_written() == before


def test_all_of_it_is_changed_at_once(room, follows):
    scene.place(room, scene.item(room, "Charts"), "Beta")
    beta = Milestone.objects.get(name="Beta")
    follows.audience.fields.append("milestone")
    follows.audience.save()
    answer = saved(
        follows,
        frequency="monthly",
        weekday=3,
        hour=7,
        time_zone="Asia/Tokyo",
        still_true="on",
        scope="some",
        milestones=[beta.pk],
    )
    assert (answer.status_code, answer["Location"]) == (302, path(follows) + "?done=saved")
    follows = Subscription.objects.get()
    assert (follows.frequency, follows.weekday, follows.hour, follows.still_true) == ("monthly", 3, 7, True)
    assert (follows.stakeholder.time_zone, in_words(follows)) == ("Asia/Tokyo", "1 milestone")
    change = Change.objects.latest("seq")
    assert (change.verb, change.actor_name, change.via) == ("subscription.edited", "Acme", "mail")
    page = Client().get(answer["Location"]).content.decode()
    assert "Saved. It counts from your next mail." in page
    assert saved(follows, still_true="on").status_code == 302
    assert in_words(Subscription.objects.get()) == "everything"


def test_saving_what_one_sees_changes_nothing(follows):
    seq = Change.objects.latest("seq").seq
    assert saved(follows).status_code == 302
    assert Change.objects.latest("seq").seq == seq


def test_only_on_material_change_leaves_the_box_behind_that_is_not_shown(room, follows):
    actions.edit_subscription(room.actor(), follows, still_true=True)
    follows.refresh_from_db()
    assert saved(follows, frequency="material", still_true="on").status_code == 302
    follows.refresh_from_db()
    assert (follows.frequency, follows.still_true) == ("material", False)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"hour": 24}, "Select a valid choice"),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"scope": "some"}, "Tick at least one thing below, or choose everything."),
        ({"frequency": "hourly"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said_beside_it_and_not_saved(follows, sent, said):
    before = everything_written()
    answer = saved(follows, **sent)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert everything_written() == before


def test_what_an_item_of_others_is_cannot_be_chosen(foreign, follows):
    theirs = scene.item(foreign, "Theirs")
    assert saved(follows, scope="some", items=[theirs.pk]).status_code == 422
    assert Subscription.objects.get(pk=follows.pk).items.count() == 0


def test_what_was_chosen_for_them_and_is_not_theirs_to_know_stays(room, follows):
    """An editor narrowed it to a goal that this audience is not shown: the reader adds an item and knows nothing of the goal."""
    hidden, made = scene.goal(room, "Inner goal"), scene.item(room, "Charts")
    follows.audience.fields = ["title", "timeframe", "status"]
    follows.audience.save()
    actions.edit_subscription(room.actor(), follows, goals=[hidden])
    follows.refresh_from_db()
    page = Client().get(path(follows)).content.decode()
    assert ("Inner goal" in page, str(hidden.pk) in page) == (False, False)
    assert saved(follows, scope="some", items=[made.pk]).status_code == 302
    assert (list(follows.goals.all()), list(follows.items.all())) == ([hidden], [made])
    assert saved(follows, scope="all").status_code == 302
    assert in_words(Subscription.objects.get()) == "everything"


def test_an_editor_who_was_quicker_is_seen(room, follows):
    page = Client().get(path(follows)).content.decode()
    values = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page))
    actions.edit_subscription(room.actor("owner"), follows, hour=15)
    answer = Client().post(path(follows), values | {
        "frequency": "weekly", "weekday": 0, "hour": 7, "time_zone": "UTC", "language": "en-gb", "scope": "all",
    })  # fmt: skip
    assert (answer.status_code, "changed this meanwhile" in answer.content.decode()) == (409, True)


def test_the_reader_pauses_and_goes_on(follows):
    client = Client()
    assert client.post(path(follows, "pause/"), {"until": "2020-01-01"}).status_code == 422
    tomorrow = date(2099, 1, 2)
    assert client.post(path(follows, "pause/"), {"until": tomorrow}).status_code == 302
    assert "Paused until Friday, 2 January 2099." in client.get(path(follows)).content.decode()
    scene.send(MONDAY)
    assert client.post(path(follows, "resume/")).status_code == 302
    assert client.post(path(follows, "pause/"), {}).status_code == 302
    assert "Paused until you resume it." in client.get(path(follows) + "?done=paused").content.decode()


@pytest.mark.parametrize("token", ["x", "x:y", "019a3c5e-0000-7000-8000-000000000001:abc", "a" * 500])
def test_a_link_that_is_none_says_what_helps(db, token):
    answer = Client().get(f"/m/{token}/")
    assert answer.status_code == 404


def test_a_link_is_for_one_thing_and_one_address(room, follows):
    token = token_for(follows, "own")
    assert subscription_by(token, "own") == follows
    assert subscription_by(token, "confirm") is None
    other = scene.follow(room)
    assert subscription_by(f"{other.pk}:{token.rpartition(':')[2]}", "own") is None
    actions.edit_stakeholder(room.actor(), follows.stakeholder, email="new@example.test")
    answer = Client().get(f"/m/{token}/")
    assert (answer.status_code, b"an address that has changed since" in answer.content) == (404, True)


def test_what_has_ended_says_so_and_takes_nothing(room, follows):
    actions.end_subscription(room.actor(), follows)
    before = everything_written()
    assert "You get no more of these mails" in Client().get(path(follows)).content.decode()
    assert Client().post(path(follows, "pause/"), {}).status_code == 409
    assert Client().post(path(follows), {}).status_code == 409
    assert everything_written() == before


@pytest.mark.parametrize(
    ("rhythm", "paused", "found"),
    [
        ({"frequency": "daily"}, None, date(2026, 1, 6)),
        ({"frequency": "daily", "hour": 10}, None, date(2026, 1, 5)),
        ({"frequency": "material"}, None, date(2026, 1, 6)),
        ({"frequency": "weekly", "weekday": 2}, None, date(2026, 1, 7)),
        ({"frequency": "monthly", "weekday": 0}, None, date(2026, 2, 2)),
        ({"frequency": "weekly", "weekday": 0}, date(2026, 1, 13), date(2026, 1, 19)),
        ({"frequency": "daily"}, date(2099, 1, 1), date(2099, 1, 1)),
    ],
)
def test_the_next_day_with_a_digest(rhythm, paused, found, room):
    follows = scene.follow(room, **rhythm)
    follows.paused_at, follows.paused_until = (MONDAY if paused else None), paused
    assert next_day(follows, MONDAY + timedelta(minutes=1)) == found


def test_paused_until_resumed_no_day_is_in_sight(room):
    follows = scene.follow(room)
    follows.paused_at = MONDAY
    assert next_day(follows, MONDAY) is None


def test_what_the_reader_chose_is_what_goes_out(room, follows):
    charts = scene.item(room, "Charts")
    assert saved(follows, scope="some", items=[charts.pk]).status_code == 302
    assert [line.title for line in compose(Subscription.objects.get()).lines] == ["Charts"]
    scene.send(MONDAY)
    assert scene.mail_of(follows).state == MailState.SENT
