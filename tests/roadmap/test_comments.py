"""Comments: their words live in one place, and no two windows overwrite each other's."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.core.models import Change
from apps.core.wording import change_words
from apps.roadmap.actions import comment_on, create_item, edit_comment, withdraw_comment
from apps.roadmap.models import Comment
from tests.people import Room

HTMX = {"HX-Request": "true"}


@pytest.fixture
def comment(room: Room) -> Comment:
    item = create_item(room.actor(), room.product, title="Search")
    return comment_on(room.actor("commenter"), item, body="When?")


def address(room: Room, comment: Comment) -> str:
    return reverse("roadmap:edit_comment", args=[room.workspace.slug, room.product.slug, comment.item.number, comment.pk])


def seen(body: str, version: int = 1) -> dict[str, object]:
    return {"initial-body": body, "version": version}


def panel(room: Room, comment: Comment, role: str = "commenter") -> str:
    path = reverse("roadmap:item", args=[room.workspace.slug, room.product.slug, comment.item.number])
    return room.client(role).get(path, headers=HTMX).content.decode()


def test_the_author_finds_the_form_in_its_place_and_nobody_else_does(room, comment):
    mine = panel(room, comment)
    assert address(room, comment) in mine
    assert 'name="initial-body" value="When?"' in mine
    for role in ("owner", "editor", "viewer"):
        assert address(room, comment) not in panel(room, comment, role)


def test_other_words_by_form_with_and_without_script(room, comment):
    client, path = room.client("commenter"), address(room, comment)
    plain = client.post(path, {**seen("When?"), "body": "When exactly?"})
    assert plain.headers["Location"].endswith(f"?item={comment.item.number}")
    part = client.post(path, {**seen("When exactly?", 2), "body": "When **exactly**, please?"}, headers=HTMX)
    assert (part.status_code, b"<strong>exactly</strong>" in part.content, b"edited" in part.content) == (200, True, True)
    refused = client.post(path, {**seen("When **exactly**, please?", 3), "body": " "}, headers=HTMX)
    assert (refused.status_code, b'<details class="fold" open>' in refused.content) == (422, True)


def test_looking_and_saving_changes_nothing(room, comment):
    assert room.client("commenter").post(address(room, comment), {**seen("When?"), "body": "When?"}).status_code == 302
    comment.refresh_from_db()
    assert (comment.version, Change.objects.filter(verb="comment.edited").exists()) == (1, False)


def test_two_windows_on_one_comment_see_both_values(room, comment):
    edit_comment(room.actor("commenter"), comment, body="When exactly?", version=1)
    late = room.client("commenter").post(address(room, comment), {**seen("When?"), "body": "How?"}, headers=HTMX)
    page = late.content.decode()
    assert (late.status_code, "<dd>When exactly?</dd>" in page, "<dd>How?</dd>" in page) == (409, True, True)
    assert 'name="initial-body" value="When exactly?"' in page
    comment.refresh_from_db()
    assert comment.body == "When exactly?"
    again = room.client("commenter").post(address(room, comment), {**seen("When exactly?", 2), "body": "How?"}, headers=HTMX)
    comment.refresh_from_db()
    assert (again.status_code, comment.body) == (200, "How?")


def test_the_second_edit_by_rest_gets_412_with_both_values(room, comment):
    client, path = room.api("commenter"), f"/api/v1/comments/{comment.pk}/"
    first, second = (
        client.patch(path, {"body": body}, "application/json", headers={"If-Match": '"1"'}) for body in ("At last?", "How?")
    )
    assert (first.status_code, second.status_code) == (200, 412)
    assert [(each["field"], each["yours"], each["theirs"]) for each in second.json()["conflicts"]] == [
        ("body", "How?", "At last?")
    ]
    gone = client.delete(path, headers={"If-Match": '"1"'})
    assert (gone.status_code, Comment.objects.get().withdrawn_at) == (412, None)
    assert client.patch(path, {}, "application/json", headers={"If-Match": '"2"'}).status_code == 200


def test_the_stream_says_that_the_words_changed_and_never_what_they_were(room, comment):
    edit_comment(room.actor("commenter"), comment, body="When exactly?")
    withdraw_comment(room.actor("commenter"), comment)
    edited, withdrawn = Change.objects.filter(verb__in=("comment.edited", "comment.withdrawn")).order_by("seq")
    assert edited.fields == {"body": [None, None]}
    assert [(each.name, each.before, each.after) for each in change_words(edited).fields] == [("body", "", "")]
    for change in Change.objects.all():
        for word in ("When", "exactly", "(withdrawn)"):
            assert word not in f"{change.fields}{change.also}{change.detail}"
    assert withdrawn.fields["body"] == [None, None]
    refused = room.client("commenter").post(address(room, comment), {"body": "Again?"}, headers=HTMX)
    assert (refused.status_code, Comment.objects.get().body) == (422, "(withdrawn)")
