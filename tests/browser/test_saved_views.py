"""Saved views by mouse and by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from apps.roadmap.actions import create_item
from apps.roadmap.models import SavedView
from apps.roadmap.saved import save_view
from tests.browser.conftest import at_rest

if TYPE_CHECKING:
    from tests.browser.conftest import Site
    from tests.people import Room


def test_a_view_is_saved_changed_reverted_and_kept_by_keys(site: Site, room: Room) -> None:
    create_item(room.actor(), room.product, title="Search", status="planned")
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=table&status=planned"))
    at_rest(page).keyboard.press("v")
    expect(page.locator("#views-menu")).to_have_attribute("open", "")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator("#dialog").get_by_label("Name").fill("Planned only")
    page.locator("#dialog").get_by_label("Shared with everybody").check()
    page.keyboard.press("Enter")
    summary = page.locator("#views-menu summary")
    expect(summary).to_contain_text("Planned only")
    expect(summary).not_to_contain_text("changed")
    made = SavedView.objects.get()
    assert (made.query, made.shared) == ("view=table&status=planned", True)

    page.locator(".tools .seg").get_by_role("link", name="Board").click()
    expect(summary).to_contain_text("changed")
    summary.click()
    page.get_by_role("link", name="Revert to what was saved").click()
    expect(summary).not_to_contain_text("changed")
    assert "view=table" in page.url

    page.locator(".tools .seg").get_by_role("link", name="Board").click()
    summary.click()
    page.get_by_role("button", name="Save the changes").click()
    expect(page.locator(".toast", has_text="Saved the changes to Planned only.")).to_be_visible()
    expect(summary).not_to_contain_text("changed")
    made.refresh_from_db()
    assert made.query == "view=board&status=planned"

    summary.click()
    page.get_by_role("button", name="Open the roadmap with it", exact=True).click()
    page.goto(room.path("roadmap/"))
    expect(summary).to_contain_text("Planned only")
    summary.click()
    page.get_by_role("button", name="Delete").click()
    page.locator("dialog[open]").get_by_role("button", name="Delete").click()
    expect(page.locator(".toast", has_text="Deleted the view Planned only.")).to_be_visible()
    assert not SavedView.objects.exists()
    assert "view=board" in page.url


def test_others_see_a_shared_view_as_it_comes_and_it_is_in_the_palette(site: Site, room: Room) -> None:
    create_item(room.actor(), room.product, title="Search")
    viewer = site.sign_in(room, "viewer")
    viewer.goto(room.path("roadmap/"))
    expect(at_rest(viewer).locator("#views-menu")).not_to_contain_text("Quarterly board")
    save_view(room.actor(), room.product, name="Quarterly board", query="view=board&group=status", shared=True)
    expect(viewer.locator("#views-menu")).to_contain_text("Quarterly board")
    viewer.keyboard.press("Control+k")
    viewer.keyboard.type("quarterly")
    expect(viewer.locator("#palette-found")).to_contain_text("Quarterly board")
    viewer.locator("#palette-found li", has_text="Quarterly board").click()
    expect(viewer.locator(".board")).to_be_visible()
    expect(viewer.locator("#views-menu summary")).to_contain_text("Quarterly board")


def test_closing_the_panel_stays_in_the_view(site: Site, room: Room) -> None:
    create_item(room.actor(), room.product, title="Search")
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?view=table&sort=-end"))
    at_rest(page).locator("#line-1 a").click()
    page.locator("#panel [data-panel-close]").click()
    expect(page.locator("#item-panel")).to_have_count(0)
    assert page.url.endswith("roadmap/?view=table&sort=-end")


def test_without_script_a_view_is_saved_too(site: Site, room: Room) -> None:
    create_item(room.actor(), room.product, title="Search")
    page = site.sign_in(room, "viewer", script=False)
    page.goto(room.path("roadmap/?view=board"))
    page.locator("#views-menu summary").click()
    page.get_by_role("link", name="Save this view").click()
    page.get_by_label("Name").fill("Mine")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#views-menu summary")).to_contain_text("Mine")
    assert SavedView.objects.get().owner == room.viewer
