"""The roadmap as slides: which there are, in which order, and what stands on them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.roadmap.actions import create_item, edit_item
from apps.roadmap.scene.lanes import Lane
from apps.roadmap.scene.rows import Row
from apps.roadmap.scene.slides import BARS, slides
from apps.stakeholders.actions import hold_review, plan_review
from apps.vision.actions import create_goal
from apps.vision.models import Goal
from tests.people import Room

GOAL = Goal(name="Find it")


def row(n: int, status: str = "planned", *, bar: bool = True) -> Row:
    return Row({"number": n, "status": status}, f"HAR-{n}", 1, "", bar=object() if bar else None)  # type: ignore[arg-type]


CASES: list[tuple[str, list[Row], list[tuple[int, int, int]]]] = [
    ("what fits is one slide", [row(n) for n in range(BARS)], [(BARS, 1, 0)]),
    ("one more is a second", [row(n) for n in range(BARS + 1)], [(BARS, 2, 0), (1, 2, 0)]),
    ("a goal that nothing serves has one too", [], [(0, 1, 0)]),
    ("what lies outside is counted", [row(1), row(2, bar=False)], [(1, 1, 1)]),
    ("dropped and parked are left out", [row(1, "dropped"), row(2, "parked"), row(3)], [(1, 1, 0)]),
]


@pytest.mark.parametrize(("name", "rows", "wanted"), CASES)
def test_a_lane_becomes_slides(name: str, rows: list[Row], wanted: list[tuple[int, int, int]]):
    made = slides([Lane(str(GOAL.pk), GOAL.name, rows=rows)], [GOAL])
    assert [(len(each.rows), each.parts, each.beside) for each in made] == wanted
    assert [each.part for each in made] == list(range(1, len(wanted) + 1))


def test_a_lane_that_is_no_goal_and_empty_has_none():
    assert slides([Lane("now", "Now", rows=[row(1, "dropped")])], [GOAL]) == []
    assert len(slides([Lane("now", "Now", rows=[row(1, "dropped")])], [GOAL], everything=True)) == 1


@pytest.fixture
def item(room: Room) -> Any:
    goal = create_goal(room.actor(), room.product, name="Find it", serves="Answers at once.", weight=60)
    start = timezone.localdate() + timedelta(days=10)
    return create_item(
        room.actor(), room.product, title="Search", goals=[{"goal": goal, "share": 100}], start=start, granularity="day",
        end=start + timedelta(days=20), status="planned",
    )  # fmt: skip


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_everybody_of_the_room_is_shown_the_goal_its_why_and_its_bars(room: Room, item: Any, role: str):
    page = room.client(role).get(room.path("present/")).content.decode()
    for words in ("Find it", "Because “Answers at once.”", "100% of effort, target 60%", "Search", "1 of 2"):
        assert words in page
    assert "What changed since" not in page


def test_the_last_slide_says_what_changed_since_the_last_review(room: Room, item: Any):
    review = plan_review(room.actor(), room.product, title="Monthly", due_on=timezone.localdate())
    hold_review(room.actor(), review, notes="All kept.")
    edit_item(room.actor(), item, end=item.end + timedelta(days=7), reason="The parser is rewritten.")
    page = room.client("viewer").get(room.path("present/")).content.decode()
    last = page[page.index('id="slide-3"') :]
    assert "moved 7 days later" in last
    assert "The parser is rewritten." in last
    assert "3 of 3" in last


def test_the_address_says_which_lanes_and_filters(room: Room, item: Any):
    page = room.client().get(room.path("present/?group=status&q=nothing")).content.decode()
    assert "Search" not in page
    page = room.client().get(room.path("present/?view=board")).content.decode()
    assert "Later" in page
    assert f'data-leave="{room.path("roadmap/")}?view=board"' in page
