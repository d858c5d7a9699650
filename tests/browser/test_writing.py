"""Longer texts: how markdown will look, sending by keys; and how much of an item is for each goal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from apps.roadmap.actions import create_item, edit_item
from apps.roadmap.models import Comment, Contribution
from apps.vision.actions import create_goal
from tests.browser.conftest import at_rest

if TYPE_CHECKING:
    from tests.browser.conftest import Site
    from tests.people import Room


def test_a_comment_is_looked_at_before_it_is_sent_by_keys(site: Site, room: Room) -> None:
    create_item(room.actor(), room.product, title="Search")
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?item=1"))
    box = at_rest(page).locator("#item-panel textarea[name=body]").last
    box.fill("Not **yet**. <script>alert(1)</script>")
    button = page.locator("#item-panel").get_by_role("button", name="Preview")
    button.click()
    looks = page.get_by_role("region", name="Preview")
    expect(looks.locator("strong")).to_have_text("yet")
    expect(looks.locator("script")).to_have_count(0)
    expect(box).to_be_hidden()
    back = page.locator("#item-panel").get_by_role("button", name="Back to writing")
    back.press("Enter")
    expect(box).to_have_value("Not **yet**. <script>alert(1)</script>")
    box.press("Control+Enter")
    expect(page.locator(".comment .md strong")).to_have_text("yet")
    assert Comment.objects.count() == 1
    expect(box).to_have_value("")
    button.click()
    expect(looks).to_be_visible()
    page.locator("#item-panel").get_by_role("button", name="Comment", exact=True).click()
    expect(box).to_be_focused()  # what is missing is said where it can be seen


def test_an_item_is_shared_out_among_goals_and_others_shares_stay(site: Site, room: Room) -> None:
    fast, safe = (create_goal(room.actor(), room.product, name=name, weight=50) for name in ("Fast", "Safe"))
    item = create_item(room.actor(), room.product, title="Search", goals=[{"goal": fast, "share": 100}])
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?item=1"))
    at_rest(page).keyboard.press("e")
    dialog = page.locator("#dialog")
    expect(dialog.get_by_label("Fast")).to_have_value("100")
    dialog.get_by_label("Fast").fill("60")
    edit_item(room.actor("owner"), item, shares={safe: 30})
    dialog.get_by_label("Description").press("Control+Enter")
    expect(page.locator("#item-panel .why")).to_contain_text(["Fast 60%", "Safe 30%"])
    expect(page.locator(".log > div").first).to_contain_text("edited the item: goals Fast, Safe 30% → Fast 60%, Safe 30%")

    page.keyboard.press("e")
    expect(dialog.get_by_label("Safe")).to_have_value("30")
    dialog.get_by_label("Safe").fill("40")
    dialog.get_by_label("Fast").fill("")
    edit_item(room.actor("owner"), item, shares={safe: 10})
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_contain_text("10% by now: Owner of Harbor changed it meanwhile.")
    expect(dialog.get_by_label("Safe")).to_have_value("40")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("#item-panel .why")).to_have_count(1)
    assert list(Contribution.objects.values_list("goal__name", "share")) == [("Safe", 40)]
