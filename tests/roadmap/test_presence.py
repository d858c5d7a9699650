"""Who is on a roadmap: for members, for seconds, and never in the way."""

from __future__ import annotations

import re
from typing import Any

import pytest

from apps.accounts.models import Membership
from apps.core import live
from apps.roadmap import presence
from apps.roadmap.presence import Place, beat
from tests.people import Room, new_room


def here(room: Room, role: str, tab: str = "a", place: Place | None = Place()) -> list[tuple[str, int, str]]:  # noqa: B008 - frozen
    person = getattr(room, role)
    others = beat(room.product, person.pk, f"{person.pk}:{tab}", place)
    return [(str(each.user).partition(" ")[0], each.place.item, each.place.field) for each in others]


def test_each_sees_the_others_and_where_they_are(room: Room):
    assert here(room, "owner", place=Place(3, "status")) == []
    assert here(room, "viewer") == [("Owner", 3, "status")]
    assert here(room, "editor") == [("Owner", 3, "status"), ("Viewer", 0, "")]
    here(room, "owner", place=None)
    assert here(room, "editor") == [("Viewer", 0, "")]


def test_of_two_tabs_the_one_in_which_something_is_edited_counts(room: Room):
    here(room, "owner", "a", Place(3, "status"))
    here(room, "owner", "b", Place(4))
    assert here(room, "editor") == [("Owner", 3, "status")]
    here(room, "owner", "a", None)
    assert here(room, "editor") == [("Owner", 4, "")]


def test_who_gives_no_sign_of_life_is_gone_within_30_seconds(room: Room, monkeypatch: pytest.MonkeyPatch):
    here(room, "owner")
    now = presence.time.time()
    monkeypatch.setattr(presence.time, "time", lambda: now + 29)
    assert here(room, "editor") == []


def test_who_is_no_longer_a_member_is_not_shown_nor_anybody_elsewhere(room: Room):
    other = new_room("Elsewhere")
    here(other, "owner")
    here(room, "owner")
    Membership.objects.filter(user=room.owner).delete()
    assert here(room, "editor") == []


def test_without_valkey_nobody_is_shown_and_nothing_fails(room: Room, settings: Any):
    live.valkey.cache_clear()
    settings.VALKEY_URL = "redis://127.0.0.1:1/0"
    try:
        assert room.client().post(room.path("presence/"), {"tab": "a"}).status_code == 200
    finally:
        live.valkey.cache_clear()


SENT = [
    {},
    {"tab": "<b>", "item": "x" * 50, "field": "<script>"},
    {"tab": "a" * 500, "item": "9" * 30, "field": "A B"},
    {"item": "-1"},
]


@pytest.mark.parametrize("sent", SENT)
def test_what_is_sent_is_never_shown_as_it_came(room: Room, sent: dict[str, str]):
    assert room.client("owner").post(room.path("presence/"), sent).status_code == 200
    shown = room.client().post(room.path("presence/"), {"tab": "b"}).content.decode()
    assert re.search(r'data-item="0"\s+data-field=""', shown)
    assert "script>" not in shown


class GoneWhileSending:
    """The body of a request whose sender left before it was there."""

    def read(self, *_size: int) -> bytes:
        raise OSError("the connection was closed")

    readline = read


def test_a_browser_that_leaves_while_it_tells_is_no_fault(room: Room, caplog: pytest.LogCaptureFixture):
    form = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": "20"}
    answer = room.client().generic("POST", room.path("presence/"), **form, **{"wsgi.input": GoneWhileSending()})
    assert (answer.status_code, [record.getMessage() for record in caplog.records]) == (400, [])
