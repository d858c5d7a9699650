"""What people do to milestones: what it changes, what it records, what it refuses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.core.errors import Refused, Stale
from apps.core.models import Change
from apps.milestones import actions
from apps.milestones.actions import PROMISED
from apps.milestones.models import Milestone, MilestoneState, Placement
from apps.roadmap.actions import edit_item, move_item
from apps.vision.actions import create_product
from tests.milestones.when import GA, LATER, item, last, milestone, promise
from tests.people import Room


def refusal(field: str, act: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        act(*args, **kwargs)
    return " ".join(caught.value.message_dict[field])


def count() -> int:
    return Change.objects.count()


# --- making and editing ---


def test_a_new_milestone_is_one_change_with_its_date(room):
    made = milestone(room, kind="release", reason="Agreed with support.")
    change = last(room)
    assert (change.verb, change.object_id, change.object_text) == ("milestone.created", made.pk, "2.0 GA")
    assert (change.fields["date"], change.fields["kind"]) == ([None, "2026-12-19"], [None, "release"])
    assert (change.reason, change.scope, change.also) == ("Agreed with support.", room.product.pk, [])


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": ""}), ("name", {"name": " "}), ("name", {"name": "x" * 121}), ("name", {"name": "a\x00b"}),
        ("kind", {"kind": "party"}), ("commitment", {"commitment": "maybe"}), ("granularity", {"granularity": "week"}),
        ("date", {"date": date(1, 1, 1)}), ("date", {"date": date(9999, 1, 1)}), ("notes", {"notes": "a\x00b"}),
    ],
)  # fmt: skip
def test_milestones_refuse(room, field, values):
    assert refusal(field, milestone, room, **values)
    assert not Milestone.objects.exists()


@pytest.mark.parametrize(
    ("says", "values"),
    [
        ("needs its date", {"commitment": "committed", "date": None}),
        ("before the start", {"starts": LATER}),
        ("of this name", {"name": "Taken"}),
    ],
)
def test_milestones_refuse_what_does_not_fit_together(room, says, values):
    milestone(room, "Taken")
    with pytest.raises(ValidationError, match=says):
        milestone(room, **values)


def test_an_edit_records_only_what_changed(room):
    edited = actions.edit_milestone(room.actor(), milestone(room), name="2.0", date=GA, notes="Faster.")
    change = last(room)
    assert (change.verb, change.version) == ("milestone.edited", 2)
    assert change.fields == {"name": ["2.0 GA", "2.0"], "notes": ["", "Faster."]}
    before = count()
    actions.edit_milestone(room.actor(), edited, name="2.0")
    assert count() == before


def test_two_who_move_the_same_date_do_not_overwrite_each_other(room):
    made = milestone(room)
    actions.edit_milestone(room.actor("owner"), made, date=LATER)
    with pytest.raises(Stale, match="date"):
        actions.edit_milestone(room.actor(), made, version=1, date=date(2027, 2, 1))
    both = actions.edit_milestone(room.actor(), made, version=1, name="2.0")
    assert (both.name, both.date) == ("2.0", LATER)


@pytest.mark.parametrize("role", ["commenter", "viewer"])
def test_readers_write_nothing(room, role):
    made, placed = milestone(room), item(room)
    before = count()
    for act, target, values in (
        (actions.create_milestone, room.product, {"name": "x"}),
        (actions.edit_milestone, made, {"name": "x"}),
        (actions.reach_milestone, made, {}),
        (actions.reopen_milestone, made, {}),
        (actions.drop_milestone, made, {"reason": "x"}),
        (actions.archive_milestone, made, {}),
        (actions.restore_milestone, made, {}),
        (actions.place_item, placed, {"milestone": made}),
    ):
        with pytest.raises(Refused):
            act(room.actor(role), target, **values)
    assert count() == before


# --- promises ---


@pytest.mark.parametrize(
    ("was", "values", "asks"),
    [
        ("committed", {"date": LATER}, True),
        ("committed", {"date": date(2026, 12, 1)}, True),  # earlier is moved too
        ("committed", {"commitment": "target"}, True),
        ("committed", {"commitment": "aspiration", "date": None}, True),
        ("committed", {"date": GA}, False),
        ("committed", {"commitment": "committed", "name": "2.0"}, False),
        ("target", {"date": LATER}, False),
        ("target", {"commitment": "committed"}, False),
        ("aspiration", {"date": None}, False),
    ],
)
@pytest.mark.parametrize("why", ["", " \n", "The parser is rewritten."])
def test_a_committed_date_moves_or_weakens_only_with_a_reason(room, was, values, asks, why):
    made = milestone(room, commitment=was)
    before = count()
    if asks and not why.strip():
        assert refusal("reason", actions.edit_milestone, room.actor(), made, reason=why, **values) == PROMISED
        assert count() == before
        assert Milestone.objects.get() == made
        assert Milestone.objects.get().date == GA
    else:
        edited = actions.edit_milestone(room.actor(), made, reason=why, **values)
        assert {name: getattr(edited, name) for name in values} == values
        assert last(room).reason == (why if count() > before else "")


def test_a_committed_milestone_is_archived_only_with_a_reason(room):
    made = promise(room)
    assert refusal("reason", actions.archive_milestone, room.actor(), made) == PROMISED
    assert actions.archive_milestone(room.actor(), made, reason="Sold.").archived_at
    assert actions.archive_milestone(room.actor(), milestone(room)).archived_at


@pytest.mark.parametrize("act", ["edit", "move"])
@pytest.mark.parametrize(("why", "taken"), [("", False), ("  ", False), ("The parser is rewritten.", True)])
def test_the_end_of_a_promised_item_moves_only_with_a_reason(room, act, why, taken):
    placed, other = item(room, into=promise(room)), item(room, "Other")
    before = count()
    do, beside = (edit_item, {}) if act == "edit" else (move_item, {"after": other})
    if taken:
        do(room.actor(), placed, end=date(2026, 12, 31), reason=why, **beside)
        assert (last(room).fields["end"], last(room).reason) == (["2026-11-30", "2026-12-31"], why)
    else:
        assert refusal("reason", do, room.actor(), placed, end=date(2026, 12, 31), reason=why, **beside) == PROMISED
        rank = placed.rank
        placed.refresh_from_db()
        assert (placed.end, placed.rank, placed.version, count()) == (date(2026, 11, 30), rank, 1, before)


@pytest.mark.parametrize("let", ["other field", "target", "reached", "dropped", "archived", "taken out", "placed nowhere"])
def test_what_is_not_promised_moves_freely(room, let):
    made = milestone(room) if let == "target" else promise(room)
    placed = item(room, into=None if let == "placed nowhere" else made)
    match let:
        case "reached":
            actions.reach_milestone(room.actor(), made)
        case "dropped":
            actions.drop_milestone(room.actor(), made, reason="Sold.")
        case "archived":
            actions.archive_milestone(room.actor(), made, reason="Sold.")
        case "taken out":
            actions.place_item(room.actor(), placed, milestone=None)
    values = {"title": "Find"} if let == "other field" else {"end": date(2026, 12, 31)}
    edited = edit_item(room.actor(), placed, **values)
    assert {name: getattr(edited, name) for name in values} == values


# --- reached, open again, dropped, put away ---


@pytest.mark.parametrize("on", [None, date(2026, 12, 1)])
def test_reached_and_open_again(room, on):
    made = actions.reach_milestone(room.actor(), promise(room), on=on)
    day = str(on or timezone.localdate())
    change = last(room)
    assert (change.verb, change.fields) == ("milestone.reached", {"state": ["planned", "reached"], "reached_on": [None, day]})
    made = actions.reopen_milestone(room.actor(), made, reason="Two tests failed.")
    change = last(room)
    assert (change.verb, change.reason) == ("milestone.reopened", "Two tests failed.")
    assert change.fields == {"state": ["reached", "planned"], "reached_on": [day, None]}
    assert (made.state, made.date) == (MilestoneState.PLANNED, GA)


def test_dropped_with_its_reason(room):
    made = actions.reach_milestone(room.actor(), milestone(room))
    for nothing in ("", "  "):
        assert "Say why" in refusal("reason", actions.drop_milestone, room.actor(), made, reason=nothing)
    dropped = actions.drop_milestone(room.actor(), made, reason="Sold.")
    assert (dropped.state, dropped.reached_on) == (MilestoneState.DROPPED, None)
    assert (last(room).verb, last(room).reason) == ("milestone.dropped", "Sold.")


def test_an_archived_milestone_is_only_restored(room):
    made, placed = milestone(room), item(room)
    archived = actions.archive_milestone(room.actor(), made)
    assert list(last(room).fields) == ["archived_at"]
    for act, values in (
        (actions.edit_milestone, {"name": "x"}), (actions.reach_milestone, {}), (actions.reopen_milestone, {}),
        (actions.drop_milestone, {"reason": "x"}), (actions.archive_milestone, {}),
    ):  # fmt: skip
        with pytest.raises(Refused, match="restore it first"):
            act(room.actor(), archived, **values)
    assert "restore it first" in refusal("milestone", actions.place_item, room.actor(), placed, milestone=archived)
    twin = milestone(room)  # its name is free meanwhile, and asked for when it comes back
    with pytest.raises(ValidationError, match="of this name"):
        actions.restore_milestone(room.actor(), archived)
    actions.edit_milestone(room.actor(), twin, name="Other")
    assert actions.restore_milestone(room.actor(), archived).archived_at is None
    assert last(room).verb == "milestone.restored"


# --- items in milestones ---


def test_an_item_is_in_one_milestone_at_the_most_and_each_move_names_both(room):
    first, second, placed = milestone(room, "1.0"), milestone(room, "2.0"), item(room)
    for into, names in ((first, [None, "1.0"]), (second, ["1.0", "2.0"]), (None, ["2.0", None])):
        before = count()
        actions.place_item(room.actor(), placed, milestone=into, reason="Planned.")
        change = last(room)
        assert (count(), change.verb, change.object_id) == (before + 1, "item.placed", placed.pk)
        assert (change.detail, change.reason) == ({"milestone": names}, "Planned.")
        assert [entry["type"] for entry in change.also] == ["milestones.placement"]
        assert [row.milestone for row in Placement.objects.all()] == ([into] if into else [])


@pytest.mark.parametrize("into", [True, False])
def test_placing_where_it_is_already_is_no_change(room, into):
    made = milestone(room)
    placed = item(room, into=made if into else None)
    before = count()
    actions.place_item(room.actor(), placed, milestone=made if into else None)
    assert count() == before


def test_an_item_goes_into_milestones_of_its_product_only(room, foreign):
    other = create_product(room.actor(), room.workspace, name="Port tools")
    placed = item(room)
    for product_room in (Room(**{**room.__dict__, "product": other}), foreign):
        made = milestone(product_room)
        assert "item's product" in refusal("milestone", actions.place_item, room.actor(), placed, milestone=made)
    assert not Placement.objects.exists()
