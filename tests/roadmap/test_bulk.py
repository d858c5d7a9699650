"""Several items at once: one change, one undo, all or nothing, and no more statements for more items."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.actions import undo_change
from apps.core.models import Change
from apps.milestones.actions import archive_milestone, create_milestone, place_item
from apps.milestones.models import Placement
from apps.roadmap import queries
from apps.roadmap.actions import archive_item, create_item, duplicate_item
from apps.roadmap.bulk import Edit, edit_items
from apps.roadmap.models import Contribution, Item
from apps.roadmap.serving import Serves
from apps.roadmap.timeframes import moved
from apps.vision.actions import archive_goal, create_goal
from apps.vision.models import Goal
from tests.people import Room

DAYS = {"start": date(2026, 10, 1), "end": date(2026, 12, 31), "granularity": "day"}


@pytest.fixture
def goal(room: Room) -> Goal:
    return Goal.objects.create(workspace=room.workspace, product=room.product, name="Find it", rank="a0")


def several(room: Room, count: int = 3, **values: Any) -> list[Item]:
    return [create_item(room.actor(), room.product, title=f"Item {n}", **{**DAYS, **values}) for n in range(count)]


def now(items: list[Item], name: str) -> list[Any]:
    return list(Item.objects.filter(pk__in=[item.pk for item in items]).order_by("rank").values_list(name, flat=True))


def test_one_change_says_all_with_one_reason_and_one_undo(room: Room, goal: Goal):
    items = several(room)
    made = Change.objects.count()
    edit_items(
        room.actor(), room.product, items=items, status="shipped", owner=room.viewer, goal=goal, shift=14, reason="Two weeks off."
    )
    change = Change.objects.order_by("-seq")[0]
    assert Change.objects.count() == made + 1
    assert (change.verb, change.object_id, change.scope, change.reason) == (
        "items.edited", room.product.pk, room.product.pk, "Two weeks off.",
    )  # fmt: skip
    assert {item.pk for item in items} <= set(change.touches)
    assert change.fields_of(items[0].pk)["start"] == ["2026-10-01", "2026-10-15"]
    assert change.detail == {"items": 3, "shift": 14}
    assert now(items, "version") == [2, 2, 2]
    assert None not in now(items, "shipped_on")
    assert Contribution.objects.filter(goal=goal).count() == 3
    assert queries.slips(room.workspace.pk, [item.pk for item in items])[items[1].pk].days == 14
    undo_change(room.actor(), room.workspace, change=change)
    assert now(items, "status") == ["proposed"] * 3
    assert now(items, "start") == [DAYS["start"]] * 3
    assert now(items, "shipped_on") == now(items, "owner") == [None] * 3
    assert not Contribution.objects.exists()


def test_archived_together_and_back(room: Room):
    items = several(room)
    edit_items(room.actor(), room.product, items=items, archive=True)
    assert None not in now(items, "archived_at")
    undo_change(room.actor(), room.workspace, change=Change.objects.order_by("-seq")[0])
    assert now(items, "archived_at") == [None] * 3


@pytest.mark.parametrize(
    ("values", "name", "words"),
    [
        ({"shift": 14}, "Parked: start", "parking lot"),
        ({"status": "soon"}, "Item 0: status", "not a valid choice"),
        ({"shift": 9_999}, "shift", "at most 3,660"),
        ({}, "__all__", "what is to change"),
    ],
)
def test_all_or_nothing_and_the_error_names_item_and_field(room: Room, values: dict[str, Any], name: str, words: str):
    items = [*several(room), create_item(room.actor(), room.product, title="Parked")]
    before, said = list(Item.objects.order_by("pk").values()), Change.objects.count()
    with pytest.raises(ValidationError) as refused:
        edit_items(room.actor(), room.product, items=items, **values)
    assert words in " ".join(refused.value.message_dict[name])
    assert (list(Item.objects.order_by("pk").values()), Change.objects.count()) == (before, said)


def test_archived_foreign_and_committed_items_refuse(room: Room, foreign: Room):
    items = several(room)
    theirs = create_item(foreign.actor(), foreign.product, title="Theirs")
    with pytest.raises(ValidationError, match="Theirs is not on this roadmap"):
        edit_items(room.actor(), room.product, items=[*items, theirs], horizon="now")
    milestone = create_milestone(room.actor(), room.product, name="GA", date=date(2026, 12, 31), commitment="committed")
    place_item(room.actor(), items[2], milestone=milestone)
    with pytest.raises(ValidationError, match="Say why"):
        edit_items(room.actor(), room.product, items=items, shift=7)
    archive_item(room.actor(), items[0])
    with pytest.raises(ValidationError, match="Item 0 is archived"):
        edit_items(room.actor(), room.product, items=items, horizon="now")


def test_sizes_are_judged_by_what_the_whole_action_leaves(room: Room):
    make = lambda kind, **more: create_item(room.actor(), room.product, title=kind.title(), type=kind, **more)  # noqa: E731
    above = make("initiative")
    below = make("epic", parent=above)
    act, kinds = room.actor(), lambda: now([above, below], "type")
    for alone in ([above], [above, make("feature", parent=below)]):  # an epic would be left in a feature
        with pytest.raises(ValidationError, match="An epic does not go into a feature"):
            edit_items(act, room.product, items=alone, type="feature")
    edit_items(act, room.product, items=[above, below], type="feature")
    assert kinds() == ["feature", "feature"]
    undo_change(act, room.workspace, change=Change.objects.order_by("-seq")[0])
    assert kinds() == ["initiative", "epic"]
    undo_change(act, room.workspace, change=Change.objects.order_by("-seq")[0])
    assert kinds() == ["feature", "feature"]
    out = [Edit(above, {"type": "improvement"}), Edit(below, {"type": "epic", "parent": None})]
    edit_items(act, room.product, edits=out)
    assert (kinds(), now([below], "parent")) == (["improvement", "epic"], [None])
    above.refresh_from_db()
    with pytest.raises(ValidationError, match="An epic does not go into an improvement"):
        edit_items(act, room.product, edits=[Edit(below, {"parent": above})])
    edit_items(act, room.product, edits=[Edit(below, {"parent": above}), Edit(above, {"type": "epic"})])
    assert now([below], "parent") == [above.pk]


def test_nothing_to_change_is_no_change(room: Room):
    items = several(room)
    said = Change.objects.count()
    edit_items(room.actor(), room.product, items=items, horizon="later")
    assert Change.objects.count() == said


def test_into_a_milestone_and_out_of_it(room: Room):
    items = several(room)
    two, three = (create_milestone(room.actor(), room.product, name=name, date=date(2027, 1, 1)) for name in ("2.0", "3.0"))
    place_item(room.actor(), items[0], milestone=two)
    place_item(room.actor(), items[1], milestone=three)
    placed = lambda: dict(Placement.objects.values_list("item__title", "milestone__name"))  # noqa: E731
    edit_items(room.actor(), room.product, items=items, milestone=str(three.pk))
    assert placed() == {"Item 0": "3.0", "Item 1": "3.0", "Item 2": "3.0"}
    change = Change.objects.order_by("-seq")[0]
    assert (change.detail["items"], change.detail_of(items[0].pk), change.detail_of(items[1].pk)) == (
        2, {"milestone": ["2.0", "3.0"]}, {},
    )  # fmt: skip
    undo_change(room.actor(), room.workspace, change=change)
    assert placed() == {"Item 0": "2.0", "Item 1": "3.0"}
    numbers = [item.number for item in items]
    room.client().post(room.path("items/bulk/"), {"items": numbers, "milestone": str(two.pk), "status": "planned"})
    assert (set(placed().values()), set(now(items, "status"))) == ({"2.0"}, {"planned"})
    body = {"product": str(room.product.pk), "items": [str(item.pk) for item in items[:2]]}
    assert room.api().post("/api/v1/items/bulk/", {**body, "milestone": None}, "application/json").status_code == 200
    assert placed() == {"Item 2": "2.0"}
    room.client().post(room.path("items/bulk/"), {"items": numbers, "milestone": "none"})
    assert placed() == {}
    archive_milestone(room.actor(), two)
    for wrong, words in ((two.pk, "is archived"), (UUID(int=7), "no longer there")):
        refused = room.api().post("/api/v1/items/bulk/", {**body, "milestone": str(wrong)}, "application/json")
        assert (refused.status_code, words in refused.json()["errors"]["milestone"][0]) == (400, True)


@pytest.mark.parametrize(
    ("was", "to", "becomes"),
    [
        ({}, "C", {"C": 100}),
        ({"A": 60}, "C", {"C": 60}),
        ({"A": 60, "B": 30}, "C", {"C": 60, "B": 30}),
        ({"A": 50, "B": 50}, "C", {"C": 50, "B": 49}),
        ({"A": 60, "B": 30}, "B", {"B": 90}),
        ({"A": 100, "B": 30}, "B", {"B": 100}),
        ({"A": 60, "B": 30}, "A", {"A": 60, "B": 30}),
        ({"A": 60, "B": 30}, None, {}),
    ],
)
def test_another_lane_puts_its_goal_in_the_place_of_the_first(
    room: Room, was: dict[str, int], to: str | None, becomes: dict[str, int]
):
    goals = {name: create_goal(room.actor(), room.product, name=name) for name in "ABC"}
    serves = [Serves(goal=goals[each], share=share) for each, share in was.items()]
    item = create_item(room.actor(), room.product, title="Search", goals=serves)
    sent = {"goal": str(goals[to].pk) if to else ""}
    assert room.client().post(room.path(f"items/{item.number}/move/"), sent).status_code == 302
    assert dict(item.contributions.values_list("goal__name", "share")) == becomes


def test_what_served_a_goal_that_was_given_up_goes_on_to_another(room: Room):
    goals = {name: create_goal(room.actor(), room.product, name=name) for name in "ABC"}
    item = create_item(
        room.actor(), room.product, title="Search", goals=[Serves(goal=goals["A"], share=60), Serves(goal=goals["B"], share=30)]
    )
    archive_goal(room.actor(), goals["A"])
    client, address = room.client(), room.path(f"items/{item.number}/move/")
    refused = client.post(address, {"goal": str(goals["C"].pk), "seen": str(goals["B"].pk)})
    assert refused.status_code == 409
    assert client.post(address, {"goal": str(goals["C"].pk), "seen": ""}).status_code == 302  # where it is drawn
    assert dict(item.contributions.values_list("goal__name", "share")) == {"C": 60, "B": 30}
    copy = duplicate_item(room.actor(), item)
    archive_goal(room.actor(), goals["C"])
    assert dict(copy.contributions.values_list("goal__name", "share")) == {"C": 60, "B": 30}
    assert dict(duplicate_item(room.actor(), copy).contributions.values_list("goal__name", "share")) == {"B": 30}


@pytest.mark.parametrize("values", [{"status": "planned", "shift": 30}, {"archive": True}, {"goal": True}, {"milestone": True}])
def test_the_statements_do_not_grow_with_the_items(room: Room, goal: Goal, values: dict[str, Any]):
    release = create_milestone(room.actor(), room.product, name="2.0", date=date(2027, 1, 1))
    values = {name: {"goal": goal, "milestone": str(release.pk)}.get(name, value) for name, value in values.items()}
    counts = []
    for count in (1, 3, 30):
        items = several(room, count)
        with CaptureQueriesContext(connection) as queried:
            edit_items(room.actor(), room.product, items=items, **values)
        did = len(queried)
        with CaptureQueriesContext(connection) as queried:
            undo_change(room.actor(), room.workspace, change=Change.objects.order_by("-seq")[0])
        counts.append((did, len(queried)))
    assert len(set(counts)) == 1, counts


@pytest.mark.parametrize(
    ("granularity", "days", "start", "end"),
    [
        ("day", 12, date(2026, 10, 13), date(2027, 1, 12)),
        ("quarter", 14, date(2026, 10, 1), date(2026, 12, 31)),
        ("quarter", 90, date(2027, 1, 1), date(2027, 3, 31)),
        ("month", -31, date(2026, 9, 1), date(2026, 11, 30)),
        ("year", 400, date(2027, 10, 1), date(2027, 12, 31)),
    ],
)
def test_periods_move_by_whole_periods(granularity: str, days: int, start: date, end: date):
    assert moved(DAYS["start"], DAYS["end"], granularity, days) == (start, end)  # type: ignore[arg-type]


def test_by_rest(room: Room, goal: Goal):
    items = several(room)
    body = {"product": str(room.product.pk), "items": [str(item.pk) for item in items], "shift_days": 7, "reason": "Later."}
    client = room.api()
    done = client.post("/api/v1/items/bulk/", body, "application/json")
    assert (done.status_code, {each["start"] for each in done.json()}) == (200, {"2026-10-08"})
    seq = Change.objects.order_by("-seq")[0].seq
    back = client.post(f"/api/v1/changes/{seq}/undo/", {}, "application/json")
    assert (back.status_code, back.json()["verb"], back.json()["reason"]) == (201, "change.undone", "Taken back.")
    assert now(items, "start") == [DAYS["start"]] * 3
    again = client.post(f"/api/v1/changes/{seq}/undo/", {}, "application/json")
    assert (again.status_code, "already" in again.json()["detail"]) == (400, True)
    refused = client.post("/api/v1/items/bulk/", {**body, "status": "soon"}, "application/json")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["status"])


def test_by_page_and_the_way_back(room: Room, goal: Goal):
    items = several(room)
    client, numbers = room.client(), [item.number for item in items]
    sent = {"items": numbers, "owner": str(room.viewer.pk), "goal": str(goal.pk), "shift": "2", "unit": "7"}
    assert client.post(room.path("items/bulk/"), sent).status_code == 302
    assert (set(now(items, "owner")), set(now(items, "start"))) == ({room.viewer.pk}, {date(2026, 10, 15)})
    client.post(room.path("items/bulk/"), {"items": numbers, "owner": "nobody"})
    assert now(items, "owner") == [None] * 3
    for _ in range(2):
        assert client.post(room.path("undo/")).status_code == 302
    assert (now(items, "owner"), set(now(items, "start"))) == ([None] * 3, {DAYS["start"]})
    client.post(room.path("redo/"))
    assert set(now(items, "start")) == {date(2026, 10, 15)}
    refused = client.post(room.path("items/bulk/"), {"items": [], "status": "planned"})
    assert (refused.status_code, "Choose 1 to 500 items" in refused.content.decode()) == (422, True)
