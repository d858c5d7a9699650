"""Nothing of an archived product changes, at either door, until it is restored."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from apps.core.actions import REGISTRY
from apps.core.models import Change
from apps.vision.actions import archive_product, restore_product
from tests.contracts.test_actions import CASES
from tests.contracts.world import furnish
from tests.people import Room

# What is not the product's own, or ends what it told people, is still done.
BESIDE = {
    "workspace", "invitation", "membership", "token", "comment", "stakeholder", "audience", "subscription", "digest",
    "share_link", "review", "product", "mail", "webhook", "view",
}  # fmt: skip
OWN = {"item.followed", "item.unfollowed"}  # what one follows is one's own
REFUSED = sorted(
    {verb for verb in CASES if verb.partition(".")[0] not in BESIDE} - OWN
    | {"product.edited", "review.planned", "audience.created"}
)


@pytest.mark.parametrize("verb", REFUSED)
def test_every_action_on_it_is_refused_in_words(room: Room, verb: str):
    world = furnish(room)
    archive_product(room.actor(), world.product)
    target, values = CASES[verb](world)
    seq = Change.objects.filter(workspace=room.workspace).latest("seq").seq
    who = room.actor("viewer" if verb in ("vision_version.signed", "vision_version.objected") else "editor")
    with pytest.raises(PermissionDenied, match="restore it first"):
        REGISTRY[verb].function(who, target, **values)
    assert Change.objects.filter(workspace=room.workspace).latest("seq").seq == seq


def test_both_doors_say_so_and_restoring_opens_them(room: Room):
    world = furnish(room)
    archive_product(room.actor(), world.product)
    rest, page = f"/api/v1/items/{world.item.pk}/", room.path(f"items/{world.item.number}/edit/")

    def edit() -> list[Any]:
        world.item.refresh_from_db()
        asked = {"title": f"Again {world.item.version}"}
        headers = {"If-Match": f'"{world.item.version}"'}
        return [
            room.api().patch(rest, asked, "application/json", headers=headers),
            room.client().post(page, {"title": f"Once more {world.item.version}"}),
        ]

    assert [(each.status_code, b"restore it first" in each.content) for each in edit()] == [(403, True)] * 2
    restore_product(room.actor(), world.product)
    assert [each.status_code for each in edit()] == [200, 302]


PAGES = ("vision/", "roadmap/", "roadmap/?view=board", "roadmap/?view=table", "roadmap/?item=1", "milestones/", "items/1/")


@pytest.mark.parametrize("page", PAGES)
def test_its_pages_say_so_and_offer_no_edit(room: Room, page: str):
    world = furnish(room)
    before = room.client().get(room.path(page)).content.decode()
    archive_product(room.actor(), world.product)
    for role in ("editor", "viewer"):
        after = room.client(role).get(room.path(page)).content.decode()
        assert forms(after) == forms(room.client("viewer").get(room.path(page)).content.decode())
        assert ("Restore it" in after) == (role == "editor" and not page.startswith("items"))
    assert len(forms(before)) > len(forms(after))


def forms(page: str) -> set[str]:
    """Return where the forms and buttons of a page lead that write, but for comments, which go on."""
    written = "new|edit|move|archive|links|shift|duplicate|bulk|propose"
    return set(re.findall(rf'(?:action|hx-post|hx-get)="([^"]*/(?:{written})/[^"]*)"', page))


def test_the_settings_offer_to_restore_it(room: Room):
    world = furnish(room)
    archive_product(room.actor(), world.product)
    page = room.client().get(room.path("settings/")).content.decode()
    assert "/restore/" in page
    assert "Put away" not in page
