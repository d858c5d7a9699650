"""Digests: planned once, made of what is true when they go, and told only when they arrived."""

from __future__ import annotations

import re
from datetime import date, timedelta
from email import message_from_bytes, policy

import pytest
from django.conf import settings as configured
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from apps.core import outbox
from apps.core.actors import Actor
from apps.core.mail import parts
from apps.core.models import Change, Mail, MailState
from apps.stakeholders import actions, digests
from apps.stakeholders.digests import compose, plan_due
from apps.stakeholders.mails import PICTURE
from apps.stakeholders.models import Digest, Told
from apps.stakeholders.projection import project
from apps.stakeholders.templatetags.mail import as_told, in_words, marked_up
from tests.smtp_sink import listening
from tests.stakeholders import scene
from tests.stakeholders.scene import at

NOW = at(2026, 1, 5)  # a Monday


def test_planning_twice_plans_once(room):
    scene.item(room)
    follows = scene.follow(room)
    assert [plan_due(NOW), plan_due(NOW), plan_due(NOW + timedelta(hours=3))] == [1, 0, 0]
    follows.last_period = None  # and even when nobody remembers, the outbox does
    follows.save()
    assert (plan_due(NOW), Mail.objects.count()) == (0, 1)


def test_of_what_was_missed_one_is_made_up_for(room):
    scene.item(room)
    follows = scene.follow(room)
    assert [scene.send(NOW), scene.send(NOW + timedelta(days=20)), scene.send(NOW + timedelta(days=21))] == [1, 1, 1]
    periods = Mail.objects.order_by("period").values_list("payload__period", flat=True)
    assert list(periods) == ["2026-01-05", "2026-01-25", "2026-01-26"]
    assert Digest.objects.filter(subscription=follows).count() == 1  # the other two had nothing to say


def test_one_person_in_two_workspaces_and_two_audiences_has_a_mail_of_each(room, foreign):
    """One address, one moment, three subscriptions: none stands in another's way, nor for the other's reader."""
    for each in (room, foreign):
        scene.item(each, f"Of {each.workspace.name}")
    here, there = (scene.person(each, email="both@example.test") for each in (room, foreign))
    follows = [scene.follow(room, who=here), scene.follow(room, who=here), scene.follow(foreign, who=there)]
    assert (plan_due(NOW), plan_due(NOW)) == (3, 0)
    assert set(Mail.objects.values_list("recipient", "kind")) == {("both@example.test", "digest")}
    assert set(Mail.objects.values_list("workspace", "period")) == {
        (each.workspace_id, f"{each.pk}:{NOW.date()}") for each in follows
    }
    outbox.deliver()
    for each, title in ((follows[0], "Harbor"), (follows[2], "Elsewhere")):
        assert [line["title"] for line in scene.lines(each)] == [f"Of {title}"]
    assert scene.digest(follows[1]) is None  # the same reader knows it from the mail before


def test_nothing_to_tell_is_no_mail(room):
    scene.item(room, status="dropped")
    follows = scene.follow(room)
    scene.send(NOW)
    assert scene.mail_of(follows).state == MailState.CANCELLED
    assert (Digest.objects.count(), Told.objects.count()) == (0, 0)


def test_a_paused_workspace_plans_nothing_and_keeps_what_was_planned(room):
    scene.item(room)
    follows = scene.follow(room)
    plan_due(NOW)
    room.workspace.mail_paused = True
    room.workspace.save(update_fields=["mail_paused"])
    assert (scene.send(NOW + timedelta(days=1)), scene.mail_of(follows).state) == (0, MailState.QUEUED)
    room.workspace.mail_paused = False
    room.workspace.save(update_fields=["mail_paused"])
    assert (scene.send(NOW + timedelta(days=1)), scene.mail_of(follows).state) == (1, MailState.CANCELLED)
    assert Mail.objects.get(payload__period="2026-01-05").state == MailState.SENT


@pytest.mark.parametrize("how", ["end", "leave", "archive person", "archive audience", "unsubscribe"])
def test_who_stops_between_planning_and_sending_gets_nothing(room, how):
    scene.item(room)
    follows = scene.follow(room)
    plan_due(NOW)
    actor = room.actor()
    {
        "end": lambda: actions.end_subscription(actor, follows),
        "leave": lambda: actions.remove_from_audience(actor, follows.audience, stakeholder=follows.stakeholder),
        "archive person": lambda: actions.archive_stakeholder(actor, follows.stakeholder),
        "archive audience": lambda: actions.archive_audience(actor, follows.audience),
        "unsubscribe": lambda: actions.unsubscribe(Actor(user=None, name="x", via="mail"), follows),
    }[how]()
    outbox.deliver()
    assert (scene.mail_of(follows).state, Told.objects.count()) == (MailState.CANCELLED, 0)
    assert plan_due(NOW + timedelta(days=1)) == 0


def test_a_digest_says_what_is_true_when_it_goes(room):
    made = scene.item(room)
    follows = scene.follow(room)
    plan_due(NOW)
    scene.move(room, made, date(2026, 5, 1), NOW)
    outbox.deliver()
    assert [line["now"] for line in scene.lines(follows)] == ["1 May 2026"]


def test_a_bounce_told_nobody(room, settings):
    scene.item(room)
    follows = scene.follow(room)
    with listening() as sink:
        settings.SMTP_URL, sink.answers = sink.url, {"rcpt": "550 nobody"}
        scene.send(NOW)
    assert scene.mail_of(follows).state == MailState.BOUNCED
    assert list(Told.objects.values_list("confirmed_at", flat=True)) == [None]
    assert [line.kind for line in compose(follows).lines] == ["new"]


def test_a_lost_answer_told_nobody_until_it_is_sent_again(room, settings):
    scene.item(room)
    follows = scene.follow(room)
    with listening() as sink:
        settings.SMTP_URL, sink.hang_up = sink.url, "dot"
        scene.send(NOW)
        mail = scene.mail_of(follows)
        assert (mail.state, Told.objects.get().confirmed_at) == (MailState.UNCONFIRMED, None)
        sink.hang_up = ""
        outbox.resend(mail)
        outbox.deliver()
        assert len(sink.mails) == 1
    assert (scene.mail_of(follows).state, Told.objects.get().confirmed_at) == (MailState.SENT, NOW)


@pytest.mark.parametrize("step", ["connect", "rcpt", "dot"])
def test_a_late_retry_tells_what_may_be_told_by_then(room, settings, step):
    """The first try was in vain; meanwhile one item became confidential and another reader left."""
    secret, known = scene.item(room, "Secret"), scene.item(room, "Known")
    stays, leaves = (scene.follow(room, who=scene.person(room, name)) for name in ("Stays", "Leaves"))
    with listening() as sink:
        sink.answers = {step: "451 later"}
        settings.SMTP_URL = "smtp://127.0.0.1:1" if step == "connect" else sink.url
        scene.send(NOW)
        assert not Mail.objects.exclude(state=MailState.QUEUED).exists()
        scene.edit(room, secret, confidential=True)
        actions.unsubscribe(Actor(user=None, name="x", via="mail"), leaves)
        settings.SMTP_URL, sink.answers = sink.url, {}
        Mail.objects.update(not_before=NOW)
        outbox.deliver()
        assert [recipient for recipient, _ in sink.mails] == [stays.stakeholder.email]
        assert b"Secret" not in sink.mails[0][1]
    assert scene.mail_of(leaves).state == MailState.CANCELLED
    assert [line["item_id"] for line in Digest.objects.get().lines] == [str(known.pk)]
    assert Told.objects.get().item_id == known.pk


def test_who_left_since_is_not_sent_again_what_was_unconfirmed(room, settings):
    scene.item(room)
    follows = scene.follow(room)
    with listening() as sink:
        settings.SMTP_URL, sink.hang_up = sink.url, "dot"
        scene.send(NOW)
        actions.unsubscribe(Actor(user=None, name="x", via="mail"), follows)
        sink.hang_up = ""
        assert outbox.resend(scene.mail_of(follows))
        outbox.deliver()
        assert sink.mails == []
    assert (scene.mail_of(follows).state, outbox.resend(scene.mail_of(follows))) == (MailState.CANCELLED, False)
    assert len(Digest.objects.get().lines) == 1  # it may have arrived, so what it said is kept


def test_sending_is_on_record_and_only_the_system_records_it(room):
    scene.item(room)
    follows = scene.follow(room)
    scene.send(NOW)
    change = Change.objects.filter(workspace=room.workspace).latest("seq")
    made = scene.digest(follows)
    assert (change.verb, change.via, change.at, change.object_id) == ("digest.sent", "system", NOW, follows.pk)
    assert change.detail == {"digest": str(made.pk), "stakeholder": "Acme", "lines": 1, "period": "2026-01-05"}
    with pytest.raises(PermissionDenied):
        actions.record_digest(room.actor("owner"), follows, digest=made)


@pytest.fixture
def mail(room) -> Mail:
    """A digest of all kinds of lines, as it was sent."""
    find, keep = scene.goal(room, "Find <b>it</b>"), scene.goal(room, "Keep it")
    titles = ("Moved & late", "Shipped", "Dropped", "Renamed", "Status", "Goal", "Same")
    made = {title: scene.item(room, title) for title in titles}
    for each in made.values():
        scene.serve(room, each, find)
    follows = scene.follow(room)
    scene.send(NOW)
    scene.move(room, made["Moved & late"], date(2026, 5, 1), at(2026, 1, 6), "Index < plan.")
    for title, fields in (
        ("Shipped", {"status": "shipped", "shipped_on": date(2026, 2, 1)}), ("Dropped", {"status": "dropped"}),
        ("Renamed", {"title": "Named anew"}), ("Status", {"status": "in_progress"}),
    ):  # fmt: skip
        scene.edit(room, made[title], at(2026, 1, 6), **fields)
    scene.serve(room, made["Goal"], keep)
    scene.item(room, "Brand new")
    scene.send(at(2026, 1, 7))
    return scene.mail_of(follows)


def test_its_headers(mail):
    message = message_from_bytes(bytes(mail.raw), policy=policy.default)
    assert message.get_all("To") == [mail.recipient]
    assert (message["Cc"], message["Bcc"]) == (None, None)
    assert message["Message-ID"] == mail.message_id == f"<{mail.pk}@{digests_host()}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(rf"<{re.escape(configured.BASE_URL)}/u/[^/>]+/>", message["List-Unsubscribe"])
    assert re.fullmatch(r"Audience \d+ <[0-9a-f-]{36}\.\S+>", message["List-Id"])
    assert message["Auto-Submitted"] == "auto-generated"
    assert (
        message["Subject"]
        == mail.subject
        == "One date you were given has moved. One thing is no longer planned. One thing shipped"
    )


def html_of(mail: Mail) -> str:
    """Return the HTML part as a mail program gets it."""
    return message_from_bytes(bytes(mail.raw), policy=policy.default).get_body(("html",)).get_content()


def digests_host() -> str:
    return configured.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(">")


def test_it_is_small_and_refers_to_nothing_but_our_own_links(mail):
    html = html_of(mail)
    assert len(html.encode()) < 102 * 1024
    addresses = re.findall(r"""(?:href|src|background|action)\s*=\s*["']([^"']*)""", html)
    assert addresses
    assert {address for address in addresses if not address.startswith(f"{configured.BASE_URL}/")} == {f"cid:{PICTURE}"}
    assert not re.search(r"<(script|link|iframe|object|embed)\b|url\(|@import|@font-face", html, re.IGNORECASE)


def test_both_parts_say_the_same(mail, room):
    said = parts(mail)
    html = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", said["html"]))
    text = re.sub(r"\s+", " ", said["text"])
    made = Digest.objects.get(mail=mail)
    assert sorted(line["kind"] for line in made.lines) == ["dropped", "goal", "moved", "new", "renamed", "shipped", "status"]
    for line in made.lines:
        for words in (line["title"], line["now"], line["goal"], line["reason"]):
            assert words.lower() in text.lower(), words
            escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            assert escaped.lower() in html.lower(), words
    assert "61 days later" in text
    assert "61 days later" in html
    for whole in (text, html):
        assert "1 other thing you follow has not changed" in whole


DAY, NO_DAYS, MARCH = {"precision": "day"}, {"start": None, "end": None, "granularity": ""}, date(2026, 3, 1)


@pytest.mark.parametrize(
    ("sees", "before", "after", "english", "german"),
    [
        (DAY, {}, {"status": "in_progress"}, "It was planned; it is now in progress.", "Bisher geplant, jetzt in Arbeit."),
        (DAY, {}, {"status": "dropped"}, "It was planned; it is now dropped.", "Bisher geplant, jetzt gestrichen."),
        (DAY, {}, {"status": "shipped", "shipped_on": MARCH}, "It shipped on 1 March 2026, as you were told.",
         "Ausgeliefert: 1. März 2026, wie mitgeteilt."),
        ({"precision": "quarter"}, {}, {"status": "shipped", "shipped_on": date(2026, 2, 1)},
         "It shipped in Q1 2026, as you were told.", "Ausgeliefert: Q1 2026, wie mitgeteilt."),
        (DAY, {}, {"status": "shipped", "shipped_on": date(2026, 3, 3)},
         "You were told 1 March 2026; it shipped on 3 March 2026, 2 days later.",
         "Bisher mitgeteilt: 1. März 2026; ausgeliefert: 3. März 2026, 2 Tage später."),
        ({"precision": "month"}, {}, {"status": "shipped", "shipped_on": date(2026, 2, 3)},
         "You were told March 2026; it shipped in February 2026, 31 days earlier.",
         "Bisher mitgeteilt: März 2026; ausgeliefert: Februar 2026, 31 Tage früher."),
        (DAY, {"end": None}, {"status": "shipped", "shipped_on": MARCH}, "It shipped on 1 March 2026.",
         "Ausgeliefert: 1. März 2026."),
        ({"precision": "horizon"}, {}, {"status": "shipped"}, "You were told later; it shipped.",
         "Bisher mitgeteilt: später; inzwischen ausgeliefert."),
        ({"precision": "horizon", "fields": ["title", "status"]}, {}, {"status": "shipped"}, "It shipped.", "Ausgeliefert."),
        (DAY, {"end": None}, {"start": MARCH, "end": MARCH, "granularity": "day"}, "It has a date now: 1 March 2026.",
         "Jetzt mit Termin: 1. März 2026."),
        (DAY, {}, NO_DAYS, "You were told 1 March 2026; it has no date any more.",
         "Bisher mitgeteilt: 1. März 2026; jetzt ohne Termin."),
    ],
)  # fmt: skip
def test_what_a_line_says(room, sees, before, after, english, german):
    made = scene.item(room, **before)
    follows = scene.follow(room, scene.audience(room, **sees))
    scene.send(NOW)
    scene.edit(room, made, at(2026, 1, 6), **after)
    (line,) = compose(follows).lines
    assert in_words(line) == english
    assert re.sub("<[^>]+>", "", marked_up(line)).rstrip(".") == english.partition(", 2 d")[0].partition(", 31 d")[0].rstrip(".")
    with override("de"):
        assert in_words(line) == german


def test_what_shipped_is_neither_now_nor_later(room):
    scene.item(room, status="shipped", shipped_on=MARCH)
    (shown,) = project(scene.audience(room, precision="horizon"))
    assert (shown.shipped.text, as_told(shown)) == ("", "shipped")


def test_only_a_date_that_was_given_has_moved(room):
    made = [scene.item(room, title, end=None) for title in ("One", "Two")]
    follows = scene.follow(room)
    scene.send(NOW)
    for each in made:
        scene.move(room, each, MARCH, at(2026, 1, 6))
    assert compose(follows).headline == "Two things have a date now."
    scene.item(room, "Three")
    assert compose(follows).headline == "Two things have a date now. One thing is new on the roadmap."


def test_the_words_of_people_bring_no_markup(mail):
    assert "Find <b>it</b>" not in parts(mail)["html"]


def test_an_audience_with_a_broken_name_cannot_add_a_header(room):
    scene.item(room)
    follows = scene.follow(room, scene.audience(room, "Cust<omers>, all"))
    scene.send(NOW)
    mail = scene.mail_of(follows)
    assert mail.state == MailState.SENT
    names = [name.lower() for name in message_from_bytes(bytes(mail.raw)).keys()]  # noqa: SIM118 - names repeat
    assert len([name for name in names if name == "list-id"]) == 1


def test_only_what_is_followed_is_told(room):
    find = scene.goal(room)
    one, two, three = (scene.item(room, title) for title in ("One", "Two", "Three"))
    scene.serve(room, two, find)
    follows = scene.follow(room, items=[one], goals=[find])
    assert sorted(line.title for line in compose(follows).lines) == ["One", "Two"]
    actions.edit_subscription(room.actor(), follows, items=[three], goals=[])
    assert [line.title for line in compose(follows).lines] == ["Three"]


def queries(subscription) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        compose(subscription)
    return len(seen)


def test_composing_costs_the_same_for_three_items_and_thirty(room):
    find = scene.goal(room)
    follows, made = scene.follow(room), []
    counts = []
    for upto in (3, 30):
        made += [scene.item(room, f"Item {n}", goals=[{"goal": find, "share": 100}]) for n in range(len(made), upto)]
        scene.send(NOW + timedelta(days=upto))
        for each in made:
            scene.edit(
                room, each, NOW + timedelta(days=upto, hours=1), end=date(2026, 5, 1) + timedelta(days=upto), reason="Late."
            )
        assert len(compose(follows).lines) == upto
        counts.append(queries(follows))
    assert counts[0] == counts[1] <= 10


@pytest.mark.parametrize("good", [True, False])
def test_a_link_that_we_did_not_sign_names_nobody(room, good):
    follows = scene.follow(room)
    token = digests.unsubscribe_link(follows).rstrip("/").rpartition("/")[2]
    assert digests.subscription_of(token if good else token[:-1] + "~", reader=False) == (follows.pk if good else None)
    assert digests.subscription_of(token, reader=True) is None  # a link for one thing is none for another
