"""Mail by a provider's HTTP interface: what it gets, and what each of its answers makes of a mail."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives

from apps.core import outbox
from apps.core.models import Mail, MailState
from apps.core.outbox import KINDS, Kind, deliver, enqueue
from apps.core.provider import ProviderRoute, to_message
from tests.provider_sink import Provider, answering

pytestmark = pytest.mark.django_db

TAKEN = {"ErrorCode": 0, "Message": "OK", "MessageID": "theirs", "To": "a@example.test"}
YES = {
    "postmark": TAKEN, "mailgun": {"id": "<theirs>", "message": "Queued. Thank you."}, "brevo": {"messageId": "<theirs>"},
    "resend": {"id": "theirs"},
}  # fmt: skip
KEYS = {"postmark": {"SERVER_TOKEN": "key"}, "mailgun": {"API_KEY": "key", "SENDER_DOMAIN": "mg.example.test"}}


def by(settings, provider: Provider, name: str = "postmark") -> None:
    """Let mails go out by that provider."""
    keys = KEYS.get(name, {"API_KEY": "key"}) | {"API_URL": provider.url}
    settings.MAIL_PROVIDER, settings.SMTP_URL = name, ""
    settings.ANYMAIL = {"IGNORE_UNSUPPORTED_FEATURES": True} | {f"{name}_{key}".upper(): keys[key] for key in keys}
    provider.answer = (200, YES[name])


@pytest.fixture
def provider(settings) -> Iterator[Provider]:
    with answering() as found:
        by(settings, found)
        yield found


@pytest.fixture
def ends(monkeypatch) -> list[str]:
    """Two kinds of our own, `plain` and the held `held`; returns the states with which their mails ended."""
    seen: list[str] = []

    def render(mail: Mail) -> EmailMessage:
        message = EmailMultiAlternatives("Grüße", "Text ü\n", "Lodestar <us@example.test>", [mail.recipient])
        message.extra_headers |= {"List-Unsubscribe": "<https://x.test/u/1/>", "List-Id": "Käufer <1.example.test>"}
        message.attach_alternative('<p>Text</p><img src="cid:p@x" alt="">', "text/html")
        return message

    for name, hold in (("plain", False), ("held", True)):
        monkeypatch.setitem(KINDS, name, Kind(render=render, ended=lambda mail: seen.append(mail.state), hold=hold))
    return seen


def queued(kind: str = "plain", period: str = "1") -> Mail:
    mail = enqueue("a@example.test", kind, period, {})
    assert mail is not None
    return mail


def again(mail: Mail) -> Mail:
    mail.refresh_from_db()
    return mail


def test_the_provider_gets_what_a_mail_server_would_have_got(provider, ends):
    mail = queued()
    assert (deliver(), deliver()) == (1, 0)
    assert (again(mail).state, mail.error, ends) == (MailState.SENT, "", [MailState.SENT])
    (got,) = provider.got
    said, headers = got["data"], {each["Name"]: each["Value"] for each in got["data"]["Headers"]}
    assert (got["headers"]["X-Postmark-Server-Token"], said["From"], said["To"]) == (
        "key", "Lodestar <us@example.test>", "a@example.test",
    )  # fmt: skip
    assert (said["Subject"], said["TextBody"]) == ("Grüße", "Text ü\n")
    assert '<img src="cid:p@x"' in said["HtmlBody"]
    assert (headers["Message-ID"], headers["X-PM-KeepID"]) == (mail.message_id, "true")
    assert headers["List-Unsubscribe"] == "<https://x.test/u/1/>"
    assert headers["List-Id"] == "=?utf-8?q?K=C3=A4ufer?= <1.example.test>"
    assert said["Metadata"] == {"message_id": mail.message_id}
    assert (said["TrackOpens"], said["TrackLinks"]) == (False, "None")


@pytest.mark.parametrize("name", sorted(YES))
def test_every_provider_gets_our_message_id_our_headers_and_the_name_by_which_it_tells_of_the_mail(
    settings, provider, ends, name
):
    by(settings, provider, name)
    mail = queued()
    deliver()
    assert (again(mail).state, len(provider.got)) == (MailState.SENT, 1)
    sent = str(provider.got[0]["data"])
    assert sent.count(mail.message_id) >= 2  # the header, and what comes back with all that is told
    assert "https://x.test/u/1/" in sent
    assert ("cid:p@x" in sent) is (name != "brevo")  # which knows no pictures within a text


def test_a_picture_goes_along_and_stays_within_the_text():
    raw = (
        b"From: us@example.test\r\nSubject: x\r\nMessage-ID: <1@x>\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<img src="cid:p@x">\r\n'
        b"--b\r\nContent-Type: image/png\r\nContent-ID: <p@x>\r\nContent-Disposition: inline\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--\r\n"
    )
    (picture,) = to_message(raw, "a@example.test", "postmark").attachments
    assert (picture["Content-ID"], picture.get_content()) == ("<p@x>", b"\0\0\0")
    assert to_message(raw, "a@example.test", "brevo").attachments == []


def test_it_is_marked_before_it_is_handed_over(provider, ends):
    mail = queued()
    seen = []
    with ProviderRoute("postmark") as route:
        provider.at = lambda: seen.append("there")
        route.send("a@example.test", b"From: us@x.test\r\nMessage-ID: <1@x>\r\n\r\n", before_dot=lambda: seen.append("marked"))
    assert (seen, again(mail).state) == (["marked", "there"], MailState.QUEUED)


def test_what_refuses_the_mark_sends_nothing(provider):
    def refuse():
        raise outbox.LeaseLost

    with ProviderRoute("postmark") as route, pytest.raises(outbox.LeaseLost):
        route.send("a@example.test", b"From: us@x.test\r\nMessage-ID: <1@x>\r\n\r\n", before_dot=refuse)
    assert provider.got == []


INACTIVE = {
    "ErrorCode": 406,
    "Message": "You tried to send to a recipient that has been marked as inactive.\n Found inactive addresses: a@example.test."
    " Inactive recipients are ones that have generated a hard bounce or a spam complaint.",
}
INVALID = {"ErrorCode": 300, "Message": "Invalid 'To' address: 'a@example.test'."}
UNSIGNED = {"ErrorCode": 300, "Message": "Invalid 'From' address: 'us@example.test'."}


@pytest.mark.parametrize(
    ("answer", "state", "attempts", "words"),
    [
        ((422, INACTIVE), MailState.BOUNCED, 1, "550 5.7.1 Postmark refuses this address"),
        ((422, INVALID), MailState.BOUNCED, 1, "550 5.1.3 Postmark refuses this address"),
        ((422, UNSIGNED), MailState.QUEUED, 1, "554 Postmark API response 422"),  # and dead after the third
        ((413, "too large"), MailState.QUEUED, 1, "554 Postmark API response 413"),
        ((401, {"ErrorCode": 10, "Message": "-"}), MailState.QUEUED, 0, "The mail server is away: Postmark API response 401"),
        ((429, ""), MailState.QUEUED, 0, "The mail server is away"),
        ((503, ""), MailState.QUEUED, 0, "The mail server is away"),
        ((500, ""), MailState.UNCONFIRMED, 1, "The answer was lost: Postmark API response 500"),
        ((504, ""), MailState.UNCONFIRMED, 1, "The answer was lost"),
        ((200, "no JSON"), MailState.UNCONFIRMED, 1, "The answer was lost"),
    ],
)  # fmt: skip
def test_what_an_answer_means(provider, ends, answer, state, attempts, words):
    provider.answer = answer
    mail = queued("held")
    deliver()
    assert (again(mail).state, mail.attempts, mail.error[: len(words)]) == (state, attempts, words)
    assert ends == ([] if state == MailState.QUEUED else [state])


@pytest.mark.parametrize(("kind", "state"), [("held", MailState.UNCONFIRMED), ("plain", MailState.QUEUED)])
def test_without_an_answer_nobody_can_know(provider, ends, kind, state):
    provider.hang_up = True
    mail = queued(kind)
    deliver()
    assert (again(mail).state, bytes(mail.raw)[:6] != b"") == (state, True)
    assert mail.error.startswith("The answer was lost: Error posting to")


def test_a_provider_that_cannot_be_reached_is_away_and_has_no_text(settings, provider, ends):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.ANYMAIL |= {"POSTMARK_API_URL": f"http://127.0.0.1:{taken.getsockname()[1]}/"}
        mails = [queued("held"), queued("held", "2")]
        deliver()
    assert [(again(each).state, each.attempts, each.raw) for each in mails] == [(MailState.QUEUED, 0, None)] * 2
    assert ends == []


@pytest.mark.parametrize("url", ["https://nowhere.invalid/", "nonsense"])
def test_an_address_that_is_none_is_away_too(settings, provider, ends, url):
    settings.ANYMAIL |= {"POSTMARK_API_URL": url}
    mail = queued("held")
    deliver()
    assert (again(mail).state, mail.attempts) == (MailState.QUEUED, 0)


def test_one_that_is_sent_again_has_the_same_bytes_and_the_same_message_id(provider, ends):
    provider.hang_up = True
    mail = queued()
    deliver()
    provider.hang_up = False
    Mail.objects.filter(pk=mail.pk).update(not_before=mail.created_at)
    deliver()
    first, second = (each["data"] for each in provider.got)
    assert (again(mail).state, first) == (MailState.SENT, second)
