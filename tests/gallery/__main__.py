"""Draw the gallery: every state at two widths, in light and dark, into test-results/gallery with a page to look through."""

from __future__ import annotations

import os
import sys
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from tests.serving import own_database, served

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from tests.gallery.states import State

FOLDER = Path("test-results/gallery")
SCREENS = [(width, height, scheme) for width, height in ((1440, 900), (390, 844)) for scheme in ("light", "dark")]
PASSWORD = "lodestar-demo"


def main(only: list[str]) -> None:
    """Seed the demo, serve it, and take the pictures; with names, only those."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's driver keeps a loop in this thread
    with own_database():
        from django.conf import settings  # noqa: PLC0415 - Django is set up by now

        settings.DEMO = True
        from apps.stakeholders.demo.seeding import seed  # noqa: PLC0415

        seed()
        FOLDER.mkdir(parents=True, exist_ok=True)
        with served() as url:
            settings.BASE_URL = url
            draw(url, only)


def draw(url: str, only: list[str]) -> None:
    """Take the pictures of the product at an address."""
    from tests.browser.conftest import launched  # noqa: PLC0415 - Django is set up by now
    from tests.gallery.states import states  # noqa: PLC0415

    found = [state for state in states() if not only or state.name in only]
    with launched() as browser:
        for width, height, scheme in SCREENS:
            contexts: dict[tuple[str, str], BrowserContext] = {}
            for state in found:
                key = (state.who, state.language)
                if key not in contexts:
                    language = state.language or "en-GB"
                    contexts[key] = browser.new_context(
                        base_url=url, viewport={"width": width, "height": height}, color_scheme=scheme, locale=language,
                        reduced_motion="reduce",
                    )  # fmt: skip
                    sign_in(contexts[key], state.who)
                take(contexts[key], state, f"{state.name}-{width}-{scheme}")
            for context in contexts.values():
                context.close()
    (FOLDER / "index.html").write_text(index(found))


def sign_in(context: BrowserContext, who: str) -> None:
    """Sign the demo's person in, through the form; nobody stays outside."""
    if not who:
        return
    page = context.new_page()
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(f"{who}@demo.test")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").first.click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    page.close()


def take(context: BrowserContext, state: State, name: str) -> None:
    """Open the page, do what is to be done there, and take the picture of the screen."""
    from tests.browser.conftest import at_rest  # noqa: PLC0415 - Django is set up by now

    page = context.new_page()
    page.goto(state.address)
    state.do(page)
    at_rest(page)  # with the parts that come after the page
    page.wait_for_timeout(400)
    page.screenshot(path=FOLDER / f"{name}.png")
    page.close()
    sys.stdout.write(f"{name}\n")
    sys.stdout.flush()


def index(found: list[State]) -> str:
    """Return a page that shows each state at every screen, side by side."""
    rows = (
        f"<h2>{escape(state.name)}</h2><p>"
        + "".join(f'<img loading="lazy" height="480" src="{state.name}-{w}-{s}.png" alt="{w} px, {s}">' for w, _, s in SCREENS)
        for state in found
    )
    return "<!doctype html><meta charset=utf-8><title>Gallery</title>" + "\n".join(rows)


if __name__ == "__main__":
    main(sys.argv[1:])
