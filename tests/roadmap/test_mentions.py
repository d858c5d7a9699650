"""Whom comments name: marked where they are read, and gathered for whoever is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from apps.accounts.models import User
from apps.core.reading import markdown
from apps.roadmap.actions import comment_on, create_item, withdraw_comment
from apps.roadmap.mentions import mentionable, mentioned, mentioning, names_of
from apps.roadmap.models import Comment
from apps.vision.actions import create_product

if TYPE_CHECKING:
    from tests.people import Room

TEXTS = [
    "@Ann look", "@ann, look", "@Ann Lee look", "@ANN LEE!", "mail ann@harbor.test", "`@Ann`", "```\n@Ann\n```", "@Annabel",
    "@Ann-Lee", "see @Ann.", "x@Ann", "(@Ann)", "@Ann Leeward", "@Lee", "**@Ann Lee**", "nothing", "@@Ann", "a `code` @Ann b",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_the_database_finds_whom_a_text_names(room: Room, text: str):
    User.objects.filter(pk=room.viewer.pk).update(name="Ann")
    User.objects.filter(pk=room.commenter.pk).update(name="Ann Lee")
    people = list(mentionable(room.workspace.pk))
    comment_on(room.actor(), create_item(room.actor(), room.product, title="Search"), body=text)
    found = {each for each in people if mentioning(Comment.objects.all(), each, people).exists()}
    assert found == mentioned(text, people)


def test_names_are_marked_in_words_and_nowhere_else(room: Room):
    names = names_of(mentionable(room.workspace.pk))
    name = room.viewer.name
    assert markdown(f"Ask @{name}!", names) == f'<p>Ask <span class="mention">@{name}</span>!</p>\n'
    assert "mention" not in markdown(f"`@{name}` [@{name}](https://example.test)", names)
    html = markdown(f'<span class="mention">x</span> me@{name}', names)
    assert "<span" not in html


@pytest.mark.django_db
def test_a_name_that_is_code_stays_text():
    villain = User(email="v@example.test", name="<script>alert(1)</script>")
    html = markdown("Hello @<script>alert(1)</script> there", names_of([villain]))
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_mentions_come_from_all_products_the_newest_first_without_ones_own(room: Room):
    name, other = room.viewer.name, create_product(room.actor("owner"), room.workspace, name="Mobile")
    here, there = (create_item(room.actor(), each, title=each.name) for each in (room.product, other))
    first = comment_on(room.actor(), here, body=f"One for @{name}")
    second = comment_on(room.actor("owner"), there, body=f"Two for @{name}")
    comment_on(room.actor("owner"), there, body="For nobody")
    gone = comment_on(room.actor("owner"), there, body=f"Withdrawn from @{name}")
    withdraw_comment(room.actor("owner"), gone)
    page = room.client("viewer").get(f"/w/{room.workspace.slug}/mentions/").content.decode()
    assert page.index(f"mention-{second.pk}") < page.index(f"mention-{first.pk}")
    assert page.count('<li id="mention-') == 2
    assert f'<span class="mention">@{name}</span>' in page
    assert "Nobody has mentioned you yet" in room.client("commenter").get(f"/w/{room.workspace.slug}/mentions/").content.decode()
    for who in ("me", str(room.viewer.pk)):
        listed = room.api("viewer").get(f"/api/v1/comments/?mentions={who}").json()["results"]
        assert [each["id"] for each in listed] == [str(first.pk), str(second.pk)]
    assert room.api("viewer").get("/api/v1/comments/?mentions=nobody").json()["results"] == []


def test_a_panel_marks_names_in_comments(room: Room):
    item = create_item(room.actor(), room.product, title="Search")
    comment_on(room.actor(), item, body=f"@{room.owner.name}?")
    panel = room.client("viewer").get(room.path(f"items/{item.number}/")).content.decode()
    assert f'<span class="mention">@{room.owner.name}</span>?' in panel


def test_a_stranger_is_told_of_none(room: Room, foreign: Room):
    comment_on(room.actor(), create_item(room.actor(), room.product, title="Search"), body=f"@{room.viewer.name}")
    assert foreign.client().get(f"/w/{room.workspace.slug}/mentions/").status_code == 404
    assert foreign.api().get(f"/api/v1/comments/?mentions={room.viewer.pk}").json()["results"] == []
