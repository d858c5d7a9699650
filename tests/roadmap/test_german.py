"""The roadmap in German: each reader gets their own words, however often the same rows were drawn; pictures keep their places."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.cache import caches
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from apps.core import lasting
from apps.core.models import Change, Mail
from apps.core.outbox import deliver
from apps.core.wording import words_of
from apps.roadmap import kept
from apps.roadmap.actions import comment_on, create_item, edit_item
from apps.roadmap.limits import limit_column
from apps.roadmap.models import Granularity, Item, Scorecard
from apps.roadmap.rating import create_scorecard, rate_item
from apps.roadmap.timeframes import first_day, last_day, period_of, period_text, timeframe_of, timeframe_text
from tests.people import Room, today

# Of each view: what it says in English and in German, before and after an edit of an item.
VIEWS = {
    "timeline": (("Search, Planned", "serves no goal"), ("Search, Geplant", "dient keinem Ziel")),
    "board": (("serves no goal</span>",), ("dient keinem Ziel</span>",)),
    "table": (("Planned</span>", "Feature"), ("Geplant</span>", "Feature")),
    "matrix": (("Quick wins, serves no goal",), ("Schnelle Erfolge, dient keinem Ziel",)),
}
LANGUAGES = {"en-gb": 0, "de": 1}
# Attributes of a drawing that say where something lies; a decimal comma in one of them breaks it.
_PLACE = re.compile(r'\b(?:x|y|x1|x2|y1|y2|dx|dy|rx|width|height|viewBox|d)="([^"]*)"')


@pytest.fixture
def planned(room: Room) -> Room:
    """Two items, dated so that nothing lies on a round percent, one of them rated; the viewer reads German."""
    room.viewer.language = "de"
    room.viewer.save()
    kept.forget()
    lasting.forget()
    caches["drawn"].clear()
    actor, day = room.actor(), today()
    days = {"start": day, "end": day + timedelta(46), "granularity": "day", "status": "planned"}
    search = create_item(actor, room.product, title="Search", type="initiative", **days)
    create_item(actor, room.product, title="Export", progress=33, effort="2.5", **days | {"start": day + timedelta(13)})
    card = create_scorecard(actor, room.product, name="Value")
    rate_item(actor, search, scorecard=card, ratings={"value": "7.5", "effort": "2.5"})
    return room


def shown(room: Room, role: str, rest: str) -> str:
    return room.client(role).get(room.path(rest)).content.decode()


def test_percents_are_written_alike_everywhere_and_an_effort_has_no_idle_zeros(planned: Room) -> None:
    bar, panel, table = (shown(planned, "viewer", rest) for rest in ("roadmap/", "items/2/", "roadmap/?view=table"))
    assert "<span>33\u202f%</span>" in bar
    assert "<dd>33\u202f%" in panel
    assert "33\u202f%" in table
    assert "<span>33%</span>" in shown(planned, "editor", "roadmap/")
    assert re.search(
        r'<input[^>]*name="effort"[^>]*value="2.5"|value="2.5"[^>]*name="effort"', shown(planned, "editor", "items/2/edit/")
    )


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("first", LANGUAGES)
def test_each_reader_gets_their_own_words_whoever_came_first(planned: Room, view: str, first: str):
    """The same person reads in one language and in the other, so that nothing but the language differs."""
    order = [first, *(language for language in LANGUAGES if language != first)]
    for _ in range(2):
        for language in [*order, *order]:
            planned.viewer.language = language
            planned.viewer.save()
            page = shown(planned, "viewer", f"roadmap/?view={view}")
            own, others = VIEWS[view][LANGUAGES[language]], VIEWS[view][1 - LANGUAGES[language]]
            assert [words for words in own if words not in page] == []
            assert [words for words in others if words in page and words not in own] == []
        edit_item(planned.actor(), Item.objects.get(title="Export"), progress=66)


@pytest.mark.parametrize(
    "address", ["timeline", "timeline&zoom=month", "timeline&zoom=year", "timeline&zoom=fit", "matrix", "table"]
)
def test_no_drawing_has_a_decimal_comma(planned: Room, address: str):
    assert commas(shown(planned, "viewer", f"roadmap/?view={address}")) == []


def test_the_portfolio_has_none_either(planned: Room):
    page = planned.client("viewer").get(f"/w/{planned.workspace.slug}/portfolio/").content.decode()
    assert 'data-item="1"' in page
    assert commas(page) == []


def commas(page: str) -> list[str]:
    drawn = _PLACE.findall(page)
    assert [each for each in drawn if "." in each]
    return [each for each in drawn if re.search(r"\d,\d", each)]


def test_months_and_days_are_german(planned: Room):
    edit_item(planned.actor(), Item.objects.get(title="Export"), start=date(2030, 3, 5), end=date(2030, 12, 9))
    page = shown(planned, "viewer", "roadmap/?from=2030-03-01")
    assert "5. Mär – 9. Dez 2030" in page
    assert all(f'<span class="cal-cell">{month}</span>' in page for month in ("Mär", "Mai", "Okt", "Dez"))


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 900), st.sampled_from(Granularity.values))
def test_a_timeframe_written_in_german_is_read_again(day: date, more: int, granularity: str):
    start, end = first_day(day, granularity), last_day(day + timedelta(more), granularity)
    with translation.override("de"):
        assert timeframe_of(timeframe_text(start, end, granularity)) == (start, end, granularity)
        assert period_of(period_text(day, granularity))[0] == start
    assert period_of(period_text(day, granularity))[0] == start


@pytest.mark.parametrize("text", ["19. Dezember 2026", "19. Dez. 2026", "19 Dec 2026", "2026-12-19", "19.12.2026"])
def test_a_day_may_be_written_in_either_language(text: str):
    with translation.override("de"):
        assert period_of(text) == (date(2026, 12, 19), date(2026, 12, 19), "day")


@pytest.fixture
def german(planned: Room) -> Room:
    """The same with an editor who reads German."""
    planned.editor.language = "de"
    planned.editor.save()
    return planned


def typed(room: Room, column: str, value: str) -> str:
    """Type into a cell of "Export"; return why it was refused, or nothing."""
    item = Item.objects.get(title="Export")
    sent = {"column": column, "value": value, "version": item.version}
    answer = room.client().post(room.path(f"items/{item.number}/cell/"), sent, headers={"HX-Request": "true"})
    return "" if answer.status_code == 200 else answer.content.decode()


@pytest.mark.parametrize(
    ("column", "value", "field", "kept"),
    [
        ("effort", "3,25", "effort", "3.25"), ("effort", "1.200", "effort", "1200.00"),
        ("effort", "1.200,5", "effort", "1200.50"), ("effort", "nichts", "effort", "None"),
        ("status", "Ausgeliefert", "status", "shipped"),
        ("status", "in_progress", "status", "in_progress"), ("end", "19. Dezember 2035", "end", "2035-12-19"),
        ("when", "Okt – Dez 2035", "end", "2035-12-31"), ("when", "Parkplatz", "end", "None"),
        ("owner", "Niemand", "owner", "None"),
    ],
)  # fmt: skip
def test_a_cell_takes_what_is_written_in_german(german: Room, column: str, value: str, field: str, kept: str):
    assert typed(german, column, value) == ""
    assert str(getattr(Item.objects.get(title="Export"), field)) == kept


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("effort", "viel", "Eine Zahl schreiben."),
        ("end", "bald", "Einen Tag als 2026-12-19 oder 19. Dez 2026 schreiben"),
        ("status", "offen", "Zur Wahl stehen: Vorgeschlagen, Geplant, In Arbeit"),
        ("owner", "Mia", "Hier heißt niemand „Mia“"),
        ("slip", "3", "Diese Spalte wird errechnet"),
    ],
)
def test_a_cell_says_in_german_what_would_help(german: Room, column: str, value: str, words: str):
    assert words in typed(german, column, value)


def test_numbers_are_read_with_a_comma_and_sent_with_a_point(german: Room):
    table = shown(german, "editor", "roadmap/?view=table&columns=effort,score")
    assert '<td class="num">2,5</td>' in table
    matrix = shown(german, "editor", "roadmap/?view=matrix")
    assert 'data-value="7.5" data-effort="2.5"' in matrix
    assert "Nutzen 7,5, Aufwand 2,5" in matrix
    form = shown(german, "editor", f"items/1/rate/?scorecard={Scorecard.objects.get().pk}")
    assert 'value="7.5"' in form
    assert 'value="7,5"' not in form


def test_a_methods_factors_are_said_in_german_and_kept_in_english(german: Room):
    card = create_scorecard(german.actor(), german.product, method="rice")
    page = shown(german, "editor", "scorecards/")
    assert "Reichweite × Wirkung × Zuversicht ÷ Aufwand" in page
    assert "3 gewaltig, 2 hoch" in page
    assert [each["name"] for each in Scorecard.objects.get(pk=card.pk).factors] == ["Reach", "Impact", "Confidence", "Effort"]


def test_what_the_history_keeps_is_the_same_in_every_language(german: Room):
    search, export = Item.objects.order_by("number")
    sent = {"other": export.number, "kind": "moves_with"}
    german.client().post(german.path(f"items/{search.number}/links/"), sent, headers={"HX-Request": "true"})
    texts = [text for _, _, text, _ in Change.objects.order_by("-seq")[0].entries()]
    assert "Search moves with Export" in texts


def test_the_history_says_names_of_ours_in_german(german: Room):
    limit_column(german.actor(), german.product, group="horizon", value="now", most=3)
    comment_on(german.actor(), Item.objects.get(title="Search"), body="Why?")
    with translation.override("de"):
        said = [f"{words.did} {words.text} {words.rest}" for words in words_of(Change.objects.order_by("-seq")[:2])]
    assert said == ["hat einen Kommentar zu Search geschrieben", "hat die Grenze für jetzt auf 3 gesetzt"]


def test_the_mail_about_a_comment_speaks_its_readers_language(german: Room):
    words = f"@{german.viewer} and @{german.commenter}?"
    comment_on(german.actor("owner"), Item.objects.get(title="Search"), body=words)
    deliver(seconds=120)
    subjects = {mail.recipient.partition(".")[0]: mail.subject for mail in Mail.objects.filter(kind="comment")}
    assert subjects == {
        "commenter": "Owner of Harbor mentioned you on HAR-1 Search",
        "editor": "Owner of Harbor hat HAR-1 Search kommentiert",
        "viewer": "Owner of Harbor hat Sie bei HAR-1 Search erwähnt",
    }
