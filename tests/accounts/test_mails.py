"""What owners see of the mails of their workspace, and how one goes out again."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from apps.accounts import actions
from apps.core import outbox
from apps.core.models import Change, Mail, MailState
from tests.people import Room
from tests.smtp_sink import listening


def mail(room: Room, recipient: str = "reader@example.test", state: str = MailState.UNCONFIRMED, **values) -> Mail:
    values = {"kind": "other", "period": "1", "message_id": f"<{recipient}>", "raw": b"Subject: x\r\n\r\nsecret words"} | values
    return Mail.objects.create(workspace=room.workspace, recipient=recipient, state=state, **values)


def path(room: Room, rest: str = "") -> str:
    return f"/w/{room.workspace.slug}/mail/{rest}"


def one_of_each(room: Room) -> None:
    for state in MailState.values:
        mail(room, f"{state}@example.test", state, error=f"because of {state}")


GROUPS = {
    "waiting": {"queued", "sending", "dot"}, "sent": {"sent"}, "unconfirmed": {"unconfirmed"}, "bounced": {"bounced"},
    "dead": {"dead"}, "cancelled": {"cancelled"}, "": set(MailState.values), "nonsense": set(MailState.values),
}  # fmt: skip


@pytest.mark.parametrize("group", GROUPS)
def test_an_owner_sees_each_group_with_the_reasons(room, foreign, group):
    one_of_each(room)
    mail(foreign, "elsewhere@example.test")
    text = room.client("owner").get(path(room, f"?state={group}")).content.decode()
    assert {state for state in MailState.values if f"{state}@example.test" in text} == GROUPS[group]
    assert {state for state in MailState.values if f"because of {state}" in text} == GROUPS[group]
    assert "elsewhere@example.test" not in text
    assert "secret words" not in text
    assert text.count("Send again") == len(GROUPS[group] & {"unconfirmed", "dead"})


def test_the_groups_are_counted(room):
    one_of_each(room)
    text = " ".join(room.client("owner").get(path(room)).content.decode().split())
    for name, count in (("All", 8), ("Waiting", 3), ("Sent", 1), ("Given up", 1)):
        assert f'{name} <span class="count">{count}</span>' in text


def test_it_is_found_from_the_settings_and_by_owners_alone(room):
    one_of_each(room)
    address = f"/w/{room.workspace.slug}/settings/"
    assert path(room) in room.client("owner").get(address).content.decode()
    for role in ("editor", "commenter", "viewer"):
        assert path(room) not in room.client(role).get(address).content.decode()
        assert room.client(role).get(path(room)).status_code == 403


def test_without_a_server_it_says_where_the_mails_are(room, settings):
    settings.SMTP_URL = ""
    assert "/mailbox/" in room.client("owner").get(path(room)).content.decode()
    settings.SMTP_URL = "smtp://127.0.0.1:1"
    assert "/mailbox/" not in room.client("owner").get(path(room)).content.decode()


@pytest.mark.parametrize("state", ["unconfirmed", "dead"])
def test_what_may_not_have_arrived_goes_out_again_as_the_same_mail(room, settings, state):
    found = mail(room, state=state, attempts=12, error="The answer was lost.")
    answer = room.client("owner").post(path(room, f"{found.pk}/resend/"), {"state": state})
    assert answer.headers["Location"] == path(room, f"?state={state}")
    found.refresh_from_db()
    assert (found.state, found.attempts, found.error) == (MailState.QUEUED, 0, "")
    change = Change.objects.get(verb="mail.resent")
    assert (change.actor_name, change.object_id) == (str(room.owner), room.workspace.pk)
    assert change.detail == {"mail": str(found.pk), "kind": "other"}
    assert found.recipient not in str(Change.objects.filter(pk=change.pk).values())  # members read this


@pytest.mark.parametrize("state", sorted(set(MailState.values) - {"unconfirmed", "dead"}))
def test_nothing_else_goes_out_again(room, state):
    found = mail(room, state=state)
    answer = room.client("owner").post(path(room, f"{found.pk}/resend/"), follow=True)
    assert f"Only unconfirmed and dead mails are sent again; this one is {state}." in answer.content.decode()
    refused = room.api("owner").post(f"/api/v1/mails/{found.pk}/resend/")
    assert refused.status_code == 400
    found.refresh_from_db()
    assert (found.state, Change.objects.count()) == (state, 0)


def test_by_rest(room, foreign, settings):
    one_of_each(room)
    theirs = mail(foreign)
    api = room.api("owner")
    found = api.get("/api/v1/mails/?state=unconfirmed").json()["results"]
    assert [(each["recipient"], each["error"]) for each in found] == [("unconfirmed@example.test", "because of unconfirmed")]
    assert not {"raw", "payload"} & found[0].keys()
    assert len(api.get("/api/v1/mails/").json()["results"]) == 8
    assert api.get("/api/v1/mails/?state=lost").status_code == 400
    headers = {"Idempotency-Key": "once"}
    for _ in range(2):
        answer = api.post(f"/api/v1/mails/{found[0]['id']}/resend/", {}, content_type="application/json", headers=headers)
        assert (answer.status_code, answer.json()["state"]) == (200, "queued")
    assert Change.objects.filter(verb="mail.resent").count() == 1
    assert api.post(f"/api/v1/mails/{theirs.pk}/resend/").status_code == 404
    assert room.api("editor").get("/api/v1/mails/").json()["results"] == []
    assert room.api("owner", "read").post(f"/api/v1/mails/{found[0]['id']}/resend/").status_code == 403


def test_a_mail_of_another_workspace_is_refused_by_the_action_too(room, foreign):
    with pytest.raises(ValidationError, match="not of this workspace"):
        actions.resend_mail(room.actor("owner"), room.workspace, mail=mail(foreign))


def test_an_invitation_that_was_given_up_is_written_anew(room, settings):
    invitation = actions.invite_member(room.actor("owner"), room.workspace, email="new@example.test")
    found = Mail.objects.get(kind="invitation")
    Mail.objects.filter(pk=found.pk).update(state=MailState.DEAD)
    with listening() as sink:
        settings.SMTP_URL = sink.url
        actions.resend_mail(room.actor("owner"), room.workspace, mail=found)
        outbox.deliver()
        assert invitation.link_secret.encode() in sink.mails[0][1].replace(b"=\r\n", b"")
