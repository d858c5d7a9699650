"""The pages of people and workspaces: the way in, the settings, invitations and the activity."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts import actions
from apps.accounts.models import ApiToken, Invitation, Membership, Role, User, Workspace
from apps.accounts.tokens import token_of
from apps.core import outbox
from apps.core.mail import parts
from apps.core.models import Mail
from tests.people import Room, actor_of, user
from tests.smtp_sink import listening


def settings_page(room: Room, rest: str = "") -> str:
    return f"/w/{room.workspace.slug}/settings/{rest}"


def invited(room: Room, email: str = "new@example.test") -> Invitation:
    return actions.invite_member(room.actor("owner"), room.workspace, email=email, role="commenter")


def link(invitation: Invitation) -> str:
    return reverse("accounts:invitation", args=[invitation.link_secret])


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def membership(room: Room, role: str) -> Membership:
    return Membership.objects.get(workspace=room.workspace, user=getattr(room, role))


# --- The way in ---


@pytest.mark.parametrize(("language", "said"), [
    ("en", ("Forgot your password?", "Look into your mail", "Choose a new password", "Your password is new")),
    ("de", ("Passwort vergessen?", "In die Post sehen", "Neues Passwort wählen", "Das Passwort ist neu")),
])  # fmt: skip
def test_a_forgotten_password_is_chosen_anew_in_our_words(room: Room, mailoutbox: Any, language: str, said: tuple[str, ...]):
    client = Client(headers={"accept-language": language})
    asked = client.get(reverse("account_reset_password"))
    sent = client.post(reverse("account_reset_password"), {"email": room.editor.email}, follow=True)
    key = re.search(r"/accounts/password/reset/key/\S+", mailoutbox[-1].body)[0]
    form = client.get(key, follow=True)
    done = client.post(
        form.request["PATH_INFO"], dict.fromkeys(("password1", "password2"), "another battery staple"), follow=True
    )
    over = Client(headers={"accept-language": language}).get(key, follow=True)
    for page, words in zip((asked, sent, form, done), said, strict=True):
        assert f"<h1>{words}</h1>" in page.content.decode()
    assert ("This link is over" if language == "en" else "Dieser Link gilt nicht mehr") in over.content.decode()
    assert client.login(email=room.editor.email, password="another battery staple")


def test_the_first_visitor_makes_the_owner_account(client, db):
    assert client.get("/").headers["Location"] == reverse("account_signup")
    account = {"email": "first@example.test", "name": "First", "password1": "correct horse battery"}
    assert client.post(reverse("account_signup"), account).headers["Location"] == "/"
    page = client.get("/")
    assert (page.status_code, b"Make a workspace" in page.content) == (200, True)
    made = client.post(reverse("accounts:new_workspace"), {"name": "Harbor"})
    assert made.headers["Location"] == "/w/harbor/"
    assert Membership.objects.get().role == Role.OWNER
    assert client.get("/").headers["Location"] == "/w/harbor/"
    for rest in ("", "settings/", "activity/"):  # there is no product yet
        assert client.get(f"/w/harbor/{rest}").status_code == 200


def test_the_next_visitors_sign_in(client, room):
    assert client.get("/").headers["Location"] == reverse("account_login")


def test_one_workspace_opens_at_its_roadmap_and_several_are_offered(room, foreign):
    client = room.client("viewer")
    assert client.get("/").headers["Location"] == room.path("roadmap/")
    Membership.objects.create(workspace=foreign.workspace, user=room.viewer, role=Role.VIEWER)
    page = client.get("/").content.decode()
    assert f"/w/{room.workspace.slug}/" in page
    assert f"/w/{foreign.workspace.slug}/" in page


def test_an_invitation_to_a_proven_address_is_offered_at_the_door(room):
    person = user("New Person")
    EmailAddress.objects.create(user=person, email=person.email, verified=True)
    made = invited(room, person.email)
    client = signed_in(person)
    accept = reverse("accounts:accept", args=[made.pk])
    assert accept in client.get("/").content.decode()
    assert room.client("viewer").post(accept).status_code == 404
    assert client.post(accept).status_code == 302
    assert Membership.objects.get(user=person).workspace == room.workspace


def test_a_workspace_without_a_name_is_refused(room):
    answer = room.client("viewer").post(reverse("accounts:new_workspace"), {"name": " "})
    assert answer.status_code == 422
    assert Workspace.objects.count() == 1


# --- Settings ---


@pytest.mark.parametrize("path", ["", "settings/", "activity/"])
def test_rooms_are_for_members(room, stranger, path):
    address = f"/w/{room.workspace.slug}/{path}"
    for role in ("owner", "editor", "commenter", "viewer"):
        assert room.client(role).get(address).status_code == 200
    assert signed_in(stranger).get(address).status_code == 404
    assert Client().get(address).headers["Location"].startswith(reverse("account_login"))


def test_settings_show_each_what_is_theirs(room):
    invited(room)
    owner, viewer = (room.client(role).get(settings_page(room)).content.decode() for role in ("owner", "viewer"))
    assert "new@example.test" in owner
    assert "new@example.test" not in viewer
    assert "/role/" in owner
    assert "/role/" not in viewer
    assert "admin" not in re.findall(r'name="scopes" value="(\w+)"', viewer)


def test_owners_rename_and_the_second_of_two_sees_a_conflict(room):
    client = room.client("owner")
    assert client.post(settings_page(room), {"name": "Port", "version": 1}).status_code == 302
    late = client.post(settings_page(room), {"name": "Bay", "version": 1})
    assert (late.status_code, b"Changed since you looked" in late.content) == (409, True)
    assert room.client("editor").post(settings_page(room), {"name": "Mine", "version": 2}).status_code == 403
    room.workspace.refresh_from_db()
    assert room.workspace.name == "Port"


def test_owners_who_change_different_settings_both_win(room):
    client, page = room.client("owner"), room.client("owner").get(settings_page(room)).content.decode()
    assert (f'name="initial-name" value="{room.workspace.name}"' in page, 'name="initial-mail_paused" value="False"' in page) == (
        True,
        True,
    )
    seen = {"name": "Harbor", "initial-name": "Harbor", "initial-mail_paused": "False", "version": 1}
    actions.edit_workspace(room.actor("owner"), room.workspace, name="Port")
    assert client.post(settings_page(room), {**seen, "mail_paused": "on"}).status_code == 302
    room.workspace.refresh_from_db()
    assert (room.workspace.name, room.workspace.mail_paused) == ("Port", True)
    late = client.post(settings_page(room), {**seen, "name": "Bay"})
    said = late.content.decode()
    assert (late.status_code, "<dd>Port</dd>" in said, "<dd>Bay</dd>" in said) == (409, True, True)


def test_two_owners_who_change_one_role_see_both(room):
    client, viewer = room.client("owner"), membership(room, "viewer")
    path, seen = settings_page(room, f"members/{viewer.pk}/role/"), {"initial-role": "viewer", "version": 1}
    assert 'name="initial-role" value="viewer"' in client.get(settings_page(room)).content.decode()
    actions.change_role(room.actor("owner"), viewer, role="commenter")
    late = client.post(path, {**seen, "role": "editor"})
    said = late.content.decode()
    assert (late.status_code, "<dd>Commenter</dd>" in said, "<dd>Editor</dd>" in said) == (409, True, True)
    assert client.post(path, {**seen, "role": "viewer"}).status_code == 302  # who chose nothing takes nothing back
    assert membership(room, "viewer").role == Role.COMMENTER
    assert client.post(path, {"initial-role": "commenter", "version": 2, "role": "editor"}).status_code == 302
    assert membership(room, "viewer").role == Role.EDITOR


def test_inviting_and_withdrawing(room):
    client = room.client("owner")
    assert client.post(settings_page(room, "invite/"), {"email": "new@example.test", "role": "viewer"}).status_code == 302
    made = Invitation.objects.get()
    doubled = client.post(settings_page(room, "invite/"), {"email": "new@example.test", "role": "viewer"})
    assert (doubled.status_code, b"open invitation" in doubled.content) == (422, True)
    withdraw = settings_page(room, f"invitations/{made.pk}/withdraw/")
    assert room.client("editor").post(withdraw).status_code == 404
    assert client.post(withdraw).status_code == 302
    made.refresh_from_db()
    assert made.revoked_at is not None


def test_roles_and_leaving(room):
    client = room.client("owner")
    viewer, owner = membership(room, "viewer"), membership(room, "owner")
    assert client.post(settings_page(room, f"members/{viewer.pk}/role/"), {"role": "editor"}).status_code == 302
    kept = client.post(settings_page(room, f"members/{owner.pk}/remove/"))
    assert (kept.status_code, b"at least one owner" in kept.content) == (422, True)
    peer = room.client("editor").post(settings_page(room, f"members/{viewer.pk}/role/"), {"role": "owner"})
    assert peer.status_code == 403
    left = room.client("viewer").post(settings_page(room, f"members/{viewer.pk}/remove/"))
    assert left.headers["Location"] == "/"
    assert not Membership.objects.filter(pk=viewer.pk).exists()


def test_members_of_another_workspace_are_not_here(room, foreign):
    theirs = membership(foreign, "viewer")
    for rest in (f"members/{theirs.pk}/role/", f"members/{theirs.pk}/remove/"):
        assert room.client("owner").post(settings_page(room, rest), {"role": "owner"}).status_code == 404


def test_a_token_is_shown_once(room):
    client = room.client("editor")
    shown = client.post(settings_page(room, "tokens/"), {"name": "CI", "scopes": ["read", "write"], "lasts": "30"})
    text = re.search(r"lode_\w{8}_[\w-]{43}", shown.content.decode())
    assert text is not None
    assert token_of(text[0]).user_id == room.editor.pk
    assert "no-store" in shown["Cache-Control"]
    assert text[0] not in client.get(settings_page(room)).content.decode()
    token = ApiToken.objects.get()
    assert timedelta(days=29) < token.expires_at - timezone.now() <= timedelta(days=30)
    assert room.client("viewer").post(settings_page(room, f"tokens/{token.pk}/revoke/")).status_code == 404
    assert client.post(settings_page(room, f"tokens/{token.pk}/revoke/")).status_code == 302
    assert token_of(text[0]) is None


def test_a_token_above_ones_role_is_refused(room):
    answer = room.client("viewer").post(settings_page(room, "tokens/"), {"name": "CI", "scopes": ["admin"]})
    assert (answer.status_code, ApiToken.objects.count()) == (422, 0)


# --- Invitations ---


def test_the_mail_leads_a_new_person_in(room, client):
    made = invited(room)
    outbox.deliver()
    mail = Mail.objects.get(kind="invitation")
    assert mail.subject == "Owner of Harbor invites you to Harbor"
    assert link(made) in parts(mail)["text"]
    assert link(made) in parts(mail)["html"]

    page = client.get(link(made))
    signup = re.search(r'href="(/accounts/signup/[^"]+)"', page.content.decode())
    assert signup is not None
    form = client.get(signup[1].replace("&amp;", "&")).content.decode()
    assert "new@example.test" in form
    account = {"email": "new@example.test", "name": "New", "password1": "correct horse battery", "next": link(made)}
    assert client.post(reverse("account_signup"), account).headers["Location"] == link(made)
    assert EmailAddress.objects.get(email="new@example.test").verified
    assert client.post(link(made)).headers["Location"] == room.path("roadmap/")
    assert Membership.objects.get(user__email="new@example.test").role == "commenter"
    assert client.get(link(made)).status_code == 410


def test_a_look_at_the_link_accepts_nothing(room, client):
    made = invited(room, room.editor.email.replace("editor", "other"))
    for visitor in (client, room.client("viewer")):
        assert visitor.get(link(made)).status_code == 200
        assert visitor.head(link(made)).status_code in {200, 405}
    made.refresh_from_db()
    assert made.accepted_at is None
    assert client.post(link(made)).status_code == 200  # signed out: the same page, nothing accepted
    assert Membership.objects.filter(workspace=room.workspace).count() == 4


def test_the_link_in_other_hands(room, stranger):
    made = invited(room)
    theirs = signed_in(stranger)
    assert b"You are signed in as" in theirs.get(link(made)).content
    assert theirs.post(link(made)).status_code == 403
    assert theirs.get("/invite/" + "x" * 43 + "/").status_code == 404


def test_nothing_is_mailed_of_an_invitation_that_is_over(room):
    made = invited(room)
    actions.withdraw_invitation(room.actor("owner"), made)
    outbox.deliver()
    assert Mail.objects.get(kind="invitation").state == "cancelled"


def test_a_delivered_link_is_forgotten_where_there_is_a_mail_server(room, settings):
    made = invited(room)
    with listening() as sink:
        settings.SMTP_URL = sink.url
        outbox.deliver()
    assert made.link_secret.encode() in sink.mails[0][1].replace(b"=\r\n", b"")
    mail = Mail.objects.get(kind="invitation")
    assert (mail.state, mail.raw) == ("sent", None)


def test_without_a_mail_server_the_mailbox_keeps_the_link(room, settings):
    settings.SMTP_URL = ""
    made = invited(room)
    outbox.deliver()
    assert made.link_secret.encode() in bytes(Mail.objects.get(kind="invitation").raw)


# --- Activity ---


def test_the_activity_in_words_newest_first_and_in_pages(room, django_assert_max_num_queries):
    actions.change_role(room.actor("owner"), membership(room, "viewer"), role="editor", reason="Plans with us.")
    for n in range(60):
        actions.edit_workspace(room.actor("owner"), room.workspace, name=f"Harbor {n}")
    client, address = room.client("viewer"), f"/w/{room.workspace.slug}/activity/"
    with django_assert_max_num_queries(8):
        page = client.get(address).content.decode()
    assert page.index("Harbor 59") < page.index("Harbor 58")
    assert "Plans with us." not in page
    older = re.search(r'href="([^"]+before=\d+)"', page)
    assert older is not None
    rest = client.get(older[1].replace("&amp;", "&")).content.decode()
    assert "changed the role of" in rest
    assert "<s>Viewer</s>" in rest
    assert "Plans with us." in rest


def test_the_activity_of_one_kind_or_person(room):
    actions.edit_workspace(room.actor("owner"), room.workspace, name="Port")
    actions.create_token(room.actor("editor"), room.workspace, name="Pipeline")
    client, address = room.client("viewer"), f"/w/{room.workspace.slug}/activity/"
    by_kind = client.get(f"{address}?what=token", headers={"HX-Request": "true"}).content.decode()
    assert "Pipeline" in by_kind
    assert "<s>Harbor</s>" not in by_kind
    by_person = client.get(f"{address}?who={room.owner.pk}", headers={"HX-Request": "true"}).content.decode()
    assert "Pipeline" not in by_person
    assert "<s>Harbor</s>" in by_person
    assert client.get(f"{address}?before=x&who=1&what=%F0").status_code == 200


def test_an_object_without_a_page_has_no_address(room):
    assert room.client("owner").get(f"/go/accounts.membership/{membership(room, 'owner').pk}/").status_code == 404
    assert actor_of(None).user is None
