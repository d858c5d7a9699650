"""What was shown at once and then refused, or got no answer, is put back or kept, with a word; what is away is said."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.actions import change_role
from apps.accounts.models import Membership
from apps.roadmap.actions import create_item, edit_item
from apps.roadmap.models import Item
from tests.browser.conftest import at_rest, drag, middle

if TYPE_CHECKING:
    from tests.browser.conftest import Site
    from tests.people import Room

GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"
STATUS = "#item-panel select[name=status]"


@pytest.fixture
def item(room: Room) -> Item:
    return create_item(
        room.actor(),
        room.product,
        title="Search",
        horizon="now",
        start=date(2026, 12, 1),
        end=date(2027, 3, 31),
        granularity="day",
    )


def opened(site: Site, room: Room, query: str, role: str = "editor", *, live: bool = True) -> Page:
    page = site.sign_in(room, role)
    if not live:  # what another does is not drawn before one's own edit
        page.route("**/live/**", lambda route: route.abort())
    page.goto(room.path(f"roadmap/{query}"))
    return at_rest(page)


def to_reader(room: Room) -> None:
    change_role(room.actor("owner"), Membership.objects.get(user=room.editor), role="viewer")


def test_a_bar_that_was_refused_goes_back_and_says_why(site: Site, room: Room, item: Item) -> None:
    page = opened(site, room, "?zoom=year&from=2026-09", live=False)
    to_reader(room)
    place = page.locator("foreignObject", has=page.locator(f".bar[data-item='{item.number}']")).last
    before = place.get_attribute("x")
    x, y = middle(page, f".bar[data-item='{item.number}']")
    drag(page, (x, y), (x + 120, y))
    page.mouse.up()
    expect(page.locator(".toast.bad")).to_contain_text("role")
    expect(place).to_have_attribute("x", str(before))


def test_a_choice_that_was_refused_goes_back_and_says_why(site: Site, room: Room, item: Item) -> None:
    page = opened(site, room, "?item=1", live=False)
    to_reader(room)
    page.locator(STATUS).select_option("planned")
    expect(page.locator(".toast.bad")).to_contain_text("role")
    expect(page.locator(STATUS)).to_have_value("proposed")


def test_the_page_of_a_proxy_takes_no_ones_place(site: Site, room: Room, item: Item) -> None:
    page = opened(site, room, "?item=1")
    page.route("**/edit/", lambda route: route.fulfill(status=502, content_type="text/html", body=GATEWAY))
    page.locator("#item-panel textarea[name=body]").last.fill("Half a thou")
    page.locator(STATUS).select_option("planned")
    expect(page.locator(".toast.bad")).to_contain_text("The server could not do that just now")
    expect(page.locator(STATUS)).to_have_value("proposed")
    expect(page.locator("#item-panel textarea[name=body]").last).to_have_value("Half a thou")


def test_a_choice_without_an_answer_is_sent_again(site: Site, room: Room, item: Item) -> None:
    page = opened(site, room, "?item=1")
    page.route("**/edit/", lambda route: route.abort(), times=1)
    page.locator(STATUS).select_option("planned")
    expect(page.locator(".toast.bad")).to_contain_text("No answer")
    expect(page.locator(".toast", has_text="Saved")).to_be_visible()
    item.refresh_from_db()
    assert item.status == "planned"


def test_a_card_moved_without_a_connection_goes_back(site: Site, room: Room, item: Item) -> None:
    create_item(room.actor(), room.product, title="Cache", horizon="now")
    page = opened(site, room, "?view=board")
    page.context.set_offline(True)
    page.locator("#card-1 .lead").press("Alt+ArrowRight")
    expect(page.locator(".toast.bad")).to_contain_text("The item is where it was")
    expect(page.locator(".toast.bad")).to_have_count(1)
    expect(page.locator("[data-column=now] .item-card .lead")).to_have_text(["Search", "Cache"])


@pytest.mark.parametrize("view", ["timeline", "board", "table"])
def test_what_another_changed_flashes_once(site: Site, room: Room, item: Item, view: str) -> None:
    create_item(room.actor(), room.product, title="Cache", horizon="now")
    there = opened(site, room, f"?view={view}", "owner")
    here = opened(site, room, f"?view={view}&item=1")
    here.locator(STATUS).select_option("planned")
    expect(there.locator("#roadmap .flash")).to_have_count(1)
    expect(here.locator("#roadmap .flash")).to_have_count(0)
    expect(there.locator("#roadmap .flash")).to_have_count(0)


def test_a_server_that_is_away_is_said_and_what_happened_meanwhile_is_shown(site: Site, room: Room, item: Item) -> None:
    page = opened(site, room, "?view=board")
    page.route("**/live/**", lambda route: route.fulfill(status=503))
    page.evaluate("dispatchEvent(new Event('online'))")  # the stream begins anew, and is refused
    expect(page.locator(".offline")).to_contain_text("The connection is lost")
    edit_item(room.actor("owner"), item, horizon="later")
    page.unroute("**/live/**")
    expect(page.locator(".offline")).to_have_count(0)
    expect(page.locator("[data-column=later] #card-1")).to_be_visible()


def test_a_session_that_is_over_is_said_and_no_edit_is_called_saved(site: Site, room: Room, item: Item) -> None:
    page = opened(site, room, "?view=board")
    page.context.clear_cookies(name="lodestar_session")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".offline")).to_contain_text("Your session is over")
    page.locator("#card-1 .lead").press("Alt+ArrowRight")
    expect(page.locator(".notice")).to_contain_text("Your session is over")
    item.refresh_from_db()
    assert item.horizon == "now"
    page.get_by_label("Email").fill(room.editor.email)
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("[data-column=now] #card-1")).to_be_visible()
