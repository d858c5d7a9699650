"""Lanes and what binds the rows of the timeline: data of the rows, and what the address makes of them."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.milestones.actions import archive_milestone, create_milestone, drop_milestone, place_item, reach_milestone
from apps.roadmap.actions import archive_item, create_item, link_items
from apps.roadmap.address import Address
from apps.roadmap.models import Item
from apps.roadmap.picture import Window
from apps.roadmap.scene import scene
from apps.vision.actions import create_goal
from tests.people import Room


def item(room: Room, title: str, start: date | None = None, end: date | None = None, **values: Any) -> Item:
    dated = {"start": start, "end": end, "granularity": "day"} if start else {}
    return create_item(room.actor(), room.product, title=title, **dated, **values)


def look(room: Room, **query: str) -> Any:
    return scene(room.product, Address.read({"from": "2030-01-01", **query}), room.now())


def lanes(room: Room, **query: str) -> dict[str, list[str]]:
    return {lane.name: [row.item["title"] for row in lane.rows] for lane in look(room, **query).lanes if lane.rows}


@pytest.fixture
def furnished(room: Room) -> Room:
    goal = create_goal(room.actor(), room.product, name="Find it", weight=40)
    epic = item(room, "Search", date(2030, 1, 1), date(2030, 3, 31), owner=room.editor, goals=[{"goal": goal, "share": 100}])
    item(room, "Index", date(2030, 2, 1), date(2030, 4, 30), parent=epic, status="planned")
    release = create_milestone(room.actor(), room.product, name="2.0", kind="release", date=date(2030, 4, 1))
    place_item(room.actor(), epic, milestone=release)
    return room


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("goal", {"Find it": ["Search"], "Serves no goal": ["Index"]}),
        ("status", {"Proposed": ["Search"], "Planned": ["Index"]}),
        ("owner", {"Editor of Harbor": ["Search"], "Nobody": ["Index"]}),
        ("milestone", {"2.0": ["Search"], "In no milestone": ["Index"]}),
        ("release", {"2.0": ["Search"], "In no release": ["Index"]}),
        ("parent", {"Search": ["Index"], "Without a parent": ["Search"]}),
        ("none", {"All items": ["Search", "Index"]}),
        ("nonsense", {"Find it": ["Search"], "Serves no goal": ["Index"]}),
    ],
)
def test_lanes_by_what_the_address_says(furnished, group, expected):
    assert lanes(furnished, group=group) == expected


@pytest.mark.parametrize(("group", "empty"), [("milestone", ["Audit", "3.0"]), ("release", ["3.0"])])
def test_open_milestones_without_items_are_lanes_of_whoever_may_put_some_in(furnished, group, empty):
    actor, made = furnished.actor(), {}
    for name, kind in (("Audit", "milestone"), ("3.0", "release"), ("1.0", "release"), ("Never", "release"), ("Away", "release")):
        made[name] = create_milestone(actor, furnished.product, name=name, kind=kind, date=date(2030, 6, 1))
    reach_milestone(actor, made["1.0"], on=date(2026, 6, 1))
    drop_milestone(actor, made["Never"], reason="Nobody wants it.")
    archive_milestone(actor, made["Away"])

    def seen(role: str, **query: str) -> list[str]:
        page = furnished.client(role).get(furnished.path("roadmap/"), {"group": group, "from": "2030-01-01", **query})
        return re.findall(r'data-sets="milestone" data-value="[^"]+"[^>]* aria-label="([^"]*)"', page.content.decode())

    assert sorted(seen("editor")) == sorted(["2.0", *empty])
    assert seen("viewer") == seen("editor", as_of="2031-01-01") == ["2.0"]


def test_a_milestone_of_which_nothing_is_drawn_yet_is_not_called_empty(furnished, monkeypatch):
    late = item(furnished, "Later", date(2030, 5, 1), date(2030, 5, 31))
    early = create_milestone(furnished.actor(), furnished.product, name="1.0", kind="release", date=date(2030, 1, 1))
    place_item(furnished.actor(), late, milestone=early)
    monkeypatch.setattr("apps.roadmap.scene.SCREEN", 2)
    page = furnished.client().get(furnished.path("roadmap/?group=milestone&from=2030-01-01")).content.decode()
    assert "Nothing among the first 2 items." in page
    assert "Nothing here yet" not in page


def test_a_collapsed_lane_keeps_its_heading_and_count_and_draws_no_row(furnished):
    page = furnished.client().get(furnished.path("roadmap/?group=status&closed=proposed&from=2030-01-01")).content.decode()
    assert re.search(r'aria-expanded="false">Proposed', page)
    assert ">Search</a></span>" not in page
    assert ">Index</a></span>" in page


@pytest.mark.parametrize(("start", "bad", "said"), [(date(2030, 4, 1), False, ""), (date(2030, 3, 1), True, "31 days too late")])
def test_a_connector_is_red_where_the_other_starts_before_the_end_and_says_so(room, start, bad, said):
    first = item(room, "Parser", date(2030, 1, 1), date(2030, 3, 31))
    second = item(room, "Answers", start, date(2030, 6, 30))
    link_items(room.actor(), first, other=second)
    seen = look(room)
    assert [line.bad for line in seen.lines] == [bad]
    spoken = {row.item["title"]: row.spoken for lane in seen.lanes for row in lane.rows}
    assert "blocks Answers" in spoken["Parser"]
    assert "waits for Parser" in spoken["Answers"]
    assert said in spoken["Answers"]


def test_a_connector_into_a_collapsed_lane_or_out_of_sight_is_said_and_not_drawn(room):
    first = item(room, "Parser", date(2030, 1, 1), date(2030, 3, 31), status="planned")
    second = item(room, "Answers", date(2030, 4, 1), date(2030, 6, 30))
    link_items(room.actor(), first, other=second)
    assert look(room, group="status", closed="planned").lines == []
    assert look(room, group="status", **{"from": "2040-01-01"}).lines == []
    assert len(look(room, group="status").lines) == 1


def test_fit_shows_everything_in_whole_quarters(room):
    item(room, "Parser", date(2030, 2, 10), date(2030, 3, 31))
    item(room, "Answers", date(2031, 5, 1), date(2031, 7, 2))
    window = look(room, zoom="fit").window
    assert (window.first, window.beyond, window.columns) == (date(2030, 1, 1), date(2031, 10, 1), 21)


@pytest.mark.parametrize("zoom", ["month", "quarter", "year"])
def test_another_zoom_keeps_the_middle(zoom):
    window = Window.starting(date(2030, 1, 1), "quarter")
    other = Window.starting(window.zoomed(zoom), zoom)
    assert abs((other.middle - window.middle).days) <= 16


@pytest.mark.parametrize("zoom", ["month", "year"])
def test_there_and_back_to_a_zoom_shows_the_same_days(zoom):
    window = Window.starting(date(2030, 5, 1), "quarter")
    there = Window.starting(window.zoomed(zoom), zoom)
    assert Window.starting(there.zoomed("quarter"), "quarter") == window


def test_fit_can_be_shifted_and_keeps_its_width(room):
    item(room, "Parser", date(2030, 2, 10), date(2031, 7, 2))
    scene_ = look(room, zoom="fit")
    later = look(room, zoom="fit", **{"from": str(scene_.later)}).window
    assert (later.first, later.beyond) == (date(2030, 11, 1), date(2032, 8, 1))


def test_fit_is_about_all_items_and_not_about_the_first_screen(room, monkeypatch):
    item(room, "Parser", date(2030, 2, 10), date(2030, 3, 31))
    item(room, "Answers", date(2031, 5, 1), date(2031, 7, 2))
    monkeypatch.setattr("apps.roadmap.scene.SCREEN", 1)
    assert look(room, zoom="fit").window.beyond == date(2031, 10, 1)


def test_a_parent_that_is_not_drawn_has_its_lane_all_the_same(room):
    """Without a date, or left out by the filters."""
    epic = create_item(room.actor(), room.product, title="Search", type="epic")
    item(room, "Index", date(2030, 2, 1), date(2030, 4, 30), parent=epic, status="planned")
    assert lanes(room, group="parent") == {"Search": ["Index"]}
    assert lanes(room, group="parent", view="table", status="planned") == {"Search": ["Index"]}


def test_a_bar_that_goes_on_beyond_the_window_has_no_end_to_take_there(room):
    item(room, "Parser", date(2029, 11, 1), date(2030, 3, 31))
    item(room, "Answers", date(2030, 11, 1), date(2031, 3, 31))
    page = room.client().get(room.path("roadmap/?from=2030-01-01")).content.decode()
    bars = re.findall(r'<a class="bar [^"]*(cut-\w+)"', page)
    grips = re.findall(r'data-title="(\w+)".*?data-grip="(\w+)"></span></a>', page)
    assert (bars, grips) == (["cut-left", "cut-right"], [("Parser", "end"), ("Answers", "start")])
    assert page.count("data-grip") == 2


@pytest.mark.parametrize("group", ["status", "owner", "horizon", "type", "goal"])
def test_the_number_of_a_lane_counts_what_is_further_down_too(room, monkeypatch, group):
    for title in ("A", "B", "C"):
        item(room, title, date(2030, 1, 1), date(2030, 3, 31))
    create_item(room.actor(), room.product, title="Some day")
    whole = {lane.key: lane.total for lane in look(room, group=group).lanes if lane.rows}
    monkeypatch.setattr("apps.roadmap.scene.SCREEN", 2)
    (lane,) = (lane for lane in look(room, group=group).lanes if lane.rows)
    assert (len(lane.rows), {lane.key: lane.total}) == (2, whole)


def test_the_parking_lot_holds_what_has_no_date_however_far_down_it_stands_and_matches_the_filters(room, monkeypatch):
    for title in ("A", "B", "C"):
        item(room, title, date(2030, 1, 1), date(2030, 3, 31), status="planned")
    item(room, "Some day", status="planned")
    item(room, "Perhaps")
    archive_item(room.actor(), item(room, "Put away"))
    monkeypatch.setattr("apps.roadmap.scene.SCREEN", 1)
    seen = look(room)
    assert [row.item["title"] for row in seen.parked] == ["Some day", "Perhaps"]
    assert (seen.shown, seen.total, seen.more, seen.undated) == (1, 3, 2, 2)
    assert [row.item["title"] for row in look(room, status="planned").parked] == ["Some day"]


def test_what_the_parking_lot_has_no_room_for_is_counted_and_found_in_the_table(room, monkeypatch):
    item(room, "A", date(2030, 1, 1), date(2030, 3, 31))
    for title in ("One", "Two", "Three", "Four"):
        item(room, title)
    monkeypatch.setattr("apps.roadmap.scene.TRAY", 2)
    page = room.client("viewer").get(room.path("roadmap/?from=2030-01-01")).content.decode()
    assert re.findall(r'data-parked="\d+".*?data-title="(\w+)"', page) == ["One", "Two"]
    (there,) = re.findall(r'href="([^"]*)">2 more in the table', page)
    table = look(room, **dict(parse_qsl(unescape(there).removeprefix("?"))))
    assert [row.item["title"] for lane in table.lanes for row in lane.rows] == ["Three", "Four"]


def test_many_in_the_parking_lot_cost_as_many_queries_as_one(room):
    item(room, "A", date(2030, 1, 1), date(2030, 3, 31))
    look(room)
    costs = []
    for many in (1, 8):
        for n in range(many):
            item(room, f"Some day {many}.{n}")
        now = room.now()
        with CaptureQueriesContext(connection) as asked:
            seen = scene(room.product, Address.read({}), now)
        costs.append((len(asked), len(seen.parked)))
    assert costs == [(costs[0][0], 1), (costs[0][0], 9)]


def test_an_empty_parking_lot_is_there_for_whoever_may_drop_a_bar_on_it(room):
    item(room, "A", date(2030, 1, 1), date(2030, 3, 31))
    pages = {role: room.client(role).get(room.path("roadmap/")).content.decode() for role in ("editor", "viewer")}
    assert {role: "Drop a bar here" in page for role, page in pages.items()} == {"editor": True, "viewer": False}
    past = room.client().get(room.path("roadmap/?as_of=2031-01-01")).content.decode()
    assert "Drop a bar here" not in past


def test_the_table_sorts_by_several_columns(room):
    for title, status, confidence in (("A", "planned", 40), ("B", "planned", 90), ("C", "in_progress", 10)):
        item(room, title, status=status, confidence=confidence)
    assert lanes(room, view="table", sort="status,-confidence") == {"All items": ["B", "A", "C"]}
    assert lanes(room, view="table", sort="title,nonsense") == {"All items": ["A", "B", "C"]}


def test_the_board_has_columns_of_its_own(furnished):
    assert [lane.name for lane in look(furnished, view="board").lanes] == ["Now", "Next", "Later"]
    assert "Planned" in lanes(furnished, view="board", group="status")


def test_a_card_put_into_a_goal_serves_it_and_taken_out_serves_none(furnished):
    made, goal = Item.objects.get(title="Index"), Item.objects.get(title="Search").contributions.get().goal
    move = furnished.path(f"items/{made.number}/move/")
    furnished.client().post(move, {"goal": goal.pk})
    assert list(made.contributions.values_list("goal__name", "share")) == [("Find it", 100)]
    furnished.client().post(move, {"goal": ""})
    assert not made.contributions.exists()


def test_columns_of_the_table_are_chosen_in_the_address(furnished):
    page = furnished.client().get(furnished.path("roadmap/?view=table&hide=owner,serves,title,nonsense")).content.decode()
    assert re.findall(r"<th scope=\"col\"[^>]*>(?:<(?:a|span)[^>]*>)*(\w+)", page)[1:] == [
        "Key",
        "Title",
        "Type",
        "Status",
        "When",
        "Slip",
        "Confidence",
        "Done",
        "Next",
    ]
    assert "columns=status%2Cwhen%2Cslip%2Cconfidence%2Cprogress%2Cscore%2Creview" in page  # what takes the type away
