"""A real browser before a real server on the test's own database: what a person does with mouse and keys."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, FloatRect, Locator, Page, expect, sync_playwright

from tests.serving import end_other_sessions, served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.people import Room

# Playwright's synchronous interface keeps an event loop in this thread, in which Django would refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
CHROMIUM = (
    os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
# Seconds by which every script comes late: what holds then holds on a busy machine too.
LATE = float(os.environ.get("SCRIPTS_LATE") or 0)
expect.set_options(timeout=10_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give a test that a browser failed one more run, of which the summary tells, and time: an ended wait ends the browser."""
    for item in items:
        if "tests/browser" in str(item.path):
            for mark in (pytest.mark.browser, pytest.mark.flaky(reruns=0 if LATE else 1), pytest.mark.timeout(400)):
                item.add_marker(mark)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one browser of this run."""
    if not CHROMIUM:
        if os.environ.get("LODESTAR_REQUIRE_BROWSER"):
            pytest.fail("Chromium is required here and missing; install it or name it in CHROMIUM.")
        pytest.skip("No Chromium on this machine: the browser tests did not run. Install it or name it in CHROMIUM.")
    with launched() as browser:
        yield browser


@contextmanager
def launched() -> Iterator[Browser]:
    """Start the browser of this machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def wait_until_right_of(page: Page, selector: str, x: float) -> None:
    """Wait until an element lies further right; asked from here, as our pages let no string be run as script."""
    for _ in range(50):
        box = page.locator(selector).bounding_box()
        if box and box["x"] > x:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{selector} did not move right of {x}")


def at_rest(page: Page) -> Page:
    """Return the page when its scripts answer keys; before that a key opens a form as a page of its own, or nothing."""
    page.wait_for_load_state("networkidle")
    return page


def lies(element: Locator) -> FloatRect:
    """Return where an element lies, in px of the page, once it has come to rest."""
    box = None
    for _ in range(100):
        before, box = box, element.bounding_box()
        if box and box == before:
            return box
        element.page.wait_for_timeout(50)
    raise AssertionError(f"{element} did not come to rest")


def middle(page: Page, selector: str) -> tuple[float, float]:
    """Return where the middle of an element is, once it has come to rest."""
    box = lies(page.locator(selector))
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=4)


class Finger:
    """One finger on a page's glass."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)

    def down(self, x: float, y: float) -> None:
        self._send("touchStart", x, y)

    def slide(self, start: tuple[float, float], by: int, down: int = 0) -> None:
        for step in range(1, 9):
            self._send("touchMove", start[0] + by * step / 8, start[1] + down * step / 8)

    def up(self) -> None:
        self.session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def _send(self, kind: str, x: float, y: float) -> None:
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})


@dataclass
class Site:
    """The served product, and the people before it."""

    url: str
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def page(self, *, width: int = 1440, height: int = 900, scheme: str = "light", script: bool = True, **how: Any) -> Page:
        """Return a page of a person who is not signed in; what its console complains of is kept."""
        context = self.browser.new_context(
            base_url=self.url,
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=script,
            **how,
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._listen)
        return page

    def _listen(self, message: Any) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.complaints.append(message.text)

    def sign_in(self, room: Room, role: str = "editor", **how: Any) -> Page:
        """Return a page of the room's person of that role, signed in."""
        page = self.page(**how)
        cookie = room.client(role).cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.url}])
        return page


@pytest.fixture(scope="session", autouse=True)
def ended_sessions(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Leave no session open when the database is dropped."""
    yield
    with django_db_blocker.unblock():
        end_other_sessions()


@pytest.fixture
def site(transactional_db: None, settings: Any, chromium: Browser) -> Iterator[Site]:
    """The product on a free port."""
    settings.DEMO = True
    with served(late=LATE) as url:
        settings.BASE_URL = url
        site = Site(url, chromium)
        assert httpx.get(f"{url}/accounts/login/").status_code == 200
        yield site
        for context in site.contexts:
            context.close()
    assert not site.complaints, site.complaints
