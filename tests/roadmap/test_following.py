"""Who follows an item, whom a comment names, and the mail that they get: one each, none to its author, while they may have it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.actions import choose_mail, remove_member
from apps.accounts.models import Membership, User
from apps.core.errors import Refused
from apps.core.models import Mail, MailState
from apps.core.outbox import deliver
from apps.roadmap.actions import comment_on, create_item, edit_comment, withdraw_comment
from apps.roadmap.following import follow_item, followers, unfollow_item
from apps.roadmap.mentions import mentioned
from apps.roadmap.models import Item
from tests.people import Room, actor_of


def people(*pairs: tuple[str, str]) -> list[User]:
    return [User(name=name, email=email) for name, email in pairs]


ALL = people(
    ("Maya Okafor", "maya@x.test"), ("Jun Lindqvist", "jun.l@x.test"), ("Jun Park", "park@x.test"), ("", "noname@x.test"),
    ("Ann", "ann@x.test"), ("Ann Lee", "lee@x.test"),
)  # fmt: skip
NAMED = [
    ("Ask @Maya Okafor please.", ["maya"]),
    ("@maya, when?", ["maya"]),
    ("(@MAYA)", ["maya"]),
    ("@jun", []),  # there are two
    ("@jun.l and @Jun Park", ["jun.l", "park"]),
    ("@noname", ["noname"]),
    ("@Ann Lee", ["lee"]),  # the longest name that fits
    ("@Ann, see @ann lee", ["ann", "lee"]),
    ("mail maya@maya.test", []),  # an address is no name
    ("@mayas", []),
    ("`@maya` and\n```\n@maya\n```\n", []),  # nor is code
    ("nobody", []),
    ("@", []),
]


@pytest.mark.parametrize(("text", "found"), NAMED)
def test_whom_a_text_names(text: str, found: list[str]):
    assert sorted(person.email.partition("@")[0] for person in mentioned(text, ALL)) == found


def test_two_of_the_same_name_are_both_meant():
    two = people(("Maya Okafor", "a@x.test"), ("Maya Okafor", "b@x.test"))
    assert mentioned("@Maya Okafor", two) == set(two)
    assert mentioned("@maya", two) == set()


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str):
    assert mentioned(text, ALL) <= set(ALL)
    assert mentioned(f"{text} @Maya Okafor", ALL) <= set(ALL)


@pytest.fixture
def item(room: Room) -> Item:
    """An item that the editor added and the owner owns."""
    return create_item(room.actor(), room.product, title="Search", owner=room.owner)


def who(item: Item) -> dict[str, str]:
    return {str(each.user).partition(" ")[0]: each.why for each in followers(Item.objects.get(pk=item.pk))}


def mails() -> dict[str, bool]:
    """Return {who gets a mail: whether they are told that they are named}."""
    return {mail.recipient.split(".")[0]: mail.payload["named"] for mail in Mail.objects.filter(kind="comment")}


def test_owners_and_authors_follow_of_themselves_until_they_do_not_want_to(room: Room, item: Item):
    comment_on(room.actor("commenter"), item, body="When?")
    follow_item(room.actor("viewer"), item)
    assert who(item) == {"Owner": "owns it", "Editor": "added it", "Commenter": "commented", "Viewer": "follows"}
    for role in ("owner", "editor", "commenter", "viewer"):
        unfollow_item(room.actor(role), item)
    assert who(item) == {}
    follow_item(room.actor("owner"), item)
    assert who(item) == {"Owner": "owns it"}


def test_a_comment_makes_one_mail_for_each_and_none_for_its_author(room: Room, item: Item):
    made = comment_on(room.actor("owner"), item, body=f"What do you say, @{room.viewer} and @{room.editor} and @{room.owner}?")
    assert mails() == {"viewer": True, "editor": True}
    edit_comment(room.actor("owner"), made, body=f"@{room.viewer}, @{room.commenter}?")
    assert mails() == {"viewer": True, "editor": True, "commenter": True}  # only who is newly named
    assert Mail.objects.filter(kind="comment").count() == 3


def test_who_does_not_follow_is_left_alone_and_who_switched_it_off_too(room: Room, item: Item):
    unfollow_item(room.actor(), item)
    choose_mail(room.actor("owner"), Membership.objects.get(user=room.owner), comment_mail=False)
    comment_on(room.actor("commenter"), item, body=f"@{room.owner}?")
    assert mails() == {}


def test_nobody_elsewhere_is_named(room: Room, foreign: Room, item: Item):
    comment_on(room.actor(), item, body=f"@{foreign.owner.email.partition('@')[0]}")
    assert mails() == {"owner": False}  # our own owner, who follows


def sent() -> list[Mail]:
    deliver(seconds=120)  # a busy machine is no reason
    return list(Mail.objects.filter(kind="comment").order_by("recipient"))


def test_what_the_mail_says(room: Room, item: Item):
    made = comment_on(room.actor(), item, body=f"**Soon**, @{room.viewer}?")
    for mail, did in zip(sent(), ("commented on", "mentioned you on"), strict=True):
        text = bytes(mail.raw).decode()
        assert (mail.state, mail.subject) == (MailState.SENT, f"Editor of Harbor {did} HAR-1 Search")
        assert f"items/1/#comment-{made.pk}" in text.replace("=\r\n", "").replace("=\n", "").replace("=3D", "=")
        assert "<strong>Soon</strong>" in text


def _leave(room: Room, _: Any) -> None:
    remove_member(room.actor("owner"), Membership.objects.get(user=room.viewer))


def _switch_off(room: Room, _: Any) -> None:
    choose_mail(room.actor("viewer"), Membership.objects.get(user=room.viewer), comment_mail=False)


def _withdraw(room: Room, comment: Any) -> None:
    withdraw_comment(room.actor("commenter"), comment)


@pytest.mark.parametrize("meanwhile", [_leave, _switch_off, _withdraw])
def test_a_mail_that_waits_respects_what_happened_since(room: Room, item: Item, meanwhile: Any):
    for role in ("owner", "editor"):
        unfollow_item(room.actor(role), item)
    meanwhile(room, comment_on(room.actor("commenter"), item, body=f"@{room.viewer}?"))
    assert [mail.state for mail in sent()] == [MailState.CANCELLED]


def test_replayed_history_mails_nobody(room: Room, item: Item):
    from django.utils import timezone  # noqa: PLC0415 - beside its one use

    comment_on(actor_of(room.commenter, at=timezone.now()), item, body=f"@{room.viewer}?")
    assert mails() == {}


def test_only_ones_own_mail_is_chosen(room: Room):
    with pytest.raises(Refused):
        choose_mail(room.actor("owner"), Membership.objects.get(user=room.viewer), comment_mail=False)
    room.client("viewer").post(f"/w/{room.workspace.slug}/settings/mail/", {})
    assert not Membership.objects.get(user=room.viewer).comment_mail
    api, pk = room.api("viewer"), Membership.objects.get(user=room.viewer).pk
    answer = api.post(f"/api/v1/memberships/{pk}/mail/", {"comment_mail": True}, content_type="application/json")
    assert (answer.status_code, answer.json()["comment_mail"]) == (200, True)


def test_followers_by_page_and_rest(room: Room, item: Item):
    client, api = room.client("viewer"), room.api("viewer")
    client.post(room.path("items/1/follow/"))
    shown = client.get(room.path("items/1/")).content.decode()
    assert "Unfollow" in shown
    assert 'Viewer of Harbor</span> <small class="muted">follows' in shown
    answer = api.get("/api/v1/followers/", {"item": str(item.pk)}).json()
    assert [each["why"] for each in answer["results"]] == ["added it", "owns it", "follows"]
    answer = api.post("/api/v1/followers/", {"item": str(item.pk), "follow": False}, content_type="application/json")
    assert [each["name"] for each in answer.json()["results"]] == ["Editor of Harbor", "Owner of Harbor"]
