"""What is kept of a roadmap, and of what stands around it, is what reading it anew would say, whatever was done meanwhile."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.accounts.actions import change_role, undo_change
from apps.core import lasting
from apps.core.undo import next_to_undo
from apps.milestones.actions import create_milestone
from apps.roadmap import actions, kept, queries
from apps.roadmap.bulk import edit_items
from apps.roadmap.models import Comment, Dependency, Item
from apps.roadmap.serving import Serves
from apps.vision.actions import archive_goal, create_goal, edit_goal, move_goal
from tests.people import Room

DAY = date(2030, 1, 1)


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    kept.forget()
    lasting.forget()


def said(found: kept.Kept) -> Any:
    """Return all that a roadmap says, so that two of them can be compared."""
    goals = [(goal.pk, goal.name, goal.weight, goal.colour) for goal in found.goals]
    return [(dict(row), row.slip) for row in found.rows], sorted(found.edges), goals, found.effort


def anew(room: Room) -> Any:
    return said(kept._read(room.product, room.now().seq))


def one(room: Room, dice: random.Random) -> Item:
    return dice.choice(list(Item.objects.filter(product=room.product, archived_at=None).order_by("id")))


def plan(room: Room, dice: random.Random) -> None:
    start = DAY + timedelta(dice.randrange(300))
    actions.edit_item(room.actor(), one(room, dice), start=start, end=start + timedelta(dice.randrange(90)), granularity="day")


def serve(room: Room, dice: random.Random) -> None:
    goals = [create_goal(room.actor(), room.product, name=f"Goal {dice.random()}")] if dice.random() < 0.3 else []
    goals += [goal for goal in queries.goals(room.product) if dice.random() < 0.5]
    served: list[Serves] = [{"goal": goal, "share": dice.randrange(1, 100)} for goal in dict.fromkeys(goals)]
    actions.set_goals(room.actor(), one(room, dice), goals=served)


def link(room: Room, dice: random.Random) -> None:
    first, second = one(room, dice), one(room, dice)
    if first.number < second.number and not Dependency.objects.filter(item=first, other=second).exists():
        actions.link_items(room.actor(), first, other=second)


def unlink(room: Room, dice: random.Random) -> None:
    del dice
    if found := Dependency.objects.filter(product=room.product).first():
        actions.unlink_items(room.actor(), found)


def talk(room: Room, dice: random.Random) -> None:
    if dice.random() < 0.3 and (comment := Comment.objects.filter(product=room.product, withdrawn_at=None).first()):
        actions.withdraw_comment(room.actor("owner"), comment)
    else:
        actions.comment_on(room.actor(), one(room, dice), body="Why?")


def goal(room: Room, dice: random.Random) -> None:
    goals = queries.goals(room.product)
    match dice.randrange(3) if goals else 3:
        case 0:
            edit_goal(room.actor(), goals[0], name=f"Renamed {dice.random()}", weight=dice.randrange(50))
        case 1:
            archive_goal(room.actor(), goals[0])
        case 2:
            move_goal(room.actor(), goals[0], after=goals[-1])


def several(room: Room, dice: random.Random) -> None:
    items = list({one(room, dice).pk: one(room, dice) for _ in range(3)}.values())
    chosen = list({item.pk: item for item in items}.values())
    edit_items(room.actor(), room.product, items=chosen, status=dice.choice(["planned", "dropped", "parked"]))


def take_back(room: Room, dice: random.Random) -> None:
    del dice
    if found := next_to_undo(room.actor(), room.product.pk):
        undo_change(room.actor(), room.workspace, change=found)


DEEDS = {
    "plan": plan,
    "serve": serve,
    "link": link,
    "unlink": unlink,
    "talk": talk,
    "goal": goal,
    "several": several,
    "take back": take_back,
    "title": lambda room, dice: actions.edit_item(room.actor(), one(room, dice), title=f"Title {dice.random()}"),
    "effort": lambda room, dice: actions.edit_item(room.actor(), one(room, dice), effort=dice.randrange(9)),
    "owner": lambda room, dice: actions.edit_item(room.actor(), one(room, dice), owner=dice.choice([room.editor, None])),
    "make": lambda room, dice: actions.create_item(room.actor(), room.product, title=f"New {dice.random()}"),
    "copy": lambda room, dice: actions.duplicate_item(room.actor(), one(room, dice)),
    "move": lambda room, dice: actions.move_item(room.actor(), one(room, dice), after=one(room, dice)),
    "archive": lambda room, dice: actions.archive_item(room.actor(), one(room, dice)),
    "milestone": lambda room, dice: create_milestone(room.actor(), room.product, name=f"M {dice.random()}"),
}


@pytest.mark.parametrize("seed", range(6))
def test_what_is_kept_is_what_is_read_anew(room: Room, seed: int):
    dice = random.Random(seed)
    for n in range(6):
        actions.create_item(room.actor(), room.product, title=f"Item {n}")
    for _ in range(60):
        deed = dice.choice(list(DEEDS))
        if deed != "archive" or Item.objects.filter(product=room.product, archived_at=None).count() > 4:
            try:
                DEEDS[deed](room, dice)
            except (ValidationError, PermissionDenied):
                continue
        if dice.random() < 0.7:  # else the next look has several changes to follow
            assert said(kept.roadmap(room.product, room.now())) == anew(room), deed


def test_an_edit_is_followed_by_reading_what_it_touched(room: Room, django_assert_num_queries):
    for n in range(5):
        actions.create_item(room.actor(), room.product, title=f"Item {n}")
    before = kept.roadmap(room.product, room.now())
    actions.edit_item(room.actor(), Item.objects.get(product=room.product, number=3), title="Another")
    now = room.now()
    with django_assert_num_queries(3):  # what changed, the row, its slip
        after = kept.roadmap(room.product, now)
    assert [row["title"] for row in after.rows] == ["Item 0", "Item 1", "Another", "Item 3", "Item 4"]
    assert [id(row) == id(old) for row, old in zip(after.rows, before.rows, strict=True)] == [True, True, False, True, True]
    with django_assert_num_queries(0):
        assert kept.roadmap(room.product, now) is after


def test_what_others_do_elsewhere_reads_no_row(room: Room, django_assert_num_queries):
    actions.create_item(room.actor(), room.product, title="Item")
    before = kept.roadmap(room.product, room.now())
    create_milestone(room.actor(), room.product, name="2.0")
    now = room.now()
    with django_assert_num_queries(1):  # what changed
        assert kept.roadmap(room.product, now).rows == before.rows


@pytest.mark.parametrize(
    ("kinds", "again"),
    [(("accounts.",), True), (("vision.",), False), (("accounts.membership", "roadmap."), True), ((), False), (("",), True)],
)
def test_what_is_made_lasts_until_one_of_its_kinds_is_touched(room: Room, kinds, again):
    made: list[int] = []

    def look() -> int:
        return lasting.lasting(room.now(), kinds, ("about",), lambda: made.append(1) or len(made))

    assert [look(), look()] == [1, 1]
    membership = room.workspace.memberships.get(user=room.viewer)
    change_role(room.actor("owner"), membership, role="commenter")
    assert look() == 1 + again


def test_after_too_many_changes_following_begins_anew(room: Room, monkeypatch):
    monkeypatch.setattr(lasting, "MANY", 2)
    first = lasting.lasting(room.now(), (), ("about",), object)
    for n in range(3):
        actions.create_item(room.actor(), room.product, title=f"Item {n}")
    assert lasting.lasting(room.now(), (), ("about",), object) is not first
