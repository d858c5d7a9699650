"""Every page, as it is drawn: nothing that keeps a person out (axe-core, WCAG 2.2 AA), nothing wider than the screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.urls import reverse

from tests.contracts.routes import QUERIES, ROUTES, path_of
from tests.contracts.walk import routes
from tests.contracts.world import World, furnish
from tests.people import new_room

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Site

AXE = (Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL = routes()
# Streams, feeds, downloads, and parts that stand in no page of their own; the API's description is drawn by a library.
NO_PAGES = {
    "accounts:live", "core:healthz", "core:readyz", "core:mail_body", "core:object", "docs", "schema", "stakeholders:atom",
    "stakeholders:calendar", "stakeholders:take_away",
}  # fmt: skip
PAGES = sorted(name for name, row in ROUTES.items() if "GET" in row and not name.startswith("api:") and name not in NO_PAGES)
VIEWS = {"roadmap:page": ("", "?view=board", "?view=table", "?view=matrix", "?item=1", "?q=nothing+has+these+words")}
SCREENS = [(1440, 900, "light"), (1440, 900, "dark"), (390, 844, "light"), (390, 844, "dark")]


def addresses(world: World) -> list[str]:
    """Return the address of every page, the roadmap in each of its views."""
    found = []
    for name in PAGES:
        route = ALL[name]
        url = route.url(**path_of(name, route.kwargs, world)) + QUERIES.get(name, lambda _: "")(world)
        found += [url + more for more in VIEWS.get(name, ("",))]
    minutes = reverse("stakeholders:review", args=[world.workspace.slug, world.held_review.pk])
    return [*found, minutes]


def faults(page: Page, url: str) -> list[str]:
    """Return what is wrong with the page at an address, each fault in one line with the first place where it is."""
    answer = page.goto(url)
    if answer is None or answer.status != 200 or "text/html" not in answer.headers.get("content-type", ""):
        return []
    page.wait_for_timeout(150)  # for the parts that come after the page
    page.evaluate(AXE)
    result: dict[str, Any] = page.evaluate(
        "rules => axe.run({exclude: [['iframe']]}, {runOnly: rules, resultTypes: ['violations']})", RULES
    )
    found = [f"{url} {each['id']}: {each['nodes'][0]['html'][:160]}" for each in result["violations"]]
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [*found, f"{url} is {wider} px wider than the screen"] if wider > 0 else found


@pytest.mark.parametrize(("width", "height", "scheme"), SCREENS)
def test_every_page_lets_everybody_in(site: Site, width: int, height: int, scheme: str) -> None:
    world = furnish(new_room("Harbor"))
    # axe draws with styles of its own, which our policy would refuse.
    page = site.sign_in(world.room, "owner", width=width, height=height, scheme=scheme, bypass_csp=True)
    found = [fault for url in addresses(world) for fault in faults(page, url)]
    assert not found, "\n".join(found)


def test_no_page_breaks_the_content_security_policy(site: Site) -> None:
    world = furnish(new_room("Harbor"))
    page = site.sign_in(world.room, "owner")
    for url in addresses(world):
        page.goto(url)
        page.wait_for_timeout(100)  # for the parts that come after the page
        assert not site.complaints, url
