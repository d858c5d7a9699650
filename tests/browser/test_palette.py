"""The command palette and the list of keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from apps.roadmap.actions import create_item, edit_item
from apps.roadmap.models import Item
from tests.browser.conftest import at_rest

if TYPE_CHECKING:
    from playwright.sync_api import Route

    from tests.browser.conftest import Site
    from tests.people import Room


@pytest.fixture
def planned(room: Room) -> Room:
    create_item(room.actor(), room.product, title="Natural-language query")
    return room


def test_it_finds_while_what_others_did_is_still_being_drawn(site: Site, planned: Room) -> None:
    page = site.sign_in(planned)
    page.goto(planned.path("roadmap/?view=table"))
    at_rest(page)
    held: list[Route] = []
    drawing = re.compile(r"/roadmap/\?view=table$")
    page.route(drawing, lambda route: held.append(route))  # noqa: PLW0108 - the library marks what it is given
    with page.expect_request(drawing):
        create_item(planned.actor("owner"), planned.product, title="Came meanwhile")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search, go anywhere, do anything").fill("natral")
    expect(page.locator("#palette-found [aria-selected=true]")).to_have_count(1)
    held[0].continue_()
    expect(page.locator("#roadmap")).to_contain_text("Came meanwhile")


def test_the_palette_goes_finds_and_does(site: Site, planned: Room) -> None:
    page = site.sign_in(planned)
    page.goto(planned.path("roadmap/"))
    at_rest(page)
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search, go anywhere, do anything")
    expect(field).to_be_focused()
    field.fill("new it")
    expect(page.locator("#palette [aria-selected=true]")).to_have_text("New itemOn this page")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog input[name=title]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    at_rest(page)
    page.keyboard.press("Control+k")
    field.fill("natral")
    expect(page.locator("#palette-found [role=option]")).to_contain_text("Natural-language query")
    expect(page.locator("#palette-found [aria-selected=true]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "palette-all")
    expect(page.locator("#palette [data-count]")).to_have_text("2 choices")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#item-title")).to_be_focused()  # beside the roadmap on which one is
    expect(page).to_have_url(re.compile(r"roadmap/\?item=1$"))
    at_rest(page).locator("[data-palette]").click()
    field.fill("mileston")
    page.locator("#palette [role=option]", has_text="Milestones").first.click()
    expect(page).to_have_url(re.compile(r"/milestones/$"))


def test_enter_waits_for_what_is_found_and_escape_leaves_at_once(site: Site, planned: Room) -> None:
    create_item(planned.actor(), planned.product, title="Export")
    page = site.sign_in(planned)
    page.goto(planned.path("roadmap/"))
    at_rest(page).keyboard.press("Control+k")
    page.keyboard.type("natural")
    expect(page.locator("#palette-found [role=option]")).to_contain_text("Natural-language query")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("expor")
    page.keyboard.press("Enter")  # before the server was asked
    expect(page.locator("#item-title")).to_have_text("Export")
    page.keyboard.press("Control+k")
    page.keyboard.type("natural")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator("#item-title")).to_be_focused()


def test_the_keys_are_listed_and_can_be_switched_off(site: Site, planned: Room) -> None:
    page = site.sign_in(planned)
    page.goto(planned.path("roadmap/"))
    at_rest(page)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys of this page")
    for words in ("New item", "Undo what you did last", "Search, go anywhere, do anything"):
        expect(dialog.get_by_text(words)).to_be_visible()
    dialog.get_by_label("Single keys act").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("c")
    page.keyboard.press("?")
    at_rest(page)
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    expect(page.locator("#dialog")).to_be_hidden()


def test_whoever_only_reads_is_offered_no_deed(site: Site, planned: Room) -> None:
    page = site.sign_in(planned, "viewer")
    page.goto(planned.path("roadmap/"))
    at_rest(page)
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search, go anywhere, do anything").fill("new item")
    expect(page.locator("#palette [data-count]")).to_have_text("1 choice")  # only to search for it


def test_the_palette_opens_while_one_types_or_chooses(site: Site, planned: Room) -> None:
    page = site.sign_in(planned)
    page.goto(planned.path("roadmap/?view=table"))
    at_rest(page)
    for field in (page.get_by_label("Find items by words"), page.get_by_role("checkbox").first):
        field.focus()
        page.keyboard.press("Control+k")
        expect(page.get_by_role("combobox")).to_be_focused()
        page.keyboard.press("Control+k")


def test_what_stands_in_menus_and_what_keys_do_is_found_by_words(site: Site, planned: Room) -> None:
    page = site.sign_in(planned)
    page.goto(planned.path("roadmap/"))
    at_rest(page).keyboard.press("Control+k")
    chosen = page.locator("#palette [aria-selected=true]")
    expect(page.locator("#palette li:visible", has_text="In progress")).to_have_count(0)  # not before it is asked for
    page.keyboard.type("filter status in prog")
    expect(chosen).to_have_text("In progressFilter · Status")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"status=in_progress"))
    page.keyboard.press("Control+k")
    page.keyboard.type("group mile")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"group=milestone"))
    edit_item(planned.actor(), Item.objects.get(), title="Ask in plain words")
    page.keyboard.press("Control+k")
    page.keyboard.type("undo")
    expect(chosen).to_have_text("Undo what you did lastCtrl Z")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Undone")
