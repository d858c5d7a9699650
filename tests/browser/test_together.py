"""Two and three people on one roadmap: who is here, who edits what, the same field twice, and a connection that was away."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from apps.roadmap.actions import create_item, edit_item
from apps.roadmap.models import Item
from apps.vision.actions import create_product
from tests.browser.conftest import at_rest

if TYPE_CHECKING:
    from tests.browser.conftest import Site
    from tests.people import Room

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def item(room: Room) -> Item:
    return create_item(
        room.actor(), room.product, title="Search", start=date(2026, 12, 1), end=date(2027, 3, 31), granularity="day"
    )


def opened(site: Site, room: Room, role: str) -> Page:
    page = site.sign_in(room, role)
    page.goto(room.path("roadmap/?view=table&item=1"))
    return at_rest(page)


def test_three_see_each_other_and_what_is_being_edited_until_they_leave(site: Site, room: Room, item: Item) -> None:
    editor, owner, viewer = (opened(site, room, role) for role in ("editor", "owner", "viewer"))
    for page in (editor, owner, viewer):
        expect(page.locator("#presence .here")).to_have_count(2, timeout=15_000)
    editor.locator("#item-panel select[name=status]").focus()
    expect(owner.locator("#item-panel .editing")).to_have_text("Editor of Harbor is editing this", timeout=15_000)
    expect(owner.locator("#item-panel select[name=status] + .editing")).to_be_visible()
    expect(viewer.locator("#item-title + .editing")).to_have_text("Editor of Harbor is editing the status", timeout=15_000)
    expect(editor.locator(".editing")).to_have_count(0)
    editor.locator("#item-panel select[name=status]").blur()
    expect(owner.locator("#item-panel .editing")).to_have_count(0, timeout=15_000)
    editor.close()
    for page in (owner, viewer):
        expect(page.locator("#presence .here")).to_have_count(1, timeout=30_000)


@pytest.mark.parametrize(("choice", "status"), [("Keep mine", "planned"), ("Take theirs", "parked")])
def test_the_same_field_twice_shows_both_values_and_either_is_kept(
    site: Site, room: Room, item: Item, choice: str, status: str
) -> None:
    page = site.sign_in(room)
    page.route("**/live/**", lambda route: route.abort())  # what the other did is not drawn before the second choice
    page.goto(room.path("roadmap/?view=table&item=1"))
    at_rest(page)
    edit_item(room.actor("owner"), item, status="parked")
    page.locator("#item-panel select[name=status]").select_option("planned")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("Owner of Harbor")
    expect(dialog).to_contain_text("Parked")
    expect(dialog).to_contain_text("Planned")
    dialog.get_by_role("button", name=choice).click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator("#item-panel select[name=status]")).to_have_value(status)
    item.refresh_from_db()
    assert item.status == status


def test_after_30_seconds_without_a_connection_both_sides_end_equal(site: Site, room: Room, item: Item) -> None:
    away, there = opened(site, room, "editor"), opened(site, room, "owner")
    away.context.set_offline(True)
    expect(away.locator(".offline")).to_be_visible()
    words = away.locator("#item-panel textarea[name=body]").last
    words.fill("Half a thou")
    away.locator("#item-panel select[name=health]").select_option("at_risk")
    expect(away.locator(".toast.bad", has_text="No answer")).to_be_visible()
    there.locator("#item-panel select[name=status]").select_option("planned")
    create_item(room.actor("owner"), room.product, title="Came meanwhile")
    away.wait_for_timeout(30_000)
    away.context.set_offline(False)
    expect(away.locator(".offline")).to_have_count(0)
    for page in (away, there):
        expect(page.locator("#item-panel select[name=status]")).to_have_value("planned")
        expect(page.locator("#item-panel select[name=health]")).to_have_value("at_risk")
        expect(page.locator("#roadmap")).to_contain_text("Came meanwhile")
    expect(words).to_have_value("Half a thou")
    item.refresh_from_db()
    assert (item.status, item.health) == ("planned", "at_risk")


def test_what_one_folded_open_or_shut_stays_so_while_another_edits(site: Site, room: Room, item: Item) -> None:
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=board&compare=2026-01-01&item=1"))
    menu, since = at_rest(page).locator("#views-menu"), page.locator("details.since")
    waits = page.locator("#item-panel details", has_text="Add a dependency")
    told = page.locator("#told-slot").inner_text()
    since.locator("summary").click()
    waits.locator("summary").click()
    waits.get_by_label("Kind").select_option("relates_to")
    menu.locator("summary").click()
    with page.expect_response(lambda answer: "/told/" in answer.url):
        edit_item(room.actor("owner"), item, title="Search for all", progress=40)
    expect(page.locator("#board")).to_contain_text("Search for all")
    expect(page.locator("#item-panel")).to_contain_text("40%")
    expect(menu).to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()
    expect(waits).to_have_attribute("open", "")
    expect(waits.get_by_label("Kind")).to_have_value("relates_to")
    expect(since).not_to_have_attribute("open", "")
    expect(page.locator("#told-slot")).to_have_text(told, use_inner_text=True)


def test_the_portfolio_follows_what_others_do_and_stays_where_it_was_scrolled(site: Site, room: Room) -> None:
    dates = {"start": date(2026, 12, 1), "end": date(2027, 3, 31), "granularity": "day"}
    top = create_item(room.actor(), room.product, title="Ask in plain words", type="initiative", **dates)
    page = site.sign_in(room, "viewer", width=390)
    page.goto(f"/w/{room.workspace.slug}/portfolio/?from=2026-10-01")
    expect(at_rest(page).locator("#portfolio")).to_contain_text("Ask in plain words")
    page.locator(".tl").evaluate("(box) => (box.scrollLeft = 150)")
    edit_item(room.actor(), top, title="Ask in any words")
    expect(page.locator("#portfolio")).to_contain_text("Ask in any words")
    create_product(room.actor("owner"), room.workspace, name="Mobile")
    expect(page.locator(".lane[aria-label='Mobile']")).to_be_visible()
    assert page.locator(".tl").evaluate("(box) => box.scrollLeft") == 150
