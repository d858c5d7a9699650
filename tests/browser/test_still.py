"""Nothing jumps while a page comes: what the browser counts as moved, in every view, with the panel beside it and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import at_rest
from tests.contracts.world import furnish
from tests.people import new_room

if TYPE_CHECKING:
    from tests.browser.conftest import Site

LISTEN = """
window.moved = 0;
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.moved += each.value;
}).observe({ type: "layout-shift", buffered: true });
"""
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
