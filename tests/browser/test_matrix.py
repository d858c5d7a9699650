"""Value against effort by pointer, touch and keys: the same rating leaves the same rows; two browsers see each other's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect

from apps.core.models import Change
from apps.roadmap import rating
from apps.roadmap.actions import create_item
from apps.roadmap.models import Item, Score, Scorecard
from tests.browser.conftest import Finger, at_rest, lies
from tests.browser.test_timeline import drag, middle

if TYPE_CHECKING:
    from tests.browser.conftest import Site
    from tests.people import Room


@pytest.fixture
def card(room: Room) -> Scorecard:
    return rating.create_scorecard(room.actor(), room.product)


def made(room: Room, title: str, card: Scorecard | None = None, value: int = 5, effort: int = 5) -> Item:
    item = create_item(room.actor(), room.product, title=title, status="planned")
    if card:
        rating.rate_item(room.actor(), item, scorecard=card, ratings={"value": value, "effort": effort})
    return item


def state(item: Item) -> tuple[Any, ...]:
    score = Score.objects.get(item=item)
    return score.ratings, score.number


def matrix(site: Site, room: Room, role: str = "editor", **how: Any) -> Page:
    page = site.sign_in(room, role, **how)
    page.goto(room.path("roadmap/?view=matrix"))
    return at_rest(page)


def place(page: Page, value: float, effort: float) -> tuple[float, float]:
    """Return where a rating from 1 to 10 lies on the screen."""
    box = lies(page.locator(".plot"))
    x = 0.06 + 0.88 * (effort - 1) / 9
    y = 1 - 0.07 - 0.86 * (value - 1) / 9
    return box["x"] + box["width"] * x, box["y"] + box["height"] * y


def test_a_dot_by_pointer_and_by_keys_alike(site: Site, room: Room, card: Scorecard) -> None:
    by_pointer, by_keys = made(room, "One", card), made(room, "Two", card, value=4)
    page = matrix(site, room)
    drag(page, middle(page, f"#dot-{by_pointer.number}"), place(page, 8, 3.5))
    expect(page.locator("[data-now]")).to_have_text("One: value 8, effort 3.5, Quick wins")
    page.mouse.up()
    expect(page.locator("#toasts")).to_contain_text("One: value 8, effort 3.5")
    expect(page.locator(f"#dot-{by_pointer.number}")).to_have_attribute("data-value", "8")
    at_rest(page)  # what came of the first is drawn
    dot = page.locator(f"#dot-{by_keys.number}")
    dot.focus()
    for key in ["Shift+ArrowUp"] * 4 + ["Shift+ArrowLeft", "ArrowLeft"]:
        page.keyboard.press(key)
    expect(page.locator("[data-now]")).to_have_text("Two: value 8, effort 3.5, Quick wins")
    page.keyboard.press("Enter")
    expect(dot).to_have_attribute("data-effort", "3.5")
    expect(dot).to_be_focused()
    assert state(by_pointer) == state(by_keys)
    assert state(by_keys)[0] == {"value": "8", "effort": "3.5"}
    page.keyboard.press("Control+z")
    expect(dot).to_have_attribute("data-effort", "5")
    assert state(by_keys)[0] == {"value": "4", "effort": "5"}


def test_escape_puts_it_back_and_nothing_changed(site: Site, room: Room, card: Scorecard) -> None:
    item = made(room, "One", card)
    before = Change.objects.count()
    page = matrix(site, room)
    at = page.locator(f"#place-{item.number}").get_attribute("x") or ""
    drag(page, middle(page, f"#dot-{item.number}"), place(page, 8, 2))
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(f"#place-{item.number}")).to_have_attribute("x", at)
    page.locator(f"#dot-{item.number}").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(f"#place-{item.number}")).not_to_have_attribute("x", at)
    page.keyboard.press("Escape")
    expect(page.locator(f"#place-{item.number}")).to_have_attribute("x", at)
    expect(page.locator("[data-now]")).to_have_text("One is where it was.")
    assert Change.objects.count() == before


def test_what_is_not_rated_yet_by_pointer_and_by_keys_alike(site: Site, room: Room, card: Scorecard) -> None:
    by_pointer, by_keys = made(room, "One"), made(room, "Two")
    page = matrix(site, room)
    drag(page, middle(page, f"#wait-{by_pointer.number}"), place(page, 6.5, 5.5))
    page.mouse.up()
    expect(page.locator(f".plot #dot-{by_pointer.number}")).to_be_visible()
    page.locator(f"#wait-{by_keys.number}").focus()
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator(f".plot #dot-{by_keys.number}")).to_be_focused()
    assert state(by_pointer) == state(by_keys)
    expect(page.locator(".unrated")).to_contain_text("Everything here is rated.")
    expect(page.locator(".plot .held")).to_have_count(0)


def test_what_has_no_room_is_opened_from_its_pile_and_dragged_out_of_it(site: Site, room: Room, card: Scorecard) -> None:
    items = [made(room, f"Item {n}", card) for n in range(8)]
    page = matrix(site, room)
    pile = page.get_by_role("button", name="3 more with value 5 and effort 5")
    pile.click()
    entries = page.locator(".pile:popover-open [data-dot]")
    expect(entries).to_have_text(["Item 5", "Item 6", "Item 7"])
    assert abs(lies(page.locator(".pile:popover-open"))["x"] - lies(pile)["x"]) < 2  # it stands at what it was opened from
    drag(page, middle(page, f"#piled-{items[6].number}"), place(page, 8, 3.5))
    page.mouse.up()
    expect(page.locator("#toasts")).to_contain_text("Item 6: value 8, effort 3.5")
    expect(page.locator(f".place #dot-{items[6].number}")).to_be_visible()
    entry = page.locator(f"#piled-{items[7].number}")
    if not entry.is_visible():
        page.get_by_role("button", name="2 more").click()
    entry.press("ArrowUp")
    entry.press("Escape")
    expect(page.locator("[data-now]")).to_have_text("Item 7 is where it was.")
    entry.press("ArrowUp")
    entry.press("Enter")
    expect(page.locator(f".place #dot-{items[7].number}")).to_be_visible()
    assert [float(Score.objects.get(item=each).ratings["value"]) for each in items[5:]] == [5, 8, 5.5]
    expect(page.locator(".place #dot-6")).to_be_visible()  # there is room for all that are left


def test_a_finger_drags_a_dot(site: Site, room: Room, card: Scorecard) -> None:
    item = made(room, "One", card, effort=2)
    page = matrix(site, room, width=390, height=844, has_touch=True)
    page.locator(".plot").scroll_into_view_if_needed()
    client = page.context.new_cdp_session(page)
    (x, y), (to_x, to_y) = middle(page, f"#dot-{item.number}"), place(page, 9, 3)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": a, "y": b} for a, b in points]})

    touch("touchStart", (x, y))
    for n in range(1, 6):
        touch("touchMove", (x + (to_x - x) * n / 5, y + (to_y - y) * n / 5))
    touch("touchEnd")
    expect(page.locator(f"#dot-{item.number}")).to_have_attribute("data-value", "9")
    assert state(item)[0] == {"value": "9", "effort": "3"}


def test_a_finger_drags_what_is_not_rated_down_into_the_picture_and_sideways_scrolls(
    site: Site, room: Room, card: Scorecard
) -> None:
    items = [made(room, f"One of those that wait, {n}") for n in range(9)]
    page = matrix(site, room, width=390, height=844, has_touch=True)
    finger = Finger(page)
    start, (_, y) = middle(page, f"#wait-{items[0].number}"), place(page, 8, 3)
    finger.down(*start)
    finger.slide(start, 0, round(y - start[1]))
    finger.up()
    expect(page.locator(f".plot #dot-{items[0].number}")).to_have_attribute("data-value", "8")
    start = middle(at_rest(page), f"#wait-{items[1].number}")
    finger.down(*start)
    finger.slide(start, -90)
    finger.up()
    page.wait_for_timeout(500)
    assert page.locator(".unrated ul").evaluate("list => list.scrollLeft") > 50
    assert Score.objects.get().item == items[0]


def test_two_browsers_see_each_other_and_other_factors_both_win(site: Site, room: Room, card: Scorecard) -> None:
    item = made(room, "One", card)
    mine, theirs = matrix(site, room), matrix(site, room, "owner")
    dot = f"#dot-{item.number}"
    mine.locator(dot).focus()
    mine.keyboard.press("ArrowUp")
    theirs.locator(dot).focus()
    theirs.keyboard.press("ArrowRight")
    mine.keyboard.press("Enter")
    for page in (mine, theirs):  # even while it is held
        expect(page.locator(dot)).to_have_attribute("data-value", "5.5")
    theirs.keyboard.press("Enter")
    for page in (mine, theirs):
        expect(page.locator(dot)).to_have_attribute("data-effort", "5.5")
        expect(page.locator(dot)).to_have_attribute("data-value", "5.5")
    assert state(item)[0] == {"value": "5.5", "effort": "5.5"}


def test_a_reader_opens_the_panel_and_moves_nothing(site: Site, room: Room, card: Scorecard) -> None:
    item = made(room, "One", card)
    page = matrix(site, room, "viewer")
    drag(page, middle(page, f"#dot-{item.number}"), place(page, 9, 2))
    page.mouse.up()
    page.locator(f"#dot-{item.number}").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_contain_text("One")
    assert state(item)[0] == {"value": "5", "effort": "5"}


def test_without_script_there_is_the_table_and_the_form(site: Site, room: Room, card: Scorecard) -> None:
    item = made(room, "One", card)
    page = site.sign_in(room, script=False)
    page.goto(room.path("roadmap/?view=matrix"))
    page.locator("#matrix-table summary").click()
    page.get_by_role("table").get_by_role("link", name="One").click()
    page.get_by_role("link", name="Rate by Value and effort").click()
    page.get_by_label("Value").fill("7.5")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(lambda url: "/rate/" not in url)
    assert state(item)[0] == {"value": "7.5", "effort": "5"}
