"""What scripts say, in the language of who looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from apps.roadmap.actions import create_item
from tests.browser.conftest import at_rest

if TYPE_CHECKING:
    from tests.browser.conftest import Site
    from tests.people import Room


def test_one_chooses_german_and_keys_palette_and_messages_speak_it(site: Site, room: Room) -> None:
    create_item(room.actor(), room.product, title="Natural-language query")
    page = site.sign_in(room)
    page.goto("/me/")
    page.get_by_label("Language").select_option("de")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("Gespeichert.")
    page.goto(room.path("vision/"))
    at_rest(page).keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Tasten dieser Seite")
    expect(dialog).to_contain_text("StrgK")
    dialog.get_by_role("button", name="Schließen").click()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Suchen, überallhin gehen, alles tun").fill("natral")
    expect(page.locator("#palette-found [role=option]")).to_contain_text("Natural-language query")
    expect(page.locator("#palette-all")).to_have_text("Alles nach „natral“ durchsuchen")
    expect(page.locator("#palette [data-count]")).to_have_text("2 Vorschläge")
