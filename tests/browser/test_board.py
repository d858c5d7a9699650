"""The board by pointer, by finger and by keys: the same move leaves the same rows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from apps.core.models import Change
from apps.milestones.actions import create_milestone, place_item
from apps.milestones.models import Placement
from apps.roadmap.actions import create_item, edit_item, set_goals
from apps.roadmap.models import Item
from apps.vision.actions import create_goal
from tests.browser.conftest import Finger, at_rest, drag, middle

if TYPE_CHECKING:
    from tests.browser.conftest import Site
    from tests.people import Room


@pytest.fixture
def cards(room: Room) -> list[Item]:
    made = [create_item(room.actor(), room.product, title=title, horizon="now") for title in ("Ask", "Cache", "Export")]
    return [*made, create_item(room.actor(), room.product, title="Audit", horizon="next")]


def board(room: Room) -> list[tuple[str, str]]:
    return list(Item.objects.filter(product=room.product).order_by("horizon", "rank").values_list("horizon", "title"))


def card(item: Item) -> str:
    return f"#card-{item.number}"


def down_by_pointer(page: Page, cards: list[Item]) -> None:
    x, y = middle(page, card(cards[1]))
    drag(page, middle(page, card(cards[0])), (x, y + 30))
    page.mouse.up()


def down_by_keys(page: Page, cards: list[Item]) -> None:
    page.locator(f"{card(cards[0])} .lead").press("Alt+ArrowDown")


def across_by_pointer(page: Page, cards: list[Item]) -> None:
    over(page, cards[0], cards[3])
    page.mouse.up()


def across_by_keys(page: Page, cards: list[Item]) -> None:
    page.locator(f"{card(cards[0])} .lead").press("Alt+ArrowRight")


def over(page: Page, one: Item, other: Item) -> None:
    """Hold a card over the upper half of another."""
    x, y = middle(page, card(other))
    drag(page, middle(page, card(one)), (x, y - 20))


DOWN = [("next", "Audit"), ("now", "Cache"), ("now", "Ask"), ("now", "Export")]
ACROSS = [("next", "Ask"), ("next", "Audit"), ("now", "Cache"), ("now", "Export")]


@pytest.mark.parametrize(
    ("moves", "column", "heard", "rows"),
    [
        (down_by_pointer, "now", "Ask: Now, 2 of 3", DOWN),
        (down_by_keys, "now", "Ask: Now, 2 of 3", DOWN),
        (across_by_pointer, "next", "Ask: Next, 1 of 2", ACROSS),
        (across_by_keys, "next", "Ask: Next, 1 of 2", ACROSS),
    ],
)
def test_a_card_moves_by_pointer_and_by_keys_alike_and_it_is_heard(
    site: Site, room: Room, cards: list[Item], moves: object, column: str, heard: str, rows: list[tuple[str, str]]
) -> None:
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=board"))
    moves(at_rest(page), cards)  # type: ignore[operator]
    expect(page.locator("#toasts[aria-live=polite]")).to_contain_text(heard)
    expect(page.locator(f"[data-column='{column}'] {card(cards[0])}")).to_be_visible()
    assert board(room) == rows


def test_keys_in_a_row_are_not_lost_and_the_card_keeps_the_focus(site: Site, room: Room, cards: list[Item]) -> None:
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=board"))
    at_rest(page).locator(f"{card(cards[0])} .lead").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        page.keyboard.press(f"Alt+{key}")
    expect(page.locator(".toast", has_text="Ask: Next, 1 of 2")).to_be_visible()
    expect(page.locator(f"[data-column='next'] {card(cards[0])} .lead")).to_be_focused()
    assert board(room) == [("next", "Ask"), ("next", "Audit"), ("now", "Cache"), ("now", "Export")]


def test_a_finger_that_rests_drags_a_card_and_one_that_swipes_does_not(site: Site, room: Room, cards: list[Item]) -> None:
    page = site.sign_in(room, width=390, height=844, has_touch=True)
    page.goto(room.path("roadmap/?view=board"))
    finger, start = Finger(at_rest(page)), middle(page, card(cards[0]))
    finger.down(*start)
    finger.slide(start, 0, -120)
    finger.up()
    page.wait_for_timeout(300)
    assert Change.objects.filter(verb="item.moved").count() == 0
    start = middle(page, card(cards[0]))
    finger.down(*start)
    page.wait_for_timeout(450)
    finger.slide(start, 0, 130)
    finger.up()
    expect(page.locator(".toast")).to_contain_text("Ask: Now, 2 of 3")
    assert board(room)[1:] == [("now", "Cache"), ("now", "Ask"), ("now", "Export")]


def test_escape_puts_a_dragged_card_back(site: Site, room: Room, cards: list[Item]) -> None:
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=board"))
    before = board(room)
    over(at_rest(page), cards[0], cards[3])
    expect(page.locator(f"[data-column='next'] {card(cards[0])}")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(f"[data-column='now'] li:nth-child(1){card(cards[0])}")).to_be_visible()
    page.mouse.up()
    at_rest(page)
    expect(page.locator("#panel")).to_be_empty()
    assert board(room) == before


def test_what_others_do_waits_while_a_card_is_dragged_and_the_same_column_twice_is_asked_about(
    site: Site, room: Room, cards: list[Item]
) -> None:
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=board"))
    over(at_rest(page), cards[0], cards[3])
    edit_item(room.actor("owner"), cards[1], title="Cache of answers")
    page.wait_for_timeout(2500)  # longer than it takes until it would be drawn
    expect(page.locator(f"{card(cards[1])} .lead")).to_have_text("Cache")
    page.mouse.up()
    expect(page.locator(".toast")).to_contain_text("Ask: Next")
    expect(page.locator(f"{card(cards[1])} .lead")).to_have_text("Cache of answers")
    assert Item.objects.get(pk=cards[0].pk).horizon == "next"
    over(at_rest(page), cards[1], cards[3])
    edit_item(room.actor("owner"), cards[1], horizon="later")
    page.mouse.up()
    expect(page.locator("#dialog")).to_contain_text("Owner of Harbor")
    assert Item.objects.get(pk=cards[1].pk).horizon == "later"


def test_several_are_written_down_one_after_the_other_where_they_belong(site: Site, room: Room, cards: list[Item]) -> None:
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=board"))
    box = at_rest(page).get_by_role("textbox", name="Title of a new item in Next")
    for title in ("One", "Two"):
        box.press_sequentially(title)
        box.press("Enter")
        expect(page.locator("[data-column='next']")).to_contain_text(title)
        expect(box).to_have_value("")
        expect(box).to_be_focused()
    assert page.url.endswith("?view=board")
    assert board(room)[:3] == [("next", "Audit"), ("next", "One"), ("next", "Two")]


def test_a_card_goes_into_another_release(site: Site, room: Room, cards: list[Item]) -> None:
    for item, name, month in ((cards[0], "2.0", 1), (cards[1], "2.1", 6)):
        release = create_milestone(room.actor(), room.product, name=name, kind="release", date=date(2030, month, 1))
        place_item(room.actor(), item, milestone=release)
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=board&group=release"))
    at_rest(page).locator(f"{card(cards[0])} .lead").press("Alt+ArrowRight")
    expect(page.locator(".toast")).to_contain_text("Ask: 2.1")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(f"section.column:has(h2:text-is('2.0')) {card(cards[0])}")).to_be_visible()
    assert [each.detail.get("milestone") for each in Change.objects.order_by("-seq")[1:3]] == [["2.0", "2.1"], [None, "2.1"]]


def test_the_page_stays_where_it_is_while_it_loads_and_after_an_edit(site: Site, room: Room, cards: list[Item]) -> None:
    page = site.sign_in(room)
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => list.getEntries().forEach((each) => (window.moved += each.value)))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    for view in ("timeline", "board"):
        page.goto(room.path(f"roadmap/?view={view}&item={cards[0].number}"))
        at_rest(page).wait_for_timeout(300)
        assert page.evaluate("window.moved") < 0.05, view
    page.locator(f"{card(cards[1])} .lead").press("Alt+ArrowDown")
    expect(page.locator(".toast")).to_be_visible()
    at_rest(page).wait_for_timeout(300)
    assert page.evaluate("window.moved") < 0.05


@pytest.mark.parametrize("how", ["pointer", "keys"])
def test_a_chosen_card_takes_all_chosen_ones_along_as_one_change(site: Site, room: Room, cards: list[Item], how: str) -> None:
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=board"))
    at_rest(page)
    for each in (cards[0], cards[2]):
        page.locator(card(each)).click(modifiers=["Control"], position={"x": 8, "y": 8})
    if how == "pointer":
        across_by_pointer(page, cards)
    else:
        across_by_keys(page, cards)
    expect(page.locator("[data-column='next'] .item-card")).to_have_count(3)
    toast = page.locator(".toast")
    expect(toast).to_contain_text("2 items: Next")
    assert board(room) == [("next", "Ask"), ("next", "Export"), ("next", "Audit"), ("now", "Cache")]
    change = Change.objects.order_by("-seq")[0]
    assert (change.verb, change.detail["items"]) == ("items.edited", 2)
    toast.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-column='now'] .item-card")).to_have_count(3)
    assert board(room) == [("next", "Audit"), ("now", "Ask"), ("now", "Cache"), ("now", "Export")]


def test_chosen_cards_go_back_where_another_moved_one_of_them(site: Site, room: Room, cards: list[Item]) -> None:
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=board"))
    at_rest(page)
    for each in cards[:3]:
        page.locator(card(each)).click(modifiers=["Control"], position={"x": 8, "y": 8})
    over(page, cards[0], cards[3])
    edit_item(room.actor("owner"), cards[1], horizon="later")
    page.mouse.up()
    expect(page.locator(".toast.bad")).to_contain_text("Somebody moved Cache meanwhile, so nothing was moved.")
    expect(page.locator(f"[data-column='later'] {card(cards[1])}")).to_be_visible()
    expect(page.locator("[data-column='now'] .item-card .lead")).to_have_text(["Ask", "Export"])
    assert board(room) == [("later", "Cache"), ("next", "Audit"), ("now", "Ask"), ("now", "Export")]


def test_chosen_cards_go_into_a_release_as_one_change(site: Site, room: Room, cards: list[Item]) -> None:
    releases = [
        create_milestone(room.actor(), room.product, name=name, kind="release", date=date(2030, month, 1))
        for month, name in enumerate(("2.0", "2.1"), 1)
    ]
    for item in cards[:3]:
        place_item(room.actor(), item, milestone=releases[0])
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=board&group=release"))
    at_rest(page)
    for each in cards[:2]:
        page.locator(card(each)).click(modifiers=["Control"], position={"x": 8, "y": 8})
    page.locator(f"{card(cards[0])} .lead").press("Alt+ArrowRight")
    expect(page.locator(".toast")).to_contain_text("2 items: 2.1")
    expect(page.locator("section.column:has(h2:text-is('2.1')) .item-card")).to_have_count(2)
    placed = lambda: dict(Placement.objects.values_list("item__title", "milestone__name"))  # noqa: E731
    assert placed() == {"Ask": "2.1", "Cache": "2.1", "Export": "2.0"}
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator("section.column:has(h2:text-is('2.0')) .item-card")).to_have_count(3)
    assert placed() == {"Ask": "2.0", "Cache": "2.0", "Export": "2.0"}


@pytest.mark.parametrize(("button", "goal"), [("Keep mine", "Two"), ("Take theirs", "Three")])
def test_a_goal_that_another_gave_meanwhile_is_asked_about(
    site: Site, room: Room, cards: list[Item], button: str, goal: str
) -> None:
    goals = [create_goal(room.actor(), room.product, name=name) for name in ("One", "Two", "Three")]
    for item, each in zip(cards, goals, strict=False):
        set_goals(room.actor(), item, goals=[{"goal": each, "share": 100}])
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=board&group=goal"))
    over(at_rest(page), cards[0], cards[1])
    set_goals(room.actor("owner"), cards[0], goals=[{"goal": goals[2], "share": 100}])
    page.mouse.up()
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("Owner of Harbor changed goal")
    expect(dialog).to_contain_text("to Three; you wrote Two")
    dialog.get_by_role("button", name=button).click()
    expect(page.locator(f"section.column:has(h2:text-is('{goal}')) {card(cards[0])}")).to_be_visible()
    assert list(cards[0].contributions.values_list("goal__name", flat=True)) == [goal]


def test_a_release_into_which_another_put_the_card_meanwhile_is_not_overwritten(
    site: Site, room: Room, cards: list[Item]
) -> None:
    releases = [
        create_milestone(room.actor(), room.product, name=name, kind="release", date=date(2030, month, 1))
        for month, name in enumerate(("2.0", "2.1", "2.2"), 1)
    ]
    for item, release in zip(cards, releases, strict=False):
        place_item(room.actor(), item, milestone=release)
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=board&group=release"))
    x, y = middle(at_rest(page), card(cards[1]))
    drag(page, middle(page, card(cards[0])), (x, y - 20))
    place_item(room.actor("owner"), cards[0], milestone=releases[2])
    page.mouse.up()
    expect(page.locator(".toast.bad")).to_contain_text("Owner of Harbor moved Ask to 2.2 meanwhile.")
    expect(page.locator(f"section.column:has(h2:text-is('2.2')) {card(cards[0])}")).to_be_visible()
    assert Placement.objects.get(item=cards[0]).milestone.name == "2.2"
