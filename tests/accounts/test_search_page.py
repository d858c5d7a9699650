"""The page of search, its parts, and the same by REST."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.roadmap.actions import comment_on, create_item
from tests.people import Room

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(room: Room) -> str:
    item = create_item(room.actor(), room.product, title="Natural-language <query>")
    comment_on(room.actor(), item, body="Natural is <script>alert(1)</script> asked for.")
    return reverse("accounts:search", args=[room.workspace.slug])


def test_a_viewer_finds_and_goes_there(room: Room, page: str):
    html = room.client("viewer").get(page, {"q": "natral"}).content.decode()
    assert f'<a href="{room.path("items/1/")}"><mark>Natural</mark>-language &lt;query&gt;</a>' in html
    assert "<script>alert" not in html


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "Find anything in this workspace"),
        ({"q": "zeppelin"}, "Nothing has these words"),
        ({"q": "natural", "kind": "goal"}, "None of this kind"),
        ({"q": "natural", "kind": "<nothing>"}, "Comment on"),
        ({"q": "x" * 5_000}, "Nothing has these words"),
    ],
)
def test_what_the_page_says(room: Room, page: str, asked: dict[str, str], said: str):
    answer = room.client().get(page, asked)
    assert (answer.status_code, said in answer.content.decode()) == (200, True)


def test_the_choices_of_the_palette_are_a_part(room: Room, page: str):
    html = room.client().get(page, {"q": "HAR-1", "as": "choices"}, headers={"HX-Request": "true"}).content.decode()
    assert html.count('role="option"') == 1
    assert "<html" not in html


def test_by_rest(room: Room, page: str, foreign: Room):
    answer = room.api("viewer", "read").get("/api/v1/search/", {"q": "natral", "workspace": room.workspace.pk, "limit": 1})
    hit = answer.json()["results"][0]
    assert (hit["kind"], hit["key"], hit["title_html"]) == ("item", "HAR-1", "<mark>Natural</mark>-language &lt;query&gt;")
    assert hit["page"].endswith(room.path("items/1/"))
    assert foreign.api("owner").get("/api/v1/search/", {"q": "natural"}).json()["results"] == []


@pytest.mark.parametrize("query", ["", "?q=", "?q=a&kind=stakeholder", "?q=a&limit=0", "?q=a&workspace=x"])
def test_rest_says_what_is_wrong(room: Room, query: str):
    assert room.api().get(f"/api/v1/search/{query}").status_code == 400
