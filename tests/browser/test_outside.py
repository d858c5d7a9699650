"""What somebody without an account does in a browser."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from apps.stakeholders import actions
from tests.stakeholders import scene

if TYPE_CHECKING:
    from tests.browser.conftest import Site
    from tests.people import Room


def test_a_share_link_opens_after_its_password(site: Site, room: Room) -> None:
    audience = scene.audience(room, "Partners", fields=["title", "timeframe"])
    scene.item(room, "Tide tables", date(2026, 3, 1), outside_title="Tide tables")
    link = actions.create_share_link(room.actor(), audience, name="For Acme", password="low tide")
    page = site.page()

    page.goto(f"/s/{link.secret}")
    page.get_by_label("Password").fill("high tide")
    page.get_by_role("button").click()
    expect(page.get_by_text("not the password")).to_be_visible()
    page.get_by_label("Password").fill("low tide")
    page.get_by_role("button").click()

    expect(page.get_by_text("Tide tables").first).to_be_visible()
    assert link.secret not in page.url
