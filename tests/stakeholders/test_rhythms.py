"""On material change, still true, paused: when a digest goes out, and that none goes out twice a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from apps.core import outbox
from apps.core.mail import parts
from apps.core.models import Change, Mail, MailState
from apps.milestones import actions as milestones
from apps.stakeholders import actions
from apps.stakeholders.coming import next_digests
from apps.stakeholders.digests import compose, plan_due
from apps.stakeholders.models import Subscription
from tests.smtp_sink import listening
from tests.stakeholders import scene
from tests.stakeholders.scene import at

MONDAY = at(2026, 1, 5)
MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)


def day(n: int):
    return MONDAY + timedelta(days=n)


def sent(subscription) -> list[str]:
    """Return the days for which a digest went out."""
    mails = Mail.objects.filter(payload__subscription=str(subscription.pk), state=MailState.SENT)
    return sorted(mails.values_list("payload__period", flat=True))


# --- on material change ---

MATERIAL = {
    "moved": {"start": MAY, "end": MAY},
    "earlier": {"start": date(2026, 2, 1), "end": date(2026, 2, 1)},
    "no date any more": {"start": None, "end": None},
    "dropped": {"status": "dropped"},
    "parked": {"status": "parked"},
    "shipped": {"status": "shipped", "shipped_on": MARCH},
}
NOT_MATERIAL = {
    "under way": {"status": "in_progress"},
    "renamed": {"title": "Find"},
    "words": {"description": "More."},
    "progress": {"progress": 50},
}


@pytest.mark.parametrize("how", [*MATERIAL, *NOT_MATERIAL])
def test_a_digest_on_material_change_goes_out_the_day_after_one(room, how):
    made = scene.item(room, end=MARCH)
    follows = scene.follow(room, frequency="material")
    scene.send(MONDAY)  # the first word: without it nothing could surprise them
    scene.send(day(1))
    scene.edit(room, made, day(1) + timedelta(hours=1), **(MATERIAL | NOT_MATERIAL)[how], granularity="day")
    scene.send(day(2))
    scene.send(day(3))
    assert sent(follows) == ["2026-01-05", *(["2026-01-07"] if how in MATERIAL else [])]


def test_what_moves_within_what_they_are_told_is_not_material(room):
    made = scene.item(room, end=date(2026, 4, 2))
    follows = scene.follow(room, scene.audience(room, precision="quarter"), frequency="material")
    scene.send(MONDAY)
    scene.move(room, made, date(2026, 6, 1), day(0))
    scene.send(day(1))
    scene.move(room, made, date(2026, 7, 1), day(1))
    scene.send(day(2))
    assert sent(follows) == ["2026-01-05", "2026-01-07"]


def test_what_is_no_reason_to_write_is_told_with_what_is(room):
    made, undated = scene.item(room, end=MARCH), scene.item(room, "Someday", end=None)
    follows = scene.follow(room, frequency="material")
    scene.send(MONDAY)
    scene.item(room, "Brand new")
    scene.edit(room, undated, day(0), start=MAY, end=MAY, granularity="day")  # its first date takes nothing back
    scene.send(day(1))
    scene.move(room, made, MAY, day(1), "Late.")
    scene.send(day(2))
    assert sent(follows) == ["2026-01-05", "2026-01-07"]
    assert {(line["title"], line["kind"]) for line in scene.lines(follows)} == {
        ("Search", "moved"), ("Brand new", "new"), ("Someday", "moved"),
    }  # fmt: skip


def test_who_follows_something_else_from_now_on_hears_of_it(room):
    one, two = scene.item(room, "One"), scene.item(room, "Two")
    follows = scene.follow(room, frequency="material", items=[one])
    scene.send(MONDAY)
    actions.edit_subscription(room.actor(at=day(0)), follows, items=[two])
    scene.send(day(1))
    assert [line["title"] for line in scene.lines(follows)] == ["Two"]


def test_the_next_digests_of_an_audience_leave_out_what_would_not_go_out(room):
    made, followed = scene.item(room, end=MARCH), scene.audience(room)
    daily = scene.follow(room, followed)
    material, paused = (scene.follow(room, followed, frequency="material") for _ in range(2))
    scene.send(MONDAY)
    actions.pause_subscription(room.actor(), paused)
    scene.edit(room, made, day(0), title="Find")
    assert [(each.line.kind, each.people) for each in next_digests(followed)] == [("renamed", 1)]
    scene.move(room, made, MAY, day(0))
    assert [(each.line.kind, each.people) for each in next_digests(followed)] == [("moved", 2)]
    assert compose(daily).lines
    assert compose(material).lines


# --- still true ---


@pytest.mark.parametrize(("asked", "days"), [(True, ["2026-01-05", "2026-01-12", "2026-01-19"]), (False, ["2026-01-05"])])
def test_without_news_there_is_a_mail_only_where_it_is_asked_for(room, asked, days):
    scene.item(room, "Tide tables")
    follows = scene.follow(room, frequency="weekly", still_true=asked)
    for week in range(3):
        scene.send(day(7 * week))
    assert sent(follows) == days


def test_it_says_that_all_is_still_true_and_what(room):
    scene.item(room, "Tide tables", end=MARCH)
    scene.item(room, "Charts", status="shipped", shipped_on=date(2026, 1, 2))
    follows = scene.follow(room, frequency="weekly", still_true=True)
    scene.send(MONDAY)
    scene.send(day(7))
    mail, made = scene.mail_of(follows), scene.digest(follows)
    assert (mail.subject, made.lines, made.unchanged) == ("All that you were told is still true", [], 2)
    for text in parts(mail)["text"], parts(mail)["html"]:
        for said in ("nothing changed since 5 January", "2 things you follow have not changed", "Tide tables", "1 March 2026",
                     "Charts", "shipped, 2 January 2026"):  # fmt: skip
            assert said in text
    scene.send(day(14))
    assert "since 12 January" in parts(scene.mail_of(follows))["text"]


def test_who_was_told_nothing_has_nothing_that_is_still_true(room):
    follows = scene.follow(room, frequency="weekly", still_true=True)
    scene.send(MONDAY)
    assert sent(follows) == []


def test_on_material_change_there_is_no_such_mail(room):
    follows = scene.follow(room, frequency="material")
    with pytest.raises(ValidationError) as refused:
        actions.edit_subscription(room.actor(), follows, still_true=True)
    assert "daily, weekly or monthly" in refused.value.message_dict["still_true"][0]


# --- paused ---


def test_paused_until_a_day_of_their_own_calendar(room):
    made = scene.item(room)
    follows = scene.follow(room, who=scene.person(room, time_zone="Pacific/Auckland"))
    scene.send(MONDAY)
    follows = actions.pause_subscription(room.actor(at=MONDAY), follows, until=date(2026, 1, 9))
    scene.move(room, made, MAY, MONDAY)
    assert [scene.send(day(n)) for n in range(1, 6)] == [0, 0, 0, 1, 1]  # nine in Auckland is the evening before, in UTC
    assert sent(follows) == ["2026-01-05", "2026-01-09"]


def test_paused_until_it_is_resumed_and_then_the_next_that_is_due(room):
    made = scene.item(room)
    follows = scene.follow(room, frequency="weekly", weekday=0)
    scene.send(MONDAY)
    actions.pause_subscription(room.actor(at=MONDAY), follows)
    scene.move(room, made, MAY, MONDAY)
    assert [scene.send(day(7 * n)) for n in (1, 2)] == [0, 0]
    actions.resume_subscription(room.actor(at=day(15)), follows)
    assert [scene.send(day(n)) for n in (15, 20, 21)] == [0, 0, 1]
    assert sent(follows) == ["2026-01-05", "2026-01-26"]


def test_what_was_planned_before_the_pause_does_not_go_out(room):
    scene.item(room)
    follows = scene.follow(room)
    plan_due(MONDAY)
    actions.pause_subscription(room.actor(at=MONDAY), follows)
    outbox.deliver()
    assert scene.mail_of(follows).state == MailState.CANCELLED


@pytest.mark.parametrize("until", [date(2026, 1, 4), date(2026, 1, 5)])
def test_a_pause_ends_on_a_day_to_come(room, until):
    with pytest.raises(ValidationError) as refused:
        actions.pause_subscription(room.actor(at=MONDAY), scene.follow(room), until=until)
    assert "day to come" in refused.value.message_dict["until"][0]


@pytest.mark.parametrize("act", [actions.pause_subscription, actions.resume_subscription])
def test_what_has_ended_is_neither_paused_nor_resumed(room, act):
    follows = scene.follow(room)
    actions.end_subscription(room.actor(), follows)
    with pytest.raises(ValidationError):
        act(room.actor(), follows)


def test_the_page_pauses_and_resumes(room):
    follows, client = scene.follow(room), room.client()
    slug = room.workspace.slug
    person = reverse("stakeholders:person", args=[slug, follows.stakeholder_id])
    pause, resume = (reverse(f"stakeholders:{name}", args=[slug, follows.pk]) for name in ("pause", "resume"))
    assert client.post(pause, {"until": "2020-01-01"}).status_code == 422
    assert client.post(pause, {"until": "2099-01-01"}).status_code == 302
    assert "paused until 1 Jan 2099" in client.get(person).content.decode()
    assert client.post(resume).status_code == 302
    assert "paused" not in client.get(person).content.decode()
    verbs = Change.objects.filter(object_id=follows.pk).order_by("seq").values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["subscription.paused", "subscription.resumed"]


def test_the_page_asks_for_mails_without_news(room):
    follows, client = scene.follow(room, frequency="weekly"), room.client()
    path = reverse("stakeholders:rhythm", args=[room.workspace.slug, follows.pk])
    seen = {"version": 1} | {f"initial-{name}": value for name, value in (("frequency", "weekly"), ("weekday", 0), ("hour", 9))}
    same = {"frequency": "weekly", "weekday": 0, "hour": 9}
    assert client.post(path, seen | same | {"still_true": "on"}).status_code == 302
    follows.refresh_from_db()
    assert (follows.still_true, follows.version) == (True, 2)
    refused = client.post(
        path, seen | same | {"version": 2, "initial-still_true": "True", "still_true": "on", "frequency": "material"}
    )
    assert (refused.status_code, b"Choose daily, weekly or monthly" in refused.content) == (422, True)
    assert client.post(path, seen | same | {"version": 2, "initial-still_true": "True"}).status_code == 302
    follows.refresh_from_db()
    assert follows.still_true is False


def test_rest_says_and_sets_all_of_it(room):
    follows, api = scene.follow(room), room.api()
    url = f"/api/v1/subscriptions/{follows.pk}/"
    patched = api.patch(
        url, {"frequency": "material"}, content_type="application/json", headers={"If-Match": '"1"'},
    ).json()  # fmt: skip
    assert (patched["frequency"], patched["still_true"], patched["paused_at"]) == ("material", False, None)
    paused = api.post(f"{url}pause/", {"until": "2099-01-01"}, content_type="application/json").json()
    assert (paused["paused_until"], paused["paused_at"] is None) == ("2099-01-01", False)
    assert [row["id"] for row in api.get("/api/v1/subscriptions/?paused=true").json()["results"]] == [str(follows.pk)]
    assert api.post(f"{url}pause/", {"until": "2020-01-01"}, content_type="application/json").status_code == 400
    assert api.post(f"{url}resume/", {}, content_type="application/json").json()["paused_at"] is None


# --- one a day ---


def test_a_digest_that_was_late_makes_that_of_the_day_wait(room, settings):
    """The server was away for three days; when it is back one digest goes out, not three."""
    scene.item(room)
    scene.follow(room, still_true=True)
    settings.SMTP_URL = "smtp://127.0.0.1:1"
    for n in range(3):
        scene.send(day(n))
    for mail in Mail.objects.all():
        Mail.objects.filter(pk=mail.pk).update(payload=mail.payload | {"as_of": None})  # it speaks of when it is made
    with listening() as sink:
        settings.SMTP_URL = sink.url
        Mail.objects.update(not_before=MONDAY)
        outbox.deliver(seconds=100)  # however slow the machine is
        assert len(sink.mails) == 1
    assert sorted(Mail.objects.values_list("state", flat=True)) == [MailState.CANCELLED, MailState.CANCELLED, MailState.SENT]


@pytest.mark.parametrize("change", ["hour", "frequency", "zone"])
def test_another_rhythm_on_the_same_day_brings_no_second_digest(room, change):
    made = scene.item(room)
    follows = scene.follow(room, still_true=True)
    scene.send(MONDAY)
    scene.move(room, made, MAY, MONDAY)
    later = MONDAY + timedelta(hours=4)
    if change == "zone":
        actions.edit_stakeholder(room.actor(), follows.stakeholder, time_zone="America/New_York")  # where it is nine again
    else:
        actions.edit_subscription(room.actor(), follows, **{"hour": {"hour": 12}, "frequency": {"frequency": "weekly"}}[change])
    scene.send(later)
    assert sent(follows) == ["2026-01-05"]
    assert Subscription.objects.get().last_period == date(2026, 1, 5)


def test_a_milestone_of_its_own_is_no_item(room):
    """Milestones are followed by what stands in them."""
    beta = milestones.create_milestone(room.actor(), room.product, name="Beta")
    follows = scene.follow(room, milestones=[beta], frequency="material")
    scene.send(MONDAY)
    assert sent(follows) == []
