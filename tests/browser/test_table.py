"""The table as a spreadsheet: the same by pointer and by keys, saved at once or refused in words, nothing typed lost."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from apps.core.models import Change
from apps.roadmap.actions import create_item, edit_item
from apps.roadmap.models import Item
from tests.browser.conftest import at_rest, lies

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Site
    from tests.people import Room

COLUMNS = "type,status,when,confidence,effort,owner"
FACTS = ("title", "type", "status", "start", "end", "granularity", "confidence", "effort", "owner__name")


@pytest.fixture
def items(room: Room) -> list[Item]:
    return [create_item(room.actor(), room.product, title=f"Item {n}") for n in range(4)]


def table(site: Site, room: Room, query: str = "", role: str = "editor", **how: Any) -> Page:
    page = site.sign_in(room, role, **how)
    page.goto(room.path(f"roadmap/?view=table&columns={COLUMNS}{query}"))
    return at_rest(page)


def cell(page: Page, number: int, column: str) -> Locator:
    place = ["pick", "key", "title", *COLUMNS.split(",")].index(column)
    return page.locator(f"#line-{number} > *").nth(place)


def facts(number: int) -> tuple[Any, ...]:
    return tuple(Item.objects.filter(number=number).values_list(*FACTS).get())


def saved(page: Page, text: str) -> None:
    expect(page.locator(".toast", has_text=text)).to_be_visible()


def by_keys(page: Page, number: int) -> None:
    """Fill a row by keys alone, from its title on."""
    cell(page, number, "title").focus()
    keys = page.keyboard
    keys.press("F2")
    keys.press("End")
    keys.type(" anew")
    keys.press("Tab")
    for text in ("ep", "in pr", "Q4 2026", "85%", "2.5", "edit"):
        keys.type(text)
        keys.press("Tab")
    saved(page, "Owner Editor of Harbor")


def by_pointer(page: Page, number: int) -> None:
    """Fill the same row by clicking: the second click on a cell opens it, an option is clicked, a click elsewhere saves."""

    def opened(column: str) -> Locator:
        place = cell(page, number, column)
        box = lies(place)
        beside = {"position": {"x": box["width"] - 6, "y": 10}}
        place.click(**beside)  # type: ignore[arg-type]
        place.click(**beside)  # type: ignore[arg-type]
        return page.locator(".cell-editor")

    opened("title").get_by_role("textbox").fill(f"Item {number - 1} anew")
    for column, choice in (("type", "Epic"), ("status", "In progress")):
        opened(column).get_by_role("option", name=choice).click()
    for column, text in (("when", "Q4 2026"), ("confidence", "85"), ("effort", "2.5")):
        opened(column).get_by_role("textbox").fill(text)
    opened("owner").get_by_role("option", name="Editor of Harbor").click()
    saved(page, "Owner Editor of Harbor")


def test_pointer_and_keys_leave_identical_rows(site: Site, room: Room, items: list[Item]) -> None:
    page = table(site, room)
    by_keys(page, 1)
    by_pointer(page, 2)
    expected = ("epic", "in_progress", date(2026, 10, 1), date(2026, 12, 31), "quarter", 85, 2.5, room.editor.name)
    assert facts(1) == ("Item 0 anew", *expected)
    assert facts(2) == ("Item 1 anew", *expected)
    assert cell(page, 1, "when").inner_text() == cell(page, 2, "when").inner_text() == "Q4 2026"


def test_arrows_enter_escape_and_delete_are_those_of_a_spreadsheet(site: Site, room: Room, items: list[Item]) -> None:
    edit_item(room.actor(), items[0], confidence=50)
    page = table(site, room)
    keys = page.keyboard
    grid = page.get_by_role("grid")
    expect(grid.locator("[tabindex='0']")).to_have_count(1)
    cell(page, 1, "title").focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight"):
        keys.press(key)
    expect(cell(page, 2, "confidence")).to_be_focused()
    keys.type("70")
    keys.press("Enter")
    expect(cell(page, 3, "confidence")).to_be_focused()
    keys.type("99")
    keys.press("Escape")
    expect(cell(page, 3, "confidence")).to_be_focused()
    keys.press("Control+Home")
    keys.press("ArrowDown")
    expect(page.locator("#line-1 .pick")).to_be_focused()
    keys.press("End")
    for _ in range(2):
        keys.press("ArrowLeft")
    keys.press("Delete")
    saved(page, "Item 0: Confidence cleared")
    keys.press("ArrowUp")
    expect(page.locator("thead [data-column=confidence]")).to_be_focused()
    expect(cell(page, 2, "confidence")).to_have_text("70%")
    assert list(Item.objects.order_by("number").values_list("confidence", flat=True)) == [None, 70, None, None]


def test_a_refusal_keeps_what_was_typed_at_the_cell_and_says_why(site: Site, room: Room, items: list[Item]) -> None:
    page = table(site, room)
    cell(page, 1, "confidence").focus()
    page.keyboard.type("high")
    page.keyboard.press("Enter")
    note = page.locator(".cell-editor .note")
    expect(note).to_contain_text("Write a number")
    box = page.get_by_role("textbox", name="Confidence of Item 0")
    expect(box).to_have_value("high")
    expect(box).to_have_attribute("aria-invalid", "true")
    box.fill("60")
    box.press("Enter")
    saved(page, "Confidence 60")
    assert facts(1)[6] == 60


@pytest.mark.parametrize(("button", "status"), [("Keep mine", "planned"), ("Take theirs", "parked")])
def test_what_another_changed_meanwhile_is_asked_about(
    site: Site, room: Room, items: list[Item], button: str, status: str
) -> None:
    page = table(site, room)
    cell(page, 1, "status").focus()
    page.keyboard.type("plan")
    edit_item(room.actor("owner"), items[0], status="parked")
    page.wait_for_timeout(1_000)  # the table is drawn anew under the editor, and takes nothing away
    page.keyboard.press("Enter")
    note = page.locator(".cell-editor .note")
    expect(note).to_contain_text("changed the status")
    expect(note).to_contain_text("Parked")
    expect(note).to_contain_text("you wrote Planned")
    note.get_by_role("button", name=button).click()
    expect(cell(page, 1, "status")).to_have_text(status.capitalize())
    expect(page.locator(".cell-editor")).to_have_count(0)
    page.wait_for_timeout(300)
    assert facts(1)[2] == status


def test_what_is_written_while_the_network_is_away_stays_and_is_sent_when_it_is_back(
    site: Site, room: Room, items: list[Item]
) -> None:
    page = table(site, room)
    page.context.set_offline(True)
    cell(page, 1, "title").focus()
    page.keyboard.type("Written on a train")
    page.keyboard.press("Enter")
    expect(page.locator(".toast.bad")).to_contain_text("Title of Item 0 is not saved yet")
    expect(cell(page, 1, "title")).to_have_attribute("aria-invalid", "true")
    expect(cell(page, 1, "title")).to_contain_text("Written on a train")
    edit_item(room.actor("owner"), items[0], status="planned")
    page.context.set_offline(False)
    saved(page, "Written on a train")
    expect(cell(page, 1, "status")).to_have_text("Planned")
    expect(cell(page, 1, "title")).to_contain_text("Written on a train")
    assert (facts(1)[0], facts(1)[2]) == ("Written on a train", "planned")


def test_quick_edits_of_one_row_do_not_stand_in_each_others_way(site: Site, room: Room, items: list[Item]) -> None:
    page = table(site, room)
    cell(page, 1, "confidence").focus()
    for text in ("10", "20", "30"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowUp")
    saved(page, "Confidence 30")
    expect(page.locator(".cell-editor")).to_have_count(0)
    assert facts(1)[6] == 30
    page.keyboard.press("Control+z")
    expect(cell(page, 1, "confidence")).to_have_text("20%")


@pytest.mark.parametrize("role", ["viewer", "commenter"])
def test_readers_have_a_plain_table(site: Site, room: Room, items: list[Item], role: str) -> None:
    page = table(site, room, role=role)
    expect(page.get_by_role("table").first).to_be_visible()
    expect(page.get_by_role("grid")).to_have_count(0)
    page.locator("#line-1 td").nth(1).dblclick()
    expect(page.locator(".cell-editor")).to_have_count(0)


def test_the_past_is_a_plain_table(site: Site, room: Room, items: list[Item]) -> None:
    page = table(site, room, "&as_of=2090-01-01")
    expect(page.locator("#line-1")).to_be_visible()
    expect(page.get_by_role("grid")).to_have_count(0)


# --- blocks of cells ---


def clip(page: Page, kind: str, text: str = "") -> str:
    """Raise a clipboard event on the cell in focus, as a browser does for its keys, and return what was put there."""
    put = page.evaluate(
        """([kind, text]) => {
            const data = new DataTransfer();
            if (kind === "paste") data.setData("text/plain", text);
            const how = {clipboardData: data, bubbles: true, cancelable: true};
            document.activeElement.dispatchEvent(new ClipboardEvent(kind, how));
            return data.getData("text/plain");
        }""",
        [kind, text],
    )
    return str(put)


def test_a_block_is_pasted_after_a_look_and_taken_back_at_once(site: Site, room: Room, items: list[Item]) -> None:
    page = table(site, room, bypass_csp=True)  # for the script that plays the clipboard
    cell(page, 2, "status").focus()
    clip(page, "paste", "In progress\tQ4 2026\t70%\nsoonish\tQ1 2027\t\n")
    dialog = page.locator("dialog[open]")
    expect(dialog.get_by_role("heading")).to_have_text("4 cells of 2 items change")
    expect(dialog).to_contain_text("Row 2, Status, soonish: Choose one of")
    dialog.get_by_role("button", name="Change 2 items").click()
    saved(page, "Changed 2 items.")
    expect(cell(page, 2, "status")).to_have_text("In progress")
    expect(cell(page, 3, "when")).to_have_text("Q1 2027")
    expect(cell(page, 2, "status")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(cell(page, 3, "when")).to_have_text("Parking lot")
    assert [facts(number)[2:6] for number in (2, 3)] == [("proposed", None, None, "")] * 2


def test_a_block_is_chosen_by_keys_or_by_dragging_copied_filled_and_cleared(site: Site, room: Room, items: list[Item]) -> None:
    edit_item(room.actor(), items[0], status="planned", confidence=40)
    page = table(site, room, bypass_csp=True)
    cell(page, 1, "status").focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight"):
        page.keyboard.press(f"Shift+{key}")
    assert clip(page, "copy") == "Planned\t\t40%\nProposed\t\t"
    page.keyboard.press("Escape")
    start, end = lies(cell(page, 1, "confidence")), lies(cell(page, 4, "confidence"))
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 8, end["y"] + 8, steps=4)
    page.mouse.up()
    expect(page.locator("td.chosen")).to_have_count(4)
    page.keyboard.press("Control+d")
    page.locator("dialog[open]").get_by_role("button", name="Change 3 items").click()
    saved(page, "Changed 3 items.")
    assert list(Item.objects.values_list("confidence", flat=True)) == [40] * 4
    page.keyboard.press("Delete")
    page.locator("dialog[open]").get_by_role("button", name="Change 4 items").click()
    saved(page, "Changed 4 items.")
    assert list(Item.objects.values_list("confidence", flat=True)) == [None] * 4


def test_one_value_pasted_into_one_cell_is_an_edit_like_any_other(site: Site, room: Room, items: list[Item]) -> None:
    page = table(site, room, bypass_csp=True)
    cell(page, 1, "owner").focus()
    clip(page, "paste", f"{room.editor.email}\n")
    saved(page, "Item 0: Owner")
    expect(cell(page, 1, "owner")).to_contain_text("Editor of Harbor")
    assert Change.objects.order_by("-seq")[0].verb == "item.edited"


# --- long tables ---


def test_a_long_table_draws_what_is_on_the_screen_and_keys_and_wheel_reach_the_rest(site: Site, room: Room) -> None:
    Item.objects.bulk_create(
        Item(workspace=room.workspace, product=room.product, number=n, title=f"Item {n:04}", rank=f"a{n:05}")
        for n in range(1, 1001)
    )
    page = table(site, room)
    rows = page.locator("tr[data-row]")
    expect(rows).to_have_count(120)
    expect(page.locator("tfoot")).to_contain_text("1,000 items")
    page.mouse.move(700, 500)
    for _ in range(6):
        page.mouse.wheel(0, 3_000)
        page.wait_for_timeout(150)
    expect(page.locator("#line-500")).to_be_visible()
    expect(rows).to_have_count(120)
    page.locator("tr[data-row]:visible").nth(60).locator("th").click(position={"x": 200, "y": 18})
    page.keyboard.press("Control+End")
    expect(page.locator("#line-1000 > *").last).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#line-999 > *").last).to_be_focused()
    page.keyboard.press("Control+Home")
    expect(page.locator("thead th").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#line-1 > *").first).to_be_focused()
    for _ in range(20):
        page.keyboard.press("PageDown")
        page.wait_for_timeout(200)
    expect(page.locator("tr:has(:focus)")).to_have_attribute("data-line", re.compile(r"^1[3-9]\d|^2\d\d"))


def test_a_filter_is_turned_round_by_mouse_and_by_keys(site: Site, room: Room, items: list[Item]) -> None:
    edit_item(room.actor(), items[0], status="planned")
    page = table(site, room, "&status=planned")
    expect(page.locator("tbody tr[data-row]")).to_have_count(1)
    page.locator("[data-turn=status]").click()
    expect(page).to_have_url(re.compile("status=-planned$"))
    expect(page.locator("tbody tr[data-row]")).to_have_count(3)
    expect(page.get_by_role("link", name="Status is not Planned: turn round")).to_be_visible()
    at_rest(page)
    page.locator("[data-turn=status]").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("status=planned$"))
    expect(page.locator("#line-1")).to_be_visible()
    page.get_by_role("link", name="Take the filter Status away").press("Enter")
    expect(page).not_to_have_url(re.compile("status=planned"))
    expect(page.locator("[data-add-filter]")).to_be_focused()
    expect(page.locator("tbody tr[data-row]")).to_have_count(len(items))
