"""The columns of the table: ordered and made wider by pointer, by keys and by the menu, and all of it is the address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from apps.roadmap.actions import create_item
from tests.browser.conftest import Finger, at_rest, drag, lies

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Site
    from tests.people import Room

ORDER = "status,when,confidence,owner"


@pytest.fixture
def room_with_items(room: Room) -> Room:
    for n in range(3):
        create_item(room.actor(), room.product, title=f"Item {n}")
    return room


def table(site: Site, room: Room, columns: str = ORDER, role: str = "editor", **how: Any) -> Page:
    page = site.sign_in(room, role, **how)
    page.goto(room.path(f"roadmap/?view=table&columns={quote(columns, safe='')}"))
    return at_rest(page) if how.get("script", True) else page


def heading(page: Page, name: str) -> Locator:
    return page.locator(f"thead [data-column={name}]")


def edge(page: Page, name: str) -> tuple[float, float]:
    box = lies(heading(page, name))
    return box["x"] + box["width"] - 2, box["y"] + box["height"] / 2


def inside(page: Page, name: str) -> tuple[float, float]:
    box = lies(heading(page, name))
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def expect_columns(page: Page, columns: str) -> None:
    """Wait until the address and the table have just these columns; none where the address leaves them as usual."""
    named = re.compile(rf"columns={re.escape(quote(columns, safe=''))}(&|$)")
    expect(page).to_have_url(named) if columns else expect(page).not_to_have_url(re.compile("columns="))
    drawn = page.locator("table.sheet")
    expect(drawn).to_have_attribute("data-layout", columns or drawn.get_attribute("data-usual") or "")


def said(page: Page, text: str) -> None:
    expect(page.locator("#toasts .toast", has_text=text)).to_be_visible()


def order(page: Page) -> list[str | None]:
    return [each.get_attribute("data-column") for each in page.locator("thead th[data-column]").all()]


@pytest.mark.parametrize("role", ["editor", "viewer"])
def test_pointer_and_keys_put_a_column_into_the_same_place(site: Site, room_with_items: Room, role: str) -> None:
    page = table(site, room_with_items, role=role)
    page.emulate_media(reduced_motion="reduce")  # headings give way at once
    drag(page, inside(page, "owner"), inside(page, "confidence"))
    page.mouse.move(inside(page, "when")[0] - 40, inside(page, "when")[1], steps=12)
    page.mouse.up()
    expect_columns(page, "status,owner,when,confidence")
    said(page, "Owner is column 2 of 4 now.")
    expect(page.locator("thead th[data-column]")).to_have_count(6)
    assert order(page) == ["key", "title", "status", "owner", "when", "confidence"]
    page.go_back()
    expect_columns(page, ORDER)
    at_rest(page)
    heading(page, "owner").locator("a:not(.also)").focus() if role == "viewer" else heading(page, "owner").focus()
    page.keyboard.press("Alt+ArrowLeft")
    expect_columns(page, "status,when,owner,confidence")
    said(page, "Owner is column 3 of 4 now.")
    page.keyboard.press("Alt+ArrowLeft")
    expect_columns(page, "status,owner,when,confidence")
    assert order(page) == ["key", "title", "status", "owner", "when", "confidence"]


@pytest.mark.parametrize("role", ["editor", "viewer"])
def test_pointer_and_keys_make_a_column_as_wide_and_a_double_click_makes_it_usual(
    site: Site, room_with_items: Room, role: str
) -> None:
    page = table(site, room_with_items, role=role)
    heading(page, "status").locator("a:not(.also)").focus() if role == "viewer" else heading(page, "status").focus()
    page.keyboard.press("Alt+Shift+ArrowRight")
    expect_columns(page, "status:144,when,confidence,owner")
    page.keyboard.press("Alt+Shift+ArrowRight")
    expect_columns(page, "status:160,when,confidence,owner")
    said(page, "Status is 160 pixels wide now.")
    assert lies(heading(page, "status"))["width"] == 160
    x, y = edge(page, "status")
    page.mouse.dblclick(x, y)
    expect_columns(page, ORDER)
    said(page, "Status is as wide as usual now.")
    page.goto(room_with_items.path("roadmap/?view=table&columns=title%3A300%2Cstatus%2Cwhen%2Cconfidence%2Cowner"))
    at_rest(page)  # columns are exact here, so that the pointer can be
    x, y = edge(page, "status")
    drag(page, (x, y), (x + 32, y))
    page.mouse.up()
    expect_columns(page, "title:300,status:160,when,confidence,owner")
    assert lies(heading(page, "status"))["width"] == 160
    assert lies(heading(page, "title"))["width"] == 300
    assert "sort" not in page.url


def test_usual_columns_stay_out_of_the_address_and_the_way_back_leads_back(site: Site, room_with_items: Room) -> None:
    page = table(site, room_with_items, columns="")
    heading(page, "type").focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("table.sheet")).to_have_attribute("data-layout", re.compile("^status,type,"))
    page.keyboard.press("Alt+ArrowLeft")
    expect_columns(page, "")
    expect(heading(page, "type")).to_be_focused()
    page.keyboard.press("Alt+ArrowLeft")
    said(page, "Type stands at the end already.")
    heading(page, "title").focus()
    page.keyboard.press("Alt+ArrowRight")
    said(page, "Title always stands first.")
    page.keyboard.press("Alt+Shift+ArrowLeft")
    expect(page).to_have_url(re.compile("columns=title%3A220%2Ctype%2C"))
    page.go_back()
    expect_columns(page, "")
    expect(page.locator("table.sheet")).not_to_have_class("sized")


def test_a_finger_makes_a_column_wider_by_an_edge_that_it_can_hit(site: Site, room_with_items: Room) -> None:
    page = table(site, room_with_items, columns="title:200,status", width=390, height=800, has_touch=True)
    finger = Finger(page)
    box = lies(heading(page, "title"))
    x, y = box["x"] + box["width"], box["y"] + box["height"] / 2
    for beside in (-11, 11):  # 24 px together
        finger.down(x + beside, y)
        finger.slide((x + beside, y), 40)
        finger.up()
        expect_columns(page, f"title:{240 if beside < 0 else 280},status")
        x += 40


def test_the_menu_orders_columns_with_script_and_without(site: Site, room_with_items: Room) -> None:
    page = table(site, room_with_items)
    page.locator("#columns-menu summary").click()
    page.get_by_role("link", name="Move When back").click()
    expect_columns(page, "when,status,confidence,owner")
    said(page, "Key, Title, When, Status")
    expect(page.locator("#columns-menu")).to_have_attribute("open", "")
    page.get_by_role("link", name="Move Status on").focus()
    page.keyboard.press("Enter")
    expect_columns(page, "when,confidence,status,owner")
    expect(page.get_by_role("link", name="Move Status on")).to_be_focused()
    page.get_by_role("link", name="The usual columns").click()
    expect_columns(page, "")
    plain = table(site, room_with_items, script=False)
    plain.locator("#columns-menu summary").click()
    box = lies(plain.get_by_role("link", name="Move When back"))
    assert min(box["width"], box["height"]) >= 24
    plain.get_by_role("link", name="Move When back").click()
    expect_columns(plain, "when,status,confidence,owner")
    assert order(plain)[2:4] == ["when", "status"]
