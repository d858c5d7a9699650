"""What a provider of mail tells by its webhook: only with the secret, and each kind of it once."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import pytest
from django.test import Client

from apps.core.models import Mail, MailState
from apps.core.outbox import deliver, enqueue

SECRET = "lodestar:abcdefghijklmnopqrstuvwx"
URL = "/mail/events/"


@pytest.fixture
def mail(db, settings, ends) -> Mail:
    """A mail that was sent, by a provider that may tell us of it."""
    made = enqueue("a@example.test", "plain", "1", {})
    assert made is not None
    deliver()
    ends.clear()
    settings.MAIL_PROVIDER, settings.ANYMAIL = "postmark", {"WEBHOOK_SECRET": SECRET, "POSTMARK_SERVER_TOKEN": "key"}
    return made


def post(said: Any, secret: str = SECRET, kind: str = "application/json"):
    signed = {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"} if secret else {}
    return Client(enforce_csrf_checks=True, headers=signed).post(URL, said, content_type=kind)


def of_postmark(mail: Mail | str, kind: str = "HardBounce", record: str = "Bounce") -> dict[str, Any]:
    name = mail if isinstance(mail, str) else mail.message_id
    return {
        "RecordType": record, "Type": kind, "ID": 42, "MessageID": "theirs", "Metadata": {"message_id": name},
        "Email": "a@example.test", "Details": "smtp;550 5.1.1 unknown user", "Description": "The server was unable to deliver.",
        "BouncedAt": "2026-01-05T16:33:54Z",
    }  # fmt: skip


def of_mailgun(mail: Mail, event: str = "failed", severity: str = "permanent") -> dict[str, Any]:
    signature = hmac.new(b"signs", b"1700000000token", hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": "1700000000", "token": "token", "signature": signature},
        "event-data": {
            "event": event, "severity": severity, "recipient": "a@example.test", "timestamp": 1700000000,
            "message": {"headers": {"message-id": mail.message_id.strip("<>")}},
            "delivery-status": {"message": "550 5.1.1 nobody", "description": ""}, "user-variables": {},
        },
    }  # fmt: skip


def test_a_bounce_is_recorded_once_with_the_words_of_the_server(mail, ends):
    assert [post(of_postmark(mail)).status_code for _ in range(2)] == [200, 200]
    mail.refresh_from_db()
    assert (mail.state, mail.error[:27]) == (MailState.BOUNCED, "smtp;550 5.1.1 unknown user")
    assert ends == [(MailState.BOUNCED, mail.error)]


def test_no_words_of_a_server_are_too_strange(mail, ends):
    assert post(of_postmark(mail) | {"Details": "a\x00b\n" + "é" * 900}).status_code == 200
    assert ends[0][1][:9] == "a b ééééé"


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (("SoftBounce", "Bounce"), MailState.BOUNCED),
        (("BadEmailAddress", "Bounce"), MailState.BOUNCED),
        (("SpamComplaint", "SpamComplaint"), "reported as spam"),
        (("ManualSuppression", "Bounce"), "unsubscribed with the provider of mail"),
        (("Transient", "Bounce"), None),
        (("AutoResponder", "Bounce"), None),
        (("", "Delivery"), None),
        (("", "Open"), None),
        (("", "SomethingNew"), None),
    ],
)
def test_what_each_kind_of_event_means(mail, ends, event, said):
    assert post(of_postmark(mail, *event)).status_code == 200
    mail.refresh_from_db()
    assert mail.state == (MailState.BOUNCED if said == MailState.BOUNCED else MailState.SENT)
    assert [said] == [each[0] if each[0] == MailState.BOUNCED else each[1] for each in ends] or (said, ends) == (None, [])


@pytest.mark.parametrize("name", ["<0199c0de-0000-7000-8000-000000000001@example.test>", "theirs", "", "\x00", "é"])
def test_mails_of_others_are_passed_over(mail, ends, name):
    assert (post(of_postmark(name)).status_code, ends) == (200, [])


def test_another_provider_signs_too_and_tells_of_a_mail_by_its_message_id(settings, mail, ends):
    settings.MAIL_PROVIDER = "mailgun"
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "MAILGUN_API_KEY": "key", "MAILGUN_WEBHOOK_SIGNING_KEY": "signs"}
    wrong = of_mailgun(mail)
    wrong["signature"]["token"] = "other"
    assert post(wrong).status_code == 403
    assert post(of_mailgun(mail, severity="temporary")).status_code == 200
    assert ends == []
    assert post(of_mailgun(mail)).status_code == 200
    assert ends == [(MailState.BOUNCED, "550 5.1.1 nobody")]


@pytest.mark.parametrize("header", ["", "Basic", "Basic /w==", "Basic x", "Bearer x", f"Basic {SECRET}"])
@pytest.mark.parametrize("secret", ["lodestar:", "lodestar:wrong", SECRET.removeprefix("lodestar")])
def test_without_the_secret_nothing_is_believed(mail, ends, secret, header):
    assert post(of_postmark(mail), secret).status_code == 403
    answer = Client(headers={"Authorization": header}).post(URL, of_postmark(mail), content_type="application/json")
    assert (answer.status_code, ends) == (403, [])


@pytest.mark.parametrize(
    ("name", "given"), [("", {"WEBHOOK_SECRET": SECRET}), ("postmark", {}), ("postmark", {"WEBHOOK_SECRET": ""})]
)
def test_where_no_secret_is_set_there_is_no_such_address(settings, mail, ends, name, given):
    settings.MAIL_PROVIDER, settings.ANYMAIL = name, given
    assert (post(of_postmark(mail)).status_code, ends) == (404, [])
    assert Client().head(URL).status_code == 404


def test_some_look_whether_anybody_is_there(mail):
    assert [Client().head(URL).status_code, Client().get(URL).status_code] == [200, 405]


@pytest.mark.parametrize(
    "said", ["", "{", "[]", "7", "null", '{"RecordType": ["x"]}', '{"Metadata": 7}', '{"BouncedAt": 7}', "\xff"]
)
def test_what_makes_no_sense_is_refused_or_passed_over(mail, ends, said):
    assert (post(said).status_code in {200, 400}, ends) == (True, [])
