"""In which language and on whose clock a page speaks."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation
from django.utils.html import strip_tags

from apps.accounts.actions import invite_member
from apps.accounts.models import Role, User
from apps.core import outbox
from apps.core.models import Change, Mail
from apps.core.wording import change_words, value_words
from apps.roadmap import actions
from apps.roadmap.models import Item
from apps.vision.models import KeyResult
from apps.vision.queries import figure, plain_figure

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


@pytest.mark.parametrize(
    ("own", "headers", "spoken"),
    [
        ("", {}, "en-gb"),
        ("", GERMAN, "de"),
        ("", {"Accept-Language": "en-US"}, "en-gb"),
        ("", {"Accept-Language": "tlh"}, "en-gb"),
        ("de", {}, "de"),
        ("en-gb", GERMAN, "en-gb"),
    ],
)
def test_a_page_speaks_the_language_that_was_chosen_or_else_the_browsers(room, own, headers, spoken):
    room.editor.language = own
    room.editor.save()
    answer = room.client().get("/", headers=headers, follow=True)
    assert f'<html lang="{spoken}"' in answer.content.decode()
    assert answer.headers["Content-Language"] == spoken
    assert "Accept-Language" in answer.headers["Vary"]


def test_who_has_not_signed_in_is_spoken_to_as_the_browser_asks(db):
    assert '<html lang="de"' in Client().get("/accounts/login/", headers=GERMAN).content.decode()


def test_the_words_of_scripts_come_in_the_language_of_their_address(db):
    answer = Client().get("/words/de.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "gettext" in answer.content.decode()
    assert Client().get("/words/tlh.js").status_code == 404


def test_times_are_those_of_the_readers_own_clock(room):
    late = datetime(2026, 1, 5, 23, 30, tzinfo=UTC)
    actions.create_item(room.actor(at=late), room.product, title="Tide tables")
    room.editor.time_zone = "Asia/Tokyo"
    room.editor.save()
    pages = {role: room.client(role).get(f"/w/{room.workspace.slug}/activity/").content.decode() for role in ("editor", "owner")}
    assert "6 Jan" in pages["editor"]
    assert "5 Jan" in pages["owner"]


def test_what_leads_nowhere_says_so_in_the_language_of_who_came(db):
    lost = Client().get("/nowhere/", headers=GERMAN)
    assert (lost.status_code, "Hier ist nichts" in lost.content.decode()) == (404, True)
    assert '<html lang="de"' in lost.content.decode()


def test_a_refusal_is_said_in_the_readers_language(room):
    User.objects.filter(pk__in=[room.viewer.pk, room.owner.pk]).update(language="de")
    new = room.path("milestones/new/")
    sent = {"name": "GA", "kind": "release", "granularity": "day", "commitment": "target"}
    denied = room.client("viewer").post(new, sent).content.decode()
    assert "Das braucht mindestens die Rolle Bearbeiter; Ihre Rolle ist Leser." in denied
    invalid = room.client("owner").post(new, sent | {"name": ""}).content.decode()
    assert "Dieses Feld ist zwingend erforderlich." in invalid


@pytest.mark.parametrize(
    ("model", "name", "value", "said"),
    [
        (Item, "end", "2026-12-19", "19. Dez 2026"),
        (Item, "archived_at", "2026-12-19T14:05:00Z", "19. Dez 2026, 14:05"),
        (Item, "confidential", True, "ja"),
        (Item, "owner", None, "—"),
        (KeyResult, "current", "4.12", "4,12"),
    ],
)
def test_a_value_of_a_change_is_said_in_german(model, name, value, said):
    with translation.override("de"):
        assert value_words(model, name, value) == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (("vision_version.signed", "vision.visionversion", "v3 of the vision"), "hat v3 der Vision unterzeichnet"),
        (("membership.role_changed", "accounts.membership", "Ada (editor)"), "hat die Rolle von Ada (Bearbeiter) geändert"),
        (("audience.joined", "stakeholders.audiencemember", "Ada in Board"), "hat Ada in den Leserkreis Board aufgenommen"),
        (("review.item_reviewed", "stakeholders.revieweditem", "Search: drop"), "hat Search (streichen) durchgesehen"),
        (
            ("subscription.paused", "stakeholders.subscription", "Ada, weekly"),
            "hat die Änderungsberichte für Ada (wöchentlich) pausiert",
        ),
        (("goal.archived", "vision.goal", "v3 of the vision"), "hat das Ziel v3 of the vision aufgegeben"),
        (("item.transferred", "roadmap.item", "Search"), "hat den Eintrag Search in ein anderes Produkt verschoben"),
    ],
)
def test_the_history_is_told_in_german_though_it_was_written_in_english(values, said):
    verb, kind, name = values
    change = Change(verb=verb, object_type=kind, object_text=name, object_id=uuid4(), actor_name="Ada", touches=[])
    with translation.override("de"):
        words = change_words(change)
        line = strip_tags(render_to_string("core/change_line.html", {"words": words})).strip()
    assert line == f"Ada {said}"


def test_numbers_are_written_as_the_reader_writes_them_and_fields_hold_them_as_ever():
    with translation.override("de"):
        assert (figure(Decimal("1234.50")), plain_figure(Decimal("1234.50"))) == ("1.234,5", "1234.5")


@pytest.mark.parametrize(
    ("theirs", "hosts", "subject"), [("de", "", "lädt Sie"), ("", "de", "lädt Sie"), ("", "", "invites you")]
)
def test_an_invitation_is_written_in_the_language_of_who_is_invited_else_of_who_invites(room, theirs, hosts, subject):
    User.objects.filter(pk=room.owner.pk).update(language=hosts)
    if theirs:
        User.objects.create_user("new@example.test", language=theirs)
    room.owner.refresh_from_db()
    invite_member(room.actor("owner"), room.workspace, email="new@example.test", role=Role.VIEWER)
    outbox.deliver()
    assert subject in Mail.objects.get(recipient="new@example.test").subject
