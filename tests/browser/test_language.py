"""What scripts say, in the language of who looks."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone, translation
from django.utils.formats import date_format
from playwright.sync_api import expect

from apps.roadmap.actions import create_item
from apps.roadmap.models import Item
from tests.browser.conftest import at_rest, drag, middle

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
    page.goto(room.path("roadmap/?status=dropped"))
    at_rest(page).keyboard.press("?")
    expect(page.get_by_role("dialog", name="Tasten dieser Seite")).to_contain_text("StrgUmschaltZ")
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


def said(day: date) -> re.Pattern[str]:
    """Match a day as browsers write it in German, "19. Dez. 2026" or "1. März 2027"."""
    with translation.override("de"):
        month = date_format(day, "M")
    return re.compile(rf"\b{day.day}\. {month}\w*\.? {day.year}")


def test_a_bar_is_dragged_and_connected_in_german(site: Site, room: Room) -> None:
    room.editor.language = "de"
    room.editor.save()
    start = timezone.localdate() + timedelta(days=10)
    dated = {"start": start, "end": start + timedelta(days=40), "granularity": "day"}
    one, other = (create_item(room.actor(), room.product, title=title, **dated) for title in ("Search", "Export"))
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    x, y = middle(at_rest(page), f".bar[data-item='{one.number}']")
    drag(page, (x, y), (x + 60, y))
    expect(page.locator(".drawing")).to_contain_text(re.compile(r"\d\. \w+\.? \d{4} → \d+\. \w+"))
    page.mouse.up()
    heard = page.locator("#toasts[role=status][aria-live=polite]")
    expect(heard).to_contain_text("Search: ")
    expect(heard.get_by_role("button", name="Rückgängig")).to_be_visible()
    moved = Item.objects.get(pk=one.pk)
    assert moved.start
    assert moved.end
    assert moved.start > start
    text = heard.locator(".toast > span").text_content() or ""
    assert " bis " in text
    assert said(moved.start).search(text)
    assert said(moved.end).search(text)
    heard.get_by_role("button", name="Rückgängig").click()
    expect(heard).to_contain_text("Rückgängig gemacht: Editor of Harbor hat den Eintrag Search bearbeitet.")
    page.locator(f".bar[data-item='{one.number}']").press("l")
    expect(page.locator("output.wire-hint")).to_contain_text("Search: den Balken wählen, der darauf wartet")
    page.locator(f".bar[data-item='{other.number}']").press("l")
    expect(heard).to_contain_text("Search blockiert Export")
