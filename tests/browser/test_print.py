"""The roadmap on paper: no chrome, nothing cut off, and the name of a lane on every page over which it goes."""

from __future__ import annotations

import re
import zlib
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.roadmap import rating
from apps.roadmap.actions import create_item
from apps.vision.actions import create_goal
from tests.browser.conftest import at_rest

if TYPE_CHECKING:
    from tests.browser.conftest import Site
    from tests.people import Room

ITEMS = 45
FLAG = b".702 .2118 .1843 rg"  # as a PDF says #b3362f


@pytest.fixture
def planned(room: Room) -> None:
    goal = create_goal(room.actor(), room.product, name="Find it")
    card = rating.create_scorecard(room.actor(), room.product)
    start = timezone.localdate() + timedelta(days=10)
    for n in range(ITEMS):
        item = create_item(
            room.actor(), room.product, title=f"Work {n}", goals=[{"goal": goal, "share": 100}], start=start,
            end=start + timedelta(days=40), granularity="day", status="planned", health="at_risk",
        )  # fmt: skip
        rating.rate_item(room.actor(), item, scorecard=card, ratings={"value": n % 10 + 1, "effort": n % 7 + 1})


def pages(page: Page, paper: str) -> int:
    """Return on how many pages it is printed."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper, landscape=True)))


def headed(page: Page) -> int:
    """Return on how many pages of A4 the head of the timeline stands: those that are drawn with the colour of its flag."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", page.pdf(format="A4", landscape=True), re.DOTALL)
    packed = [each for each in streams if each[:1] == b"\x78"]  # the others are pictures and fonts
    return sum(FLAG in zlib.decompressobj().decompress(each) for each in packed)


VIEWS = [
    ("timeline", ".lane .row", ".lane > header", 3),
    ("table", "tbody tr", "thead", 2),
    ("board", ".item-card", ".column > header", 4),
    ("matrix", ".spot", ".matrix-table thead", 3),
]


@pytest.mark.usefixtures("planned")
@pytest.mark.parametrize(("view", "things", "repeated", "least"), VIEWS)
def test_a_view_on_paper(site: Site, room: Room, view: str, things: str, repeated: str, least: int) -> None:
    page = site.sign_in(room, scheme="dark")
    page.goto(room.path(f"roadmap/?view={view}"))
    at_rest(page)
    page.emulate_media(media="print", color_scheme="dark")
    for chrome in (".side", ".tools", ".head .actions", "#toasts"):
        expect(page.locator(chrome).first).to_be_hidden()
    expect(page.locator(things)).to_have_count(ITEMS)
    for each in (page.locator(things).first, page.locator(things).last):
        expect(each).to_be_visible()
    expect(page.locator(repeated).first).to_have_css("display", "table-header-group")
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    if view == "timeline":
        assert page.locator(".bar .lab").first.bounding_box()
    if view == "matrix":
        expect(page.locator(".matrix-table tbody tr").last).to_be_visible()
    on_a4, on_a3 = pages(page, "A4"), pages(page, "A3")
    assert on_a4 >= least
    if view == "timeline":
        assert headed(page) == on_a4
    assert 1 <= on_a3 < on_a4
