"""What a person before a browser waits for: the first view, another view, an edit of somebody else, a bar under the pointer."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import partial
from gzip import compress
from itertools import cycle
from statistics import median
from typing import TYPE_CHECKING, Any

from django.conf import settings

from apps.roadmap.actions import edit_item
from apps.roadmap.models import Item
from tests.bench.measure import line, timed
from tests.bench.roadmaps import filled
from tests.serving import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, ViewportSize

    from tests.people import Room

SIZES = (100, 1_000, 5_000, 10_000)
ROUNDS = 7
WINDOW: ViewportSize = {"width": 1440, "height": 900}
MOST_BYTES, MOST_SCRIPTING = 250_000, 100  # compressed, and milliseconds, of the first view
# Frames between two moves of the pointer: what the page's own clock saw.
_FRAMES = """() => {
  const mine = (window.frames_ = []);
  const go = (at) => { if (window.frames_ === mine) { mine.push(at); requestAnimationFrame(go); } };
  requestAnimationFrame(go);
}"""
_FETCH = "url => fetch(url).then(answer => answer.text()).then(text => text.length)"
_GAPS = "() => window.frames_.slice(1).map((at, n) => at - window.frames_[n])"


def run() -> None:
    """Run this file's benchmarks; without a browser on this machine there are none."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's driver keeps a loop in this thread
    from tests.browser.conftest import CHROMIUM, launched  # noqa: PLC0415 - Django is set up by now

    if not CHROMIUM:
        return
    with served() as url, launched() as browser:
        settings.BASE_URL = url
        desks = {items: Desk.new(browser, url, filled(items)) for items in SIZES}
        opening(desks)
        for items, desk in desks.items():
            switching(desk.context, desk.room, items)
            seeing(browser, url, desk.room, items)
            dragging(desk.context, desk.room, items)
            desk.context.close()


@dataclass
class Desk:
    """A person's windows on a room, with scripts and without."""

    room: Room
    address: str
    context: BrowserContext
    page: Page
    bare: Page
    metrics: CDPSession
    firsts: list[tuple[float, float]] = field(default_factory=list)  # milliseconds with scripts, and without
    scripting: list[float] = field(default_factory=list)  # milliseconds

    @classmethod
    def new(cls, browser: Browser, url: str, room: Room) -> Desk:
        context = signed_in(browser, url, room, "editor")
        plain = browser.new_context(java_script_enabled=False, storage_state=context.storage_state(), viewport=WINDOW)
        page = context.new_page()
        metrics = context.new_cdp_session(page)
        metrics.send("Performance.enable", {"timeDomain": "threadTicks"})
        return cls(room, url + room.path("roadmap/"), context, page, plain.new_page(), metrics)

    def open(self) -> None:
        """Open the roadmap, and the same HTML without a script; and count what the scripts take until the page is at rest."""
        ours = _opened(self.page, self.address)
        self.page.wait_for_timeout(300)
        found = {each["name"]: each["value"] for each in self.metrics.send("Performance.getMetrics")["metrics"]}
        self.scripting.append(found["ScriptDuration"] * 1_000)
        self.firsts.append((ours, _opened(self.bare, self.address)))


def signed_in(browser: Browser, url: str, room: Room, role: str) -> BrowserContext:
    """Return a window of the room's person of that role."""
    context = browser.new_context(base_url=url, viewport=WINDOW)
    cookie = room.client(role).cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])
    return context


def opening(desks: dict[int, Desk]) -> None:
    """From the address until the bars are painted, beside the same HTML without a script; all sizes in turns."""
    for _ in range(2 + ROUNDS):
        for desk in desks.values():
            desk.open()
    for items, desk in desks.items():
        firsts, scripting = desk.firsts[2:], median(desk.scripting[2:])
        line(
            f"browser_first_view_{items}", value=round(median(ours for ours, _ in firsts), 1), unit="ms",
            against="the same page with scripts off", ratio=round(median(ours / bare for ours, bare in firsts), 2), goal=2,
        )  # fmt: skip
        answer = desk.page.goto(desk.address, wait_until="load")
        size = len(compress(answer.body() if answer else b""))
        line(
            f"browser_bytes_{items}", value=size, unit="bytes compressed", against="what a page may weigh",
            ratio=round(size / MOST_BYTES, 2), goal=1,
        )  # fmt: skip
        line(
            f"browser_scripting_{items}", value=round(scripting, 1), unit="ms", against="what a first view may compute",
            ratio=round(scripting / MOST_SCRIPTING, 2), goal=1,
        )  # fmt: skip
        desk.page.close()
        desk.bare.context.close()
    small, large = ([ours for ours, _ in desks[items].firsts[2:]] for items in (1_000, 10_000))
    line(
        "browser_first_view_10000_against_1000", value=round(median(large), 1), unit="ms", against="that of 1,000 items",
        ratio=round(median(one / other for one, other in zip(large, small, strict=True)), 2), goal=1.1,
    )  # fmt: skip


def _opened(page: Page, url: str) -> float:
    return timed(lambda: (page.goto(url, wait_until="load"), page.locator(".bar").first.wait_for()))


def switching(context: BrowserContext, room: Room, items: int) -> None:
    """From the press on another view until it is there, beside fetching it."""
    page = context.new_page()
    page.goto(room.path("roadmap/"))
    views = cycle((("Board", ".board"), ("Timeline", ".tl")))

    page.wait_for_load_state("networkidle")

    def switch() -> float:
        name, place = next(views)
        box: Any = page.get_by_role("link", name=name, exact=True).bounding_box()
        at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        return timed(lambda: (page.mouse.click(*at), page.locator(place).first.wait_for()))

    pairs = [(switch(), timed(partial(page.evaluate, _FETCH, page.url))) for _ in range(2 + 2 * ROUNDS)][2:]
    line(
        f"browser_switch_of_view_{items}", value=round(median(mine for mine, _ in pairs), 1), unit="ms",
        against="fetching the view", ratio=round(median(mine / other for mine, other in pairs), 2), goal=3,
    )  # fmt: skip
    page.close()


def seeing(browser: Browser, url: str, room: Room, items: int) -> None:
    """From an edit until another person sees it, beside that person's fetching the page."""
    context = signed_in(browser, url, room, "viewer")
    page = context.new_page()
    page.goto(room.path("roadmap/"))
    page.wait_for_load_state("networkidle")
    shown = int(page.locator(".bar").first.get_attribute("data-item") or 0)
    item = Item.objects.get(product=room.product, number=shown)
    numbers = iter(range(1_000))

    def seen() -> None:
        title = f"Seen {next(numbers)}"
        edit_item(room.actor(), item, title=title)
        page.locator(f".bar[data-title='{title}']").wait_for()

    pairs = [(timed(seen), timed(partial(page.evaluate, _FETCH, page.url))) for _ in range(1 + ROUNDS)][1:]
    line(
        f"browser_edit_until_another_sees_{items}", value=round(median(mine for mine, _ in pairs), 1), unit="ms",
        against="fetching the view", ratio=round(median(mine / other for mine, other in pairs), 2), goal=5,
    )  # fmt: skip
    context.close()


def dragging(context: BrowserContext, room: Room, items: int) -> None:
    """How long a frame lasts while a bar follows the pointer, beside the frames of a pointer that moves over the page."""
    page = context.new_page()
    page.goto(room.path("roadmap/"))
    page.wait_for_load_state("networkidle")
    box: Any = page.locator(".bar").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    bare = _frames(page, x, y)
    page.mouse.move(x, y)
    page.mouse.down()
    held = _frames(page, x, y)
    page.keyboard.press("Escape")
    page.mouse.up()
    worst = sorted(held)[int(len(held) * 0.95)]
    line(
        f"browser_drag_frame_p95_{items}", value=round(worst, 1), unit="ms", against="a pointer that holds nothing",
        ratio=round(worst / sorted(bare)[int(len(bare) * 0.95)], 2), goal=1.5,
    )  # fmt: skip
    page.close()


def _frames(page: Page, x: float, y: float) -> list[float]:
    page.evaluate(_FRAMES)
    for step in range(60):
        page.mouse.move(x + step * 3, y)
    return list(page.evaluate(_GAPS))
