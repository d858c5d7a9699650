"""The roadmap as any audience or person sees it is what they do see."""

from __future__ import annotations

from html import unescape

from django.test import Client

from apps.stakeholders import actions, digests
from tests.stakeholders import scene


def main_of(html: str) -> str:
    """Return the table of what is shown, as words."""
    return unescape(html[html.index("<thead>") : html.index("</table>")])


def test_the_preview_is_the_readers_page(room):
    scene.item(room, "Project Falcon", outside_title="Faster search", confidence=10)
    scene.item(room, "Secret", confidential=True)
    customers, colleagues = scene.audience(room, "Customers"), scene.audience(room, "Sales", side="inside")
    reader, page = scene.follow(room, customers), f"/w/{room.workspace.slug}/stakeholders/as/"
    seen = Client().get(digests.reader_link(reader)).content.decode()
    client = room.client("viewer")
    for chosen in (f"audience:{customers.pk}", f"person:{reader.stakeholder.pk}"):
        preview = client.get(page, {"as": chosen}).content.decode()
        assert main_of(preview) == main_of(seen)
        assert "Faster search" in main_of(seen)
        assert "H1 2026" in main_of(seen)
    inside = client.get(page, {"as": f"audience:{colleagues.pk}"}).content.decode()
    assert "Project Falcon" in main_of(inside)


def test_a_person_sees_what_each_of_their_audiences_sees(room):
    scene.item(room, "Project Falcon", outside_title="Faster search")
    who = scene.person(room, "Ana", side="inside")
    for name, side in (("One", "inside"), ("Two", "outside")):
        actions.add_to_audience(room.actor(), scene.audience(room, name, side=side), stakeholder=who)
    page = room.client().get(f"/w/{room.workspace.slug}/stakeholders/as/", {"as": f"person:{who.pk.hex}"}).content.decode()
    assert page.index("Project Falcon") < page.index("Faster search")
    found = room.api("viewer").get(f"/api/v1/stakeholders/{who.pk}/preview/").json()
    assert [(each["audience_name"], each["items"][0]["title"]) for each in found] == [
        ("One", "Project Falcon"), ("Two", "Faster search"),
    ]  # fmt: skip


def test_nobody_and_nothing(room, foreign):
    page, client = f"/w/{room.workspace.slug}/stakeholders/as/", room.client()
    assert client.get(page).status_code == 200
    assert "belongs to no audience" in client.get(page, {"as": f"person:{scene.person(room).pk}"}).content.decode()
    for wrong in ("audience:", "person:x", f"audience:{scene.audience(foreign).pk}", f"person:{scene.person(foreign).pk}"):
        assert client.get(page, {"as": wrong}).status_code == 404, wrong
