"""Nothing jumps while a page comes: what the browser counts as moved, in every view, with the panel beside it and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from apps.roadmap.actions import create_item
from tests.browser.conftest import at_rest
from tests.contracts.world import furnish
from tests.people import new_room

if TYPE_CHECKING:
    from playwright.sync_api import Route

    from tests.browser.conftest import Site
    from tests.people import Room

LISTEN = """
window.moved = 0;
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.moved += each.value;
}).observe({ type: "layout-shift", buffered: true });
"""
SHOWN_AT = """(at) => {
  const mine = ({ effect }) => effect.pseudoElement === "::before" && effect.target === document.documentElement;
  const bar = document.getAnimations().filter(mine);
  for (const each of bar) { each.pause(); each.currentTime = at; }
  return getComputedStyle(document.documentElement, "::before").opacity;
}"""
VIEWS = ["timeline", "board", "table", "matrix"]
A_LINE = 0.05  # a line that comes late at the end of a panel counts less, a column or a panel that pushes the rest much more


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (390, 844)])
def test_nothing_jumps_while_a_view_comes(site: Site, width: int, height: int) -> None:
    room = furnish(new_room("Harbor")).room
    page = site.sign_in(room, width=width, height=height)
    page.add_init_script(LISTEN)
    moved = {}
    for view in VIEWS:
        for item in ("", "&item=1"):
            page.goto(room.path(f"roadmap/?view={view}{item}"))
            at_rest(page)
            moved[view + item] = page.evaluate("window.moved")
    assert {name: value for name, value in moved.items() if value > A_LINE} == {}


def test_a_bar_says_that_one_waits_but_not_before_300_ms(site: Site, room: Room) -> None:
    """The clock of the page's animations is held, as a busy machine's own would say nothing."""
    create_item(room.actor(), room.product, title="Search")
    page = site.sign_in(room)
    page.goto(room.path("roadmap/"))
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    at_rest(page).route("**/roadmap/?*view=board*", hold)
    page.locator(".tools .seg").get_by_role("link", name="Board").click()
    expect(page.locator("html.busy")).to_have_count(1)
    assert [page.evaluate(SHOWN_AT, at) for at in (0, 299, 301, 5_000)] == ["0", "0", "1", "1"]
    held.pop().continue_()
    expect(page.locator(".board")).to_be_visible()
    expect(page.locator("html.busy")).to_have_count(0)
