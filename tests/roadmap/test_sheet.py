"""The table: what is typed into its cells, its lines, groups and sums."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.core.models import Change
from apps.milestones.actions import create_milestone, place_item
from apps.roadmap import kept
from apps.roadmap.actions import create_item, edit_item
from apps.roadmap.address import Address
from apps.roadmap.cells import Reader, Unreadable
from apps.roadmap.models import Granularity, Item
from apps.roadmap.scene import scene
from apps.roadmap.scene.sheet import Sheet
from apps.roadmap.timeframes import first_day, last_day, period_of, period_text, timeframe_of, timeframe_text
from apps.vision.actions import create_goal
from tests.people import Room

HTMX = {"HX-Request": "true"}
DAYS = {"start": date(2026, 10, 1), "end": date(2026, 12, 31), "granularity": "day"}
Q4, DEC = (date(2026, 10, 1), date(2026, 12, 31), "quarter"), (date(2026, 12, 1), date(2026, 12, 31), "month")
DAY = (date(2026, 12, 19), date(2026, 12, 19), "day")


@pytest.fixture
def item(room: Room) -> Item:
    return create_item(room.actor(), room.product, title="Tide tables", confidence=70, **DAYS)  # type: ignore[arg-type]


def type_in(room: Room, item: Item, column: str, value: str, role: str = "editor", **more: Any) -> Any:
    sent = {"column": column, "value": value, "version": Item.objects.get(pk=item.pk).version, **more}
    return room.client(role).post(room.path(f"items/{item.number}/cell/"), sent, headers=HTMX)


# --- periods in words ---


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-12-19", DAY), ("19.12.2026", DAY), ("19. 12. 2026", DAY), ("19 Dec 2026", DAY), ("19 December 2026", DAY),
        ("19-Dec-2026", DAY), ("Dec 19, 2026", DAY), ("december 19th 2026", DAY), ("19/12/2026", DAY), ("12/19/2026", DAY),
        (" Dec  2026 ", DEC), ("2026-12", DEC), ("12/2026", DEC), ("Q4 2026", Q4), ("q4 2026", Q4), ("2026-Q4", Q4),
        ("2026 Q4", Q4),
        ("H2 2026", (date(2026, 7, 1), date(2026, 12, 31), "half")), ("2026", (date(2026, 1, 1), date(2026, 12, 31), "year")),
    ],
)  # fmt: skip
def test_a_period_is_read_as_people_and_sheets_write_it(text, read):
    assert period_of(text) == read


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3/4/2026", "two ways"), ("soon", "Write a day"), ("31 Feb 2026", "no such day"), ("Q5 2026", "Write a day"),
        ("", "Write a day"), ("Decorative 2026", "Write a day"), ("0000-01-01", "no such day"), ("1 – 2 – 3", "Write a day"),
    ],
)  # fmt: skip
def test_what_is_no_period_says_what_would_be(text, words):
    with pytest.raises(ValueError, match=words):
        timeframe_of(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Oct – Dec 2026", (date(2026, 10, 1), date(2026, 12, 31), "month")),
        ("Q3 - Q4 2026", (date(2026, 7, 1), date(2026, 12, 31), "quarter")),
        ("1 Oct to 19 Dec 2026", (date(2026, 10, 1), date(2026, 12, 19), "day")),
        ("2026-10-01 → Q1 2027", (date(2026, 10, 1), date(2027, 3, 31), "day")),
        ("2026..2027", (date(2026, 1, 1), date(2027, 12, 31), "year")),
    ],
)
def test_two_periods_are_a_timeframe_as_exact_as_the_finer(text, read):
    assert timeframe_of(text) == read


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 2_000), st.sampled_from(Granularity.values))
def test_every_timeframe_is_read_back_from_its_words(day, length, granularity):
    start, end = first_day(day, granularity), last_day(date.fromordinal(day.toordinal() + length), granularity)
    assert timeframe_of(timeframe_text(start, end, granularity)) == (start, end, granularity)
    assert period_of(period_text(day, granularity))[0] == start


# --- cells ---


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        ("title", "  Tides   at once ", {"title": "Tides at once"}),
        ("status", "in_progress", {"status": "in_progress"}), ("status", "In progress", {"status": "in_progress"}),
        ("status", "in-progress", {"status": "in_progress"}), ("health", "", {"health": ""}), ("type", "EPIC", {"type": "epic"}),
        ("confidence", "85 %", {"confidence": 85}), ("confidence", "", {"confidence": None}), ("progress", "", {"progress": 0}),
        ("effort", "1,5", {"effort": Decimal("1.5")}), ("effort", "1,250.50", {"effort": Decimal("1250.50")}),
        ("effort", "1.250,50", {"effort": Decimal("1250.50")}), ("effort", "-", {"effort": None}),
        ("owner", "nobody", {"owner": None}),
        ("when", "Q4 2026", dict(zip(("start", "end", "granularity"), Q4, strict=True))),
        ("when", "", {"start": None, "end": None, "granularity": ""}), ("serves", "", {"goals": []}),
        ("parent", "", {"parent": None}),
        ("start", "Nov 2026", {"start": date(2026, 11, 1), "granularity": "day"}),
        ("end", "2026-11-30", {"end": date(2026, 11, 30), "granularity": "day"}),
    ],
)  # fmt: skip
def test_text_becomes_values(room, item, column, text, expected):
    assert Reader(room.product).fields(item, {column: text}) == expected


@pytest.mark.parametrize(
    ("column", "text", "words"),
    [
        ("status", "soonish", "Choose one of Proposed, Planned"), ("confidence", "101", "from 0 to 100"),
        ("effort", "much", "a number"),
        ("effort", "NaN", "a number"), ("owner", "Ghost", "Nobody here is called “Ghost”"), ("serves", "Fame", "no goal “Fame”"),
        ("parent", "HAR-99", "no item “HAR-99”"), ("slip", "3", "worked out"), ("nonsense", "3", "worked out"),
        ("when", "soon", "Write a day"), ("title", "x" * 2_001, "at most 2,000"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_what_would_help(room, item, column, text, words):
    with pytest.raises(Unreadable, match=words):
        Reader(room.product).fields(item, {column: text})


def test_people_goals_and_items_are_found_by_what_they_are_called(room, item):
    goal = create_goal(room.actor(), room.product, name="Find it")
    other = create_item(room.actor(), room.product, title="Index")
    reader = Reader(room.product)
    for text in (room.viewer.email.upper(), room.viewer.name.lower(), str(room.viewer.pk)):
        assert reader.fields(item, {"owner": text}) == {"owner": room.viewer}
    for text in ("find IT", str(goal.pk)):
        assert reader.fields(item, {"serves": text}) == {"goals": [{"goal": goal, "share": 100}]}
    for text in ("HAR-2", "har-2", "#2", "2", "index"):
        assert reader.fields(item, {"parent": text}) == {"parent": other}
    User.objects.filter(pk=room.viewer.pk).update(name=room.owner.name)
    with pytest.raises(Unreadable, match="write the mail address"):
        Reader(room.product).fields(item, {"owner": room.owner.name})


def test_start_and_end_together_are_as_exact_as_the_finer_of_them(room, item):
    assert Reader(room.product).fields(item, {"start": "Q4 2026", "end": "Jan 2027"}) == {
        "start": date(2026, 10, 1), "end": date(2027, 1, 31), "granularity": "month",
    }  # fmt: skip


def test_a_start_alone_takes_an_item_out_of_the_parking_lot(room):
    parked = create_item(room.actor(), room.product, title="Parked")
    assert type_in(room, parked, "start", "Q4 2026").status_code == 200
    now = Item.objects.get(pk=parked.pk)
    assert (now.start, now.end, now.granularity) == Q4


def test_a_cell_is_one_edit_with_its_way_back(room, item):
    answer = type_in(room, item, "status", "planned")
    change = Change.objects.order_by("-seq")[0]
    assert (answer.status_code, answer.json()) == (200, {"version": 2})
    assert (change.verb, change.fields) == ("item.edited", {"status": ["proposed", "planned"]})
    assert json.loads(answer["HX-Trigger"])["toast"]["undo"] == room.path(f"undo/{change.seq}/")
    plain = room.client().post(room.path(f"items/{item.number}/cell/"), {"column": "effort", "value": "3"})
    assert (plain.status_code, Item.objects.get(pk=item.pk).effort) == (302, 3)


def test_a_stale_cell_shows_both_values_and_the_version_to_keep_ones_own(room, item):
    edit_item(room.actor("owner"), item, confidence=20)
    answer = type_in(room, item, "confidence", "90", version=1)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert all(
        words in page for words in (room.owner.name, "<b>20</b>", "<b>90</b>", 'data-version="2"', "data-stale", "Keep mine")
    )
    assert type_in(room, item, "effort", "5", version=1).status_code == 200
    assert type_in(room, item, "confidence", "90", version=3).status_code == 200


@pytest.mark.parametrize(
    ("column", "value", "status", "words"),
    [
        ("confidence", "high", 422, "Write a number"), ("title", "", 422, "blank"),
        ("end", "2026-01-01", 422, "must not be before"),
        ("start", "", 422, "Give both start and end"), ("slip", "1", 422, "worked out"),
    ],
)  # fmt: skip
def test_a_refused_cell_says_why(room, item, column, value, status, words):
    answer = type_in(room, item, column, value)
    assert (answer.status_code, words in answer.content.decode()) == (status, True), answer.content
    assert Item.objects.get(pk=item.pk).version == 1


def test_a_committed_end_asks_for_the_reason_at_the_cell(room, item):
    milestone = create_milestone(room.actor(), room.product, name="GA", date=date(2026, 12, 31), commitment="committed")
    place_item(room.actor(), item, milestone=milestone)
    answer = type_in(room, item, "end", "2027-01-15")
    assert (answer.status_code, "data-asks" in answer.content.decode()) == (422, True)
    assert type_in(room, item, "end", "2027-01-15", reason="The parser is rewritten.").status_code == 200
    assert Change.objects.order_by("-seq")[0].reason == "The parser is rewritten."


@pytest.mark.parametrize("role", ["viewer", "commenter"])
def test_readers_get_a_plain_table_and_no_way_in(room, item, role):
    assert type_in(room, item, "status", "planned", role).status_code == 403
    page = room.client(role).get(room.path("roadmap/?view=table")).content.decode()
    assert "Tide tables" in page
    for control in ("data-value", "cell-options", 'name="items"'):
        assert control not in page, control


# --- lines, groups and sums ---


def sheet(room: Room, **query: str) -> Sheet:
    found = scene(room.product, Address.read({"view": "table", **query}), room.now()).sheet
    assert found
    return found


def outlined(room: Room, **query: str) -> list[tuple[str, int]]:
    return [(line.facts["title"] if line.facts else line.lane.name, line.depth) for line in sheet(room, **query).lines]


@pytest.fixture
def furnished(room: Room) -> Room:
    make = (room.actor(), room.product)
    goal = create_goal(room.actor(), room.product, name="Find it")
    serves: Any = [{"goal": goal, "share": 100}]
    top = create_item(*make, title="Search", type="initiative", effort=Decimal(2), progress=50, goals=serves)
    epic = create_item(*make, title="Index", type="epic", parent=top, effort=Decimal(6), progress=10, status="planned", **DAYS)
    create_item(
        *make, title="Crawler", parent=epic, status="shipped", start=date(2026, 9, 1), end=date(2026, 9, 30), granularity="day"
    )
    create_item(*make, title="Ranking", parent=top, status="planned", goals=serves)
    create_item(*make, title="Alone", owner=room.viewer)
    return room


def test_children_stand_below_their_parents_and_fold(furnished):
    assert outlined(furnished, tree="1") == [("Search", 0), ("Index", 1), ("Crawler", 2), ("Ranking", 1), ("Alone", 0)]
    assert outlined(furnished, tree="1", closed="i2") == [("Search", 0), ("Index", 1), ("Ranking", 1), ("Alone", 0)]
    assert outlined(furnished, tree="1", sort="-title") == [
        ("Search", 0),
        ("Ranking", 1),
        ("Index", 1),
        ("Crawler", 2),
        ("Alone", 0),
    ]
    assert outlined(furnished, tree="1", status="planned,shipped") == [("Index", 0), ("Crawler", 1), ("Ranking", 0)]
    assert [line.before for line in sheet(furnished, tree="1").lines] == [0, 0, 0, 2, 1]


def test_groups_have_headings_and_fold(furnished):
    assert outlined(furnished, group="status") == [
        ("Proposed", 0),
        ("Search", 0),
        ("Alone", 0),
        ("Planned", 0),
        ("Index", 0),
        ("Ranking", 0),
        ("Shipped", 0),
        ("Crawler", 0),
    ]
    assert outlined(furnished, group="status", closed="proposed,planned")[:3] == [("Proposed", 0), ("Planned", 0), ("Shipped", 0)]
    assert outlined(furnished, group="goal", tree="1") == [
        ("Find it", 0),
        ("Search", 0),
        ("Ranking", 1),
        ("Serves no goal", 0),
        ("Index", 0),
        ("Crawler", 1),
        ("Alone", 0),
    ]


def test_each_group_and_all_are_summed(furnished):
    found = sheet(furnished, group="status", closed="planned", line="3")
    planned = found.subtotals["planned"]
    assert (planned.items, planned.effort, planned.progress) == (2, 6, round((6 * 10 + 1 * 0) / 7))
    assert (planned.start, planned.end) == (DAYS["start"], DAYS["end"])
    assert (found.subtotals["shipped"].progress, found.subtotals["proposed"].start) == (100, None)
    assert (found.total.items, found.total.effort, found.total.start) == (5, 8, date(2026, 9, 1))
    assert found.total.progress == round((2 * 50 + 6 * 10 + 100 + 0 + 0) / 11)


def test_sums_stand_under_their_columns_on_the_page(furnished):
    columns = "status,progress,effort,end"
    page = furnished.client().get(furnished.path(f"roadmap/?view=table&group=status&columns={columns}")).content.decode()
    group = re.search(r'<tr class="group-row[^"]*" id="group-planned".*?</tr>', page, re.DOTALL)[0]
    assert re.findall(r"<td[^>]*>(.*?)</td>", group) == ["", "9%", "6", "31 Dec 2026"]
    total = re.search(r"<tfoot>(.*?)</tfoot>", page, re.DOTALL)[1]
    assert "5 items" in total
    assert re.findall(r"<td[^>]*>(.*?)</td>", total) == ["", "24%", "8", "31 Dec 2026"]


@pytest.mark.parametrize(
    ("sort", "titles"),
    [
        ("type,-title", ["Search", "Index", "Ranking", "Crawler", "Alone"]),
        ("owner,title", ["Alone", "Crawler", "Index", "Ranking", "Search"]),
        ("-effort,title", ["Index", "Search", "Alone", "Crawler", "Ranking"]),
        ("goal,title", ["Ranking", "Search", "Alone", "Crawler", "Index"]),
        ("start,number", ["Crawler", "Index", "Search", "Ranking", "Alone"]),
        ("parent,number", ["Crawler", "Index", "Ranking", "Search", "Alone"]),
        ("review_due,-number", ["Alone", "Ranking", "Index", "Search", "Crawler"]),
        ("nonsense,rank", ["Search", "Index", "Crawler", "Ranking", "Alone"]),
    ],
)
def test_any_column_sorts_and_what_has_no_value_comes_last(furnished, sort, titles):
    assert [title for title, _ in outlined(furnished, sort=sort)] == titles


@pytest.mark.parametrize(
    "query", [{}, {"group": "goal"}, {"group": "status", "tree": "1"}, {"sort": "owner,parent", "columns": "parent,owner"}]
)
def test_the_statements_do_not_grow_with_the_items(room, query):
    counts = []
    for count in (1, 3, 150):
        for n in range(count):
            create_item(room.actor(), room.product, title=f"Item {n}")
        sheet(room, **query)
        kept.forget()
        with CaptureQueriesContext(connection) as queried:
            sheet(room, **query)
        counts.append(len(queried))
    assert len(set(counts)) == 1, counts


# --- indent and outdent ---


def nest(room: Room, title: str, under: str = "", **headers: str) -> Any:
    named = {item.title: item for item in Item.objects.all()}
    sent = {"under": named[under].number} if under else {}
    return room.client().post(room.path(f"items/{named[title].number}/nest/"), sent, headers=headers)


def test_a_line_goes_in_as_the_last_and_out_right_behind(furnished):
    assert nest(furnished, "Alone", "Index", **HTMX).status_code == 204
    assert outlined(furnished, tree="1") == [("Search", 0), ("Index", 1), ("Crawler", 2), ("Alone", 2), ("Ranking", 1)]
    assert Change.objects.order_by("-seq")[0].verb == "item.indented"
    nest(furnished, "Crawler")
    assert outlined(furnished, tree="1") == [("Search", 0), ("Index", 1), ("Alone", 2), ("Crawler", 1), ("Ranking", 1)]
    furnished.client().post(furnished.path("undo/"))
    assert outlined(furnished, tree="1")[2] == ("Crawler", 2)
    nest(furnished, "Ranking", "Index")
    assert outlined(furnished, tree="1") == [("Search", 0), ("Index", 1), ("Crawler", 2), ("Alone", 2), ("Ranking", 2)]


@pytest.mark.parametrize(
    ("title", "under", "words"),
    [
        ("Search", "Alone", "An initiative does not go into a feature"),
        ("Index", "Ranking", "An epic does not go into a feature"),
        ("Search", "Search", "inside itself"),
        ("Alone", "", "cannot go farther out"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(furnished, title, under, words):
    before = outlined(furnished, tree="1")
    answer = nest(furnished, title, under, **HTMX)
    assert (answer.status_code, words in answer.content.decode()) == (422, True), answer.content
    assert outlined(furnished, tree="1") == before


def test_a_circle_is_refused(furnished):
    edit_item(furnished.actor(), Item.objects.get(title="Search"), type="epic")
    answer = nest(furnished, "Search", "Index", **HTMX)
    assert (answer.status_code, "own children" in answer.content.decode()) == (422, True)


def test_what_goes_into_what_is_one_rule_for_the_cell_for_rest_and_for_types(room: Room):
    make = lambda title, kind, **more: create_item(room.actor(), room.product, title=title, type=kind, **more)  # noqa: E731
    epic, feature = make("Index", "epic"), make("Crawler", "feature")
    initiative = make("Search", "initiative")
    api, why = room.api(), "does not go into"
    assert why in type_in(room, epic, "parent", "Crawler").content.decode()
    body = {"product": room.product.pk, "title": "Whole", "type": "initiative", "parent": str(epic.pk)}
    refused = api.post("/api/v1/items/", body, content_type="application/json")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["parent"])
    edit_item(room.actor(), epic, parent=initiative)
    edit_item(room.actor(), feature, parent=epic)
    for item, kind in (feature, "initiative"), (initiative, "feature"):
        assert why in type_in(room, item, "type", kind).content.decode(), kind
    assert type_in(room, epic, "type", "improvement").status_code == 200
    Item.objects.filter(pk=feature.pk).update(type="initiative")  # as it may be from before
    feature.refresh_from_db()
    assert edit_item(room.actor(), feature, title="Renamed").title == "Renamed"
