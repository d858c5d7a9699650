"""Alignment: effort per goal against its target, counted exactly, and what no goal speaks for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from apps.roadmap.actions import create_item, edit_item
from apps.roadmap.queries import alignment
from apps.vision.actions import archive_goal, create_goal
from tests.people import Room

# items as (effort, {goal: share}, status); the share of effort of each goal, and of none
CASES: dict[str, tuple[list[tuple[int | None, dict[str, int], str]], dict[str, int], int]] = {
    "nothing is planned": ([], {"Find": 0, "Keep": 0}, 0),
    "one whole item": ([(5, {"Find": 100}, "planned")], {"Find": 100, "Keep": 0}, 0),
    "half an item": ([(5, {"Find": 50}, "planned")], {"Find": 50, "Keep": 0}, 50),
    "one serves two": ([(5, {"Find": 60, "Keep": 40}, "planned")], {"Find": 60, "Keep": 40}, 0),
    "one serves two in part": ([(8, {"Find": 50, "Keep": 25}, "planned")], {"Find": 50, "Keep": 25}, 25),
    "shares beyond the whole": ([(8, {"Find": 100, "Keep": 100}, "planned")], {"Find": 50, "Keep": 50}, 0),
    "by effort": ([(30, {"Find": 100}, "planned"), (10, {"Keep": 50}, "planned")], {"Find": 75, "Keep": 12}, 12),
    "no effort counts one": ([(None, {"Find": 100}, "planned"), (3, {"Keep": 100}, "planned")], {"Find": 25, "Keep": 75}, 0),
    "effort of nothing": ([(0, {"Find": 100}, "planned")], {"Find": 0, "Keep": 0}, 0),
    "serving none": ([(1, {"Find": 100}, "planned"), (3, {}, "planned")], {"Find": 25, "Keep": 0}, 75),
    "none at all": ([(3, {}, "planned")], {"Find": 0, "Keep": 0}, 100),
    "a goal given up": ([(1, {"Gone": 100}, "planned"), (1, {"Find": 100}, "planned")], {"Find": 50, "Keep": 0}, 50),
    "dropped and parked": (
        [(1, {"Find": 100}, "planned"), (9, {"Keep": 100}, "dropped"), (9, {}, "parked")],
        {"Find": 100, "Keep": 0},
        0,
    ),
}


def plan(room: Room, items: list[tuple[int | None, dict[str, int], str]]) -> None:
    goals = {name: create_goal(room.actor(), room.product, name=name, weight=50) for name in ("Find", "Keep", "Gone")}
    for n, (effort, serves, status) in enumerate(items):
        shares: Any = [{"goal": goals[name], "share": share} for name, share in serves.items()]
        made = create_item(room.actor(), room.product, title=f"Item {n}", goals=shares, status=status)
        edit_item(room.actor(), made, effort=None if effort is None else Decimal(effort))
    archive_goal(room.actor(), goals["Gone"])


@pytest.mark.parametrize("case", CASES)
def test_shares_are_of_the_effort_of_all_open_items(room, case):
    items, shares, rest = CASES[case]
    plan(room, items)
    found = alignment(room.product)
    assert {goal["name"]: goal["share"] for goal in found["goals"]} == shares
    assert found["rest"] == rest


def test_the_page_lists_every_goal_with_its_gap_and_all_that_serves_none(room):
    plan(room, [(1, {"Find": 100}, "planned"), *[(3, {}, "planned")] * 7])
    page = room.client("viewer").get(room.path("alignment/")).content.decode()
    for words in ("Find", "Keep", "45 points under its share", "nothing serves it yet", "HAR-2 Item 1", "HAR-8 Item 7"):
        assert words in page
    part = room.client("viewer").get(room.path("alignment/"), headers={"HX-Request": "true"}).content.decode()
    assert "and more" in part
    assert "<table" not in part


def test_pages_and_endpoint_say_what_no_goal_speaks_for(room):
    plan(room, CASES["half an item"][0])
    said = "50% of effort is spoken for by no goal: some items serve theirs only in part."
    assert said in room.client("viewer").get(room.path("alignment/")).content.decode()
    document = room.api("viewer").get(f"/api/v1/alignment/?product={room.product.pk}").json()
    assert (document["rest"], [goal["share"] for goal in document["goals"]]) == (50, [50, 0])
