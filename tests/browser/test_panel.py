"""The side panel: its address, the way to the next item, where the focus goes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from apps.roadmap.actions import create_item, edit_item
from apps.roadmap.models import Item
from tests.browser.conftest import at_rest

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from tests.browser.conftest import Site
    from tests.people import Room

VIEWS = {"timeline": ".bar[data-item='{}']", "board": "#card-{} .lead", "table": "#line-{} .title"}


@pytest.fixture
def items(room: Room) -> list[Item]:
    """Return three items: the second is inside the first, the third waits in the parking lot."""
    dated = {"start": "2026-11-01", "end": "2027-02-01", "granularity": "day"}
    whole = create_item(room.actor(), room.product, title="Search", type="epic", **dated)
    part = create_item(room.actor(), room.product, title="Suggestions", parent=whole, **dated)
    return [whole, part, create_item(room.actor(), room.product, title="Offline")]


def test_what_another_does_leaves_the_whole_history_open(site: Site, room: Room, items: list[Item]) -> None:
    for n in range(60):
        edit_item(room.actor(), items[0], owner=room.viewer if n % 2 else room.owner)
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?item=1"))
    lines = at_rest(page).locator("#item-panel .log > div")
    expect(lines).to_have_count(50)
    page.get_by_role("link", name="The whole history").click()
    expect(lines).to_have_count(61)
    edit_item(room.actor("owner"), items[0], title="Search anew")
    expect(page.locator("#item-title")).to_have_text("Search anew")
    expect(lines).to_have_count(62)


def opened(page: Page, title: str, number: int) -> None:
    """See an item's panel, and its number in the address."""
    expect(page.locator("#item-title")).to_have_text(title)
    expect(page).to_have_url(re.compile(rf"[?&]item={number}$"))


@pytest.mark.parametrize("view", VIEWS)
def test_keys_lead_in_on_and_back_to_the_row(site: Site, room: Room, items: list[Item], view: str) -> None:
    page = site.sign_in(room)
    page.goto(room.path(f"roadmap/?view={view}&sort=rank"))
    row = at_rest(page).locator(VIEWS[view].format(1))
    row.focus()
    page.keyboard.press("Space" if view == "table" else "Enter")
    opened(page, "Search", 1)
    expect(page.locator("#item-title")).to_be_focused()
    page.keyboard.press("j")
    opened(page, "Suggestions", 2)
    page.keyboard.press("ArrowRight")
    opened(page, "Offline", 3)
    expect(page.locator("#item-title")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#shown")).to_have_text("That was the last item of this view.")
    page.keyboard.press("ArrowLeft")
    opened(page, "Suggestions", 2)
    expect(page.locator(".sel")).to_contain_text(["Suggestions"])
    page.keyboard.press("Escape")
    expect(page.locator("#item-panel")).to_have_count(0)
    expect(page.locator(VIEWS[view].format(2))).to_be_focused()
    page.go_back()  # the steps are one entry of the history
    opened(page, "Suggestions", 2)
    page.go_back()
    expect(page.locator("#item-panel")).to_have_count(0)


def test_the_arrows_of_the_panel_and_its_links_have_addresses(site: Site, room: Room, items: list[Item]) -> None:
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=board"))
    at_rest(page).locator("#card-1 .lead").click()
    opened(page, "Search", 1)
    expect(page.locator("#shown")).to_have_text("Search is open beside the roadmap")
    page.locator("#panel").get_by_role("link", name="Suggestions").click()
    opened(page, "Suggestions", 2)
    expect(page.locator("#item-title")).to_be_focused()
    further = page.locator("#panel").get_by_role("button", name="The next item")
    further.click()
    opened(page, "Offline", 3)
    expect(further).to_be_focused()
    page.go_back()
    opened(page, "Search", 1)
    page.reload()
    opened(page, "Search", 1)


def test_who_goes_back_before_the_scripts_are_there_sees_what_the_address_says(site: Site, room: Room, items: list[Item]) -> None:
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=board"))
    at_rest(page).locator("#card-1 .lead").click()
    opened(page, "Search", 1)
    page.locator("#panel").get_by_role("link", name="Suggestions").click()
    opened(page, "Suggestions", 2)
    held: list[Route] = []
    hold = lambda route: route.continue_() if held else held.append(route)  # noqa: E731 - of the next page only
    page.route(re.compile(r"/shell(\.\w+)?\.js"), hold)
    page.reload(wait_until="commit")
    expect(page.locator("#item-title")).to_have_text("Suggestions")
    page.evaluate("history.back()")
    expect(page).to_have_url(re.compile("item=1$"))
    held[0].continue_()
    opened(page, "Search", 1)


def test_many_steps_at_once_end_at_the_last_one(site: Site, room: Room, items: list[Item]) -> None:
    for n in range(4, 12):
        create_item(room.actor(), room.product, title=f"Item {n}")
    page = site.sign_in(room, "viewer")
    page.goto(room.path("roadmap/?view=table&sort=rank&item=1"))
    at_rest(page)
    for _ in range(10):
        page.keyboard.press("j")
    opened(page, "Item 11", 11)


def test_steps_go_on_beyond_what_a_long_table_draws(site: Site, room: Room) -> None:
    Item.objects.bulk_create(
        Item(workspace=room.workspace, product=room.product, number=n, title=f"Item {n}", rank=f"a{n:05}") for n in range(1, 301)
    )
    page = site.sign_in(room, "viewer")
    page.goto(room.path("roadmap/?view=table&item=119"))
    at_rest(page)
    for _ in range(3):
        page.keyboard.press("j")
    opened(page, "Item 122", 122)
    expect(page.locator("#line-122.sel")).to_be_visible()
    page.locator(".table-box").evaluate("box => (box.scrollTop = box.scrollHeight)")
    expect(page.locator("#line-300")).to_be_visible()
    page.keyboard.press("k")
    opened(page, "Item 121", 121)
    expect(page.locator("#line-121.sel")).to_be_in_viewport()
    page.goto(room.path("roadmap/?view=table&item=300"))
    at_rest(page)
    page.keyboard.press("j")
    expect(page.locator("#shown")).to_have_text("That was the last item of this view.")


def test_on_a_phone_the_focus_goes_into_the_sheet(site: Site, room: Room, items: list[Item]) -> None:
    page = site.sign_in(room, "viewer", width=390, height=844, has_touch=True)
    page.goto(room.path("roadmap/?view=board"))
    at_rest(page).locator("#card-1 .lead").tap()
    expect(page.locator("#item-title")).to_be_focused()
    page.locator("#panel").get_by_role("button", name="The next item").tap()
    opened(page, "Suggestions", 2)
    page.locator("#panel").get_by_role("link", name="Close").tap()
    expect(page.locator("#card-2 .lead")).to_be_focused()


def test_on_its_own_page_an_item_is_edited_in_place_and_shows_what_others_do(site: Site, room: Room, items: list[Item]) -> None:
    page = site.sign_in(room)
    page.goto(room.path("items/1/"))
    at_rest(page).locator("#item-panel textarea[name=body]").fill("half a sen")
    edit_item(room.actor(), items[0], status="planned")
    status = page.get_by_label("Status")
    expect(status).to_have_value("planned")
    expect(page.locator("#item-panel textarea[name=body]")).to_have_value("half a sen")
    page.locator("#item-title").focus()
    page.keyboard.press("e")
    page.locator("#dialog").get_by_label("Title").fill("Search by words")
    page.locator("#dialog").get_by_role("button", name="Save").click()
    expect(page.locator("#item-title")).to_have_text(["Search by words"])  # once, not beside itself
    expect(page.locator("#dialog")).to_be_hidden()
    status.select_option("in_progress")
    expect(page.locator(".log")).to_contain_text("In progress")
    expect(status).to_have_value("in_progress")
    page.keyboard.press("Escape")
    expect(page.locator("#item-title")).to_be_visible()


def test_without_script_the_form_of_an_item_can_be_left(site: Site, room: Room, items: list[Item]) -> None:
    page = site.sign_in(room, script=False)
    page.goto(room.path("items/1/edit/"))
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("heading", name="Search")).to_be_visible()
