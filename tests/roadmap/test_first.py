"""The first steps of a new product, and the board's moves without a browser."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.actions import invite_member, undo_change
from apps.core.models import Change
from apps.milestones.actions import create_milestone
from apps.milestones.models import Placement
from apps.roadmap.actions import create_item
from apps.roadmap.address import Address
from apps.roadmap.first import first_steps
from apps.roadmap.models import Item
from apps.roadmap.scene import scene
from apps.stakeholders.actions import add_to_audience
from apps.vision.actions import create_goal
from tests.people import Room
from tests.stakeholders import scene as told
from tests.vision import why

HEADING = "First steps"


def done(room: Room) -> dict[str, bool]:
    return {step.words: step.done for step in first_steps(room.product)}


def test_each_step_is_done_by_doing_it_and_all_done_they_are_gone(room: Room, django_assert_num_queries: Any):
    assert done(room) == {
        "Write the vision": False, "Add goals": False, "Add items": False, "Invite somebody": True, "Tell somebody": False,
    }  # fmt: skip
    create_goal(room.actor(), room.product, name="Find it")
    create_item(room.actor(), room.product, title="Search")
    assert [words for words, each in done(room).items() if not each] == ["Write the vision", "Tell somebody"]
    add_to_audience(room.actor(), told.audience(room), stakeholder=told.person(room))
    with django_assert_num_queries(1):
        assert [words for words, each in done(room).items() if not each] == ["Write the vision"]
    why.propose(room, "viewer")
    assert done(room) == {}


def test_an_invitation_counts_before_it_is_accepted(room: Room):
    room.workspace.memberships.exclude(user=room.owner).delete()
    assert not done(room)["Invite somebody"]
    invite_member(room.actor("owner"), room.workspace, email="new@example.test")
    assert done(room)["Invite somebody"]


@pytest.mark.parametrize(("role", "seen"), [("owner", True), ("editor", True), ("commenter", False), ("viewer", False)])
def test_they_are_for_those_who_can_do_them(room: Room, role: str, seen: bool):
    page = room.client(role).get(room.path("roadmap/")).content.decode()
    assert (HEADING in page) is seen


def test_they_are_hidden_by_whoever_wants_and_gone_from_an_old_product(room: Room):
    editor = room.client("editor")
    assert editor.post(room.path("first-steps/hide/")).status_code == 302
    assert HEADING not in editor.get(room.path("roadmap/")).content.decode()
    assert HEADING not in room.client("editor").get(room.path("roadmap/")).content.decode()  # nor when they sign in anew
    owner = room.client("owner")
    assert HEADING in owner.get(room.path("roadmap/")).content.decode()
    assert first_steps(room.product)
    room.product.created_at = timezone.now() - timedelta(days=31)
    assert first_steps(room.product) == []


# --- the board


def columns(room: Room, **query: str) -> dict[str, list[str]]:
    room.workspace.refresh_from_db()  # what is kept is kept by its number
    lanes = scene(room.product, Address.read({"view": "board", **query}), room.workspace).lanes
    return {lane.name: [row.item["title"] for row in lane.rows] for lane in lanes}


@pytest.fixture
def placed(room: Room) -> Room:
    for title, day in (("2.0", date(2030, 1, 1)), ("2.1", date(2030, 6, 1))):
        release = create_milestone(room.actor(), room.product, name=title, kind="release", date=day)
        item = create_item(room.actor(), room.product, title=f"In {title}")
        Placement.objects.create(workspace=room.workspace, product=room.product, item=item, milestone=release)
        room.made[title] = release
    return room


def test_a_card_goes_into_the_column_of_a_release_out_of_it_and_back(placed: Room):
    item = Item.objects.get(title="In 2.0")
    move = placed.path(f"items/{item.number}/move/")
    post = placed.client().post
    assert post(move, {"milestone": placed.made["2.1"].pk}).status_code == 302
    assert columns(placed, group="release") == {"2.1": ["In 2.0", "In 2.1"]}
    assert post(move, {"milestone": ""}).status_code == 302
    assert columns(placed, group="release") == {"2.1": ["In 2.1"], "In no release": ["In 2.0"]}
    undo_change(placed.actor(), placed.workspace, change=Change.objects.latest("seq"))
    assert columns(placed, group="release") == {"2.1": ["In 2.0", "In 2.1"]}


@pytest.mark.parametrize("key", ["nonsense", "019a3c5e-0000-7000-8000-000000000009"])
def test_a_milestone_that_is_not_there_is_refused_and_nothing_is_written(placed: Room, key: str):
    item, seq = Item.objects.get(title="In 2.0"), Change.objects.latest("seq").seq
    answer = placed.client().post(placed.path(f"items/{item.number}/move/"), {"milestone": key, "start": "2030-01-01"})
    assert answer.status_code == 422
    assert placed.client().post(placed.path("items/new/"), {"title": "New", "milestone": key}).status_code == 422
    assert Change.objects.latest("seq").seq == seq
    assert not Item.objects.filter(title="New").exists()


def test_a_quick_card_stands_in_its_column(placed: Room):
    release = placed.made["2.1"]
    assert placed.client().post(placed.path("items/new/"), {"title": "Quick", "milestone": release.pk}).status_code == 302
    assert columns(placed, group="release")["2.1"] == ["In 2.1", "Quick"]


def test_a_card_moves_up_and_down_without_script(room: Room):
    for title in "ABC":
        create_item(room.actor(), room.product, title=title, horizon="now")
    page = room.client().get(room.path("roadmap/?view=board")).content.decode()
    assert (page.count("Move up"), page.count("Move down")) == (2, 2)
    numbers = {item.title: item.number for item in Item.objects.all()}
    room.client().post(room.path(f"items/{numbers['C']}/move/"), {"before": numbers["B"]})
    assert columns(room)["Now"] == ["A", "C", "B"]
