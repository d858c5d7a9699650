"""Value against effort: where each item lies, what its quadrant is called, and that every dot can be seen."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.models import Change
from apps.roadmap import rating
from apps.roadmap.actions import create_item, edit_item
from apps.roadmap.address import Address
from apps.roadmap.models import Item, Scorecard
from apps.roadmap.scene import scene
from apps.roadmap.scene.matrix import INSET_X, INSET_Y, Matrix, arranged
from apps.roadmap.scene.rows import Row
from apps.roadmap.scoring import METHODS
from tests.people import Room

CARD = Scorecard(method="value_effort", factors=[each.as_json() for each in METHODS["value_effort"]])


def row(number: int, ratings: dict[str, str] | None, title: str = "Search", status: str = "planned") -> Row:
    return Row({"number": number, "title": title, "status": status, "ratings": ratings}, f"HAR-{number}", 1, "Find it")


def one(value: str, effort: str) -> Any:
    return arranged([row(1, {"value": value, "effort": effort})], CARD).dots[0]


PLACES = [
    ("10", "1", "Quick wins", INSET_X, INSET_Y),
    ("10", "10", "Big bets", 100 - INSET_X, INSET_Y),
    ("1", "1", "Fill-ins", INSET_X, 100 - INSET_Y),
    ("1", "10", "Money pits", 100 - INSET_X, 100 - INSET_Y),
    ("5.5", "5.5", "Quick wins", 50, 50),
    ("5", "6", "Money pits", 54.89, 54.78),
]


@pytest.mark.parametrize(("value", "effort", "quadrant", "x", "y"), PLACES)
def test_a_rating_has_its_place_and_quadrant(value: str, effort: str, quadrant: str, x: float, y: float):
    dot = one(value, effort)
    assert (dot.quadrant, dot.x, dot.y) == (quadrant, x, y)


rated = st.lists(st.tuples(st.integers(1, 10), st.integers(1, 10)), max_size=24)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(rated, st.integers(1, 60))
def test_no_dot_lies_on_another_of_its_place_and_no_title_runs_into_a_dot_of_its_height(pairs: list[tuple[int, int]], long: int):
    rows = [row(n, {"value": str(value), "effort": str(effort)}, "x" * long) for n, (value, effort) in enumerate(pairs)]
    picture = arranged(rows, CARD)
    dots = [dot for dot in picture.dots if not dot.piled]
    spots = [*dots, *picture.piles]
    for a, b in combinations(spots, 2):
        if (a.x, a.y) == (b.x, b.y):
            assert abs(a.dx - b.dx) >= 26 or abs(a.dy - b.dy) >= 26
    for spot in spots:  # of the smallest picture, 690 x 390 px
        assert 0 <= spot.x * 6.9 + spot.dx <= 690 - 26
        assert 0 <= spot.y * 3.9 + spot.dy <= 390 - 26
    for dot in dots:
        left = dot.x - dot.room if dot.before else dot.x
        others = [each for each in dots if each is not dot and each.y == dot.y]
        assert not dot.room or 0 <= left <= left + dot.room <= 100
        assert not [each for each in others if dot.room and left < each.x < left + dot.room]


@pytest.mark.parametrize(("count", "shown", "piled"), [(5, 5, 0), (6, 6, 0), (7, 5, 2), (40, 5, 35)])
def test_what_has_no_room_in_its_place_is_in_its_pile(count: int, shown: int, piled: int):
    picture = arranged([row(n, {"value": "9.5", "effort": "4"}) for n in range(count)], CARD)
    assert sum(not dot.piled for dot in picture.dots) == shown
    assert [len(pile.dots) for pile in picture.piles] == [piled] * bool(piled)
    assert [(pile.name, pile.spoken) for pile in picture.piles] == [
        ("pile-9.5-4", f"{piled} more with value 9.5 and effort 4")
    ] * bool(piled)


def test_what_is_not_rated_whole_waits_and_what_is_over_is_left_out():
    rows = [
        row(1, None),
        row(2, {"value": "3"}),
        row(3, {"value": "3", "effort": "4"}, status="shipped"),
        row(4, None, status="dropped"),
    ]
    picture = arranged(rows, CARD)
    assert ([each.item["number"] for each in picture.waiting], picture.dots) == ([1, 2], [])
    everything = arranged(rows, CARD, everything=True)
    assert [dot.row.item["number"] for dot in everything.dots] == [3]
    assert len(everything.waiting) == 3


@pytest.fixture
def card(room: Room) -> Scorecard:
    return rating.create_scorecard(room.actor(), room.product)


@pytest.fixture
def items(room: Room, card: Scorecard) -> list[Item]:
    made = [create_item(room.actor(), room.product, title=title, status="planned") for title in ("Search", "Index", "Export")]
    for item, (value, effort) in zip(made, ((9, 2), (3, 8)), strict=False):
        rating.rate_item(room.actor(), item, scorecard=card, ratings={"value": value, "effort": effort})
    return made


def picture(room: Room, **query: str) -> Matrix:
    found = scene(room.product, Address.read({"view": "matrix", **query}), room.now()).matrix
    assert found
    return found


def test_filters_and_the_past_work_as_in_other_views(room: Room, card: Scorecard, items: list[Item]):
    def shown(**query: str) -> dict[str, tuple[str, str]]:
        return {dot.row.item["title"]: (dot.value, dot.effort) for dot in picture(room, **query).dots}

    assert shown() == {"Search": ("9", "2"), "Index": ("3", "8")}
    assert [each.item["title"] for each in picture(room).waiting] == ["Export"]
    assert shown(q="sea") == {"Search": ("9", "2")}
    now = timezone.now()
    Change.objects.update(at=now - timedelta(days=3))
    rating.rate_item(room.actor(), items[0], scorecard=card, ratings={"value": Decimal("4.5")})
    assert shown()["Search"] == ("4.5", "2")
    assert shown(as_of=(now - timedelta(days=1)).isoformat())["Search"] == ("9", "2")


def test_a_comparison_marks_what_changed_on_its_dot_in_the_list_that_waits_and_in_the_table(room: Room, items: list[Item]):
    now = timezone.now()
    Change.objects.update(at=now - timedelta(days=3))
    for item in (items[0], items[2]):
        edit_item(room.actor(), item, status="in_progress")
    query = {"view": "matrix", "compare": (now - timedelta(days=1)).isoformat()}
    page = room.client("viewer").get(room.path("roadmap/"), query).content.decode()
    assert 'aria-label="1 Search, value 9, effort 2, Quick wins, serves no goal, planned → in progress"' in page
    mark = '<span class="mark changed"[^>]*></span>'
    assert re.findall(rf'id="(dot|wait)-(\d)"[^>]*>[^/]*?(?:<i class="dot"></i>|\d){mark}', page) == [("dot", "1"), ("wait", "3")]
    assert len(re.findall(rf'<th scope="row" class="title">{mark}', page)) == 1


def test_the_page_has_the_dots_and_the_same_as_a_table(room: Room, items: list[Item]):
    page = room.client("viewer").get(room.path("roadmap/?view=matrix")).content.decode()
    assert 'aria-label="1 Search, value 9, effort 2, Quick wins, serves no goal"' in page
    table = page[page.index("<caption") : page.index("</table>")]
    assert table.count("<tr") == 3
    assert "Money pits" in table
    assert "data-edit" not in page


def test_without_such_a_scorecard_the_page_says_what_helps(room: Room):
    create_item(room.actor(), room.product, title="Search")
    rating.create_scorecard(room.actor(), room.product, method="rice")
    assert "Value and effort" in room.client().get(room.path("roadmap/?view=matrix")).content.decode()
