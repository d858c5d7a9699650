"""Limits of the board's columns: set in place and by REST, shown when exceeded, never in the way."""

from __future__ import annotations

from typing import Any

import pytest

from apps.roadmap.actions import create_item
from apps.roadmap.address import Address
from apps.roadmap.limits import limit_column
from apps.roadmap.models import ColumnLimit
from apps.roadmap.scene import scene
from apps.vision.actions import create_goal
from tests.people import Room


def column(room: Room, key: str, group: str = "horizon") -> Any:
    room.workspace.refresh_from_db()  # what is kept is kept by its number
    lanes = scene(room.product, Address.read({"view": "board", "group": group}), room.workspace).lanes
    return next(lane for lane in lanes if lane.key == key)


def post(room: Room, role: str = "editor", **sent: Any) -> Any:
    return room.client(role).post(room.path("board/limit/"), {"group": "horizon", "value": "now", **sent})


def test_a_limit_is_set_changed_shown_when_exceeded_and_taken_away(room: Room):
    for title, status in (("A", "planned"), ("B", "in_progress"), ("C", "shipped")):
        create_item(room.actor(), room.product, title=title, horizon="now", status=status)
    assert post(room, most=1).status_code == 302
    assert (column(room, "now").limit, column(room, "now").open, column(room, "now").over) == (1, 2, 1)
    page = room.client("viewer").get(room.path("roadmap/?view=board")).content.decode()
    assert "2 open of 1" in page
    assert create_item(room.actor(), room.product, title="D", horizon="now").pk  # nothing is refused
    assert post(room, most=3).status_code == 302
    assert (column(room, "now").limit, column(room, "now").over) == (3, 0)
    assert post(room, most="").status_code == 302
    assert column(room, "now").limit is None
    assert not ColumnLimit.objects.exists()


def test_a_column_of_a_status_counts_all_that_is_in_it(room: Room):
    create_item(room.actor(), room.product, title="A", status="shipped")
    post(room, group="status", value="shipped", most=1)
    create_item(room.actor(), room.product, title="B", status="shipped")
    assert column(room, "shipped", "status").over == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"most": 0}, "greater than or equal to 1"),
        ({"most": 1000}, "less than or equal to 999"),
        ({"most": "x"}, "whole number"),
        ({"most": 5, "value": "soon"}, "There is no such column by horizon."),
        ({"most": 5, "group": "owner"}, "arranged by horizon, status, goal or release"),
        ({"most": 5, "group": "goal", "value": "019a3c5e-0000-7000-8000-000000000009"}, "There is no such column by goal."),
        ({"most": 5, "group": "release", "value": "2.0"}, "There is no such column by release."),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(room: Room, sent: dict[str, Any], said: str):
    answer = post(room, **sent)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not ColumnLimit.objects.exists()


def test_by_rest_for_a_goal_in_place_of_the_one_before(room: Room):
    goal = create_goal(room.actor(), room.product, name="Find it")
    sent = {"product": str(room.product.pk), "group": "goal", "value": str(goal.pk), "most": 4}
    client = room.api()
    for most in (4, 2):
        made = client.post("/api/v1/column-limits/", {**sent, "most": most}, content_type="application/json")
        assert (made.status_code, made.json()["most"]) == (201, most)
    (row,) = client.get("/api/v1/column-limits/", {"product": str(room.product.pk), "group": "goal"}).json()["results"]
    assert column(room, str(goal.pk), "goal").limit == row["most"] == 2
    assert client.delete(f"/api/v1/column-limits/{row['id']}/").status_code == 204
    assert column(room, str(goal.pk), "goal").limit is None


@pytest.mark.parametrize("group", ["horizon", "goal", "status"])
def test_a_limit_counts_all_cards_whatever_is_loaded_or_filtered(room: Room, group: str):
    goal = create_goal(room.actor(), room.product, name="Find it")
    for n in range(4):
        create_item(
            room.actor(),
            room.product,
            title=f"Item {n}",
            horizon="now",
            type="epic" if n else "feature",
            goals=[{"goal": goal, "share": 100}],
        )
    key = {"horizon": "now", "goal": str(goal.pk), "status": "proposed"}[group]
    limit_column(room.actor(), room.product, group=group, value=key, most=2)
    for query, total in ({"rows": "2"}, 4), ({"type": "feature"}, 1):
        lanes = scene(room.product, Address.read({"view": "board", "group": group, **query}), room.now()).lanes
        column = next(lane for lane in lanes if lane.key == key)
        assert (column.open, column.over, column.total) == (4, 2, total)
