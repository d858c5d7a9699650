"""What a reader of digests does on a phone, without an account: choose, save, pause, go on, stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from apps.stakeholders.links import token_for
from apps.stakeholders.models import Subscription
from apps.stakeholders.narrowing import in_words
from tests.stakeholders import scene

if TYPE_CHECKING:
    from tests.browser.conftest import Site
    from tests.people import Room


def test_a_reader_has_it_their_way_on_a_phone(site: Site, room: Room) -> None:
    scene.item(room, "Tide tables")
    scene.item(room, "Charts")
    follows = scene.follow(room, frequency="weekly")
    page = site.page(width=390, height=800)
    page.goto(f"/m/{token_for(follows, 'own')}/")
    expect(page.get_by_label("Charts")).to_be_hidden()  # as long as everything is chosen
    page.get_by_label("Only what you tick").check()
    page.get_by_label("Charts").check()
    page.get_by_label("How often").select_option("daily")
    expect(page.get_by_label("Day", exact=True)).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. It counts from your next mail.")).to_be_visible()
    follows = Subscription.objects.get()
    assert (in_words(follows), follows.frequency) == ("1 item", "daily")

    page.get_by_label("Until").fill("2099-01-02")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused until Friday, 2 January 2099.")).to_be_visible()
    page.get_by_role("button", name="Resume now").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.get_by_role("link", name="Stop these mails").click()
    page.get_by_role("button", name="Stop them").click()
    expect(page.get_by_role("heading", name="You get no more of these mails")).to_be_visible()
    page.goto(f"/m/{token_for(follows, 'own')}/")
    expect(page.get_by_role("heading", name="You get no more of these mails")).to_be_visible()
