"""The author's hand on an audience's digests: what the next ones say, a word on top, hold, approve."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from apps.core.mail import parts
from apps.stakeholders import actions
from apps.stakeholders.coming import next_digests
from apps.stakeholders.digests import compose
from tests.stakeholders import scene
from tests.stakeholders.scene import at

MARCH, MAY, JUNE = date(2026, 3, 1), date(2026, 5, 1), date(2026, 6, 1)


def test_it_says_what_the_digests_of_all_would_say(room):
    """A heard of 1 March, B of 1 May, C of nothing; D follows only Index."""
    made, followed = scene.item(room, "Search", end=MARCH), scene.audience(room)
    a = scene.follow(room, followed, scene.person(room, "A"), frequency="monthly", weekday=0)
    scene.send(at(2026, 1, 5))
    scene.move(room, made, MAY, at(2026, 1, 10))
    b = scene.follow(room, followed, scene.person(room, "B"), since=at(2026, 1, 11), frequency="weekly", weekday=0)
    scene.send(at(2026, 1, 12))
    scene.move(room, made, JUNE, at(2026, 1, 13), "The parser.")
    index = scene.item(room, "Index", end=JUNE)
    c = scene.follow(room, followed, scene.person(room, "C"), since=at(2026, 1, 14))
    d = scene.follow(room, followed, scene.person(room, "D"), since=at(2026, 1, 14), items=[index])
    found = [(each.line.kind, each.line.title, each.line.told, each.line.days, each.people) for each in next_digests(followed)]
    assert found == [
        ("moved", "Search", "1 March 2026", 92, 1), ("moved", "Search", "1 May 2026", 31, 1),
        ("new", "Index", "", None, 4), ("new", "Search", "", None, 1),
    ]  # fmt: skip
    said = sum(len(compose(each).lines) for each in (a, b, c, d))
    assert said == sum(each.people for each in next_digests(followed))
    assert {each.line.reason for each in next_digests(followed)} == {"The parser.", ""}
    answer = room.api("viewer").get(f"/api/v1/audiences/{followed.pk}/next-digests/").json()
    assert [(each["kind"], each["title"], each["people"]) for each in answer][2:] == [("new", "Index", 4), ("new", "Search", 1)]
    page = room.client().get(f"/w/{room.workspace.slug}/audiences/{followed.pk}/digests/").content.decode()
    assert "to 4 people" in page
    assert "The parser." in page


def test_held_and_unapproved_digests_wait_and_nothing_is_lost(room):
    made, followed = scene.item(room, end=MARCH), scene.audience(room, approval=True)
    a = scene.follow(room, followed)
    assert scene.send(at(2026, 1, 5)) == 0
    actions.approve_digests(room.actor(), followed, through=date(2026, 1, 6))
    assert scene.send(at(2026, 1, 6)) == 1
    scene.move(room, made, MAY, at(2026, 1, 7))
    assert scene.send(at(2026, 1, 7)) == 0  # beyond what was approved
    actions.approve_digests(room.actor(), followed, through=date(2026, 1, 31))
    actions.edit_audience(room.actor(), followed, held=True)
    assert scene.send(at(2026, 1, 8)) == 0
    actions.edit_audience(room.actor(), followed, held=False)
    assert scene.send(at(2026, 1, 9)) == 1
    assert [each["days"] for each in scene.lines(a, at(2026, 1, 9))] == [61]


def test_a_word_stands_on_top_of_html_and_text(room):
    scene.item(room)
    a = scene.follow(room, scene.audience(room, digest_word="Happy <new> year.\nYours, Maya"))
    scene.send(at(2026, 1, 5))
    mail = parts(scene.mail_of(a))
    assert "Happy <new> year.\nYours, Maya" in mail["text"].replace("\r\n", "\n")
    assert "Happy &lt;new&gt; year.<br>Yours, Maya" in mail["html"].replace("<br />", "<br>")


def test_the_page_sets_it_and_approves(room):
    followed = scene.audience(room)
    client, path = room.client(), f"/w/{room.workspace.slug}/audiences/{followed.pk}/digests/"
    assert client.post(path, {"digest_word": "Hello.", "approval": "on"}).status_code == 302
    followed.refresh_from_db()
    assert (followed.digest_word, followed.approval, followed.held) == ("Hello.", True, False)
    assert "wait for your approval" in client.get(path).content.decode()
    assert client.post(f"{path}approve/", {"through": "no"}).status_code == 422
    assert client.post(f"{path}approve/", {"through": "2099-01-01"}).status_code == 302
    assert "Approved until 1 January 2099" in client.get(path).content.decode()
    assert client.post(path, {"held": "on"}).status_code == 302
    assert "are held" in client.get(path).content.decode()
    with pytest.raises(ValidationError) as refusal:
        actions.approve_digests(room.actor(), followed, through=MARCH)
    assert list(refusal.value.message_dict) == ["approval"]
