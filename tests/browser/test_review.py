"""A review walked by two people at once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from playwright.sync_api import expect

from apps.roadmap.actions import create_item
from apps.stakeholders.actions import plan_review, review_item

if TYPE_CHECKING:
    from tests.browser.conftest import Site
    from tests.people import Room


def test_anothers_verdict_appears_and_the_words_being_typed_stay(site: Site, room: Room) -> None:
    first, second = (create_item(room.actor(), room.product, title=title) for title in ("Search", "Index"))
    review = plan_review(room.actor(), room.product, title="Spring", due_on=date(2030, 3, 1))
    jun = site.sign_in(room, "editor")
    jun.goto(reverse("stakeholders:review", args=[room.workspace.slug, review.pk]))
    word, notes = jun.locator(f"#stale-{first.pk} input[name=note]"), jun.locator("#review textarea[name=notes]")
    notes.fill("Nearly through.")
    word.fill("Still right")
    review_item(room.actor("owner"), review, item=second, verdict="drop", note="No.")
    expect(jun.locator(f"#stale-{second.pk} button[value=drop]")).to_have_attribute("aria-pressed", "true", timeout=3_000)
    expect(word).to_have_value("Still right")
    expect(word).to_be_focused()
    expect(notes).to_have_value("Nearly through.")
    assert site.complaints == []
