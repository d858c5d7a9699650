"""A copy of an item: what it takes over, where it goes, and what stays with the first."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from apps.accounts.actions import undo_change
from apps.core.errors import Refused
from apps.core.models import Change
from apps.core.wording import change_words
from apps.roadmap import actions
from apps.roadmap.models import Item
from apps.vision.actions import archive_product
from apps.vision.models import Goal
from tests.people import Room

FACTS: dict[str, Any] = {
    "type": "epic", "description": "As **asked**.", "status": "planned", "health": "at_risk", "confidence": 70, "horizon": "now",
    "start": date(2026, 10, 1), "end": date(2026, 12, 31), "granularity": "quarter", "effort": 5, "confidential": True,
    "outside_title": "Finding", "outside_summary": "Find it.",
}  # fmt: skip


@pytest.fixture
def item(room: Room) -> Item:
    goal = Goal.objects.create(workspace=room.workspace, product=room.product, name="Find it", rank="a0")
    parent = actions.create_item(room.actor(), room.product, title="All of it", type="initiative")
    serves: Any = [{"goal": goal, "share": 40}]
    made = actions.create_item(
        room.actor(), room.product, title="Search", goals=serves, owner=room.viewer, parent=parent, progress=30,
        external_id="K-1", **FACTS,
    )  # fmt: skip
    other = actions.create_item(room.actor(), room.product, title="Index")
    actions.link_items(room.actor(), made, other=other)
    actions.comment_on(room.actor(), made, body="When?")
    return made


def test_every_field_that_is_edited_is_copied_or_begins_anew():
    assert set(actions.COPIED) == set(actions.ItemFields.__annotations__) - {"title", "progress", "shipped_on", "external_id"}


def test_a_copy_has_the_facts_words_and_goals_and_comes_right_after(room: Room, item: Item):
    copy = actions.duplicate_item(room.actor(), item, reason="A second round.")
    copy.refresh_from_db()
    assert {name: getattr(copy, name) for name in FACTS} == FACTS
    assert (copy.title, copy.owner, copy.parent, copy.number) == ("Search (copy)", room.viewer, item.parent, 4)
    assert (copy.progress, copy.external_id, copy.version) == (0, "", 1)
    assert list(copy.contributions.values_list("goal__name", "share")) == [("Find it", 40)]
    assert not copy.dependencies.exists()
    assert not copy.comments.exists()
    assert list(Item.objects.order_by("rank").values_list("title", flat=True)) == [
        "All of it",
        "Search",
        "Search (copy)",
        "Index",
    ]


def test_its_change_names_the_first_and_is_taken_back(room: Room, item: Item):
    copy = actions.duplicate_item(room.actor(), item)
    change = Change.objects.get(verb="item.duplicated")
    assert (change.object_id, change.detail.get("copied"), change.detail.get("copied_text")) == (copy.pk, str(item.pk), "Search")
    assert change_words(change).did == "added the copy"
    undo_change(room.actor(), room.workspace, change=change)
    copy.refresh_from_db()
    assert copy.archived_at


@pytest.mark.parametrize("status", ["shipped", "dropped"])
def test_what_is_over_is_proposed_again(room: Room, item: Item, status: str):
    actions.edit_item(room.actor(), item, status=status)
    copy = actions.duplicate_item(room.actor(), item)
    assert (copy.status, copy.shipped_on) == ("proposed", None)


def test_a_long_title_keeps_within_its_limit(room: Room, item: Item):
    actions.edit_item(room.actor(), item, title="x" * 200)
    assert actions.duplicate_item(room.actor(), item).title == "x" * 190 + " (copy)"


def test_neither_what_is_archived_nor_into_an_archived_product(room: Room, item: Item):
    archived = actions.archive_item(room.actor(), actions.duplicate_item(room.actor(), item))
    with pytest.raises(Refused, match="This item is archived; restore it first"):
        actions.duplicate_item(room.actor(), archived)
    archive_product(room.actor(), room.product)
    with pytest.raises(Refused, match="This product is archived; restore it first"):
        actions.duplicate_item(room.actor(), item)


def test_the_panels_button_opens_the_copy(room: Room, item: Item):
    answer = room.client().post(room.path(f"items/{item.number}/duplicate/"), headers={"hx-request": "true"})
    copy = Item.objects.get(title="Search (copy)")
    place = reverse("roadmap:page", args=[room.workspace.slug, room.product.slug])
    assert f"{place}?item={copy.number}" in str(answer.headers)
    page = room.client().get(room.path(f"items/{copy.number}/")).content.decode()
    assert f"items/{copy.number}/duplicate/" in page
    assert "/duplicate/" not in room.client("viewer").get(room.path(f"items/{copy.number}/")).content.decode()


@pytest.mark.parametrize(
    ("came", "kept"),
    [
        ("?view=table&status=planned&item=2", "?view=table&status=planned&item=4"),
        ("?item=2", "?item=4"),
        ("", "?item=4"),
    ],
)
def test_one_stays_in_the_view_from_which_one_came(room: Room, item: Item, came: str, kept: str):
    place = room.path("roadmap/")
    headers = {"referer": f"http://testserver{place}{came}"}
    answer = room.client().post(room.path(f"items/{item.number}/duplicate/"), headers=headers)
    assert answer.headers["Location"] == f"{place}{kept}"
    gone = room.client().post(room.path("items/4/archive/"), headers={"referer": f"http://testserver{place}{kept}"})
    assert gone.headers["Location"] == place + kept.replace("?item=4", "").replace("&item=4", "")


def test_another_sites_address_is_not_gone_back_to(room: Room, item: Item):
    headers = {"referer": f"http://elsewhere.test{room.path('roadmap/')}?view=table"}
    answer = room.client().post(room.path(f"items/{item.number}/duplicate/"), headers=headers)
    assert answer.headers["Location"] == room.path("roadmap/?item=4")
