"""What is found, by whom, in what order, and how it is marked."""

from __future__ import annotations

import pytest
from django.db.models import Q

from apps.core.search import find_words
from apps.milestones.actions import create_milestone
from apps.roadmap.actions import archive_item, comment_on, create_item, withdraw_comment
from apps.vision.actions import archive_product, create_goal
from tests.people import Room

pytestmark = pytest.mark.django_db


@pytest.fixture
def words(room: Room) -> Room:
    """A room with one thing of each kind."""
    actor = room.actor()
    item = create_item(actor, room.product, title="Natural-language query", description="Ask the **dashboard** in plain words.")
    create_item(actor, room.product, title="Export to spreadsheets", description="Nobody queries what they can export.")
    create_goal(actor, room.product, name="Less waiting", description="Answers before the kettle boils.")
    create_milestone(actor, room.product, name="Spring release", notes="The parser was rewritten.")
    room.made["item"] = item
    room.made["comment"] = comment_on(room.actor("commenter"), item, body="Customers in Bergen asked for R&D <b>too</b>.")
    return room


def names(room: Room, text: str, role: str = "viewer", **how) -> list[tuple[str, str]]:
    return [(hit.kind.name, hit.name) for hit in find_words(room.actor(role), text, **how).hits]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("natural", ("item", "Natural-language query")),
        ("natral langage", ("item", "Natural-language query")),
        ("natu", ("item", "Natural-language query")),
        ("dashboards", ("item", "Natural-language query")),
        ("sprng relase", ("milestone", "Spring release")),
        ("parsers", ("milestone", "Spring release")),
        ("wating", ("goal", "Less waiting")),
        ("kettle", ("goal", "Less waiting")),
        ("bergen", ("comment", "Natural-language query")),
        ('"plain words"', ("item", "Natural-language query")),
        ("HAR-1", ("item", "Natural-language query")),
        ("har-2", ("item", "Export to spreadsheets")),
    ],
)
def test_words_find_first(words: Room, text: str, found: tuple[str, str]):
    assert names(words, text)[0] == found


@pytest.mark.parametrize(
    "text", ["", "   ", "zeppelin", "\0", "' OR 1=1 --", "&|!():*", "the", "HAR-99999999999", "natural -query"]
)
def test_what_finds_nothing_is_no_error(words: Room, text: str):
    assert names(words, text) == []


def test_a_title_comes_before_a_text(words: Room):
    assert names(words, "query") == [("item", "Natural-language query"), ("item", "Export to spreadsheets")]


def test_strangers_find_nothing(words: Room, foreign: Room):
    assert names(foreign, "natural", "owner") == []


def test_what_was_put_away_is_not_found(words: Room):
    withdraw_comment(words.actor("commenter"), words.made["comment"])
    archive_item(words.actor(), words.made["item"])
    assert names(words, "bergen") == names(words, "natural") == []
    archive_product(words.actor("owner"), words.product)
    assert names(words, "kettle") == []


def test_the_kind_narrows_the_hits_and_not_the_counts(words: Room):
    found = find_words(words.actor(), "natural or bergen", kind="comment")
    assert [hit.kind.name for hit in found.hits] == ["comment"]
    assert found.counts == {"item": 1, "comment": 1}


def test_within_narrows_to_a_product(words: Room):
    assert names(words, "natural", within=Q(product__slug="other")) == []
    assert names(words, "natural", within=Q(product=words.product))


@pytest.mark.parametrize(
    ("text", "title", "excerpt"),
    [
        ("dashboard", "Natural-language query", "Ask the <mark>dashboard</mark> in plain words."),
        ("natral", "<mark>Natural</mark>-language query", "Ask the dashboard in plain words."),
        ("bergen", "Natural-language query", "Customers in <mark>Bergen</mark> asked for R&amp;D too ."),
    ],
)
def test_found_words_are_marked_and_all_else_is_escaped(words: Room, text: str, title: str, excerpt: str):
    hit = find_words(words.actor(), text).hits[0]
    assert (hit.title, hit.excerpt) == (title, excerpt)


def test_our_own_marks_in_a_text_mark_nothing(room: Room):
    create_item(room.actor(), room.product, title="Odd \ue000thing", description="\ue001<script>\ue000 odd \ue000\ue001")
    hit = find_words(room.actor(), "odd").hits[0]
    assert hit.title == "<mark>Odd</mark> thing"
    assert "<script>" not in hit.excerpt
    assert hit.excerpt.count("<mark>") == hit.excerpt.count("</mark>")
