"""Somebody outside gets nothing before they said yes themselves: who is asked, how, and what counts as a yes."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core import outbox
from apps.core.actors import Actor
from apps.core.mail import parts
from apps.core.models import Change, Mail, MailState
from apps.stakeholders import actions
from apps.stakeholders.coming import next_digests
from apps.stakeholders.digests import plan_due
from apps.stakeholders.links import token_for
from apps.stakeholders.models import Digest, Subscription
from tests.contracts.world import everything_written
from tests.smtp_sink import listening
from tests.stakeholders import scene


@pytest.fixture
def waits(room) -> Subscription:
    """A subscription of somebody outside that an editor has just made."""
    scene.item(room)
    return actions.subscribe(room.actor(), scene.audience(room), stakeholder=scene.person(room), frequency="daily", hour=0)


def asked() -> list[Mail]:
    return list(Mail.objects.filter(kind="confirmation").order_by("created_at"))


def confirm_path(subscription) -> str:
    return f"/c/{token_for(subscription, 'confirm')}/"


def test_who_was_not_asked_yet_gets_one_mail_that_asks_and_no_digest(room, waits):
    tomorrow = timezone.now() + timedelta(days=1)
    assert (waits.confirmed_at, waits.asked_at is None) == (None, False)
    assert plan_due(tomorrow) == 0
    outbox.deliver()
    mail = asked()[0]
    assert (mail.state, mail.recipient, Mail.objects.count()) == (MailState.SENT, waits.stakeholder.email, 1)
    for text in (parts(mail)["text"], parts(mail)["html"]):
        assert confirm_path(waits) in text
        assert "Search" not in text  # nothing of the roadmap before they said yes
    assert next_digests(waits.audience) == []


def test_only_pressing_the_button_is_a_yes(room, waits):
    path, before = confirm_path(waits), everything_written()
    page = Client().get(path)
    assert (page.status_code, b"Do you want these mails?" in page.content) == (200, True)
    assert Client().head(path).status_code == 200
    assert everything_written() == before
    done = Client().post(path)
    assert (done.status_code, done["Location"]) == (302, f"/m/{token_for(waits, 'own')}/?done=confirmed")
    assert b"Thank you. You get these mails from now on" in Client().get(done["Location"]).content
    change = Change.objects.latest("seq")
    assert (change.verb, change.actor_name, change.via) == ("subscription.confirmed", "Acme", "mail")
    assert b"You confirmed this already" in Client().get(path).content
    assert Client().post(path).status_code == 302
    assert Change.objects.filter(verb="subscription.confirmed").count() == 1
    assert plan_due(timezone.now() + timedelta(days=1)) == 1


def test_what_fell_due_before_the_yes_is_not_made_up_for(room):
    made = actions.subscribe(room.actor(), scene.audience(room), stakeholder=scene.person(room), frequency="daily", hour=0)
    scene.item(room)
    with time_machine.travel(timezone.now().replace(hour=12) + timedelta(days=3), tick=False):
        Client().post(confirm_path(made))
        assert plan_due(timezone.now()) == 0
        assert plan_due(timezone.now() + timedelta(hours=12)) == 1


BY = {
    "an editor": lambda room: room.actor(),
    "a token": lambda room: room.actor(via="api", scopes=frozenset({"read", "write"}), workspace_id=room.workspace.pk),
    "an import": lambda room: room.actor(via="import"),
    "a replay": lambda room: room.actor(at=scene.START),
}


@pytest.mark.parametrize("who", BY)
@pytest.mark.parametrize("side", ["inside", "outside"])
def test_who_is_asked(room, who, side):
    person = scene.person(room, side=side)
    made = actions.subscribe(BY[who](room), scene.audience(room), stakeholder=person)
    waiting = side == "outside" and who in {"an editor", "a token"}
    assert (made.confirmed_at is None, len(asked())) == (waiting, int(waiting))


def test_who_came_back_is_asked_again(room, waits):
    Client().post(confirm_path(waits))
    actions.unsubscribe(Actor(user=None, name="Acme", via="mail"), waits)
    again = actions.subscribe(room.actor(), waits.audience, stakeholder=waits.stakeholder)
    assert (again.confirmed_at, len(asked())) == (None, 2)


def test_at_a_new_address_the_old_yes_does_not_count(room, waits):
    old = confirm_path(waits)
    Client().post(old)
    actions.edit_stakeholder(room.actor(), waits.stakeholder, email="new@example.test")
    waits.refresh_from_db()
    assert (waits.confirmed_at, asked()[-1].recipient) == (None, "new@example.test")
    assert Client().get(old).status_code == Client().post(old).status_code == 404
    assert Client().post(confirm_path(waits)).status_code == 302
    actions.edit_stakeholder(room.actor(), waits.stakeholder, name="Acme Ltd", email="NEW@example.test")
    waits.refresh_from_db()
    assert waits.confirmed_at is not None


@pytest.mark.parametrize("how", ["confirmed", "ended", "other address"])
def test_nobody_is_asked_what_is_settled(room, waits, how):
    {
        "confirmed": lambda: Client().post(confirm_path(waits)),
        "ended": lambda: actions.end_subscription(room.actor(), waits),
        "other address": lambda: actions.edit_stakeholder(room.actor(), waits.stakeholder, email="new@example.test"),
    }[how]()
    outbox.deliver()
    assert asked()[0].state == MailState.CANCELLED
    assert len(asked()) == (2 if how == "other address" else 1)


def test_an_editor_asks_again_but_not_within_the_hour(room, waits):
    with pytest.raises(ValidationError) as refused:
        actions.ask_again(room.actor(), waits)
    assert "less than an hour ago" in refused.value.message_dict["subscription"][0]
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        actions.ask_again(room.actor(), waits)
    assert len(asked()) == 2
    Client().post(confirm_path(waits))
    with pytest.raises(ValidationError) as refused:
        actions.ask_again(room.actor(), waits)
    assert "has confirmed it already" in refused.value.message_dict["subscription"][0]


def test_pages_and_rest_say_who_has_not_answered(room, waits):
    client, slug = room.client(), room.workspace.slug
    person = reverse("stakeholders:person", args=[slug, waits.stakeholder_id])
    audience = reverse("stakeholders:audience", args=[slug, waits.audience_id])
    for page in (person, audience):
        assert "waiting for their confirmation" in client.get(page).content.decode()
    api, url = room.api(), f"/api/v1/subscriptions/{waits.pk}/"
    assert (api.get(url).json()["confirmed_at"], api.get(url).json()["asked_at"] is None) == (None, False)
    assert api.post(f"{url}ask/", {}, content_type="application/json").status_code == 400
    Subscription.objects.update(asked_at=None)
    assert client.post(reverse("stakeholders:ask", args=[slug, waits.pk])).status_code == 302
    Subscription.objects.update(asked_at=None)
    assert api.post(f"{url}ask/", {}, content_type="application/json").status_code == 200
    Client().post(confirm_path(waits))
    for page in (person, audience):
        assert "waiting for their confirmation" not in client.get(page).content.decode()
    assert len(api.get("/api/v1/subscriptions/?confirmed=true").json()["results"]) == 1


def test_what_has_ended_cannot_be_confirmed(room, waits):
    path = confirm_path(waits)
    actions.end_subscription(room.actor(), waits)
    assert b"You get no more of these mails" in Client().get(path).content
    assert Client().post(path).status_code == 409


def test_the_text_that_opens_it_is_forgotten_once_a_server_has_it(room, waits, settings):
    with listening() as sink:
        settings.SMTP_URL = sink.url
        outbox.deliver()
        assert len(sink.mails) == 1
    assert asked()[0].raw is None


def test_a_digest_planned_before_is_not_sent_without_a_yes(room):
    scene.item(room)
    follows = scene.follow(room)
    plan_due(scene.at(2026, 1, 5))
    Subscription.objects.update(confirmed_at=None)
    outbox.deliver()
    assert (scene.mail_of(follows).state, Digest.objects.count()) == (MailState.CANCELLED, 0)


def test_who_followed_before_counts_as_having_said_yes(room):
    """The statement of the migration, on a row as the release before made it."""
    migration = import_module("apps.stakeholders.migrations.0023_double_opt_in").Migration
    follows = scene.follow(room)
    Subscription.objects.update(confirmed_at=None)
    with connection.cursor() as cursor:
        cursor.execute(next(each.sql for each in migration.operations if hasattr(each, "sql")))
    follows.refresh_from_db()
    assert follows.confirmed_at == follows.created_at
