"""Taking back one's own changes: exact, one's own alone, and refused in words where something is in the way."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from apps.accounts.actions import undo_change
from apps.accounts.models import Membership
from apps.core.errors import Refused
from apps.core.models import Change
from apps.core.undo import next_to_redo, next_to_undo
from apps.milestones.actions import create_milestone, edit_milestone, place_item
from apps.milestones.models import Placement
from apps.roadmap import actions
from apps.roadmap.bulk import edit_items
from apps.roadmap.models import Contribution, Dependency, Item
from apps.vision.models import Goal
from tests.people import Room

SPAN = {"start": date(2026, 10, 1), "end": date(2026, 12, 31), "granularity": "quarter"}


def goal(room: Room, name: str = "Find it", rank: str = "a0") -> Goal:
    return Goal.objects.create(workspace=room.workspace, product=room.product, name=name, rank=rank)


def newest() -> Change:
    return Change.objects.order_by("-seq")[0]


def undo(room: Room, change: Change | None = None, role: str = "editor", reason: str = "") -> Change:
    undo_change(room.actor(role), room.workspace, change=change or newest(), reason=reason)
    return newest()


def rows() -> dict[str, list[dict[str, Any]]]:
    """Return all that is on roadmaps, items in their order, without what only counts edits and when a link was made."""
    found = {}
    for model in (Item, Contribution, Dependency, Placement):
        names = [f.attname for f in model._meta.concrete_fields if f.attname not in ("version", "created_at", "rank")]
        kept = model.objects.filter(**{} if model is Item else {"item__archived_at": None})
        in_order = kept.order_by("rank" if model is Item else "pk")
        found[model.__name__] = [row for row in in_order.values(*names) if not row.get("archived_at")]
    return found


def test_an_undo_is_a_new_change_and_a_redo_the_undo_of_it(room: Room):
    made = actions.create_item(room.actor(), room.product, title="Search", **SPAN)
    actions.edit_item(room.actor(), made, title="Find", start=date(2027, 1, 1), end=date(2027, 3, 31), reason="Later.")
    before = newest()
    undone = undo(room, before, reason="Wrong item.")
    made.refresh_from_db()
    assert (made.title, made.start, made.end, made.version) == ("Search", SPAN["start"], SPAN["end"], 3)
    assert (undone.verb, undone.object_id, undone.scope, undone.reason) == (
        "change.undone", made.pk, room.product.pk, "Wrong item.",
    )  # fmt: skip
    assert undone.fields["title"] == ["Find", "Search"]
    assert undone.detail == {"undoes": before.seq, "verb": "item.edited", "again": False}
    redone = undo(room, undone)
    made.refresh_from_db()
    assert (made.title, redone.detail) == ("Find", {"undoes": undone.seq, "verb": "item.edited", "again": True})


def test_only_ones_own_and_only_while_one_may_write(room: Room):
    made = actions.create_item(room.actor(), room.product, title="Search")
    actions.edit_item(room.actor(), made, title="Find")
    mine = newest()
    with pytest.raises(Refused, match="Only who made a change"):
        undo(room, mine, role="owner")
    Membership.objects.filter(user=room.editor).update(role="viewer")
    with pytest.raises(Refused, match="role editor"):
        undo(room, mine)


def test_refused_where_somebody_changed_it_since(room: Room):
    made = actions.create_item(room.actor(), room.product, title="Search", **SPAN)
    actions.edit_item(room.actor(), made, start=date(2026, 7, 1))
    mine = newest()
    actions.edit_item(room.actor("owner"), made, title="Found")
    actions.edit_item(room.actor("owner"), made, end=date(2027, 3, 31))
    with pytest.raises(ValidationError, match=r"changed the end of Found since; now it is 31 Mar 2027") as refused:
        undo(room, mine)
    assert set(refused.value.error_dict) == {"end"}
    undo(room, newest(), role="owner")
    undo(room, mine)
    made.refresh_from_db()
    assert (made.title, made.start, made.end) == ("Found", SPAN["start"], SPAN["end"])


def test_not_twice_and_not_where_it_is_archived(room: Room):
    made = actions.create_item(room.actor(), room.product, title="Search")
    actions.edit_item(room.actor(), made, title="Find")
    mine = newest()
    undone = undo(room, mine)
    with pytest.raises(ValidationError, match="taken back already"):
        undo(room, mine)
    actions.archive_item(room.actor("owner"), made)
    with pytest.raises(ValidationError, match="is archived; restore it first"):
        undo(room, undone)


def test_a_new_item_goes_to_the_archive_with_its_goals_and_comes_back(room: Room):
    made = actions.create_item(room.actor(), room.product, title="Search", goals=[{"goal": goal(room), "share": 60}])
    before = rows()
    undone = undo(room)
    assert rows() == {"Item": [], "Contribution": [], "Dependency": [], "Placement": []}
    undo(room, undone)
    assert rows() == before
    assert Item.objects.get().pk == made.pk


def test_links_come_back_unless_they_would_close_a_circle(room: Room):
    one, two = (actions.create_item(room.actor(), room.product, title=title) for title in ("One", "Two"))
    link = actions.link_items(room.actor(), one, other=two)
    before = rows()
    actions.unlink_items(room.actor(), link)
    removed = newest()
    undo(room, removed)
    assert rows() == before
    actions.unlink_items(room.actor(), Dependency.objects.get())
    removed = newest()
    actions.link_items(room.actor(), two, other=one)
    with pytest.raises(ValidationError, match="circle"):
        undo(room, removed)


def test_words_and_other_kinds_are_not_taken_back(room: Room):
    made = actions.create_item(room.actor(), room.product, title="Search")
    actions.comment_on(room.actor(), made, body="When?")
    with pytest.raises(ValidationError, match="change it by hand"):
        undo(room)


def test_a_committed_date_moves_back_only_with_a_reason(room: Room):
    milestone = create_milestone(room.actor(), room.product, name="GA", date=date(2026, 12, 31), commitment="committed")
    made = actions.create_item(room.actor(), room.product, title="Search", **SPAN)
    place_item(room.actor(), made, milestone=milestone)
    actions.edit_item(room.actor(), made, end=date(2027, 3, 31), reason="Later.")
    mine = newest()
    with pytest.raises(ValidationError, match="Say why"):
        undo(room, mine)
    undo(room, mine, reason="It was the wrong one.")
    made.refresh_from_db()
    assert made.end == SPAN["end"]
    edit_milestone(room.actor(), milestone, notes="Soon.")
    with pytest.raises(ValidationError, match="change it by hand"):
        undo(room)


def test_the_keys_go_back_and_forth_as_far_as_one_did_something(room: Room):
    actor, scope = room.actor(), room.product.pk
    made = actions.create_item(actor, room.product, title="A")
    for title in ("B", "C"):
        actions.edit_item(actor, made, title=title)
    actions.edit_item(room.actor("owner"), made, progress=5)

    def titles(*steps: str) -> list[str]:
        seen = []
        for step in steps:
            change = (next_to_undo if step == "undo" else next_to_redo)(actor, scope)
            seen.append(undo(room, change).object_text if change else "nothing")
        return seen

    assert titles("undo", "undo", "redo", "redo", "redo") == ["B", "A", "B", "C", "nothing"]
    assert titles("undo", "redo", "undo") == ["B", "C", "B"]
    actions.edit_item(actor, made, title="D")
    assert titles("redo", "undo", "undo", "redo") == ["nothing", "B", "A", "B"]


def step(dice: random.Random, room: Room, goals: list[Goal], milestones: list[Any]) -> None:
    """Do one thing of a person's day at the roadmap, or be refused."""
    actor = room.actor()
    items = list(Item.objects.filter(archived_at=None).order_by("pk"))
    if len(items) < 2 or dice.random() < 0.1:
        serves = [{"goal": dice.choice(goals), "share": 50}] if dice.random() < 0.5 else []
        actions.create_item(
            actor, room.product, title=f"Item {len(items)}", goals=serves, **(SPAN if dice.random() < 0.7 else {})
        )
        return
    item, other = dice.sample(items, 2)
    links = list(Dependency.objects.filter(item__archived_at=None).order_by("pk"))
    archived = Item.objects.filter(archived_at__isnull=False).order_by("pk").first()
    moves = [
        lambda: actions.edit_item(actor, item, title=f"T{dice.random()}", status=dice.choice(["planned", "shipped"])),
        lambda: actions.edit_item(
            actor, item, start=date(2026, 7, 1) + timedelta(dice.randrange(90)), end=date(2027, 5, 5),
            granularity=dice.choice(["day", "month"]),
        ),
        lambda: actions.edit_item(actor, item, start=None, end=None, effort=dice.randrange(9), owner=room.owner),
        lambda: actions.edit_item(
            actor, item, parent=other, goals=[{"goal": dice.choice(goals), "share": dice.randrange(1, 100)}]
        ),
        lambda: actions.move_item(actor, item, after=other, horizon=dice.choice(["now", "next"])),
        lambda: actions.set_goals(actor, item, goals=[{"goal": each, "share": 50} for each in goals]),
        lambda: actions.link_items(actor, item, other=other, kind=dice.choice(["blocks", "relates_to"])),
        lambda: actions.unlink_items(actor, dice.choice(links)) if links else None,
        lambda: actions.archive_item(actor, item),
        lambda: actions.duplicate_item(actor, item),
        lambda: actions.restore_item(actor, archived) if archived else None,
        lambda: place_item(actor, item, milestone=dice.choice([None, *milestones])),
        lambda: edit_items(actor, room.product, items=[item, other], horizon="now", goal=dice.choice(goals)),
    ]  # fmt: skip
    dice.choice(moves)()


@pytest.mark.parametrize("seed", range(6))
def test_all_undone_in_reverse_is_what_was_and_all_redone_what_is(room: Room, seed: int):
    dice = random.Random(seed)
    goals = [goal(room), goal(room, "Keep it", "a1")]
    milestones = [create_milestone(room.actor(), room.product, name=name) for name in ("Alpha", "Beta")]
    for title in "ABC":
        actions.create_item(room.actor(), room.product, title=title, **SPAN)
    start = newest().seq
    states = [rows()]
    for _ in range(30):
        try:
            step(dice, room, goals, milestones)
        except ValidationError:
            continue
        if Change.objects.count() - start >= len(states):
            states.append(rows())
    done = list(Change.objects.filter(seq__gt=start).order_by("seq"))
    assert len(done) == len(states) - 1 > 15
    undone = []
    for change, before in zip(reversed(done), reversed(states[:-1]), strict=True):
        undone.append(undo(room, change))
        assert rows() == before
    for change, after in zip(reversed(undone), states[1:], strict=True):
        undo(room, change)
        assert rows() == after
