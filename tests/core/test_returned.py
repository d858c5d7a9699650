"""Reports that a mail came back: which are heeded, which say nothing to us, and what is recorded."""

from __future__ import annotations

import io
import sys
from email import message_from_bytes

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.core.models import Mail, MailState
from apps.core.outbox import KINDS, Kind, deliver, enqueue
from apps.core.returned import came_back, complained, failure_in

NAME = "<0199c0de-0000-7000-8000-000000000001@example.test>"
FAILED = "Final-Recipient: rfc822; a@example.test\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user\n"
OF_MAIL = "Reporting-MTA: dns; mx.example.test\n"


def report(
    recipients: str = FAILED,
    name: str = NAME,
    *,
    kind: str = "delivery-status",
    back: str = "message/rfc822",
    of_mail: str = OF_MAIL,
) -> bytes:
    """Return a report as Postfix writes it: words, the blocks of the mail and of its recipients, and the mail itself."""
    text = f"""From: MAILER-DAEMON@mx.example.test
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="b"

--b
Content-Type: text/plain

I'm sorry.

--b
Content-Type: message/{kind}

{of_mail}
{recipients}
--b
Content-Type: {back}

Message-ID: {name}
Subject: Your digest

Hello
--b--
"""
    return text.encode()


def failure(raw: bytes):
    return failure_in(message_from_bytes(raw))


@pytest.mark.parametrize("kind", ["delivery-status", "global-delivery-status"])
@pytest.mark.parametrize("back", ["message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"])
def test_a_failure_is_found_by_the_mail_that_it_brings_back(kind, back):
    assert failure(report(kind=kind, back=back)) == (NAME, "5.1.1 smtp; 550 5.1.1 no such user")


DELAYED = FAILED.replace("failed", "delayed")


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (report(DELAYED), "it is tried again"),
        (report(FAILED.replace("failed", "delivered")), "it arrived"),
        (report(FAILED.replace("failed", "relayed")), "it went on"),
        (report(FAILED.replace("Action: failed\n", "")), "it does not say what was done"),
        (report(""), "it says nothing of anybody"),
        (report(back="text/plain"), "it brings back nothing"),
        (report(name=""), "what it brings back has no name"),
        (report(kind="disposition-notification"), "somebody has read it"),
        (b"Subject: Out of office\n\nBack on Monday.", "no report at all"),
        (b"Content-Type: multipart/report\n\nno parts", "a report without parts"),
        (b"Content-Type: multipart/report; boundary=b\n\n--b\n\n--b", "cut off"),
        (report()[:-400], "cut off before what it brings back"),
        (b"Content-Type: multipart/mixed; boundary=c\n\n--c\n" + report() + b"\n--c--\n", "a report that somebody forwards"),
        (b"", "nothing"),
        (b"\xff\xfe\x00\r\n" * 9, "no mail"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_all_else_says_nothing_to_us(raw, why):
    assert failure(raw) is None


def test_of_several_recipients_the_one_that_failed_counts():
    assert failure(report(DELAYED + "\n" + FAILED)) == (NAME, "5.1.1 smtp; 550 5.1.1 no such user")


def test_a_failure_may_be_explained_or_not_on_one_line_or_on_several():
    assert failure(report("Action: Failed (expired)\nStatus: 4.4.7\n")) == (NAME, "4.4.7")
    assert failure(report("Action: failed\n")) == (NAME, "failed")
    assert failure(report(FAILED.replace("550 5.1.1", "550 5.1.1\n "))) == (NAME, "5.1.1 smtp; 550 5.1.1\n  no such user")


@given(st.binary(max_size=400), st.integers(0, 700), st.integers(0, 200))
def test_no_bytes_are_too_strange(junk, at, cut):
    raw = report()
    for strange in (junk, raw[:at] + junk + raw[at + cut :]):
        assert failure(strange) is None or isinstance(failure(strange)[0], str)


# --- what is recorded ---


@pytest.fixture
def mail(db, settings, ends) -> Mail:
    """A mail that was sent."""
    settings.SMTP_URL = ""
    made = enqueue("a@example.test", "plain", "1", {})
    assert made is not None
    deliver()
    made.refresh_from_db()
    ends.clear()
    return made


def piped(monkeypatch, raw: bytes) -> str:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    said = io.StringIO()
    call_command("read_bounce", stdout=said, stderr=said)
    return said.getvalue().strip()


def test_a_report_is_recorded_as_a_refusal_is_and_once(monkeypatch, mail, ends):
    raw = report(name=mail.message_id)
    assert [piped(monkeypatch, raw) for _ in range(2)] == ["recorded", "nothing to record"]
    mail.refresh_from_db()
    assert (mail.state, mail.error) == (MailState.BOUNCED, "5.1.1 smtp; 550 5.1.1 no such user")
    assert ends == [(MailState.BOUNCED, mail.error)]


def test_what_is_delayed_of_somebody_else_or_no_report_changes_nothing(monkeypatch, mail, ends):
    theirs = [NAME, mail.message_id.replace("@", "@elsewhere."), mail.message_id.replace("@", "0@"), "<a@b>", "é" * 9]
    for raw in (report(DELAYED, mail.message_id), b"Subject: x\n\n", *(report(name=each) for each in theirs)):
        assert piped(monkeypatch, raw) == "nothing to record"
    mail.refresh_from_db()
    assert (mail.state, ends) == (MailState.SENT, [])


def test_while_the_database_is_away_the_mail_server_is_to_try_later(monkeypatch, mail):
    def away(*_):
        raise OperationalError

    monkeypatch.setattr("apps.core.management.commands.read_bounce.came_back", away)
    with pytest.raises(SystemExit) as left:
        piped(monkeypatch, report(name=mail.message_id))
    assert left.value.code == 75


@pytest.mark.parametrize(
    ("state", "attempts", "recorded"),
    [
        (MailState.SENT, 1, True),
        (MailState.DOT, 1, True),  # the report is faster than the answer
        (MailState.UNCONFIRMED, 1, True),
        (MailState.QUEUED, 1, True),  # it was to be sent once more
        (MailState.SENDING, 2, True),
        (MailState.QUEUED, 0, False),  # nobody has it yet
        (MailState.BOUNCED, 1, False),
        (MailState.CANCELLED, 1, False),
        (MailState.DEAD, 3, False),
    ],
)
def test_only_what_a_server_can_have_comes_back(mail, ends, state, attempts, recorded):
    Mail.objects.filter(pk=mail.pk).update(state=state, attempts=attempts)
    assert came_back(mail.message_id, "5.1.1") is recorded
    mail.refresh_from_db()
    assert mail.state == (MailState.BOUNCED if recorded else state)
    assert len(ends) == recorded


def test_a_worker_that_hears_the_answer_later_does_not_call_it_sent(db, settings, ends):
    """The bounce is there before the server's answer is."""
    settings.SMTP_URL = ""
    mail = enqueue("a@example.test", "plain", "2", {})
    Mail.objects.filter(pk=mail.pk).update(state=MailState.DOT, attempts=1, lease_until=timezone.now())
    assert came_back(mail.message_id, "5.1.1")
    deliver()
    mail.refresh_from_db()
    assert (mail.state, mail.lease_until, ends) == (MailState.BOUNCED, None, [(MailState.BOUNCED, "5.1.1")])


def test_a_secret_is_forgotten_with_the_mail_that_came_back(monkeypatch, mail):
    monkeypatch.setitem(KINDS, "plain", Kind(render=lambda _: None, secret=True))
    assert came_back(mail.message_id, "5.1.1")
    mail.refresh_from_db()
    assert mail.raw is None


def test_a_complaint_leaves_the_mail_as_it_is(mail, ends):
    complained(mail.message_id, "reported as spam")
    complained(NAME, "reported as spam")
    mail.refresh_from_db()
    assert (mail.state, ends) == (MailState.SENT, [("complained", "reported as spam")])
