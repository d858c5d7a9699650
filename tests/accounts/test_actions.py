"""Workspaces, members, invitations and tokens: what each action does, whom it refuses, and what it records."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.accounts import actions
from apps.accounts.models import ApiToken, Invitation, Membership, Role, User, digest
from apps.core.errors import Refused, Stale
from apps.core.models import Change, Mail
from tests.people import Room, actor_of, user

BELOW_OWNER = ("editor", "commenter", "viewer")


def last_change(room: Room) -> Change:
    return Change.objects.filter(workspace=room.workspace).latest("seq")


def membership(room: Room, role: str) -> Membership:
    return Membership.objects.get(workspace=room.workspace, user=getattr(room, role))


def invited(room: Room, email: str = "new@example.test", role: str = "editor") -> Invitation:
    return actions.invite_member(room.actor("owner"), room.workspace, email=email, role=role)


def member_of_address(email: str) -> User:
    return User.objects.create_user(email, "correct horse battery", name="New Person")


# --- Workspaces ---


@pytest.mark.django_db
def test_whoever_makes_a_workspace_owns_it():
    maker = user("Maker")
    made = actions.create_workspace(actor_of(maker), name="Blue Harbor")
    assert made.slug == "blue-harbor"
    assert Membership.objects.get(workspace=made).role == Role.OWNER
    change = Change.objects.get(workspace=made)
    assert (change.seq, change.verb, change.object_text) == (1, "workspace.created", "Blue Harbor")
    assert change.also[0]["fields"]["role"] == [None, "owner"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "slug"),
    [("Blue Harbor", "blue-harbor-2"), ("Ünïcode & Söhne", "unicode-sohne"), ("日本", "workspace"), ("x" * 80, "x" * 44)],
)
def test_the_slug_is_free_and_made_of_the_name(name, slug):
    maker = actor_of(user("Maker"))
    actions.create_workspace(maker, name="Blue Harbor")
    assert actions.create_workspace(maker, name=name).slug == slug


@pytest.mark.django_db
def test_a_slug_that_is_taken_is_refused_under_its_field():
    maker = actor_of(user("Maker"))
    actions.create_workspace(maker, name="One", slug="one")
    with pytest.raises(ValidationError) as refusal:
        actions.create_workspace(maker, name="Two", slug="one")
    assert list(refusal.value.message_dict) == ["slug"]


@pytest.mark.django_db
def test_nobody_and_a_token_make_no_workspace(room):
    for actor in (actor_of(None), room.actor("owner", workspace_id=room.workspace.pk, scopes=frozenset({"admin"}))):
        with pytest.raises(Refused):
            actions.create_workspace(actor, name="No")


def test_owners_rename_and_pause(room):
    actions.edit_workspace(room.actor("owner"), room.workspace, name="Port", mail_paused=True, reason="We merged.")
    change = last_change(room)
    assert change.fields == {"name": ["Harbor", "Port"], "mail_paused": [False, True]}
    assert change.reason == "We merged."


def test_the_second_rename_is_stale(room):
    actions.edit_workspace(room.actor("owner"), room.workspace, name="Port", version=1)
    with pytest.raises(Stale):
        actions.edit_workspace(room.actor("owner"), room.workspace, name="Bay", version=1)


@pytest.mark.parametrize("role", BELOW_OWNER)
def test_only_owners_manage(room, role):
    actor, someone = room.actor(role), membership(room, "viewer" if role != "viewer" else "editor")
    offered = invited(room)
    for attempt in (
        lambda: actions.edit_workspace(actor, room.workspace, name="Mine"),
        lambda: actions.invite_member(actor, room.workspace, email="x@example.test", role="owner"),
        lambda: actions.withdraw_invitation(actor, offered),
        lambda: actions.change_role(actor, someone, role="owner"),
        lambda: actions.change_role(actor, membership(room, role), role="owner"),
        lambda: actions.remove_member(actor, someone),
    ):
        with pytest.raises(Refused):
            attempt()


# --- Invitations ---


def test_an_invitation_is_mailed_and_its_secret_kept_nowhere(room):
    made = invited(room, " New@Example.Test ")
    assert made.email == "new@example.test"
    assert made.secret_hash == digest(made.link_secret)
    mail = Mail.objects.get(kind="invitation")
    assert (mail.recipient, mail.workspace_id) == ("new@example.test", room.workspace.pk)
    kept = str(mail.payload) + str(last_change(room).__dict__)
    assert made.link_secret not in kept
    assert made.secret_hash not in kept
    assert timedelta(days=13) < made.expires_at - timezone.now() <= timedelta(days=14)


def test_a_member_is_not_invited_again_and_an_open_invitation_not_doubled(room):
    invited(room)
    for address in (room.viewer.email.upper(), "NEW@example.test"):
        with pytest.raises(ValidationError) as refusal:
            invited(room, address)
        assert "email" in refusal.value.message_dict


def test_after_it_lapsed_the_address_is_invited_anew(room):
    first = invited(room)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    second = invited(room)
    first.refresh_from_db()
    assert first.revoked_at is not None
    assert second.link_secret != first.link_secret


def test_invitations_a_day_are_limited(room, monkeypatch):
    monkeypatch.setattr(actions, "MOST_INVITATIONS", 1)
    invited(room)
    with pytest.raises(ValidationError):
        invited(room, "second@example.test")


def test_the_link_admits_its_address_once_and_verifies_it(room):
    made = invited(room, "new@example.test", "commenter")
    person = member_of_address("new@example.test")
    joined = actions.accept_invitation(actor_of(person), made, secret=made.link_secret)
    assert (joined.user_id, joined.role) == (person.pk, "commenter")
    assert EmailAddress.objects.get(user=person).verified
    assert last_change(room).verb == "invitation.accepted"
    with pytest.raises(ValidationError):
        actions.accept_invitation(actor_of(person), made, secret=made.link_secret)


def test_the_link_in_other_hands_admits_nobody(room):
    made = invited(room)
    squatter = member_of_address("squatter@example.test")
    with pytest.raises(Refused):
        actions.accept_invitation(actor_of(squatter), made, secret=made.link_secret)


def test_an_address_that_is_merely_claimed_admits_nobody(room):
    made = invited(room)
    claimer = member_of_address("new@example.test")
    for secret in ("", "wrong"):
        with pytest.raises(ValidationError):
            actions.accept_invitation(actor_of(claimer), made, secret=secret)
    EmailAddress.objects.create(user=claimer, email="New@example.test", verified=False)
    with pytest.raises(ValidationError):
        actions.accept_invitation(actor_of(claimer), made)


def test_a_verified_address_needs_no_link(room):
    made = invited(room)
    person = member_of_address("new@example.test")
    EmailAddress.objects.create(user=person, email="new@example.test", verified=True)
    assert actions.accept_invitation(actor_of(person), made).role == "editor"


@pytest.mark.parametrize("end", ["withdrawn", "expired"])
def test_an_invitation_that_ended_admits_nobody(room, end):
    made = invited(room)
    if end == "withdrawn":
        actions.withdraw_invitation(room.actor("owner"), made)
        assert last_change(room).verb == "invitation.withdrawn"
    else:
        Invitation.objects.update(expires_at=timezone.now())
    with pytest.raises(ValidationError):
        actions.accept_invitation(actor_of(member_of_address("new@example.test")), made, secret=made.link_secret)


def test_accepting_never_changes_the_role_one_has(room):
    made = invited(room, "new@example.test", "viewer")
    person = member_of_address("new@example.test")
    Membership.objects.create(workspace=room.workspace, user=person, role=Role.OWNER)
    assert actions.accept_invitation(actor_of(person), made, secret=made.link_secret).role == "owner"


def test_an_accepted_invitation_is_not_withdrawn(room):
    made = invited(room)
    actions.accept_invitation(actor_of(member_of_address("new@example.test")), made, secret=made.link_secret)
    with pytest.raises(ValidationError):
        actions.withdraw_invitation(room.actor("owner"), made)


# --- Members ---


def test_a_role_changes_and_is_recorded(room):
    actions.change_role(room.actor("owner"), membership(room, "viewer"), role="editor", reason="Maya plans with us.")
    change = last_change(room)
    assert (change.verb, change.fields, change.reason) == (
        "membership.role_changed", {"role": ["viewer", "editor"]}, "Maya plans with us.",
    )  # fmt: skip


def test_a_role_that_is_none_is_refused(room):
    with pytest.raises(ValidationError):
        actions.change_role(room.actor("owner"), membership(room, "viewer"), role="root")


def test_the_last_owner_stays(room):
    mine = membership(room, "owner")
    for attempt in (
        lambda: actions.change_role(room.actor("owner"), mine, role="viewer"),
        lambda: actions.remove_member(room.actor("owner"), mine),
    ):
        with pytest.raises(ValidationError, match="at least one owner"):
            attempt()
    actions.change_role(room.actor("owner"), membership(room, "editor"), role="owner")
    actions.remove_member(room.actor("owner"), mine)
    assert not Membership.objects.filter(pk=mine.pk).exists()


def test_an_owner_who_cannot_sign_in_does_not_count(room):
    actions.change_role(room.actor("owner"), membership(room, "editor"), role="owner")
    User.objects.filter(pk=room.editor.pk).update(is_active=False)
    with pytest.raises(ValidationError, match="at least one owner"):
        actions.remove_member(room.actor("owner"), membership(room, "owner"))


def test_leaving_takes_ones_tokens(room):
    token = actions.create_token(room.actor("viewer"), room.workspace, name="CI")
    actions.remove_member(room.actor("viewer"), membership(room, "viewer"), reason="I move on.")
    token.refresh_from_db()
    assert token.revoked_at is not None
    change = last_change(room)
    assert (change.verb, change.reason) == ("membership.removed", "I move on.")
    assert change.fields["role"] == ["viewer", None]
    assert [each["type"] for each in change.also] == ["accounts.apitoken"]


def test_a_stranger_removes_nobody(room, stranger):
    with pytest.raises(Refused):
        actions.remove_member(actor_of(stranger), membership(room, "viewer"))


# --- Tokens ---


@pytest.mark.parametrize(
    ("role", "granted"),
    [
        ("viewer", ["read"]),
        ("commenter", ["read", "write"]),
        ("editor", ["read", "write"]),
        ("owner", ["read", "write", "admin"]),
    ],
)
def test_a_token_reaches_as_far_as_the_role(room, role, granted):
    made = actions.create_token(room.actor(role), room.workspace, name="CI", scopes=granted)
    assert made.scopes == granted
    beyond = {"read", "write", "admin"} - set(granted)
    for scope in beyond:
        with pytest.raises(ValidationError) as refusal:
            actions.create_token(room.actor(role), room.workspace, name="CI", scopes=[scope])
        assert "scopes" in refusal.value.message_dict


def test_a_token_always_reads_and_its_secret_is_kept_nowhere(room):
    made = actions.create_token(room.actor("editor"), room.workspace, name="CI", scopes=["write"])
    assert made.scopes == ["read", "write"]
    kept = str(ApiToken.objects.values().get()) + str(last_change(room).__dict__)
    assert made.text not in kept
    assert made.text.removeprefix(f"lode_{made.prefix}_") not in kept
    assert made.secret_hash not in str(last_change(room).__dict__)


@pytest.mark.parametrize(
    "values",
    [{"name": " "}, {"name": "CI", "scopes": ["root"]}, {"name": "CI", "expires_at": timezone.now() - timedelta(days=1)}],
)
def test_a_token_that_makes_no_sense_is_refused(room, values):
    with pytest.raises(ValidationError):
        actions.create_token(room.actor("owner"), room.workspace, **values)


def test_a_token_makes_no_token_above_itself(room):
    by_token = {"workspace_id": room.workspace.pk}
    with pytest.raises(Refused):
        actions.create_token(room.actor("owner", scopes=frozenset({"read", "write"}), **by_token), room.workspace, name="More")
    with pytest.raises(ValidationError):
        actions.create_token(
            room.actor("owner", scopes=frozenset({"read", "admin"}), **by_token), room.workspace, name="More", scopes=["write"]
        )


def test_revoking_is_for_its_person_and_owners(room, stranger):
    token = actions.create_token(room.actor("editor"), room.workspace, name="CI")
    for actor in (room.actor("commenter"), actor_of(stranger)):
        with pytest.raises(Refused):
            actions.revoke_token(actor, token)
    assert actions.revoke_token(room.actor("owner"), token).revoked_at is not None
    assert last_change(room).verb == "token.revoked"
    other = actions.create_token(room.actor("editor"), room.workspace, name="CI")
    assert actions.revoke_token(room.actor("editor"), other).revoked_at is not None
