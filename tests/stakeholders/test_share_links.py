"""Share links: opened by anybody who has them, read by people, and what a person's own link tells them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from apps.core.models import Change
from apps.stakeholders import actions, ledger
from apps.stakeholders.coming import next_digests
from apps.stakeholders.digests import compose
from apps.stakeholders.models import Opening, ShareLink, Told
from apps.stakeholders.projection import project
from tests.stakeholders import scene
from tests.stakeholders.test_pages import address

MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)


def link_of(room, audience=None, **fields) -> ShareLink:
    return actions.create_share_link(room.actor(), audience or scene.audience(room), **{"name": "Board", **fields})


def own_link(room, **fields):
    """Return a person's own link to an audience that they belong to."""
    seen_by, told = scene.audience(room), scene.person(room)
    actions.add_to_audience(room.actor(), seen_by, stakeholder=told)
    return link_of(room, seen_by, stakeholder=told, **fields)


def opened(link, guest=None):
    """Open the link as a browser does; returns the page."""
    answer = (guest or Client()).get(f"/s/{link.secret}", follow=True)
    assert answer.status_code == 200
    return answer


def seal_of(answer) -> str:
    return re.search(r'name="seal" value="([^"]+)"', answer.content.decode()).group(1)


def read(guest, link, seal, **values):
    return guest.post(f"/shared/{link.pk}/read/", {"seal": seal, "by": "script", **values})


def counted(link) -> dict[str, tuple[int, int]]:
    return {str(each.day): (each.opened, each.read) for each in Opening.objects.filter(link=link)}


# --- what every link's page is like ---


def test_the_secret_is_in_the_first_address_only_and_nothing_is_indexed_or_kept(room):
    link, guest = link_of(room), Client()
    first = guest.get(f"/s/{link.secret}")
    page = guest.get(first["Location"])
    assert (first.status_code, first["Location"]) == (302, f"/shared/{link.pk}/")
    for answer in (first, page):
        assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Referrer-Policy"] == "same-origin"
        assert link.secret not in answer.content.decode()
    assert Client().get(first["Location"]).status_code == 404  # the address alone opens nothing


@pytest.mark.parametrize("how", ["revoke", "expire", "dissolve", "person leaves", "person archived"])
def test_what_closes_a_link_closes_pages_that_are_open(room, how):
    link, guest = own_link(room), Client()
    seal = seal_of(opened(link, guest))
    actor = room.actor()
    {
        "revoke": lambda: actions.revoke_share_link(actor, link),
        "expire": lambda: ShareLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() - timedelta(seconds=1)),
        "dissolve": lambda: actions.archive_audience(actor, link.audience),
        "person leaves": lambda: actions.remove_from_audience(actor, link.audience, stakeholder=link.stakeholder),
        "person archived": lambda: actions.archive_stakeholder(actor, link.stakeholder),
    }[how]()
    assert [guest.get(path).status_code for path in (f"/s/{link.secret}", f"/shared/{link.pk}/")] == [404, 404]
    assert read(guest, link, seal).status_code == 404
    assert Told.objects.count() == 0


def test_every_page_says_as_of_when_and_how_lately_it_was_reviewed(room):
    with time_machine.travel(datetime(2026, 4, 2, 10, tzinfo=UTC), tick=False):
        page = opened(link_of(room)).content.decode()
    assert "as of 2 April 2026 · not reviewed yet" in re.sub(r"\s+", " ", page)


# --- the log ---


def test_openings_are_counted_by_the_day_of_the_link(room):
    room.editor.time_zone = "Asia/Tokyo"
    room.editor.save()
    link, guest = link_of(room), Client()
    with time_machine.travel(datetime(2026, 4, 2, 14, 59, tzinfo=UTC), tick=False):
        read(guest, link, seal_of(opened(link, guest)))
    with time_machine.travel(datetime(2026, 4, 2, 15, 1, tzinfo=UTC), tick=False):  # midnight has passed in Tokyo
        opened(link), opened(link)
        guest.head(f"/shared/{link.pk}/")
    assert (link.time_zone, counted(link)) == ("Asia/Tokyo", {"2026-04-02": (1, 1), "2026-04-03": (2, 0)})
    api = room.api("viewer")
    days = [{"day": "2026-04-03", "opened": 2, "read": 0}, {"day": "2026-04-02", "opened": 1, "read": 1}]
    assert api.get(f"/api/v1/share-links/{link.pk}/days/").json() == days
    found = api.get(f"/api/v1/share-links/{link.pk}/").json()
    assert (found["opened"], found["read"], found["has_password"], found["stakeholder"]) == (3, 1, False, None)
    page = room.client().get(address(room, "audience", link.audience_id)).content.decode()
    assert "Opened 3, read 1" in page
    assert '<time datetime="2026-04-03">' in page
    assert "of the last 30 days" not in page  # the chart is of the last days
    opened(link)
    page = room.client().get(address(room, "audience", link.audience_id)).content.decode()
    assert "Opened on 1 of the last 30 days" in page
    assert ': opened 1, read 0</title><rect class="opened" x="96.67" y="0.00" width="2.6" height="100.00"/>' in page


def test_a_locked_page_is_not_opened_by_asking_for_the_password(room):
    link, guest = link_of(room, password="low tide"), Client()
    opened(link, guest)
    assert (counted(link), read(guest, link, "x").status_code) == ({}, 404)
    guest.post(f"/shared/{link.pk}/", {"password": "low tide"}, follow=True)
    assert list(counted(link).values()) == [(1, 0)]


# --- editing ---


def test_name_expiry_and_password_are_edited_and_the_old_password_opens_nothing(room):
    link, guest, client = link_of(room, password="low tide"), Client(), room.client()
    opened(link, guest)
    assert guest.post(f"/shared/{link.pk}/", {"password": "low tide"}, follow=True).status_code == 200
    assert b"asks for a password" not in guest.get(f"/shared/{link.pk}/").content
    path = address(room, "edit_link", link.pk)
    assert 'name="version" value="1"' in client.get(path).content.decode()
    sent = {"name": "Acme", "initial-name": "Board", "expires_at": "", "initial-expires_at": "", "password": "high tide"}
    assert client.post(path, {**sent, "version": 1}).status_code == 302
    assert b"asks for a password" in guest.get(f"/shared/{link.pk}/").content  # who knew the old one is out
    change = Change.objects.filter(workspace=room.workspace).latest("seq")
    assert (change.verb, change.fields) == (
        "share_link.edited", {"name": ["Board", "Acme"], "password_hash": [None, None]},
    )  # fmt: skip
    for password, status in (("low tide", 422), ("high tide", 302)):
        assert guest.post(f"/shared/{link.pk}/", {"password": password}).status_code == status
    past = {**sent, "initial-name": "Acme", "expires_at": "2020-01-01T10:00", "password": "", "version": 2}
    refused = client.post(path, past)
    assert (refused.status_code, b"time to come" in refused.content) == (422, True)
    api = room.api()
    url = f"/api/v1/share-links/{link.pk}/"
    answer = api.patch(url, {"password": ""}, content_type="application/json", headers={"If-Match": '"2"'})
    assert (answer.status_code, answer.json()["has_password"]) == (200, False)
    assert Client().get(f"/s/{link.secret}", follow=True).status_code == 200
    actions.revoke_share_link(room.actor(), link)
    with pytest.raises(ValidationError, match="closed"):
        actions.edit_share_link(room.actor(), link, name="Again")


def test_passwords_cannot_be_tried_without_end(room):
    link, guest = link_of(room, password="low tide"), Client()
    opened(link, guest)
    found = [guest.post(f"/shared/{link.pk}/", {"password": "no"}).status_code for _ in range(31)]
    assert (set(found[:30]), found[30]) == ({422}, 429)
    assert guest.post(f"/shared/{link.pk}/", {"password": "low tide"}).status_code == 429


# --- a person's own link ---


def test_opening_tells_nobody_and_reading_tells_the_person_whose_link_it_is(room):
    made, link = scene.item(room, end=MARCH), own_link(room)
    guest = Client()
    seal = seal_of(opened(link, guest))
    assert Told.objects.count() == 0  # a program that checks links comes so far
    assert read(guest, link, seal).status_code == 204
    told = Told.objects.get()
    assert (told.stakeholder_id, told.item_id, told.link_id, told.digest_id) == (link.stakeholder_id, made.pk, link.pk, None)
    assert (told.said["when"], told.confirmed_at) == ("1 March 2026", told.at)
    change = Change.objects.filter(workspace=room.workspace).latest("seq")
    assert (change.verb, change.via, change.actor_name) == ("share_link.read", "page", "Acme")
    assert change.detail == {"stakeholder": "Acme", "items": 1}
    answers = ledger.of_audience(link.audience)
    assert [(each.channel, each.told, each.differs) for each in answers] == [("share page", "1 March 2026", False)]
    found = room.api().get("/api/v1/ledger/", {"stakeholder": link.stakeholder_id}).json()["results"]
    assert [each["channel"] for each in found] == ["share page"]
    assert "share page" in room.client().get(address(room, "person", link.stakeholder_id)).content.decode()
    statement = room.api().get("/api/v1/told/", {"stakeholder": link.stakeholder_id}).json()["results"][0]
    assert (statement["link"], statement["digest"]) == (str(link.pk), None)


def test_the_next_digest_goes_on_from_what_the_page_told(room):
    made, link = scene.item(room, end=MARCH), own_link(room)
    follows = scene.follow(room, link.audience, link.stakeholder, since=timezone.now())
    guest = Client()
    read(guest, link, seal_of(opened(link, guest)))
    assert (compose(follows).lines, next_digests(link.audience)) == ([], [])
    scene.move(room, made, MAY, timezone.now(), "The parser.")
    assert [(line.kind, line.told, line.now, line.days, line.reason) for line in compose(follows).lines] == [
        ("moved", "1 March 2026", "1 May 2026", 61, "The parser.")
    ]
    assert [each.line.days for each in next_digests(link.audience)] == [61]
    assert [each.days for each in ledger.surprised(made, {})] == [61]


def test_what_changed_while_the_page_stood_open_was_not_read(room):
    made, link = scene.item(room, end=MARCH), own_link(room)
    guest = Client()
    seal = seal_of(opened(link, guest))
    scene.move(room, made, MAY, timezone.now())
    assert (read(guest, link, seal).status_code, Told.objects.count()) == (409, 0)
    assert read(guest, link, seal_of(opened(link, guest))).status_code == 204
    assert Told.objects.get().said["when"] == "1 May 2026"


@pytest.mark.parametrize("seal", ["", "x", "another link's"])
def test_a_seal_that_is_not_of_this_page_tells_nothing(room, seal):
    scene.item(room)
    link, other, guest = own_link(room), link_of(room), Client()
    opened(link, guest)
    sent = seal_of(opened(other)) if seal == "another link's" else seal
    assert (read(guest, link, sent).status_code, Told.objects.count(), Opening.objects.filter(read=1).count()) == (409, 0, 0)


def test_the_same_is_told_once_a_day_and_news_at_once(room):
    made, link, guest = scene.item(room, end=MARCH), own_link(room), Client()
    first = datetime(2026, 1, 5, 9, tzinfo=UTC)

    def look(moment):
        with time_machine.travel(moment, tick=False):
            read(guest, link, seal_of(opened(link, guest)))
        return Told.objects.count()

    assert [look(first), look(first + timedelta(hours=2)), look(first + timedelta(days=1))] == [1, 1, 2]
    scene.move(room, made, MAY, first + timedelta(days=1))
    assert look(first + timedelta(days=1, hours=1)) == 3


def test_the_button_does_it_without_script(room):
    scene.item(room)
    link, guest = own_link(room), Client(enforce_csrf_checks=True)
    page = opened(link, guest)
    text = page.content.decode()
    assert "I have read this" in text
    assert "Acme’s own" in text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text).group(1)
    sent = {"seal": seal_of(page), "csrfmiddlewaretoken": token}
    answer = guest.post(f"/shared/{link.pk}/read/", sent)
    assert (answer.status_code, answer["Location"], Told.objects.count()) == (302, f"/shared/{link.pk}/", 1)
    assert Client(enforce_csrf_checks=True).post(f"/shared/{link.pk}/read/", sent).status_code == 403


def test_anybodys_link_tells_nobody(room):
    scene.item(room)
    link, guest = link_of(room), Client()
    page = opened(link, guest)
    assert (read(guest, link, seal_of(page)).status_code, Told.objects.count()) == (204, 0)
    assert b"I have read this" not in page.content


def test_a_link_is_made_for_who_is_in_the_audience(room):
    seen_by, told, client = scene.audience(room), scene.person(room), room.client()
    with pytest.raises(ValidationError, match="add them first"):
        link_of(room, seen_by, stakeholder=told)
    actions.add_to_audience(room.actor(), seen_by, stakeholder=told)
    path = address(room, "new_link", seen_by.pk)
    assert client.post(path, {"name": "Acme", "stakeholder": told.pk}).status_code == 200
    assert ShareLink.objects.get().stakeholder == told
    assert "Acme’s own" in client.get(address(room, "audience", seen_by.pk)).content.decode()
    other = scene.person(room, "Bolt")
    assert client.post(path, {"name": "Bolt", "stakeholder": other.pk}).status_code == 422


def test_only_the_page_records_that_it_was_read(room):
    link = own_link(room)
    with pytest.raises(PermissionDenied):
        actions.read_share_link(room.actor("owner"), link, shown=project(link.audience))
