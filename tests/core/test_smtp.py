"""Handing mails to a server: every answer, and the mark just before the final dot."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator

import pytest

from apps.core.smtp import Route, ServerAway, dot_stuffed
from tests.smtp_sink import Sink, listening

TEXT = b"Subject: x\r\n\r\nbody\r\n"


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening() as sink:
        yield sink


class Marks:
    """Counts how often the mark was called."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


@pytest.mark.parametrize(
    ("raw", "wire"),
    [
        (b"a\n", b"a\r\n"),
        (b"a", b"a\r\n"),
        (b"a\r\nb\rc\n", b"a\r\nb\r\nc\r\n"),
        (b".\n", b"..\r\n"),
        (b".a\n..b\nc.\n", b"..a\r\n...b\r\nc.\r\n"),
        (b"a\n\n", b"a\r\n\r\n"),
        (b"", b"\r\n"),
    ],
)
def test_leading_dots_are_doubled_and_lines_end_as_they_must(raw, wire):
    assert dot_stuffed(raw) == wire


def test_two_mails_go_over_one_connection(sink):
    marks = Marks()
    with Route(sink.url) as route:
        for recipient in ("a@example.test", "b@example.test"):
            route.send(recipient, TEXT, before_dot=marks)
    assert sink.mails == [("a@example.test", TEXT), ("b@example.test", TEXT)]
    assert (marks.count, sink.connections) == (2, 1)


def test_the_dot_does_not_wait_until_the_text_is_acknowledged(sink):
    with Route(sink.url) as route:
        route.send("a@example.test", TEXT, before_dot=Marks())
        assert route.smtp.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_dot_on_a_line_of_its_own_does_not_end_the_mail(sink):
    with Route(sink.url) as route:
        route.send("a@example.test", b"Subject: x\r\n\r\none\r\n.\r\ntwo\r\n", before_dot=Marks())
    assert sink.mails[0][1] == b"Subject: x\r\n\r\none\r\n..\r\ntwo\r\n"


@pytest.mark.parametrize(
    ("step", "answer", "error", "marked"),
    [
        ("mail", "451 later", ServerAway, 0),
        ("mail", "550 not you", ServerAway, 0),
        ("rcpt", "550 nobody", smtplib.SMTPRecipientsRefused, 0),
        ("rcpt", "451 later", smtplib.SMTPRecipientsRefused, 0),
        ("data", "421 closing", smtplib.SMTPDataError, 0),
        ("dot", "552 too large", smtplib.SMTPDataError, 1),
        ("dot", "what", smtplib.SMTPServerDisconnected, 1),
    ],
)
def test_a_refusal_is_raised_and_the_next_mail_goes_out(sink, step, answer, error, marked):
    marks = Marks()
    with Route(sink.url) as route:
        sink.answers = {step: answer}
        with pytest.raises(error):
            route.send("a@example.test", TEXT, before_dot=marks)
        assert (marks.count, sink.mails) == (marked, [])
        sink.answers = {}
        route.send("b@example.test", TEXT, before_dot=marks)
    assert [recipient for recipient, _ in sink.mails] == ["b@example.test"]


def test_what_the_mark_raises_leaves_the_mail_without_its_dot(sink):
    def lost() -> None:
        raise KeyError

    with Route(sink.url) as route, pytest.raises(KeyError):
        route.send("a@example.test", TEXT, before_dot=lost)
    with Route(sink.url) as route:
        route.send("b@example.test", TEXT, before_dot=Marks())
    assert (sink.mails, sink.half) == ([("b@example.test", TEXT)], [TEXT])


@pytest.mark.parametrize(("step", "marked"), [("mail", 0), ("data", 0), ("dot", 1)])
def test_a_server_that_goes_away_is_an_error_and_the_next_mail_opens_a_new_connection(sink, step, marked):
    marks = Marks()
    with Route(sink.url) as route:
        sink.hang_up = step
        with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError, ServerAway)):
            route.send("a@example.test", TEXT, before_dot=marks)
        sink.hang_up = ""
        assert marks.count == marked
        route.send("b@example.test", TEXT, before_dot=marks)
    assert sink.connections == 2


def test_nobody_listening_is_an_error_of_the_connection():
    with listening() as gone:
        url = gone.url
    with Route(url) as route, pytest.raises(ServerAway, match="refused"):
        route.send("a@example.test", TEXT, before_dot=Marks())


@pytest.mark.parametrize(
    ("scheme", "answers", "extensions", "words"),
    [
        ("smtp://", {"connect": "554 go away"}, (), "554 go away"),
        ("smtp://me:wrong@", {"auth": "535 wrong password"}, ("AUTH PLAIN",), "535 wrong password"),
        ("smtp://me:secret@", {}, (), "AUTH"),  # not offered
        ("smtp+starttls://", {}, (), "STARTTLS"),  # not offered
        ("smtp+starttls://", {"starttls": "454 no certificate"}, ("STARTTLS",), "454 no certificate"),
        ("smtp+starttls://", {}, ("STARTTLS",), "SSL"),  # what follows is none
        ("smtp://", {"mail": "553 not this sender"}, (), "553 not this sender"),
    ],
)
def test_a_server_that_does_not_want_us_is_away(sink, scheme, answers, extensions, words):
    sink.answers, sink.extensions = answers, extensions
    with Route(sink.url.replace("smtp://", scheme)) as route, pytest.raises(ServerAway, match=words):
        route.send("a@example.test", TEXT, before_dot=Marks())
    assert sink.mails == []


def test_a_connection_that_will_not_go_on_is_replaced(sink):
    """Servers take so many mails over one connection, and say so at the next."""
    with Route(sink.url) as route:
        route.send("a@example.test", TEXT, before_dot=Marks())
        sink.answers = {"mail": "421 enough"}
        sink.at = {"connect": sink.answers.clear}
        route.send("b@example.test", TEXT, before_dot=Marks())
    assert ([recipient for recipient, _ in sink.mails], sink.connections) == (["a@example.test", "b@example.test"], 2)


def test_a_refusal_is_one_also_when_the_server_leaves_with_it(sink):
    sink.answers = {"rcpt": "550 nobody"}
    with Route(sink.url) as route:
        sink.hang_up = "rset"
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            route.send("a@example.test", TEXT, before_dot=Marks())


def test_without_a_server_the_mailbox_takes_it():
    marks = Marks()
    with Route("") as route:
        route.send("a@example.test", TEXT, before_dot=marks)
    assert marks.count == 1
