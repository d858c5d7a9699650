"""The timeline by pointer and by keys: the same edit leaves the same rows."""

from __future__ import annotations

import itertools
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.core.models import Change
from apps.milestones.actions import create_milestone, place_item
from apps.milestones.models import Placement
from apps.roadmap.actions import create_item, edit_item, link_items, set_goals
from apps.roadmap.models import Dependency, Item
from apps.vision.actions import create_goal
from tests.browser.conftest import Finger, at_rest, drag, lies, middle

if TYPE_CHECKING:
    from tests.browser.conftest import Site
    from tests.people import Room


@pytest.fixture
def goals(room: Room) -> list[Any]:
    return [create_goal(room.actor(), room.product, name=name) for name in ("Find it", "Trust it")]


def planned(room: Room, goal: Any, title: str = "Result cache", **values: Any) -> Item:
    start = timezone.localdate() + timedelta(days=10)
    dated = {"start": start, "end": start + timedelta(days=60), "granularity": "day", **values}
    return create_item(room.actor(), room.product, title=title, goals=[{"goal": goal, "share": 100}], **dated)


def state(item: Item) -> tuple[Any, ...]:
    now = Item.objects.get(pk=item.pk)
    return now.start, now.end, list(now.contributions.values_list("goal__name", "share"))


def test_into_another_lane_by_pointer_and_by_keys_alike(site: Site, room: Room, goals: list[Any]) -> None:
    planned(room, goals[1], "Anchor")
    by_pointer, by_keys = planned(room, goals[0], "One"), planned(room, goals[0], "Two")
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    x, y = middle(page, f".bar[data-item='{by_pointer.number}']")
    drag(page, (x, y), (x + 1, middle(page, f".lane[data-value='{goals[1].pk}'] .row")[1]))
    expect(page.locator(".lane.drop")).to_have_count(1)
    page.mouse.up()
    expect(page.locator(f".lane[data-value='{goals[1].pk}'] .bar[data-item='{by_pointer.number}']")).to_be_visible()
    page.locator(f".bar[data-item='{by_keys.number}']").press("Alt+ArrowDown")
    expect(page.locator(f".lane[data-value='{goals[1].pk}'] .bar[data-item='{by_keys.number}']")).to_be_focused()
    assert state(by_pointer) == state(by_keys)
    assert state(by_keys)[2] == [("Trust it", 100)]


def test_a_bar_that_another_gave_to_a_goal_meanwhile_is_asked_about(site: Site, room: Room, goals: list[Any]) -> None:
    planned(room, goals[1], "Anchor")
    item = planned(room, goals[0], "One")
    third = create_goal(room.actor(), room.product, name="Third")
    set_goals(room.actor(), item, goals=[{"goal": goals[0], "share": 60}, {"goal": third, "share": 30}])
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    x, y = middle(at_rest(page), f".bar[data-item='{item.number}']")
    drag(page, (x, y), (x + 1, middle(page, f".lane[data-value='{goals[1].pk}'] .row")[1]))
    set_goals(room.actor("owner"), item, goals=[{"goal": third, "share": 70}])
    page.mouse.up()
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("Owner of Harbor changed goal")
    assert state(item)[2] == [("Third", 70)]
    dialog.get_by_role("button", name="Keep mine").click()
    expect(page.locator(f".lane[data-value='{goals[1].pk}'] .bar[data-item='{item.number}']")).to_be_visible()
    assert state(item)[2] == [("Trust it", 70)]


def test_a_bar_goes_to_other_dates_and_into_a_milestone_as_one_change(site: Site, room: Room, goals: list[Any]) -> None:
    release = create_milestone(room.actor(), room.product, name="2.0", date=timezone.localdate() + timedelta(days=90))
    place_item(room.actor(), planned(room, goals[1], "Anchor"), milestone=release)
    item = planned(room, goals[0], "One")
    was = state(item)
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?group=milestone"))
    x, y = middle(at_rest(page), f".bar[data-item='{item.number}']")
    drag(page, (x, y), (x + 60, middle(page, f".lane[data-value='{release.pk}'] .row")[1]))
    page.mouse.up()
    expect(page.locator(f".lane[data-value='{release.pk}'] .bar[data-item='{item.number}']")).to_be_visible()
    assert state(item)[0] > was[0]
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(f".lane[data-value='{release.pk}'] .bar[data-item='{item.number}']")).to_have_count(0)
    assert (state(item), Placement.objects.count()) == (was, 1)


def test_a_bar_of_whole_quarters_moves_by_quarters_and_stays_where_it_is_for_less(
    site: Site, room: Room, goals: list[Any]
) -> None:
    item = planned(room, goals[0], start=date(2026, 10, 1), end=date(2027, 3, 31), granularity="quarter")
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?from=2026-07-01"))
    day = lies(at_rest(page).locator(".cal-rows"))["width"] / int(page.locator(".tl-grid").get_attribute("data-days") or 0)
    x, y = middle(page, bar(item))
    drag(page, (x, y), (x + 30 * day, y))
    expect(page.locator(".drawing")).to_contain_text("1 Oct 2026 → 31 Mar 2027")
    page.mouse.up()
    expect(at_rest(page).locator(".toast")).to_have_count(0)
    x, y = middle(page, bar(item))
    drag(page, (x, y), (x + 91 * day, y))
    expect(page.locator(".drawing")).to_contain_text("1 Jan 2027 → 30 Jun 2027")
    page.mouse.up()
    expect(page.locator(".toast")).to_contain_text("1 Jan 2027 to 30 Jun 2027")
    item.refresh_from_db()
    assert (item.start, item.end) == (date(2027, 1, 1), date(2027, 6, 30))
    assert Change.objects.filter(object_id=item.pk).count() == 2  # made, and moved once


def test_escape_lets_go_and_nothing_changed(site: Site, room: Room, goals: list[Any]) -> None:
    item = planned(room, goals[0])
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    x, y = middle(at_rest(page), f".bar[data-item='{item.number}']")
    drag(page, (x, y), (x + 90, y))
    expect(page.locator(".drawing")).to_contain_text("→")
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".bar.moving, .drawing")).to_have_count(0)
    expect(at_rest(page).locator("#item-panel")).to_have_count(0)  # the click that ended it opened nothing
    assert middle(page, f".bar[data-item='{item.number}']") == (x, y)
    assert Change.objects.filter(object_id=item.pk).count() == 1


def test_what_somebody_else_wrote_while_a_bar_was_held_is_asked_about(site: Site, room: Room, goals: list[Any]) -> None:
    """The bar was taken where it was: its new place plus the way it went would be a date that nobody meant."""
    item = planned(room, goals[0])
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    x, y = middle(at_rest(page), bar(item))
    drag(page, (x, y), (x + 90, y))
    moved = edit_item(room.actor("owner"), item, start=item.start + timedelta(days=40), end=item.end + timedelta(days=40))
    expect(page.locator(f"{bar(item)}[data-version='2']")).to_have_count(1)  # theirs is drawn under the hand
    page.mouse.move(x + 91, y)
    page.mouse.up()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("Owner of Harbor")
    assert state(item)[:2] == (moved.start, moved.end)
    dialog.get_by_role("button", name="Take theirs").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    lag = lies(page.locator(bar(item)))["x"] - x + lies(page.locator(bar(item)))["width"] / 2
    assert lag > 40  # it stands where the other put it, not where it was taken
    assert Change.objects.filter(object_id=item.pk).count() == 2


def test_two_drags_of_a_bar_in_a_row_are_no_conflict_with_oneself(site: Site, room: Room, goals: list[Any]) -> None:
    item = planned(room, goals[0])
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    width = lies(at_rest(page).locator(".cal-rows"))["width"]
    day = width / int(page.locator(".tl-grid").get_attribute("data-days") or 0)
    x, y = middle(page, bar(item))
    held: list[Any] = []

    def keep(route: Any) -> None:
        held.append(route)

    page.route("**/items/*/edit/", keep, times=1)  # the first is on its way when the second is done
    for n in (0, 10):
        drag(page, (x + n * day, y), (x + (n + 10) * day, y))
        page.mouse.up()
    held[0].continue_()
    expect(page.locator(f"{bar(item)}[data-version='3']")).to_be_visible()
    assert state(item)[:2] == (item.start + timedelta(days=20), item.end + timedelta(days=20))


def test_a_bar_dropped_on_the_parking_lot_has_no_dates_and_by_its_form_alike(site: Site, room: Room, goals: list[Any]) -> None:
    by_pointer, by_keys = planned(room, goals[0], "One"), planned(room, goals[0], "Two")
    for n in range(12):
        planned(room, goals[1], f"More {n}")  # lanes go on below the tray, where they are not seen
    page = site.sign_in(room, height=600)
    page.goto(room.path("roadmap/"))
    tray = lies(at_rest(page).locator(".tray", has_text="Nothing is without a date"))
    drag(page, middle(page, bar(by_pointer)), (600, tray["y"] + 10))
    expect(page.locator(".tray.drop")).to_be_visible()
    expect(page.locator(".drawing")).to_have_text("Into the parking lot, without a date")
    page.mouse.up()
    expect(page.locator(f"[data-parked='{by_pointer.number}']")).to_be_visible()
    expect(page.locator(".toast")).to_contain_text("One: Parking lot")
    page.locator(bar(by_keys)).press("Enter")
    expect(page.locator("#item-panel")).to_be_visible()
    at_rest(page).keyboard.press("e")
    dialog = page.locator("dialog[open]")
    for label in ("Start", "End"):
        dialog.get_by_label(label).fill("")
    dialog.get_by_label("Granularity").select_option("")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator(f"[data-parked='{by_keys.number}']")).to_be_visible()
    assert state(by_pointer) == state(by_keys) == (None, None, [("Find it", 100)])


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_what_a_bar_says_stays_beside_the_titles_while_its_start_is_scrolled_below_them(
    site: Site, room: Room, goals: list[Any], motion: str
) -> None:
    item = planned(room, goals[0], start=date(2026, 11, 1), end=date(2027, 3, 31), status="shipped")
    page = site.sign_in(room, width=1024, reduced_motion=motion)
    page.goto(room.path("roadmap/?from=2026-10-01"))
    at_rest(page).locator(".tl").evaluate("(box) => (box.scrollLeft = 150)")
    title = lies(page.locator(f"#item-{item.number} > .t"))
    said = lies(page.locator(f"{bar(item)} .lab > span"))
    assert lies(page.locator(bar(item)))["x"] < title["x"] + title["width"]
    assert 5 < said["x"] - title["x"] - title["width"] < 15


def test_the_start_is_moved_by_pointer_and_by_keys_alike(site: Site, room: Room, goals: list[Any]) -> None:
    by_pointer, by_keys = planned(room, goals[0], "One"), planned(room, goals[0], "Two")
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    width = lies(at_rest(page).locator(".cal-rows"))["width"]
    day = width / int(page.locator(".tl-grid").get_attribute("data-days") or 0)
    box = lies(page.locator(f"{bar(by_pointer)} .grip:not(.end)"))
    x, y = box["x"] + 4, box["y"] + 12
    drag(page, (x, y), (x - 5 * day, y))
    page.mouse.up()
    expect(page.locator(f"{bar(by_pointer)}[data-version='2']")).to_be_visible()
    at_rest(page).locator(bar(by_keys)).focus()
    for _ in range(6):
        page.keyboard.press("Alt+Shift+ArrowUp")
    page.keyboard.press("Alt+Shift+ArrowDown")
    expect(page.locator(f"{bar(by_keys)}[data-version='2']")).to_be_focused()
    assert state(by_pointer) == state(by_keys)
    assert state(by_keys)[:2] == (by_keys.start - timedelta(days=5), by_keys.end)


def test_ctrl_and_the_wheel_zoom_by_one_step_a_turn(site: Site, room: Room, goals: list[Any]) -> None:
    planned(room, goals[0])
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    page.mouse.move(*middle(at_rest(page), ".tl"))
    page.keyboard.down("Control")
    for deltas, zoom in (((-60, -60), "Month"), ((60,), "Quarter"), ((60,), "Year")):
        for delta in deltas:
            page.mouse.wheel(0, delta)
        expect(page.locator("[data-zooms] [aria-current]")).to_have_text(zoom)
        page.wait_for_timeout(400)  # the wheel rests
    page.keyboard.up("Control")
    assert "zoom=year" in page.url


def test_a_short_bar_is_moved_by_its_middle(site: Site, room: Room, goals: list[Any]) -> None:
    start = timezone.localdate() + timedelta(days=20)
    item = planned(room, goals[0], start=start, end=start + timedelta(days=6))
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?zoom=year"))
    x, y = middle(at_rest(page), bar(item))
    drag(page, (x, y), (x + 50, y))
    page.mouse.up()
    expect(page.locator(f"{bar(item)}[data-version='2']")).to_be_visible()
    start, end, _ = state(item)
    assert (end - start, start > item.start) == (timedelta(days=6), True)


def test_a_bar_moved_out_of_the_window_by_keys_leaves_the_focus_on_its_arrow(site: Site, room: Room, goals: list[Any]) -> None:
    item = planned(room, goals[0], start=date(2027, 5, 1), end=date(2027, 5, 31), granularity="month")
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?zoom=month&from=2027-01-01"))
    at_rest(page).locator(bar(item)).focus()
    for _ in range(3):
        page.keyboard.press("Alt+ArrowRight")
    arrow = page.get_by_role("link", name="Result cache, Aug 2027: 2 months after what is shown. Go there")
    expect(arrow.or_(page.locator(f"#item-{item.number} > .off"))).to_be_focused()


def test_today_leads_back_on_a_narrow_screen(site: Site, room: Room, goals: list[Any]) -> None:
    planned(room, goals[0])
    page = site.sign_in(room, "viewer", width=390, height=844, has_touch=True)
    page.goto(room.path("roadmap/"))
    at_rest(page).locator(".tl").evaluate("box => box.scrollLeft = box.scrollWidth")
    expect(page.locator(".today-flag")).not_to_be_in_viewport()
    page.get_by_role("link", name="Today", exact=True).click()
    expect(page.locator(".today-flag")).to_be_in_viewport()


def test_the_portfolio_begins_at_today_on_a_narrow_screen(site: Site, room: Room) -> None:
    page = site.sign_in(room, "viewer", width=390, height=844, has_touch=True)
    page.goto(f"/w/{room.workspace.slug}/portfolio/")
    expect(at_rest(page).locator(".today-flag")).to_be_in_viewport()


def test_out_of_the_parking_lot_onto_the_timeline(site: Site, room: Room, goals: list[Any]) -> None:
    planned(room, goals[1], "Anchor")
    item = create_item(room.actor(), room.product, title="Some day")
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    anchor = middle(page, f".lane[data-value='{goals[1].pk}'] .row .track-row")
    drag(page, middle(page, f"[data-parked='{item.number}']"), anchor)
    expect(page.locator(".drawing")).to_contain_text("→")
    page.mouse.up()
    expect(page.locator(f".lane[data-value='{goals[1].pk}'] .bar[data-item='{item.number}']")).to_be_visible()
    start, end, serves = state(item)
    assert (end - start, serves) == (timedelta(days=29), [("Trust it", 100)])
    assert abs((start - _day_in_the_middle()).days) <= 2


def _day_in_the_middle() -> date:
    today = timezone.localdate()
    month = today.month - (today.month - 1) % 3 - 3
    first = date(today.year + (month < 1), month % 12 or 12, 1) if month > 0 else date(today.year - 1, month + 12, 1)
    return first + timedelta(days=182)


def test_drawn_on_an_empty_place_and_by_the_form_alike(site: Site, room: Room, goals: list[Any]) -> None:
    planned(room, goals[0], "Anchor")
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    box = lies(page.locator(f".lane[data-value='{goals[0].pk}'] .row .track-row"))
    drag(page, (box["x"] + 10, box["y"] + 18), (box["x"] + 110, box["y"] + 18))
    page.mouse.up()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("Drawn")
    start, end = (dialog.get_by_label(name).input_value() for name in ("Start", "End"))
    dialog.get_by_role("button", name="Add item").click()
    expect(page.locator(".bar[data-title='Drawn']")).to_be_visible()
    at_rest(page).keyboard.press("c")
    dialog.get_by_label("Title").fill("Typed")
    dialog.get_by_label("Start").fill(start)
    dialog.get_by_label("End").fill(end)
    dialog.get_by_label("Goal").select_option(str(goals[0].pk))
    dialog.get_by_role("button", name="Add item").click()
    expect(page.locator(".bar[data-title='Typed']")).to_be_visible()
    drawn, typed = (state(Item.objects.get(title=title)) for title in ("Drawn", "Typed"))
    assert drawn == typed
    assert drawn[2] == [("Find it", 100)]


@pytest.mark.parametrize("group", ["status", "parent"])
def test_what_is_drawn_in_a_lane_is_in_that_lane(site: Site, room: Room, group: str) -> None:
    start = timezone.localdate() + timedelta(days=10)
    epic = create_item(room.actor(), room.product, title="Epic", type="epic")
    create_item(
        room.actor(), room.product, title="Anchor", parent=epic, status="planned", start=start, end=start + timedelta(days=9),
        granularity="day",
    )  # fmt: skip
    page = site.sign_in(room)
    page.goto(room.path(f"roadmap/?group={group}"))
    lane = page.locator(".lane", has=page.locator("[data-title='Anchor']"))
    box = lies(at_rest(page).locator(".lane [data-title='Anchor']").locator("xpath=ancestor::*[@data-row]").locator(".track-row"))
    drag(page, (box["x"] + 10, box["y"] + 18), (box["x"] + 110, box["y"] + 18))
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".drawing, dialog[open]")).to_have_count(0)
    drag(page, (box["x"] + 10, box["y"] + 18), (box["x"] + 110, box["y"] + 18))
    page.mouse.up()
    page.get_by_role("dialog").get_by_label("Title").fill("Drawn")
    page.get_by_role("dialog").get_by_role("button", name="Add item").click()
    expect(lane.locator("[data-title='Drawn']")).to_be_visible()


def test_a_finger_that_rests_takes_an_item_out_of_the_parking_lot(site: Site, room: Room, goals: list[Any]) -> None:
    planned(room, goals[0], "Anchor")
    item = create_item(room.actor(), room.product, title="Some day")
    page = site.sign_in(room, width=390, height=844, has_touch=True)
    page.goto(room.path("roadmap/"))
    start = middle(at_rest(page), f"[data-parked='{item.number}']")
    x, y = middle(page, f".lane[data-value='{goals[0].pk}'] .row")
    finger = Finger(page)
    finger.down(*start)
    expect(page.locator(".drawing")).to_have_text("Drop it in a lane")
    finger.slide(start, round(x - start[0]) + 60, round(y - start[1]))
    expect(page.locator(".drawing")).to_contain_text("→")
    finger.up()
    expect(page.locator(f".lane[data-value='{goals[0].pk}'] .bar[data-item='{item.number}']")).to_have_count(1)
    assert state(item)[2] == [("Find it", 100)]


def test_lanes_collapse_and_zoom_stays_in_the_address(site: Site, room: Room, goals: list[Any]) -> None:
    item = planned(room, goals[0])
    page = site.sign_in(room, "viewer", script=False)
    page.goto(room.path("roadmap/"))
    page.get_by_role("link", name="Find it", exact=True).first.click()
    expect(page.locator(f"#item-{item.number}")).to_have_count(0)
    page.get_by_role("link", name="Fit", exact=True).click()
    expect(page.get_by_role("link", name="Find it", exact=True).first).to_have_attribute("aria-expanded", "false")
    page.go_back()
    page.go_back()
    expect(page.locator(f"#item-{item.number}")).to_be_visible()


def test_what_waits_is_shifted_from_the_message_after_a_drag(site: Site, room: Room) -> None:
    start = timezone.localdate() + timedelta(days=5)
    first, then = (
        create_item(room.actor(), room.product, title=title, start=begins, end=begins + timedelta(days=60), granularity="day")
        for title, begins in (("Harvest", start), ("Press", start + timedelta(days=61)))
    )
    link_items(room.actor(), first, other=then)
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    bar = page.locator(f".bar[data-item='{first.number}']")
    bar.focus()
    page.keyboard.press("Alt+ArrowRight")
    page.get_by_role("button", name="Shift what waits …").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("Press")
    dialog.get_by_label("Why").fill("A wet autumn.")
    dialog.get_by_role("button", name="Shift 1 item").click()
    expect(page.locator(".toast", has_text="Shifted 1 item.")).to_be_visible()
    first.refresh_from_db()
    then.refresh_from_db()
    assert then.start == first.end + timedelta(days=1)
    page.locator(".toast", has_text="Shifted 1 item.").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast", has_text="Undone: Editor of Harbor shifted what waits for Harvest.")).to_be_visible()
    then.refresh_from_db()
    assert then.start == start + timedelta(days=61)


def dependencies() -> list[tuple[str, str, str]]:
    return list(Dependency.objects.order_by("pk").values_list("item__title", "other__title", "kind"))


@pytest.fixture
def three(room: Room, goals: list[Any]) -> list[Item]:
    start = timezone.localdate() + timedelta(days=5)
    return [
        planned(room, goals[0], title, start=start + timedelta(days=30 * n), end=start + timedelta(days=30 * n + 20))
        for n, title in enumerate(("Harvest", "Press", "Bottle"))
    ]


def bar(item: Item) -> str:
    return f".bar[data-item='{item.number}']"


def by_handle(page: Page, one: Item, other: Item) -> None:
    page.locator(bar(one)).hover()
    drag(page, middle(page, ".handle"), middle(page, bar(other)))
    expect(page.locator(".wire-hint")).to_have_text(f"{one.title} blocks {other.title}")
    page.mouse.up()


def by_keys(page: Page, one: Item, other: Item) -> None:
    page.locator(bar(one)).press("l")
    expect(page.get_by_text(f"{one.title}: choose the bar that waits for it")).to_be_visible()
    page.locator(bar(other)).press("Enter")


def by_clicks(page: Page, one: Item, other: Item) -> None:
    page.locator(bar(one)).hover()
    page.locator(".handle").click()
    page.locator(bar(other)).click()


@pytest.mark.parametrize("connect", [by_handle, by_keys, by_clicks])
def test_two_bars_are_connected_by_handle_by_keys_and_by_clicks_alike(
    site: Site, room: Room, three: list[Item], connect: Any
) -> None:
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    connect(at_rest(page), three[0], three[1])
    expect(page.locator("svg.dep .hit")).to_have_count(1)
    expect(page.locator(".toast")).to_contain_text("Harvest blocks Press")
    expect(page.locator(bar(three[1]))).to_be_focused()
    assert dependencies() == [("Harvest", "Press", "blocks")]
    connect(page, three[1], three[0])  # the same two again: to take it away
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.locator("svg.dep .hit")).to_have_count(0)
    assert dependencies() == []


def test_a_circle_is_refused_with_the_reason_and_escape_lets_go(site: Site, room: Room, three: list[Item]) -> None:
    for one, other in itertools.pairwise(three):
        link_items(room.actor(), one, other=other)
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    by_keys(at_rest(page), three[2], three[0])
    expect(page.locator(".toast.bad")).to_contain_text("Bottle already waits for Harvest, at once or through others")
    page.locator(bar(three[0])).hover()
    drag(page, middle(page, ".handle"), middle(page, bar(three[2])))
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".wire")).to_have_count(0)
    assert Dependency.objects.count() == 2


def test_the_handle_stays_at_the_bar_under_the_pointer_when_others_change_something(
    site: Site, room: Room, three: list[Item]
) -> None:
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    at_rest(page).locator(bar(three[0])).hover()
    expect(page.locator(".handle")).to_be_visible()
    edit_item(room.actor("owner"), three[1], title="Pressing")
    expect(page.locator("#roadmap").get_by_text("Pressing").first).to_be_visible()
    expect(page.locator(".handle")).to_be_visible()
    page.mouse.move(5, 5)
    expect(page.locator(".handle")).to_be_hidden()


def test_a_line_is_removed_where_it_is_and_brought_back(site: Site, room: Room, three: list[Item]) -> None:
    link_items(room.actor(), three[0], other=three[1])
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    one, other = (lies(at_rest(page).locator(bar(each))) for each in three[:2])
    turn = other["x"] - 10 * lies(page.locator("svg.dep"))["width"] / 1000
    page.mouse.move(turn, (one["y"] + other["y"] + 24) / 2)
    expect(page.locator(".hit.on")).to_have_count(1)
    page.mouse.click(turn, (one["y"] + other["y"] + 24) / 2)
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    page.locator(".toast", has_text="No longer: Harvest blocks Press").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast", has_text="Undone")).to_be_visible()
    expect(page.locator("svg.dep .hit")).to_have_count(1)
    assert dependencies() == [("Harvest", "Press", "blocks")]
    reader = site.sign_in(room, "viewer")
    reader.goto(room.path("roadmap/"))
    reader.locator(bar(three[0])).hover()
    expect(reader.locator(".handle")).to_have_count(0)
    expect(reader.locator(".hit")).to_have_count(0)


def test_what_waits_is_drawn_where_it_would_go_while_the_bar_moves(site: Site, room: Room, three: list[Item]) -> None:
    for one, other in itertools.pairwise(three):
        link_items(room.actor(), one, other=other)
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    x, y = middle(at_rest(page), bar(three[0]))
    drag(page, (x, y), (x + 100, y))
    expect(page.locator(".would")).to_have_count(2)
    expect(page.locator(".drawing")).to_contain_text("2 that wait would have to move")
    expect(page.locator(".handle")).to_be_hidden()  # it stands where the bar ended
    ghost, moved = lies(page.locator(f"#item-{three[1].number} .would")), lies(page.locator(bar(three[0])))
    assert abs(ghost["x"] - moved["x"] - moved["width"]) < 4  # it begins where the bar ends now
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".would")).to_have_count(0)
    assert Change.objects.filter(verb="item.edited").count() == 0


def test_a_finger_that_rests_moves_a_bar_and_one_that_swipes_scrolls(site: Site, room: Room, three: list[Item]) -> None:
    page = site.sign_in(room, width=390, height=844, has_touch=True)
    page.goto(room.path("roadmap/"))
    finger, start = Finger(page), middle(at_rest(page), bar(three[0]))
    finger.down(*start)
    finger.slide(start, -60)
    page.wait_for_timeout(200)  # a finger that stops before it leaves gives the page no swing, which would carry the bar away
    finger.up()
    page.wait_for_timeout(600)
    assert Change.objects.filter(verb="item.edited").count() == 0
    start = middle(page, bar(three[0]))
    finger.down(*start)
    expect(page.locator(".bar.moving")).to_have_count(1)
    finger.slide(start, 40)
    expect(page.locator(".drawing")).to_contain_text("→")
    finger.up()
    expect(page.locator(".toast")).to_contain_text("Harvest")
    moved = Item.objects.get(pk=three[0].pk)
    assert (moved.end - moved.start, moved.start > three[0].start) == (three[0].end - three[0].start, True)


def test_steps_by_keys_in_a_row_are_one_edit_and_escape_takes_them_back(site: Site, room: Room, goals: list[Any]) -> None:
    item = planned(room, goals[0])
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    at_rest(page).locator(bar(item)).focus()
    page.keyboard.down("Alt")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    page.keyboard.up("Alt")
    page.wait_for_timeout(600)
    assert Change.objects.filter(object_id=item.pk).count() == 1
    for _ in range(5):
        page.keyboard.press("Alt+ArrowRight")
    expect(page.locator(f"{bar(item)}[data-version='2']")).to_be_focused()
    assert state(item)[0] == item.start + timedelta(days=5)
    assert Change.objects.filter(object_id=item.pk).count() == 2


def test_arrows_lead_to_bars_outside_the_window_without_script_too(site: Site, room: Room, goals: list[Any]) -> None:
    start = timezone.localdate().replace(day=1) + timedelta(days=800)
    item = planned(room, goals[0], start=start, end=start + timedelta(days=20))
    page = site.sign_in(room, "viewer", script=False, width=390, height=844)
    page.goto(room.path("roadmap/"))
    arrow = page.get_by_role("link", name="after what is shown. Go there")
    expect(arrow).to_have_text(re.compile(r"\d+ months →"))
    box = lies(arrow)
    assert box["x"] + box["width"] <= 390  # in sight although the picture is wider
    arrow.click()
    expect(page.locator(bar(item))).to_have_count(1)


def test_arrows_lead_to_bars_that_are_scrolled_away(site: Site, room: Room, goals: list[Any]) -> None:
    start = timezone.localdate() + timedelta(days=180)
    item = planned(room, goals[0], start=start, end=start + timedelta(days=20))
    page = site.sign_in(room, width=390, height=844)
    page.goto(room.path("roadmap/"))
    page.locator(".off.scrolled.after").click()
    expect(page.locator(".off.scrolled")).to_have_count(0)
    expect(page.locator(bar(item))).to_be_in_viewport()


def test_a_row_far_down_gets_its_arrow_when_one_comes_to_it(site: Site, room: Room, goals: list[Any]) -> None:
    """Its bar is not even placed before."""
    start = timezone.localdate() + timedelta(days=180)
    for n in range(70):
        planned(room, goals[0], f"Item {n}", start=start, end=start + timedelta(days=20))
    page = site.sign_in(room, width=390, height=844)
    page.goto(room.path("roadmap/"))
    first, last = page.locator(".row[data-row]").first, page.locator(".row[data-row]").last
    expect(first.locator(".off.scrolled")).to_have_count(1)
    expect(last.locator(".off.scrolled")).to_have_count(0)
    last.scroll_into_view_if_needed()
    last.locator(".off.scrolled.after").click()
    expect(last.locator(".bar")).to_be_in_viewport()


HEARD = """
window.heard = [];
new MutationObserver((changes) => {
  for (const { addedNodes } of changes)
    for (const each of addedNodes) if (each.matches?.(".toast")) heard.push(each.querySelector("span").textContent);
}).observe(document.getElementById("toasts"), { childList: true });
"""


def test_moving_and_stretching_by_pointer_and_by_keys_leave_the_same_rows_and_the_same_words(
    site: Site, room: Room, goals: list[Any]
) -> None:
    by_pointer, by_keys = planned(room, goals[0], "Same"), planned(room, goals[0], "Same")
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    at_rest(page).evaluate(HEARD)
    width = lies(page.locator(".cal-rows"))["width"]
    day = width / int(page.locator(".tl-grid").get_attribute("data-days") or 0)

    x, y = middle(page, bar(by_pointer))
    drag(page, (x, y), (x + 14 * day, y))
    page.mouse.up()
    expect(page.locator(f"{bar(by_pointer)}[data-version='2']")).to_be_visible()
    box = lies(page.locator(f"{bar(by_pointer)} .grip.end"))
    drag(page, (box["x"] + 4, y), (box["x"] + 4 + 10 * day, y))
    page.mouse.up()
    expect(page.locator(f"{bar(by_pointer)}[data-version='3']")).to_be_visible()

    at_rest(page).locator(bar(by_keys)).focus()
    for _ in range(14):
        page.keyboard.press("Alt+ArrowRight")
    expect(page.locator(f"{bar(by_keys)}[data-version='2']")).to_be_focused()
    for _ in range(10):
        page.keyboard.press("Alt+Shift+ArrowRight")
    expect(page.locator(f"{bar(by_keys)}[data-version='3']")).to_be_focused()

    assert state(by_pointer) == state(by_keys)
    assert state(by_keys)[:2] == (by_keys.start + timedelta(days=14), by_keys.end + timedelta(days=24))
    heard = page.evaluate("window.heard")
    assert len(heard) == 4
    assert heard[:2] == heard[2:]  # what a screen reader is told is the same whichever way it was done
    assert re.fullmatch(r"Same: \d+ \w+ \d{4} to \d+ \w+ \d{4}", heard[0])
    name = page.locator(bar(by_keys)).get_attribute("aria-label") or ""
    assert "24 days later than first given" in name
