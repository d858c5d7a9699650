"""Naming people in comments by keys and by mouse, and following."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from apps.core.models import Mail
from apps.roadmap.actions import comment_on, create_item
from apps.roadmap.models import Comment
from tests.browser.conftest import at_rest

if TYPE_CHECKING:
    from tests.browser.conftest import Site
    from tests.people import Room


def test_a_name_is_completed_by_keys_and_mailed_to_whom_it_names(site: Site, room: Room) -> None:
    create_item(room.actor(), room.product, title="Search")
    page = site.sign_in(room)
    page.goto(room.path("roadmap/?item=1"))
    box = at_rest(page).locator("#item-panel textarea[name=body]").last
    box.press_sequentially("Ask @o")
    offered = page.get_by_role("listbox", name="People").get_by_role("option")
    expect(offered).to_have_text(["Owner of Harbor", "Commenter of Harbor", "Editor of Harbor", "Viewer of Harbor"])
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Backspace")
    page.keyboard.type("co")
    expect(offered).to_have_text(["Commenter of Harbor"])
    page.keyboard.press("Enter")
    expect(box).to_have_value("Ask @Commenter of Harbor ")
    expect(page.locator("#mention-list")).to_have_count(0)
    box.press_sequentially("or @V")
    page.keyboard.press("Escape")  # leaves the list, not the panel
    expect(page.locator("#item-panel")).to_be_visible()
    box.press_sequentially("iewer of Harbor?")
    page.locator("#item-panel").get_by_role("button", name="Comment").click()
    expect(page.locator(".comment")).to_contain_text("@Commenter of Harbor or @Viewer of Harbor?")
    assert Comment.objects.get().body == "Ask @Commenter of Harbor or @Viewer of Harbor?"
    assert {mail.recipient for mail in Mail.objects.all()} == {room.commenter.email, room.viewer.email}


def test_one_follows_and_unfollows_in_the_panel_and_others_see_it(site: Site, room: Room) -> None:
    create_item(room.actor(), room.product, title="Search")
    viewer, editor = site.sign_in(room, "viewer"), site.sign_in(room)
    for page in (viewer, editor):
        page.goto(room.path("roadmap/?item=1"))
        at_rest(page)
    viewer.locator("#item-panel").get_by_role("button", name="Follow").click()
    expect(viewer.locator(".followers")).to_contain_text("Viewer of Harbor")
    expect(editor.locator(".followers")).to_contain_text("Viewer of Harbor")
    viewer.locator("#item-panel").get_by_role("button", name="Unfollow").click()
    expect(editor.locator(".followers")).not_to_contain_text("Viewer of Harbor")


def test_what_is_new_is_seen_once_it_was_shown_and_by_a_button_without_scripts(site: Site, room: Room) -> None:
    item = create_item(room.actor(), room.product, title="Search")
    comment_on(room.actor(), item, body=f"Look, @{room.viewer.name}")
    page, mentions = site.sign_in(room, "viewer"), f"/w/{room.workspace.slug}/mentions/"
    page.goto(room.path("roadmap/"))
    mark = page.get_by_role("link", name="Mentions").locator("b")
    expect(mark).to_have_text("1 unread")
    page.goto(mentions)
    expect(mark).to_have_count(0)
    expect(page.locator(".mentions .unread")).to_contain_text("Unread")  # one still sees which it was
    expect(page.get_by_role("button", name="Mark all as read")).to_have_count(0)
    page.reload()
    expect(page.locator(".mentions li")).to_have_count(1)
    expect(page.locator(".mentions .unread")).to_have_count(0)
    comment_on(room.actor(), item, body=f"Look again, @{room.viewer.name}")
    plain = site.sign_in(room, "viewer", script=False)
    plain.goto(mentions)
    expect(plain.get_by_role("link", name="Mentions").locator("b")).to_have_text("1 unread")
    plain.get_by_role("button", name="Mark all as read").click()
    expect(plain.get_by_role("link", name="Mentions").locator("b")).to_have_count(0)
    expect(plain.locator(".mentions .unread")).to_have_count(0)
