"""Whom comments name: marked where they are read, and gathered for whoever is named."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from django.apps import apps

from apps.accounts.models import User
from apps.core.reading import markdown
from apps.roadmap.actions import comment_on, create_item, edit_comment, withdraw_comment
from apps.roadmap.mentions import mentionable, names_of, unseen
from apps.roadmap.models import Mention
from apps.vision.actions import create_product

if TYPE_CHECKING:
    from tests.people import Room


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


def marks(room: Room, role: str = "viewer") -> tuple[int, bool]:
    """Return how many mentions the page marks as unread, and whether the nav counts as many."""
    page = room.client(role).get(f"/w/{room.workspace.slug}/mentions/").content.decode()
    found = page.count('class="unread"')
    return found, (f'<b>{found}<span class="visually-hidden"> unread</span></b>' in page) if found else (
        " unread</span></b>" not in page
    )


def test_what_is_new_is_marked_and_counted_until_it_was_seen(room: Room):
    item, name = create_item(room.actor(), room.product, title="Search"), room.viewer.name
    first = comment_on(room.actor(), item, body=f"One for @{name}")
    assert marks(room) == (1, True)
    assert marks(room) == (1, True)  # a look writes nothing
    second = comment_on(room.actor("owner"), item, body=f"Two for @{name}")
    assert marks(room) == (2, True)
    before = room.now().seq
    seen = f"/w/{room.workspace.slug}/mentions/{first.pk}/seen/"
    assert room.client("viewer").post(seen)["Location"] == f"/w/{room.workspace.slug}/mentions/"
    assert marks(room) == (1, True)  # what came while one looked stays new
    room.client("viewer").post(seen.replace(str(first.pk), str(second.pk)))
    room.client("viewer").post(seen)  # a page that was opened before
    assert marks(room) == (0, True)
    assert room.now().seq == before  # it is nobody else's business
    assert marks(room, "commenter") == (0, True)


def test_words_changed_later_name_anew_and_no_longer(room: Room):
    item = create_item(room.actor(), room.product, title="Search")
    comment = comment_on(room.actor(), item, body=f"For @{room.viewer.name}")
    later = comment_on(room.actor(), item, body=f"For @{room.viewer.name} too")
    room.client("viewer").post(f"/w/{room.workspace.slug}/mentions/{later.pk}/seen/")
    edit_comment(room.actor(), comment, body=f"For @{room.viewer.name} and @{room.owner.name}")
    assert (unseen(room.workspace, room.viewer.pk), unseen(room.workspace, room.owner.pk)) == (0, 1)
    edit_comment(room.actor(), comment, body=f"For @{room.owner.name}")
    assert set(Mention.objects.filter(comment=comment).values_list("user", flat=True)) == {room.owner.pk}
    withdraw_comment(room.actor(), comment)
    assert unseen(room.workspace, room.owner.pk) == 0
    comment_on(room.actor("owner"), item, body=f"I, @{room.owner.name}")
    assert unseen(room.workspace, room.owner.pk) == 0  # oneself is no news


def test_rest_lists_the_unread_and_marks_them(room: Room, foreign: Room):
    item, api = create_item(room.actor(), room.product, title="Search"), room.api("viewer")
    made = [comment_on(room.actor(), item, body=f"{n} for @{room.viewer.name}") for n in range(2)]
    other = comment_on(room.actor(), item, body="For nobody")

    def listed(unread: str) -> list[str]:
        return [each["id"] for each in api.get(f"/api/v1/comments/?unread={unread}").json()["results"]]

    assert listed("true") == [str(each.pk) for each in made]
    assert api.post(f"/api/v1/comments/{made[0].pk}/seen/").status_code == 204
    assert listed("true") == [str(made[1].pk)]
    assert listed("false") == [str(made[0].pk), str(other.pk)]
    assert api.post(f"/api/v1/comments/{other.pk}/seen/").status_code == 204  # names nobody, so it marks nothing
    assert listed("true") == [str(made[1].pk)]
    assert room.api("viewer", "read").post(f"/api/v1/comments/{made[1].pk}/seen/").status_code == 403
    assert foreign.api().post(f"/api/v1/comments/{made[1].pk}/seen/").status_code == 404
    assert listed("true") == [str(made[1].pk)]


def test_comments_made_before_there_were_mentions_are_named_again_as_seen(room: Room):
    item = create_item(room.actor(), room.product, title="Search")
    made = comment_on(room.actor(), item, body=f"For @{room.viewer.name}")
    Mention.objects.all().delete()
    import_module("apps.roadmap.migrations.0012_mentions_before").name_again(apps, None)
    assert list(Mention.objects.values_list("comment", "user")) == [(made.pk, room.viewer.pk)]
    assert marks(room) == (0, True)
    comment_on(room.actor(), item, body=f"Again for @{room.viewer.name}")
    assert marks(room) == (1, True)
