"""A review walked by two people at once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from playwright.sync_api import expect

from apps.roadmap.actions import create_item
from apps.stakeholders.actions import plan_review, review_item
from apps.stakeholders.models import ReviewedItem
from tests.browser.conftest import at_rest

if TYPE_CHECKING:
    from tests.browser.conftest import Site
    from tests.people import Room


def test_anothers_verdict_appears_and_the_words_being_typed_stay(site: Site, room: Room) -> None:
    first, second = (create_item(room.actor(), room.product, title=title) for title in ("Search", "Index"))
    review = plan_review(room.actor(), room.product, title="Spring", due_on=date(2030, 3, 1))
    jun = site.sign_in(room, "editor")
    jun.goto(reverse("stakeholders:review", args=[room.workspace.slug, review.pk]))
    word, notes = jun.locator("#walk textarea"), jun.locator("#review textarea[name=notes]")
    expect(jun.locator("#walk-title")).to_have_text("Search")
    notes.fill("Nearly through.")
    word.fill("Still right")
    review_item(room.actor("owner"), review, item=second, verdict="drop", note="No.")
    expect(jun.locator(f"#stale-{second.pk}")).to_contain_text("Drop", timeout=3_000)
    expect(word).to_have_value("Still right")
    expect(word).to_be_focused()
    review_item(room.actor("owner"), review, item=first, verdict="keep")
    expect(jun.locator(f"#stale-{first.pk}")).to_contain_text("Keep", timeout=3_000)
    expect(jun.locator("#walk-title")).to_have_text("Search")
    expect(word).to_have_value("Still right")
    expect(notes).to_have_value("Nearly through.")
    assert site.complaints == []


def test_the_walk_by_keys_alone(site: Site, room: Room) -> None:
    one, two, three = (create_item(room.actor(), room.product, title=title) for title in ("One", "Two", "Three"))
    review = plan_review(room.actor(), room.product, title="Spring", due_on=date(2030, 3, 1))
    jun = site.sign_in(room, "editor")
    jun.goto(reverse("stakeholders:review", args=[room.workspace.slug, review.pk]))
    title = jun.locator("#walk-title")
    at_rest(jun).keyboard.press("k")
    expect(title).to_have_text("Two")
    jun.keyboard.press("ArrowRight")
    expect(title).to_have_text("Three")
    at_rest(jun).keyboard.press("ArrowLeft")
    expect(title).to_have_text("Two")
    at_rest(jun).keyboard.press("d")
    expect(jun.locator("#walk textarea")).to_be_focused()
    jun.keyboard.type("Nobody asks for it.")
    jun.keyboard.press("Control+Enter")
    expect(title).to_have_text("Three")
    at_rest(jun).keyboard.press("c")
    expect(jun.locator("#walk [role=status]")).to_have_text("3 of 3, all looked at")
    said = {each.item_id: (each.verdict, each.note) for each in ReviewedItem.objects.all()}
    assert said == {one.pk: ("keep", ""), two.pk: ("drop", "Nobody asks for it."), three.pk: ("change", "")}
    assert site.complaints == []
