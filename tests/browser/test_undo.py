"""Undo, redo and several items at once, by mouse and by keys."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.core.models import Change
from apps.roadmap.actions import create_item, edit_item
from apps.roadmap.models import Item
from tests.browser.conftest import at_rest, drag, lies

if TYPE_CHECKING:
    from tests.browser.conftest import Site
    from tests.people import Room


@pytest.fixture
def items(room: Room) -> list[Item]:
    start = timezone.localdate() + timedelta(days=5)
    span = {"start": start, "end": start + timedelta(days=60), "granularity": "day"}
    return [create_item(room.actor(), room.product, title=f"Item {n}", **span) for n in range(4)]


def titles() -> list[str]:
    return list(Item.objects.order_by("number").values_list("title", flat=True))


def starts() -> set[Any]:
    return set(Item.objects.values_list("start", flat=True))


def test_an_edit_is_undone_by_its_toast_and_by_keys(site: Site, room: Room, items: list[Item]) -> None:
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=table"))
    page.locator("#line-1 a").click()
    status = page.locator("#item-panel select[name=status]")
    status.select_option("planned")
    toast = page.locator(".toast", has_text="Saved Item 0.")
    toast.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast", has_text="Undone: Editor of Harbor edited the item Item 0.")).to_be_visible()
    expect(page.locator("#line-1")).to_contain_text("Proposed")
    expect(page.locator("#item-panel select[name=status]")).to_have_value("proposed")
    page.locator("#line-1 a").focus()
    page.keyboard.press("Control+Shift+z")
    expect(page.locator("#line-1")).to_contain_text("Planned")
    status.focus()  # a choice has nothing to undo of its own
    page.keyboard.press("Control+z")
    expect(page.locator("#line-1")).to_contain_text("Proposed")
    page.keyboard.press("Control+y")
    expect(page.locator("#line-1")).to_contain_text("Planned")
    assert [change.verb for change in Change.objects.order_by("-seq")[:5]] == [*["change.undone"] * 4, "item.edited"]


def test_it_is_undone_by_keys_on_an_items_own_page_too(site: Site, room: Room, items: list[Item]) -> None:
    edit_item(room.actor(), items[0], status="planned")
    page = site.sign_in(room)
    page.goto(room.path("items/1/"))
    at_rest(page).keyboard.press("Control+z")
    expect(page.locator(".toast")).to_contain_text("Undone")
    expect(page.get_by_label("Status")).to_have_value("proposed")
    page.keyboard.press("Control+y")
    expect(page.get_by_label("Status")).to_have_value("planned")


def test_what_is_typed_is_not_undone(site: Site, room: Room, items: list[Item]) -> None:
    edit_item(room.actor(), items[0], title="Renamed")
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?item=1"))
    box = page.locator("#item-panel textarea[name=body]")
    box.press_sequentially("When?")
    box.press("Control+z")
    page.wait_for_timeout(300)
    assert titles()[0] == "Renamed"


def test_a_refused_undo_says_who_changed_it(site: Site, room: Room, items: list[Item]) -> None:
    edit_item(room.actor(), items[0], title="Mine")
    edit_item(room.actor("owner"), items[0], title="Theirs")
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    page.keyboard.press("Control+z")
    expect(page.locator(".toast.bad")).to_contain_text("changed the title of Theirs since; now it is Theirs")
    assert titles()[0] == "Theirs"


@pytest.mark.parametrize("view", ["table", "board", "timeline"])
def test_several_by_mouse_and_keys_are_one_change(site: Site, room: Room, items: list[Item], view: str) -> None:
    before = starts()
    page = site.sign_in(room)
    page.goto(room.path(f"roadmap/?view={view}&group=goal" if view == "board" else f"roadmap/?view={view}"))
    rows = page.locator("[data-row] a[href*='item=']:not(.bar)")
    expect(rows).to_have_count(4)
    rows.nth(0).click(modifiers=["Control"])
    rows.nth(2).click(modifiers=["Shift"])
    expect(page.locator(".several output")).to_have_text("3 selected")
    rows.nth(3).focus()
    page.keyboard.press("x")
    expect(page.locator(".several output")).to_have_text("4 selected")
    page.keyboard.press("x")
    page.locator(".several [name=shift]").fill("2")
    page.locator(".several [name=unit]").select_option("weeks")
    page.locator(".several [name=reason]").fill("The team grows later.")
    page.locator(".several").get_by_role("button", name="Apply").click()
    expect(page.locator(".toast", has_text="Changed 3 items.")).to_be_visible()
    expect(page.locator(".several")).to_be_hidden()
    change = Change.objects.order_by("-seq")[0]
    assert (change.verb, change.reason, len(change.also)) == ("items.edited", "The team grows later.", 3)
    assert len(starts()) == 2
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast", has_text="Undone")).to_be_visible()
    assert starts() == before


def test_escape_lets_all_go_and_errors_keep_them(site: Site, room: Room, items: list[Item]) -> None:
    create_item(room.actor(), room.product, title="Parked")
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=table"))
    for number in (1, 5):
        page.get_by_role("checkbox", name=f"Select {'Parked' if number == 5 else 'Item 0'}").check()
    expect(page.locator(".several output")).to_have_text("2 selected")
    page.locator(".several [name=shift]").fill("3")
    page.locator(".several").get_by_role("button", name="Apply").click()
    expect(page.locator(".toast.bad")).to_contain_text("Parked: start: It is in the parking lot")
    expect(page.locator(".several output")).to_have_text("2 selected")
    page.locator("#line-1 a").focus()
    page.keyboard.press("Escape")
    expect(page.locator(".several")).to_be_hidden()
    expect(page.get_by_role("checkbox", name="Select Parked")).not_to_be_checked()


def test_without_script_the_table_is_one_form(site: Site, room: Room, items: list[Item]) -> None:
    page = site.sign_in(room, script=False)
    page.goto(room.path("roadmap/?view=table"))
    for number in (0, 1):
        page.get_by_role("checkbox", name=f"Select Item {number}").check()
    page.locator(".several [name=status]").select_option("planned")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".toast")).to_contain_text("Changed 2 items.")
    assert Item.objects.filter(status="planned").count() == 2
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_contain_text("Undone: Editor of Harbor edited several items of")
    assert not Item.objects.filter(status="planned").exists()


def test_an_item_is_duplicated_from_its_panel_and_archiving_the_copy_asks_first(
    site: Site, room: Room, items: list[Item]
) -> None:
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?item=1"))
    at_rest(page)
    page.locator("#item-panel").get_by_role("button", name="Duplicate").click()
    expect(page.locator("#item-title")).to_have_text("Item 0 (copy)")
    at_rest(page).locator("#item-panel").get_by_role("button", name="Archive").click()
    page.locator("dialog[open]").get_by_role("button", name="Cancel").click()
    page.locator(".toast", has_text="Added Item 0 (copy).").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast", has_text="Undone")).to_be_visible()
    assert [item.title for item in Item.objects.filter(archived_at=None)] == ["Item 0", "Item 1", "Item 2", "Item 3"]


@pytest.mark.parametrize("view", ["table", "board", "timeline"])
def test_a_frame_chooses_what_it_touches_and_escape_leaves_what_was(site: Site, room: Room, items: list[Item], view: str) -> None:
    page = site.sign_in(room)
    page.goto(room.path(f"roadmap/?view={view}"))
    rows, count = at_rest(page).locator("[data-row]"), page.locator(".several output")
    expect(rows).to_have_count(4)

    def frame(one: int, other: int, *keys: str) -> None:
        """Draw a frame from an empty place beside one row into another."""
        first, last = (lies(rows.nth(n).locator(".pick") if view == "table" else rows.nth(n)) for n in (one, other))
        for key in keys:
            page.keyboard.down(key)
        if view == "timeline":
            bar = lies(rows.nth(one).locator(".bar"))
            drag(page, (bar["x"] - 12, first["y"] + 4), (bar["x"] + 20, last["y"] + 20))
        else:
            drag(page, (first["x"] - (0 if view == "table" else 4) + 3, first["y"] + 4), (last["x"] + 20, last["y"] + 20))
        for key in keys:
            page.keyboard.up(key)

    shift = ["Shift"] if view == "timeline" else []
    frame(0, 1, *shift)
    page.mouse.up()
    expect(count).to_have_text("2 selected")
    frame(3, 3, *(shift or ["Control"]))
    page.mouse.up()
    expect(count).to_have_text("3 selected")
    frame(2, 2, *(shift or ["Control"]))
    expect(count).to_have_text("4 selected")
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(count).to_have_text("3 selected")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("#panel")).to_be_empty()


def test_all_lines_and_the_rows_of_a_block_are_chosen(site: Site, room: Room, items: list[Item]) -> None:
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=table"))
    count, every = page.locator(".several output"), page.get_by_role("checkbox", name="Select all rows")
    at_rest(page)
    every.check()
    expect(count).to_have_text("4 selected")
    page.keyboard.press("Escape")  # with the focus on the checkbox
    expect(page.locator(".several")).to_be_hidden()
    expect(every).not_to_be_checked()
    page.locator("#line-2 .title").focus()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+Space")
    expect(count).to_have_text("2 selected")
    page.keyboard.press("Shift+Space")
    expect(page.locator(".several")).to_be_hidden()


def test_all_of_a_long_table_and_a_range_beyond_what_is_drawn_are_chosen(site: Site, room: Room) -> None:
    Item.objects.bulk_create(
        Item(workspace=room.workspace, product=room.product, number=n, title=f"Item {n}", rank=f"a{n:05}") for n in range(1, 601)
    )
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=table&q=Item+4"))
    count, every = page.locator(".several output"), page.get_by_role("checkbox", name="Select all rows")
    total = Item.objects.filter(title__startswith="Item 4").count()
    at_rest(page)
    every.check()
    expect(count).to_have_text(f"{total} selected")
    every.uncheck()
    page.goto(room.path("roadmap/?view=table"))
    at_rest(page)
    page.get_by_role("checkbox", name="Select Item 2", exact=True).check()
    page.locator(".table-box").evaluate("box => (box.scrollTop = 36 * 398)")
    page.get_by_role("checkbox", name="Select Item 400", exact=True).click(modifiers=["Shift"])
    expect(count).to_have_text("399 selected")
    every.click()
    expect(count).to_have_text("500 selected")
    expect(page.locator(".toast.bad")).to_contain_text("500 of 600 are selected: one edit takes no more.")
    page.locator(".several [name=status]").select_option("planned")
    page.locator(".several").get_by_role("button", name="Apply").click()
    expect(page.locator(".toast", has_text="Changed 500 items.")).to_be_visible()
    assert Item.objects.filter(status="planned").count() == 500


def test_what_is_chosen_in_a_long_table_stays_while_one_scrolls(site: Site, room: Room) -> None:
    Item.objects.bulk_create(
        Item(workspace=room.workspace, product=room.product, number=n, title=f"Item {n}", rank=f"a{n:05}") for n in range(1, 401)
    )
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=table"))
    at_rest(page).get_by_role("checkbox", name="Select Item 1", exact=True).check()
    page.locator(".table-box").evaluate("box => (box.scrollTop = box.scrollHeight)")
    last = page.get_by_role("checkbox", name="Select Item 400", exact=True)
    last.check()
    expect(page.get_by_role("checkbox", name="Select Item 1", exact=True)).to_have_count(0)
    expect(page.locator(".several output")).to_have_text("2 selected")
    page.locator(".several [name=status]").select_option("planned")
    page.locator(".several").get_by_role("button", name="Apply").click()
    expect(page.locator(".toast", has_text="Changed 2 items.")).to_be_visible()
    assert set(Item.objects.filter(status="planned").values_list("title", flat=True)) == {"Item 1", "Item 400"}
    last.check()
    page.locator("input[type=search]").first.fill("Item 39")
    page.keyboard.press("Enter")
    expect(page.locator("tr[data-row]")).to_have_count(11)
    expect(page.locator(".several")).to_be_hidden()
