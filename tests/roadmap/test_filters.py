"""What narrows a roadmap: values that are wanted and values that are not, on the page, in saved views and by REST alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from apps.roadmap import saved
from apps.roadmap.actions import create_item
from apps.vision.actions import create_goal

if TYPE_CHECKING:
    from tests.people import Room

CASES = [
    ("status=-shipped", {"Idea", "Plan"}),
    ("status=shipped,planned", {"Done", "Plan"}),
    ("status=-shipped,-planned", {"Idea"}),
    ("status=planned,-shipped", {"Plan"}),
    ("owner=-{editor}", {"Idea", "Plan"}),
    ("owner=-{editor},-none", {"Plan"}),
    ("owner=none", {"Idea"}),
    ("goal=-{goal}", {"Idea", "Plan"}),
    ("goal=none", {"Idea"}),
    ("goal=-none", {"Done", "Plan"}),
    ("goal={goal},{other}", {"Done", "Plan"}),
    ("goal=-{goal}&status=-planned", {"Idea"}),
    ("type=-epic&horizon=-later", {"Done", "Plan"}),
    ("health=-at_risk", {"Idea", "Done"}),
]


@pytest.fixture
def names(room: Room) -> dict[str, Any]:
    goal, other = (create_goal(room.actor(), room.product, name=name) for name in ("Speed", "Calm"))
    both = [{"goal": goal, "share": 50}, {"goal": other, "share": 50}]
    make = lambda title, **more: create_item(room.actor(), room.product, title=title, **more)  # noqa: E731
    make("Idea", type="epic")
    make("Done", status="shipped", owner=room.editor, goals=both, horizon="now")
    make("Plan", status="planned", owner=room.viewer, goals=[{"goal": other, "share": 100}], horizon="next", health="at_risk")
    return {"goal": goal.pk, "other": other.pk, "editor": room.editor.pk}


@pytest.mark.parametrize(("query", "titles"), CASES)
def test_the_page_and_rest_keep_the_same(room: Room, names: dict[str, Any], query: str, titles: set[str]):
    asked = query.format(**names)
    answer = room.api().get(f"/api/v1/items/?product={room.product.pk}&{asked}")
    assert sorted(each["title"] for each in answer.json()["results"]) == sorted(titles)
    page = room.client().get(room.path(f"roadmap/?view=table&{asked}")).content.decode()
    assert {title for title in ("Idea", "Done", "Plan") if re.search(rf"data-t>{title}<", page)} == titles


@pytest.mark.parametrize("query", ["status=-gone", "status=--shipped", "owner=-nobody", "goal=1", "type=none"])
def test_rest_refuses_what_is_no_value_and_says_what_would_be(room: Room, query: str):
    answer = room.api().get(f"/api/v1/items/?{query}")
    assert answer.status_code == 400
    assert "is no value of it; give " in answer.json()["errors"][query.partition("=")[0]][0]


def test_a_chip_says_what_is_left_out_and_is_turned_round_by_a_link(room: Room, names: dict[str, Any]):
    page = room.client().get(room.path("roadmap/?view=table&status=-shipped,-planned")).content.decode()
    chip = re.search(r'<a class="chip set" href="([^"]+)" data-turn="status"[^>]*>(.*?)</a>', page)
    assert chip
    assert re.sub(r"<[^>]+>", "", chip[2]) == "Status is not Shipped, Planned: turn round"
    assert chip[1].endswith("status=shipped%2Cplanned")
    assert 'status=-shipped" aria-current="true">not Planned</a>' in page  # its link takes it out


def test_a_saved_view_keeps_what_is_left_out(room: Room, names: dict[str, Any]):
    view = saved.save_view(room.actor(), room.product, name="Open", query="view=table&status=-shipped")
    assert view.query == "view=table&status=-shipped"
    page = room.client().get(room.path(f"roadmap/?{view.query}&saved={view.pk}")).content.decode()
    assert "data-t>Plan<" in page
    assert "data-t>Done<" not in page
    assert "Not as it was saved" not in page


def test_a_lane_says_that_a_filter_left_it_empty(room: Room):
    goal = create_goal(room.actor(), room.product, name="Fast", weight=50)
    create_item(room.actor(), room.product, title="Search", goals=[{"goal": goal, "share": 100}])
    create_item(room.actor(), room.product, title="Export", status="planned")
    page = room.client().get(room.path("roadmap/?status=planned")).content.decode()
    assert "Nothing with these filters" in page
    assert "Nothing serves it yet" not in page
