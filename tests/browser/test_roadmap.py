"""What product managers do on the roadmap, by pointer and by keys, alone and together."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from playwright.sync_api import expect

from apps.core.models import Change
from apps.roadmap.actions import create_item, edit_item
from apps.roadmap.models import Item
from tests.browser.conftest import at_rest, lies, wait_until_right_of

if TYPE_CHECKING:
    from tests.browser.conftest import Site
    from tests.people import Room


def planned(room: Room, title: str = "Result cache", days: int = 10, **fields: object) -> Item:
    start = timezone.localdate() + timedelta(days=days)
    values = {"start": start, "end": start + timedelta(days=60), "granularity": "day", **fields}
    return create_item(room.actor(), room.product, title=title, **values)


def moved_by(item: Item) -> int:
    fresh = Item.objects.get(pk=item.pk)
    return (fresh.start - item.start).days


def test_a_bar_dragged_by_the_mouse_moves_and_the_other_browser_sees_it(site: Site, room: Room) -> None:
    item = planned(room)
    maya, jun = site.sign_in(room, "editor"), site.sign_in(room, "owner")
    for page in (maya, jun):
        page.goto(room.path("roadmap/"))
        at_rest(page)
    before = lies(jun.locator(f"[data-item='{item.number}'].bar"))["x"]
    bar = maya.locator(f"[data-item='{item.number}'].bar")
    box = lies(bar)
    maya.mouse.move(box["x"] + 40, box["y"] + 12)
    maya.mouse.down()
    maya.mouse.move(box["x"] + 80, box["y"] + 12, steps=4)
    maya.mouse.move(box["x"] + 130, box["y"] + 12, steps=4)
    maya.mouse.up()
    expect(maya.get_by_role("status").first).to_contain_text("Result cache")
    wait_until_right_of(jun, f".bar[data-item='{item.number}']", before + 60)
    assert 25 <= moved_by(item) <= 50


def test_alt_arrows_move_and_stretch_a_bar(site: Site, room: Room) -> None:
    item = planned(room)
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    bar = page.locator(f"[data-item='{item.number}'].bar")
    bar.focus()
    bar.press("Alt+ArrowRight")
    expect(page.locator(f"[data-item='{item.number}'][data-version='2']")).to_be_focused()
    page.keyboard.press("Alt+Shift+ArrowRight")
    expect(page.locator(f"[data-item='{item.number}'][data-version='3']")).to_be_visible()
    fresh = Item.objects.get(pk=item.pk)
    assert (fresh.start - item.start, fresh.end - item.end) == (timedelta(1), timedelta(2))


def test_an_edit_of_ones_own_is_drawn_once(site: Site, room: Room) -> None:
    planned(room)
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    drawn: list[str] = []
    at_rest(page).on("request", lambda asked: drawn.append(asked.url) if "/roadmap/" in asked.url else None)
    page.locator(".bar[data-item]").press("Alt+ArrowRight")
    expect(page.locator(".bar[data-version='2']")).to_be_visible()
    page.wait_for_timeout(700)  # until the stream has told it as well
    assert len(drawn) == 1


def test_an_executive_finds_no_way_to_change_anything(site: Site, room: Room) -> None:
    item = planned(room)
    page = site.sign_in(room, "viewer")
    page.goto(room.path("roadmap/"))
    expect(page.get_by_text("Result cache").first).to_be_visible()
    expect(page.get_by_role("link", name="New item")).to_have_count(0)
    bar = page.locator(f"[data-item='{item.number}'].bar")
    bar.focus()
    bar.press("Alt+ArrowRight")
    bar.drag_to(page.locator(".cal"), force=True)
    page.goto(room.path(f"items/{item.number}/"))
    expect(page.get_by_role("button", name="Comment")).to_have_count(0)
    expect(page.get_by_role("combobox")).to_have_count(0)
    assert Change.objects.filter(object_id=item.pk).count() == 1


def test_a_new_item_from_the_dialog_stands_in_its_lane(site: Site, room: Room) -> None:
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    at_rest(page).keyboard.press("c")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("Saved questions")
    dialog.get_by_label("Start").fill(str(timezone.localdate()))
    dialog.get_by_label("End").fill(str(timezone.localdate() + timedelta(days=40)))
    dialog.get_by_role("button", name="Add item").click()
    expect(page.locator(".bar[data-title='Saved questions']")).to_be_visible()
    assert Item.objects.get().title == "Saved questions"


def test_the_same_field_edited_twice_shows_both_values_and_loses_nothing(site: Site, room: Room) -> None:
    item = planned(room)
    page = site.sign_in(room)
    page.goto(room.path(f"items/{item.number}/"))
    page.get_by_role("link", name="Edit").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("Result cache, faster")
    edit_item(room.actor("owner"), item, title="Answer cache")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_contain_text("Answer cache")
    expect(dialog.get_by_label("Title")).to_have_value("Result cache, faster")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Result cache, faster")).to_be_visible()


def test_what_is_being_typed_survives_the_edit_of_another(site: Site, room: Room) -> None:
    item = planned(room)
    page = site.sign_in(room)
    page.goto(room.path(f"roadmap/?item={item.number}"))
    comment = page.get_by_label("Comment", exact=True)
    comment.fill("Half a thou")
    edit_item(room.actor("owner"), item, progress=40)
    expect(page.locator("#item-panel")).to_contain_text("40%")
    expect(comment).to_have_value("Half a thou")


def test_a_card_moves_to_another_column_by_its_menu(site: Site, room: Room) -> None:
    item = planned(room, horizon="later")
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=board"))
    page.locator(f"#card-{item.number} .menu summary").click()
    page.get_by_role("button", name="Move to Now").click()
    expect(page.locator(f"[data-column='now'] #card-{item.number}")).to_be_visible()
    assert Item.objects.get(pk=item.pk).horizon == "now"


def test_a_card_dragged_to_another_column_stays_there(site: Site, room: Room) -> None:
    item, other = planned(room, horizon="later"), planned(room, "Audit export", horizon="now")
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=board"))
    start, goal = lies(at_rest(page).locator(f"#card-{item.number}")), lies(page.locator(f"#card-{other.number}"))
    page.mouse.move(start["x"] + 120, start["y"] + 15)
    page.mouse.down()
    page.mouse.move(goal["x"] + 130, goal["y"] + 60, steps=12)
    page.mouse.move(goal["x"] + 130, goal["y"] + 75, steps=4)
    page.mouse.up()
    expect(page.locator(".toast")).to_contain_text("Result cache: Now")
    expect(page.locator(f"[data-column='now'] #card-{item.number}")).to_be_visible()
    assert Item.objects.get(pk=item.pk).horizon == "now"


def test_reading_needs_no_script(site: Site, room: Room) -> None:
    planned(room)
    page = site.sign_in(room, "viewer", script=False)
    for view in ("timeline", "board", "table"):
        page.goto(room.path(f"roadmap/?view={view}"))
        page.get_by_role("link", name="Result cache").first.click()
        expect(page.get_by_role("heading", name="Result cache")).to_be_visible()
    told = page.get_by_role("link", name="Who was told what").get_attribute("href")
    slots = page.locator("dd").get_by_role("link", name="Show")
    for address in (str(told), *(str(each.get_attribute("href")) for each in slots.all())):
        page.goto(address)
        expect(page.get_by_text("Result cache").first).to_be_visible()
    assert slots.count() == 0


def test_rows_come_as_one_scrolls_to_them_and_stay_when_somebody_else_changes_one(site: Site, room: Room) -> None:
    """A roadmap of more than one screenful: opening it fetches no more than what is near the screen."""
    for n in range(130):
        planned(room, f"Item {n}")
    page = site.sign_in(room, "viewer")
    page.goto(room.path("roadmap/"))
    expect(at_rest(page).locator(".row[data-row]")).to_have_count(120)
    page.locator(".tl").evaluate("element => element.scrollTo(0, element.scrollHeight)")
    expect(page.locator(".row[data-row]")).to_have_count(130)
    expect(page.locator(".more")).to_have_count(0)
    edit_item(room.actor(), Item.objects.get(title="Item 129"), title="Seen by everybody")
    expect(page.locator(".row[data-row='130']")).to_contain_text("Seen by everybody")
    expect(page.locator(".row[data-row]")).to_have_count(130)


def test_another_view_is_drawn_in_place_and_back_and_forward_follow_it(site: Site, room: Room) -> None:
    item = planned(room)
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    at_rest(page).evaluate("() => { window.loadedOnce = true; }")
    timeline, board, table = (page.locator(each) for each in (".tl", ".board", "table.sheet"))
    page.locator(f".bar[data-item='{item.number}']").click()
    panel = page.locator("#item-panel")
    expect(panel).to_be_visible()
    views = page.get_by_role("navigation", name="View", exact=True)
    views.get_by_role("link", name="Board").click()
    expect(board).to_be_visible()
    expect(views.get_by_role("link", name="Board")).to_be_focused()
    expect(page.locator("#shown")).to_have_text("Board")
    views.get_by_role("link", name="Table").press("Enter")
    expect(table.locator("tr.sel")).to_contain_text("Result cache")
    expect(page.get_by_role("link", name="Present")).to_have_attribute("href", re.compile("view=table"))
    table.get_by_role("gridcell", name="Proposed").press("Enter")
    page.get_by_role("listbox", name="Status").get_by_role("option", name="In progress").click()
    expect(table.get_by_role("gridcell", name="In progress")).to_be_visible()
    page.go_back()
    expect(board.get_by_text("In progress")).to_be_visible()
    page.go_back()
    expect(timeline.locator(".row.sel")).to_have_count(1)
    page.go_forward()
    expect(board).to_be_visible()
    expect(timeline).to_have_count(0)
    expect(panel).to_be_visible()
    page.get_by_role("searchbox").fill("nothing of that kind")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("heading", name="Nothing matches these filters")).to_be_visible()
    page.get_by_role("link", name="Clear the filters").click()
    expect(board).to_be_visible()
    assert page.evaluate("() => window.loadedOnce") is True


def test_the_past_and_the_way_back_from_it_are_pages_of_their_own(site: Site, room: Room) -> None:
    planned(room)
    page = site.sign_in(room)
    page.goto(room.path(f"roadmap/?view=table&as_of={timezone.localdate() + timedelta(days=1)}"))
    expect(page.get_by_role("link", name="New item")).to_have_count(0)
    at_rest(page).get_by_role("navigation", name="View", exact=True).get_by_role("link", name="Timeline").click()
    expect(page.locator(".tl")).to_be_visible()
    page.get_by_role("link", name="Back to now").click()
    expect(page.get_by_role("link", name="New item")).to_be_visible()
    bar = page.locator(".bar[data-item]")
    at_rest(page)
    bar.focus()
    bar.press("Alt+ArrowRight")
    expect(page.locator(".bar[data-version='2']")).to_be_visible()
