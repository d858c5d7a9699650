"""The roadmap as slides: by keys, by fingers, without a script, and on paper one a page."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.roadmap.actions import create_item
from apps.vision.actions import create_goal
from tests.browser.conftest import at_rest, lies

if TYPE_CHECKING:
    from tests.browser.conftest import Site
    from tests.people import Room

GOALS = ("Find it", "Trust it", "Keep it")


@pytest.fixture
def planned(room: Room) -> None:
    start = timezone.localdate() + timedelta(days=10)
    for name in GOALS:
        goal = create_goal(room.actor(), room.product, name=name)
        create_item(
            room.actor(), room.product, title=f"Work for {name}", goals=[{"goal": goal, "share": 100}], start=start,
            end=start + timedelta(days=40), granularity="day", status="planned",
        )  # fmt: skip


def seen(page: Page) -> str:
    """Return the id of the slide in sight, once there is one."""
    for _ in range(50):
        for slide in page.locator(".slide").all():
            box = slide.bounding_box()
            if box and abs(box["x"]) < 2:
                return slide.get_attribute("id") or ""
        page.wait_for_timeout(50)
    return ""


def is_at(page: Page, number: int) -> None:
    for _ in range(60):
        if seen(page) == f"slide-{number}":
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{seen(page)} is shown, not slide {number}")


KEYS = [
    ("ArrowRight", 2), ("ArrowDown", 3), ("Space", 4), ("Space", 4), ("ArrowLeft", 3), ("Shift+Space", 2), ("End", 4),
    ("ArrowUp", 3), ("Home", 1), ("PageDown", 2), ("PageUp", 1), ("ArrowLeft", 1),
]  # fmt: skip


@pytest.mark.usefixtures("planned")
def test_keys_go_on_and_back_and_escape_leaves(site: Site, room: Room) -> None:
    page = site.sign_in(room, "viewer")
    page.goto(room.path("roadmap/?group=goal&zoom=year"))
    page.get_by_role("link", name="Present").click()
    page.wait_for_url("**/present/**")
    at_rest(page)
    is_at(page, 1)
    for key, number in KEYS:
        page.keyboard.press(key)
        is_at(page, number)
    page.keyboard.press("ArrowRight")
    expect(page.locator("#slide-2")).to_be_focused()
    expect(page.get_by_role("heading", name="Find it")).to_be_visible()
    page.reload()
    is_at(page, 2)
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(r"/roadmap/\?.*zoom=year"))


@pytest.mark.usefixtures("planned")
def test_a_finger_swipes(site: Site, room: Room) -> None:
    page = site.sign_in(room, "viewer", width=390, height=844, has_touch=True)
    page.goto(room.path("present/"))
    at_rest(page)
    client = page.context.new_cdp_session(page)

    def touch(kind: str, *at: int) -> None:
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": 400} for x in at]})

    touch("touchStart", 350)
    for x in range(330, 30, -20):
        touch("touchMove", x)
    touch("touchEnd")
    is_at(page, 2)
    page.keyboard.press("ArrowRight")  # keys go on from where the finger left off
    is_at(page, 3)


@pytest.mark.usefixtures("planned")
def test_on_a_narrow_screen_a_bar_stands_under_its_title_and_its_months(site: Site, room: Room) -> None:
    page = site.sign_in(room, "viewer", width=390, height=844)
    page.goto(room.path("present/#slide-2"))
    at_rest(page)
    months, track = (lies(page.locator(f"#slide-2 {each}")) for each in (".cal-rows", ".row .track-row"))
    assert (track["x"], track["width"]) == (months["x"], months["width"])
    title = lies(page.locator("#slide-2 .row .t"))
    assert title["y"] + title["height"] <= track["y"] + 1


@pytest.mark.usefixtures("planned")
def test_without_script_the_links_lead_on(site: Site, room: Room) -> None:
    page = site.sign_in(room, "viewer", script=False)
    page.goto(room.path("present/"))
    page.locator("#slide-1").get_by_role("link", name="Next slide").click()
    is_at(page, 2)
    page.locator("#slide-2").get_by_role("link", name="Leave").click()
    page.wait_for_url("**/roadmap/**")


@pytest.mark.usefixtures("planned")
def test_on_paper_each_slide_is_a_page(site: Site, room: Room) -> None:
    page = site.sign_in(room, "viewer")
    page.goto(room.path("present/"))
    at_rest(page)
    for paper in ("A4", "A3"):
        paged = page.pdf(format=paper, landscape=True, print_background=True)
        assert len(re.findall(rb"/Type\s*/Page\b", paged)) == 4
