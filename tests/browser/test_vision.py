"""The vision before two people at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from apps.vision.actions import sign
from apps.vision.models import SignOff
from tests.vision.why import propose

if TYPE_CHECKING:
    from tests.browser.conftest import Site
    from tests.people import Room


def test_anothers_signature_appears_and_what_is_being_typed_stays(site: Site, room: Room) -> None:
    version = propose(room, "owner", "editor")
    jun = site.sign_in(room, "editor")
    jun.goto(room.path("vision/"))
    expect(jun.locator("#vision")).to_contain_text("signed by 0 of 2")
    jun.get_by_role("link", name="Object").click()
    word = jun.locator("#dialog textarea[name=reason]")
    word.fill("I would agree if")
    sign(room.actor("owner"), SignOff.objects.get(vision_version=version, user=room.owner))
    expect(jun.locator("#vision")).to_contain_text("signed by 1 of 2", timeout=3_000)
    expect(word).to_have_value("I would agree if")
    expect(word).to_be_focused()
    assert site.complaints == []
