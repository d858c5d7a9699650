"""Changes in words, of any object, without knowing what it is."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.urls import reverse

from apps.core.models import Change
from apps.core.templatetags.changes import change_words, words_of
from apps.core.wording import PAGES, sentence, value_words
from apps.roadmap.models import Item


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("item.edited", "Ada edited the item It"),
        ("item.goals_set", "Ada set the goals of the item It"),
        ("item.transferred", "Ada moved the item It to another product"),
        ("vision_version.proposed", "Ada proposed It"),
        ("key_result.measured", "Ada measured the key result It"),
        ("membership.role_changed", "Ada changed the role of It"),
    ],
)
def test_verbs(verb, words):
    assert sentence("Ada", verb, "It") == words


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("status", "in_progress", "In progress"),
        ("end", "2026-12-19", "19 Dec 2026"),
        ("archived_at", "2026-12-19T14:05:00Z", "19 Dec 2026, 14:05"),
        ("confidential", True, "yes"),
        ("confidence", 70, "70"),
        ("confidence", None, "none"),
        ("title", "", "none"),
        ("labels", ["a", "b"], "a, b"),
        ("gone_field", "x", "x"),
    ],
)
def test_values(name, value, words):
    assert value_words(Item, name, value) == words


def change(room, **values: object) -> Change:
    return Change(
        workspace=room.workspace, seq=1, at=datetime(2026, 11, 23, tzinfo=UTC), actor_name="Maya <i>",
        **{"verb": "item.edited", "object_type": "roadmap.item", "object_id": uuid.uuid4(), "object_text": "HAR-1 Ask", **values},
    )  # fmt: skip


def render(change: object, **context: object) -> str:
    return Template("{% load changes %}{% change_line change inside %}").render(Context({"change": change, **context}))


def test_a_line(room):
    line = render(change(room, fields={"end": ["2026-08-01", "2026-12-19"], "rank": ["a", "b"]}, reason="Parser <first>."))
    assert "<b>Maya &lt;i&gt;</b> edited the item" in line
    assert "<s>1 Aug 2026</s> → " in line
    assert "19 Dec 2026" in line
    assert "rank" not in line
    assert "<q>Parser &lt;first&gt;.</q>" in line


def test_people_by_name_with_one_query_for_all(room, django_assert_num_queries):
    changes = [change(room, fields={"owner": [str(room.editor.pk), str(room.viewer.pk)]}) for _ in range(3)]
    with django_assert_num_queries(1):
        words = words_of(changes)
    assert (words[0].fields[0].before, words[0].fields[0].after) == (str(room.editor), str(room.viewer))


def test_a_long_text_is_only_said_to_have_changed(room):
    words = change_words(change(room, fields={"description": ["short", "x" * 200]}))
    assert (words.fields[0].name, words.fields[0].after) == ("description", "")


def test_what_a_new_object_began_with_is_not_repeated(room):
    words = change_words(change(room, verb="item.created", fields={"title": [None, "Ask"], "status": [None, "idea"]}))
    assert words.fields == []


def test_seen_from_another_object_that_it_touched(room):
    other = uuid.uuid4()
    also = [{"type": "roadmap.item", "id": str(other), "text": "HAR-2", "version": 2, "fields": {"status": ["idea", "done"]}}]
    words = change_words(change(room, also=also), other)
    assert (words.text, words.about, words.fields[0].name) == ("HAR-2", "HAR-1 Ask", "status")


def test_a_type_that_is_no_more(room):
    assert change_words(change(room, object_type="gone.thing", fields={"x": ["a", "b"]})).fields[0].after == "b"


def test_an_object_with_a_page_is_linked_for_those_who_may_see_it(room, foreign, monkeypatch):
    address = reverse("core:object", args=["vision.product", room.product.pk])  # reads all addresses, where apps name their pages
    monkeypatch.setitem(PAGES, "vision.product", lambda product: f"/there/{product.slug}/")
    made = change(room, object_type="vision.product", object_id=room.product.pk)
    assert f'href="{address}"' in render(made)
    assert room.client("viewer").get(address).headers["Location"] == "/there/platform/"
    assert foreign.client("viewer").get(address).status_code == 404
