"""What somebody without an account does in a browser."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

from django.conf import settings
from playwright.sync_api import expect

from apps.stakeholders import actions, embedding
from apps.stakeholders.models import Told
from tests.stakeholders import scene

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.browser.conftest import Site
    from tests.people import Room


def test_a_share_link_opens_after_its_password(site: Site, room: Room) -> None:
    audience = scene.audience(room, "Partners", fields=["title", "timeframe"])
    scene.item(room, "Tide tables", date(2026, 3, 1), outside_title="Tide tables")
    link = actions.create_share_link(room.actor(), audience, name="For Acme", password="low tide")
    page = site.page()

    page.goto(f"/s/{link.secret}")
    page.get_by_label("Password").fill("high tide")
    page.get_by_role("button").click()
    expect(page.get_by_text("not the password")).to_be_visible()
    page.get_by_label("Password").fill("low tide")
    page.get_by_role("button").click()

    expect(page.get_by_text("Tide tables").first).to_be_visible()
    assert link.secret not in page.url


def test_a_hand_on_ones_own_page_tells_and_opening_it_does_not(site: Site, room: Room) -> None:
    audience, told = scene.audience(room, "Partners"), scene.person(room, "Acme")
    actions.add_to_audience(room.actor(), audience, stakeholder=told)
    scene.item(room, "Tide tables", date(2026, 3, 1))
    link = actions.create_share_link(room.actor(), audience, name="For Acme", stakeholder=told)
    page = site.page()

    page.goto(f"/s/{link.secret}")
    expect(page.get_by_role("button", name="I have read this")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert Told.objects.count() == 0
    page.mouse.move(200, 200)
    page.mouse.move(220, 260)

    expect(page.get_by_text("Noted")).to_be_visible()
    assert list(Told.objects.values_list("item__title", "link", "stakeholder__name")) == [("Tide tables", link.pk, "Acme")]


def test_a_page_of_an_allowed_site_shows_the_view_and_another_does_not(site: Site, room: Room) -> None:
    scene.item(room, "Tide tables", date(2026, 3, 1), outside_title="Tide tables")
    with embedding_site() as server:
        allowed, other = (f"http://{host}:{server.server_port}" for host in ("localhost", "127.0.0.1"))
        audience = scene.audience(room, "Visitors")
        link = actions.create_share_link(room.actor(), audience, name="Site", embed_origins=[allowed])
        place = embedding.address(link).removeprefix(settings.BASE_URL)
        server.body = f'<iframe src="{site.url}{place}" width="800" height="500"></iframe>'.encode()
        page = site.page()
        page.goto(allowed)
        expect(page.frame_locator("iframe").get_by_text("Tide tables")).to_be_visible()
        page.goto(other)
        page.wait_for_load_state("networkidle")
        expect(page.frame_locator("iframe").get_by_text("Tide tables")).to_have_count(0)
        [complaint] = site.complaints
        assert "frame-ancestors" in complaint
        site.complaints.clear()


@contextmanager
def embedding_site() -> Iterator[Any]:
    """Serve one page, `server.body`, on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(self.server.body)

        def log_message(self, *_: object) -> None:
            pass

    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
