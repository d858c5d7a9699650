"""The feeds of an audience: the same content as its page, for feed readers and calendars."""

from __future__ import annotations

from datetime import date

import pytest
from defusedxml import ElementTree
from django.test import Client

from apps.stakeholders import actions
from tests.stakeholders import scene

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def feeds(room):
    """Return a function that fetches a feed of an audience outside that sees quarters."""
    followed = scene.audience(room, "Customers", precision="quarter")
    link = actions.create_share_link(room.actor(), followed, name="Feed")

    def fetch(name: str, **headers: str):
        return Client().get(f"/s/{link.secret}/{name}", headers=headers)

    fetch.link = link
    return fetch


def test_atom_has_an_entry_for_each_item_and_a_new_one_when_it_changes(room, feeds):
    made = scene.item(room, "Project <Falcon>", end=date(2026, 5, 17), outside_title="Faster & safer")
    scene.item(room, "Secret", confidential=True)
    first = feeds("atom.xml")
    assert first["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert first["X-Robots-Tag"].startswith("noindex")
    entries = ElementTree.fromstring(first.content).findall(f"{ATOM}entry")
    assert [each.findtext(f"{ATOM}title") for each in entries] == ["Faster & safer"]
    assert "Q2 2026" in (entries[0].findtext(f"{ATOM}content") or "")
    assert str(made.pk) not in first.content.decode()
    assert feeds("atom.xml", **{"If-None-Match": first["ETag"]}).status_code == 304
    scene.move(room, made, date(2026, 6, 30), scene.at(2026, 1, 2))
    assert feeds("atom.xml").content == first.content  # it moved within the quarter
    scene.move(room, made, date(2026, 7, 1), scene.at(2026, 1, 3))
    again = ElementTree.fromstring(feeds("atom.xml").content).findall(f"{ATOM}entry")
    assert again[0].findtext(f"{ATOM}id") != entries[0].findtext(f"{ATOM}id")


def test_the_calendar_spans_what_may_be_known(room, feeds):
    scene.item(room, "Search, find; answer\\", end=date(2026, 5, 17))
    scene.item(room, ("Ünïcödé " * 20).strip(), end=date(2026, 5, 17))
    scene.item(room, "Someday", end=None)
    answer = feeds("calendar.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    raw = answer.content
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    text = raw.decode().replace("\r\n ", "")
    assert text.count("BEGIN:VEVENT") == 2
    assert "DTSTART;VALUE=DATE:20260401" in text
    assert "DTEND;VALUE=DATE:20260701" in text
    assert "SUMMARY:Search\\, find\\; answer\\\\ (Q2 2026)" in text
    assert f"SUMMARY:{'Ünïcödé ' * 19}Ünïcödé (Q2 2026)" in text


def test_a_closed_or_locked_link_has_no_feed(room, feeds):
    scene.item(room)
    locked = actions.create_share_link(room.actor(), feeds.link.audience, name="x", password="pw")
    for name in ("atom.xml", "calendar.ics"):
        assert Client().get(f"/s/{locked.secret}/{name}").status_code == 404
        assert Client().get(f"/s/none/{name}").status_code == 404
    actions.revoke_share_link(room.actor(), feeds.link)
    assert feeds("atom.xml").status_code == feeds("calendar.ics").status_code == 404
