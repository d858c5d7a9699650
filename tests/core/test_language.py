"""In which language and on whose clock a page speaks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from apps.roadmap import actions

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
