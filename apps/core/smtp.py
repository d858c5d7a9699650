"""Handing mails to a server over one connection, with a mark just before the final dot."""

from __future__ import annotations

import smtplib
import socket
import ssl
from email.utils import parseaddr
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote, urlsplit

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Callable

TIMEOUT = 30  # seconds


class ServerAway(Exception):
    """The server takes no mail from us at all: it is not there, or refuses our password, our TLS or our sender."""


class Route:
    """The way out: an SMTP server, opened with the first mail, or (without an address) the built-in mailbox."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def send(self, recipient: str, raw: bytes, *, before_dot: Callable[[], None]) -> None:
        """Hand over one mail; returns when the server has accepted it.

        `before_dot` is called when all but the final dot was sent; what it raises leaves the mail unaccepted.
        Raises `ServerAway` for what is no fault of this mail, and what smtplib raises for the rest.
        """
        if not self.url:
            before_dot()  # the mailbox is the outbox itself: being recorded as sent is being there
            return
        smtp = self._ready()
        try:
            self._rcpt(smtp, recipient)
            self._data(smtp, raw, before_dot)
        except smtplib.SMTPRecipientsRefused:
            self._again(smtp)
            raise
        except BaseException:
            self._close()
            raise

    def _ready(self) -> smtplib.SMTP:
        """Return a connection that has taken our sender: the one we have, or, when it will not go on, a new one."""
        if self.smtp is not None:
            try:
                return self._mail(self.smtp)
            except (OSError, smtplib.SMTPException, ServerAway):
                self._close()
        try:
            self.smtp = self._open()
            return self._mail(self.smtp)
        except (OSError, smtplib.SMTPException) as error:
            raise ServerAway(_words(error)) from error

    def _open(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        host, secure = parts.hostname or "localhost", ssl.create_default_context()
        if parts.scheme == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=secure)
        else:
            smtp = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT)
        try:
            if smtp.sock:  # the dot is a packet of its own, after the mark: it must not wait until the text is acknowledged
                smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            smtp.ehlo_or_helo_if_needed()
            if parts.scheme == "smtp+starttls":
                smtp.starttls(context=secure)
                smtp.ehlo()
            if parts.username:
                smtp.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _mail(self, smtp: smtplib.SMTP) -> smtplib.SMTP:
        code, answer = smtp.mail(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
        if code == 250:
            return smtp
        self._close()
        raise ServerAway(f"{code} {_text(answer)} (to the sender {settings.DEFAULT_FROM_EMAIL})")

    def _rcpt(self, smtp: smtplib.SMTP, recipient: str) -> None:
        code, answer = smtp.rcpt(recipient)
        if code not in (250, 251, 252):
            raise smtplib.SMTPRecipientsRefused({recipient: (code, answer)})

    def _data(self, smtp: smtplib.SMTP, raw: bytes, before_dot: Callable[[], None]) -> None:
        smtp.putcmd("data")
        code, answer = smtp.getreply()
        if code != 354:
            raise smtplib.SMTPDataError(code, answer)
        smtp.send(dot_stuffed(raw))
        before_dot()
        smtp.send(b".\r\n")
        code, answer = smtp.getreply()
        if not 200 <= code < 600:  # neither yes nor no
            raise smtplib.SMTPServerDisconnected(f"{code} {_text(answer)}")
        if code >= 300:
            raise smtplib.SMTPDataError(code, answer)

    def _again(self, smtp: smtplib.SMTP) -> None:
        """Make the connection fit for the next mail; where it is gone, the next mail opens another."""
        try:
            smtp.rset()
        except (OSError, smtplib.SMTPException):
            self._close()

    def _close(self) -> None:
        if self.smtp is not None:
            self.smtp.close()
            self.smtp = None


def _words(error: OSError | smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error)


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer


def dot_stuffed(raw: bytes) -> bytes:
    """Return the text as SMTP wants it (RFC 5321, 4.5.2): CRLF line ends, leading dots doubled, a line end last."""
    if not (raw.endswith(b"\r\n") and raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r")):
        lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").removesuffix(b"\n")
        raw = lines.replace(b"\n", b"\r\n") + b"\r\n"
    stuffed = raw.replace(b"\n.", b"\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed
