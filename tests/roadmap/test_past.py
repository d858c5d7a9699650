"""The roadmap as it was, and what became of it: rebuilt from the change stream."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from apps.core.past import moment_of
from apps.milestones.actions import archive_milestone, create_milestone, edit_milestone, place_item
from apps.roadmap.actions import archive_item, create_item, edit_item, link_items, restore_item, set_goals, unlink_items
from apps.roadmap.address import Address
from apps.roadmap.models import Item
from apps.roadmap.past import dependencies_at, effort_of, goals_at, rows_at
from apps.roadmap.queries import alignment, rows
from apps.roadmap.scene import scene
from apps.vision.actions import archive_goal, create_goal, edit_goal
from tests.people import Room

START = datetime(2030, 1, 1, 12, tzinfo=UTC)


def at(day: int) -> datetime:
    return START + timedelta(days=day)


def make(room: Room, title: str, day: int = 0, **values: Any) -> Item:
    dated = {"start": date(2030, 2, 1), "end": date(2030, 3, 31), "granularity": "day", **values}
    return create_item(room.actor(at=at(day)), room.product, title=title, **dated)


def look(room: Room, **query: str) -> Any:
    return scene(room.product, Address.read({"from": "2030-01-01", **query}), room.now())


def told(room: Room, **query: str) -> list[tuple[str, str, str, str]]:
    return [(each.kind, each.title, each.words, each.reason) for each in look(room, **query).changed]


@pytest.fixture
def story(room: Room) -> Room:
    """Search is made, moved and renamed; Index is made later; Legacy is taken off, and Old dropped."""
    goal = create_goal(room.actor(at=at(0)), room.product, name="Find it")
    search, legacy, old = make(room, "Search"), make(room, "Legacy"), make(room, "Old")
    set_goals(room.actor(at=at(1)), search, goals=[{"goal": goal, "share": 100}])
    edit_item(room.actor(at=at(10)), search, end=date(2030, 5, 1), reason="vendor late")
    make(room, "Index", day=11)
    archive_item(room.actor(at=at(12)), legacy, reason="nobody asked")
    edit_item(room.actor(at=at(13)), old, status="dropped")
    edit_item(room.actor(at=at(14)), search, title="Search everywhere", owner=room.editor, reason="people asked")
    return room


def test_now_rewound_by_nothing_is_now(story):
    now = list(rows(Item.objects.filter(product=story.product, archived_at=None)).order_by("rank"))
    then = rows_at(story.product, at(99))
    assert [{name: row[name] for name in now[0]} for row in then] == now


@pytest.mark.parametrize(
    ("day", "titles", "end", "goal"),
    [
        (-1, [], None, None), (0, ["Search", "Legacy", "Old"], date(2030, 3, 31), False),
        (5, ["Search", "Legacy", "Old"], date(2030, 3, 31), True), (10, ["Search", "Legacy", "Old"], date(2030, 5, 1), True),
        (11, ["Search", "Legacy", "Old", "Index"], date(2030, 5, 1), True),
        (12, ["Search", "Old", "Index"], date(2030, 5, 1), True),
        (14, ["Search everywhere", "Old", "Index"], date(2030, 5, 1), True),
    ],
)  # fmt: skip
def test_every_moment_is_rebuilt_as_it_was(story, day, titles, end, goal):
    then = rows_at(story.product, at(day))
    assert [row["title"] for row in then] == titles
    if then:
        assert (then[0]["end"], then[0]["goal_id"] is not None) == (end, goal)
        assert then[0]["owner_name"] == (story.editor.name if day >= 14 else None)


def test_what_was_put_back_was_away_meanwhile(story):
    restore_item(story.actor(at=at(20)), Item.objects.get(title="Legacy"))
    assert "Legacy" not in [row["title"] for row in rows_at(story.product, at(19))]
    assert "Legacy" in [row["title"] for row in rows_at(story.product, at(20))]


def test_dependencies_of_then(story):
    search, old = Item.objects.get(title="Search everywhere"), Item.objects.get(title="Old")
    link = link_items(story.actor(at=at(20)), search, other=old)
    unlink_items(story.actor(at=at(22)), link)
    assert [len(dependencies_at(story.product, at(day))) for day in (19, 21, 23)] == [0, 1, 0]


def test_what_became_of_it_in_words(story):
    assert told(story, compare="2030-01-05") == [
        ("moved", "Search everywhere", "moved 31 days later", "vendor late"),
        ("dropped", "Old", "dropped", ""),
        ("dropped", "Legacy", "taken off", "nobody asked"),
        ("added", "Index", "added, 1 Feb – 31 Mar 2030", ""),
    ]
    assert told(story, as_of="2030-01-08", compare="2030-01-05") == []
    assert told(story, as_of="2030-01-11", compare="2030-01-05") == [("moved", "Search", "moved 31 days later", "vendor late")]


@pytest.mark.parametrize("view", ["timeline", "board", "table", "matrix"])
def test_what_became_is_told_of_all_that_the_filters_keep_and_of_nothing_else(story, view, monkeypatch):
    """Neither what is filtered out nor what comes after the first screen was taken off."""
    assert told(story, view=view, compare="2030-01-05", q="search") == [
        ("moved", "Search everywhere", "moved 31 days later", "vendor late")
    ]
    assert told(story, view=view, compare="2030-01-05", status="dropped") == [("dropped", "Old", "dropped", "")]
    assert told(story, view=view, compare="2030-01-05", q="legacy") == [("dropped", "Legacy", "taken off", "nobody asked")]
    whole = told(story, view=view, compare="2030-01-05")
    monkeypatch.setattr("apps.roadmap.scene.SCREEN", 1)
    assert told(story, view=view, compare="2030-01-05") == whole


@pytest.mark.parametrize("view", ["timeline", "board", "table"])
def test_what_became_of_an_item_is_marked_where_it_is(story, view):
    path = story.path(f"roadmap/?view={view}&compare=2030-01-05&from=2030-01-01")
    page = story.client("viewer").get(path).content.decode().partition("</details>")[2]
    marks = re.findall(
        r'<span class="mark (\w+)"(?: role="img" aria-label="([^"]*)" title="[^"]*"| aria-hidden="true")></span>([^<]*)', page
    )
    told_at = {(kind, label or words) for kind, label, words in marks}
    assert told_at >= {("moved", "moved 31 days later"), ("dropped", "dropped"), ("added", "added, 1 Feb – 31 Mar 2030")}


def test_a_line_bears_the_reason_for_what_it_says_and_no_later_one(story):
    assert {kind: reason for kind, title, _, reason in told(story, compare="2030-01-05") if title == "Search everywhere"} == {
        "moved": "vendor late"
    }
    since_the_move = told(story, compare="2030-01-11T12:00")
    assert [reason for _, title, _, reason in since_the_move if title == "Search everywhere"] == ["people asked"]


def test_what_moved_leaves_a_ghost_where_it_was(story):
    (moved,) = [row for lane in look(story, compare="2030-01-05").lanes for row in lane.rows if row.ghost]
    assert (moved.ghost.x, moved.ghost.x + moved.ghost.width < moved.bar.x + moved.bar.width) == (moved.bar.x, True)
    page = story.client("viewer").get(story.path("roadmap/?compare=2030-01-05&from=2030-01-01")).content.decode()
    assert 'class="ghost"' in page
    assert "vendor late" in page


@pytest.mark.parametrize(
    ("base", "slipped"),
    [("2030-01-05", True), ("2030-01-11", False)],  # before and after it moved
)
def test_the_slip_drawn_is_the_one_since_the_baseline(story, base, slipped):
    rows = {row.item["title"]: row for lane in look(story, compare=base).lanes for row in lane.rows}
    drawn = rows["Search everywhere"]
    assert (drawn.slip_width > 0, drawn.ended is not None) == (slipped, slipped)
    assert drawn.slip.days == 31  # what it is since the first date ever given is said all the same
    if slipped:
        assert drawn.label == f"{drawn.ended.day} {drawn.ended:%b} → {drawn.item['end'].day} {drawn.item['end']:%b}"


@pytest.mark.parametrize("view", ["timeline", "board", "table"])
def test_the_past_is_read_only_and_says_so_with_a_way_back(story, view):
    page = story.client("owner").get(story.path(f"roadmap/?view={view}&as_of=2030-01-05")).content.decode()
    assert "As it was on" in page
    assert "Back to now" in page
    assert "Legacy" in page
    assert "Search everywhere" not in page
    for control in ("New item", "data-edit", "quick-add", "/move/", "data-grip"):
        assert control not in page, control


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=LEGA", ["Legacy"]), ("status=proposed", ["Search", "Legacy", "Old"]), ("status=dropped", []),
        ("goal=none", ["Legacy", "Old"]), ("owner=none", ["Search", "Legacy", "Old"]), ("confidence=10", []),
    ],
)  # fmt: skip
def test_filters_hold_in_the_past(story, query, shown):
    name, _, value = query.partition("=")
    found = look(story, as_of="2030-01-05", **{name: value}, view="table", sort="number")
    assert [row.item["title"] for lane in found.lanes for row in lane.rows] == shown


@pytest.mark.parametrize("text", ["", "x", "2030-13-01", "9999-12-31", "0001-01-01T00:00", "2030-01-01T99:00", "20300101x"])
def test_what_is_no_moment_is_passed_over(text):
    assert moment_of(text) is None
    assert Address.read({"as_of": text, "compare": text}).link() == "?view=timeline"


def test_a_moment_in_an_address_survives_the_plus_sign():
    assert moment_of("2030-01-01T12:00:00 00:00") == START
    assert moment_of("2030-01-01T12:00:00+00:00") == START


def test_a_review_to_compare_with_that_was_never_held_is_said(story):
    assert "No review was held yet" in story.client().get(story.path("roadmap/?compare=review")).content.decode()


def test_the_past_costs_the_same_for_one_change_and_for_many(story, django_assert_num_queries):
    client, path = story.client(), story.path("roadmap/?as_of=2030-01-05&compare=2030-01-02")
    client.get(path)
    edit_item(story.actor(at=at(29)), Item.objects.get(title="Index"), progress=29)  # each look follows what happened since
    with django_assert_num_queries(COST):
        client.get(path)
    for day in range(30, 60):
        edit_item(story.actor(at=at(day)), Item.objects.get(title="Index"), progress=day)
    with django_assert_num_queries(COST):
        client.get(path)


COST = 21


def test_goals_of_then_are_called_as_they_were_and_those_given_up_since_are_among_them(room):
    goal = create_goal(room.actor(at=at(0)), room.product, name="Find it")
    search = make(room, "Search")
    set_goals(room.actor(at=at(1)), search, goals=[{"goal": goal, "share": 100}])
    edit_goal(room.actor(at=at(3)), goal, name="Find all of it")
    archive_goal(room.actor(at=at(5)), goal)
    create_goal(room.actor(at=at(6)), room.product, name="Trust it")

    def names(day: int) -> list[tuple[str, list[str]]]:
        return [(lane.name, [row.goal_name for row in lane.rows]) for lane in look(room, as_of=at(day).isoformat()).lanes]

    assert names(2) == [("Find it", ["Find it"])]
    assert names(4) == [("Find all of it", ["Find all of it"])]
    assert [name for name, _ in names(7)] == ["Trust it", "Serves no goal"]


def test_shares_of_effort_are_those_of_then(room):
    fast, safe = (create_goal(room.actor(at=at(0)), room.product, name=name, weight=50) for name in ("Fast", "Safe"))
    one, two, three = (make(room, title) for title in ("One", "Two", "Three"))
    lines = [
        lambda act: set_goals(act, one, goals=[{"goal": fast, "share": 60}, {"goal": safe, "share": 80}]),
        lambda act: edit_item(act, one, effort=Decimal("2.5")),
        lambda act: set_goals(act, two, goals=[{"goal": safe, "share": 30}]),
        lambda act: edit_item(act, three, status="dropped"),
        lambda act: edit_item(act, three, status="planned", effort=Decimal(0)),
        lambda act: archive_item(act, three),
        lambda act: archive_goal(act, fast),
        lambda act: set_goals(act, one, goals=[]),
        lambda act: edit_goal(act, safe, name="Trust", weight=70),
    ]
    said = []
    for day, act in enumerate(lines, 1):
        act(room.actor(at=at(day)))
        now = alignment(room.product)
        said.append(({goal["id"]: goal for goal in now["goals"]}, len(now["loose"])))
    assert said[1][0][fast.pk]["share"] == 24
    for day, was in enumerate(said, 1):
        assert effort_of(rows_at(room.product, at(day)), goals_at(room.product, at(day))) == was, day


def test_milestones_of_then_stand_above_with_the_slip_of_then(room):
    beta = create_milestone(room.actor(at=at(0)), room.product, name="Beta", date=date(2030, 3, 1), commitment="target")
    make(room, "Search")
    edit_milestone(room.actor(at=at(3)), beta, date=date(2030, 3, 21))
    edit_milestone(room.actor(at=at(5)), beta, name="Preview")
    create_milestone(room.actor(at=at(6)), room.product, name="GA", date=date(2030, 6, 1))
    archive_milestone(room.actor(at=at(7)), beta)

    def drawn(day: int) -> list[str]:
        path = room.path(f"roadmap/?from=2030-01-01&as_of=2030-01-{day + 1:02}T12:00")
        page = room.client("viewer").get(path).content.decode()
        return re.findall(r'<a class="dia cut \w+" [^>]*title="([^"]*)"', page)

    assert [drawn(day) for day in (0, 4, 5, 6, 8)] == [
        ["Beta, 1 Mar 2030, Target"],
        ["Beta, 21 Mar 2030, Target, 20 days later than first said"],
        ["Preview, 21 Mar 2030, Target, 20 days later than first said"],
        ["Preview, 21 Mar 2030, Target, 20 days later than first said", "GA, 1 Jun 2030, Target"],
        ["GA, 1 Jun 2030, Target"],
    ]


def test_the_line_of_today_is_that_of_the_day_shown(story):
    assert look(story, as_of="2030-01-12").today == date(2030, 1, 12)


def test_lanes_by_milestone_are_those_in_which_the_items_were(room):
    one, other = (
        create_milestone(room.actor(at=at(0)), room.product, name=name, date=day)
        for name, day in (("Beta", date(2030, 3, 1)), ("GA", date(2030, 6, 1)))
    )
    search, index = make(room, "Search"), make(room, "Index")
    place_item(room.actor(at=at(2)), search, milestone=one)
    place_item(room.actor(at=at(2)), index, milestone=one)
    place_item(room.actor(at=at(4)), search, milestone=other)
    place_item(room.actor(at=at(6)), index, milestone=None)
    archive_milestone(room.actor(at=at(6)), one)

    def lanes(**query: str) -> dict[str, list[str]]:
        found = look(room, group="milestone", **query).lanes
        return {lane.name: [row.item["title"] for row in lane.rows] for lane in found if lane.rows}

    none = "In no milestone"
    assert lanes() == {"GA": ["Search"], none: ["Index"]}
    for day, then in (
        (1, {none: ["Search", "Index"]}),
        (3, {"Beta": ["Search", "Index"]}),
        (5, {"Beta": ["Index"], "GA": ["Search"]}),
        (7, {"GA": ["Search"], none: ["Index"]}),
    ):
        assert lanes(as_of=at(day).isoformat()) == then, day
