"""Fiscal years and weeks of a workspace: one way to count periods, in every view and in what audiences are told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.actions import edit_workspace
from apps.core.models import Change
from apps.milestones.actions import create_milestone
from apps.roadmap.actions import create_item, edit_item
from apps.roadmap.models import Granularity, Item
from apps.roadmap.picture import Window
from apps.roadmap.timeframes import first_day, last_day, moved, period_of, period_text, timeframe_of, timeframe_text
from apps.stakeholders.projection import project
from apps.stakeholders.told import difference
from tests.people import Room
from tests.stakeholders import scene

DAY = date(2026, 2, 10)


@pytest.mark.parametrize(
    ("granularity", "begins", "first", "last", "text"),
    [
        ("day", 4, DAY, DAY, "10 Feb 2026"),
        ("month", 4, date(2026, 2, 1), date(2026, 2, 28), "Feb 2026"),
        ("quarter", 1, date(2026, 1, 1), date(2026, 3, 31), "Q1 2026"),
        ("quarter", 2, date(2026, 2, 1), date(2026, 4, 30), "FY27 Q1"),
        ("quarter", 3, date(2025, 12, 1), date(2026, 2, 28), "FY26 Q4"),
        ("quarter", 4, date(2026, 1, 1), date(2026, 3, 31), "FY26 Q4"),
        ("quarter", 10, date(2026, 1, 1), date(2026, 3, 31), "FY26 Q2"),
        ("quarter", 12, date(2025, 12, 1), date(2026, 2, 28), "FY26 Q1"),
        ("half", 1, date(2026, 1, 1), date(2026, 6, 30), "H1 2026"),
        ("half", 4, date(2025, 10, 1), date(2026, 3, 31), "FY26 H2"),
        ("half", 7, date(2026, 1, 1), date(2026, 6, 30), "FY26 H2"),
        ("year", 1, date(2026, 1, 1), date(2026, 12, 31), "2026"),
        ("year", 4, date(2025, 4, 1), date(2026, 3, 31), "FY26"),
        ("year", 2, date(2026, 2, 1), date(2027, 1, 31), "FY27"),
    ],
)
def test_the_period_of_a_day(granularity: str, begins: int, first: date, last: date, text: str):
    assert first_day(DAY, granularity, begins) == first
    assert last_day(DAY, granularity, begins) == last
    assert period_text(DAY, granularity, begins) == text


@pytest.mark.parametrize(
    ("start", "end", "granularity", "begins", "text"),
    [
        (date(2026, 4, 1), date(2026, 9, 30), "quarter", 4, "FY27 Q1 – Q2"),
        (date(2026, 1, 1), date(2026, 6, 30), "quarter", 4, "FY26 Q4 – FY27 Q1"),
        (date(2026, 4, 1), date(2028, 3, 31), "year", 4, "FY27 – FY28"),
        (date(2026, 4, 1), date(2026, 9, 30), "quarter", 1, "Q2 – Q3 2026"),
        (date(2026, 4, 1), date(2026, 5, 31), "month", 4, "Apr – May 2026"),
    ],
)
def test_a_timeframe_in_words(start: date, end: date, granularity: str, begins: int, text: str):
    assert timeframe_text(start, end, granularity, begins) == text


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.dates(date(1950, 1, 1), date(2150, 1, 1)),
    st.sampled_from([each.value for each in Granularity]),
    st.integers(1, 12),
    st.integers(-2000, 2000),
)
def test_periods_follow_each_other_without_gap_and_moving_keeps_them_whole(day: date, granularity: str, begins: int, days: int):
    first, last = first_day(day, granularity, begins), last_day(day, granularity, begins)
    assert first <= day <= last
    assert first_day(last, granularity, begins) == first
    assert first_day(last + timedelta(1), granularity, begins) == last + timedelta(1)
    assert period_text(first, granularity, begins) == period_text(last, granularity, begins)
    start, end = moved(first, last, granularity, days, begins)
    assert first_day(start, granularity, begins) == start
    assert last_day(start, granularity, begins) == end


def test_the_head_of_the_timeline_follows_year_and_week():
    window = Window.around(date(2026, 5, 20), "quarter", 2, "sunday")
    assert (window.first, [each.label for each in window.bands()][:2]) == (date(2026, 2, 1), ["FY27 Q1", "FY27 Q2"])
    assert list(window.weeks()) == []
    years = Window.around(date(2026, 5, 20), "year", 4, "monday")
    assert [each.label for each in years.bands()] == ["FY26", "FY27", "FY28"]
    assert [each.label for each in years.months()][:5] == ["Q1", "Q2", "Q3", "Q4", "Q1"]
    assert next(each.label for each in Window.around(date(2026, 5, 20), "quarter").bands()) == "Q1 2026"


@pytest.mark.parametrize(("week", "first"), [("monday", 5), ("saturday", 3), ("sunday", 4)])
def test_lines_of_weeks_at_the_zoom_of_months(week: str, first: int):
    window = Window.starting(date(2026, 1, 1), "month", 1, week)
    lines = list(window.weeks())
    assert lines[0] == window.x(date(2026, 1, first))
    assert len(lines) in (25, 26)


@pytest.fixture
def fiscal(room: Room) -> Room:
    edit_workspace(room.actor("owner"), room.workspace, year_begins=2, week_begins="sunday")
    room.workspace.refresh_from_db()
    room.product.workspace = room.workspace
    return room


def test_every_view_and_every_telling_counts_alike(fiscal: Room):
    room, day = fiscal, date(2026, 3, 10)
    item = create_item(room.actor(), room.product, title="Search", start=day, end=day, granularity="quarter")
    assert (item.start, item.end) == (date(2026, 2, 1), date(2026, 4, 30))
    create_milestone(room.actor(), room.product, name="GA", date=day, granularity="quarter")
    for address in (
        "roadmap/?from=2026-01-01", "roadmap/?view=board", "roadmap/?view=table", f"items/{item.number}/", "milestones/",
    ):  # fmt: skip
        assert "FY27 Q1" in room.client("viewer").get(room.path(address)).content.decode(), address
    assert "FY27 Q1" in room.client("viewer").get(f"/w/{room.workspace.slug}/portfolio/?from=2026-01-01").content.decode()
    (shown,) = project(scene.audience(room, precision="quarter"))
    assert (shown.when.text, shown.when.last) == ("FY27 Q1", date(2026, 4, 30))


def test_another_fiscal_year_moves_no_date_and_is_no_news(room: Room):
    day = date(2026, 3, 10)
    item = create_item(room.actor(), room.product, title="Search", start=day, end=day, granularity="quarter")
    audience = scene.audience(room, precision="quarter")
    (told,) = project(audience)
    room.api("owner").patch(
        f"/api/v1/workspaces/{room.workspace.pk}/", {"year_begins": 2, "week_begins": "saturday"},
        content_type="application/json", headers={"If-Match": f'"{room.workspace.version}"'},
    )  # fmt: skip
    assert Change.objects.latest("seq").fields == {"year_begins": [1, 2], "week_begins": ["monday", "saturday"]}
    kept = Item.objects.get(pk=item.pk)
    assert (kept.start, kept.end) == (date(2026, 1, 1), date(2026, 3, 31))
    (shown,) = project(audience)
    assert (told.when.text, shown.when.text) == ("Q1 2026", "FY27 Q1")
    said = {name: value.isoformat() if isinstance(value, date) else value for name, value in told.said().items()}
    assert difference(said, shown) is None
    edit_item(room.actor(), kept, start=date(2026, 9, 1), end=date(2026, 9, 2), granularity="quarter")
    line = difference(said, project(audience)[0])
    assert line is not None
    assert (line.kind, line.told, line.now) == ("moved", "Q1 2026", "FY27 Q3")


@pytest.mark.parametrize("begins", ["0", "13", "", "x"])
def test_a_year_begins_with_a_month(room: Room, begins: str):
    sent = {"name": "Harbor", "year_begins": begins, "week_begins": "monday", "version": room.workspace.version}
    answer = room.client("owner").post(f"/w/{room.workspace.slug}/settings/", sent)
    assert answer.status_code == 422
    room.workspace.refresh_from_db()
    assert room.workspace.year_begins == 1


def test_an_owner_sets_it_on_the_settings_page(room: Room):
    page = room.client("owner").get(f"/w/{room.workspace.slug}/settings/").content.decode()
    assert "The fiscal year begins in" in page
    sent = {
        "name": "Harbor", "initial-name": "Harbor", "year_begins": "4", "initial-year_begins": "1", "week_begins": "sunday",
        "initial-week_begins": "monday", "version": room.workspace.version,
    }  # fmt: skip
    assert room.client("owner").post(f"/w/{room.workspace.slug}/settings/", sent).status_code == 302
    room.workspace.refresh_from_db()
    assert (room.workspace.year_begins, room.workspace.week_begins) == (4, "sunday")


@given(
    st.dates(date(2001, 1, 1), date(2090, 1, 1)), st.integers(0, 2_000), st.sampled_from(Granularity.values), st.integers(1, 12)
)
def test_every_timeframe_of_a_fiscal_year_is_read_back_from_its_words(day: date, length: int, granularity: str, begins: int):
    start, end = first_day(day, granularity, begins), last_day(date.fromordinal(day.toordinal() + length), granularity, begins)
    assert timeframe_of(timeframe_text(start, end, granularity, begins), begins) == (start, end, granularity)
    assert period_of(period_text(day, granularity, begins), begins)[0] == start


@pytest.mark.parametrize("text", ["FY27 Q1", "fy2027 q1", "FY27Q1", "GJ27 Q1", "Q1 2027", "2027-Q1"])
def test_a_quarter_of_the_fiscal_year_is_typed_as_people_write_it(text: str):
    assert timeframe_of(text, 4) == (date(2026, 4, 1), date(2026, 6, 30), "quarter")


def test_a_cell_of_the_table_takes_the_fiscal_quarter_that_it_shows(room: Room):
    edit_workspace(room.actor("owner"), room.workspace, year_begins=4)
    item = create_item(room.actor(), room.product, title="Search")
    cell = room.path(f"items/{item.number}/cell/")
    room.client().post(cell, {"column": "when", "value": "FY27 Q1 – Q2", "version": 1}, headers={"HX-Request": "true"})
    item.refresh_from_db()
    assert (item.start, item.end, item.granularity) == (date(2026, 4, 1), date(2026, 9, 30), "quarter")
    page = room.client().get(room.path("roadmap/?view=table&columns=when,start")).content.decode()
    assert "FY27 Q1 – Q2" in page
    assert ">FY27 Q1</td>" in page
