"""Handing mails to a provider by its HTTP interface (django-anymail) instead of a mail server."""

from __future__ import annotations

import re
import smtplib
import ssl
from email import message_from_bytes, policy
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from apps.core.smtp import Route, ServerAway

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage
NAME = "message_id"  # what comes back with all that a provider tells of a mail
AWAY = (401, 403, 404, 405, 408, 429, 503)  # our key, our account, the address of the interface, or too much at once
REFUSED = frozenset({"invalid", "rejected"})
NEVER_LEFT = (NewConnectionError, ConnectTimeoutError, ssl.SSLCertVerificationError)
# Headers that the provider writes itself, from what it is given apart.
ITS_OWN = frozenset({"from", "to", "subject", "date", "mime-version", "content-type", "content-transfer-encoding"})
OF_PROVIDER = {"postmark": {"X-PM-KeepID": "true"}}  # else it gives each mail a Message-ID of its own
NO_PICTURES = frozenset({"brevo"})  # within the text; what they show is said in words too
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_PICTURE = re.compile(r'<img\b[^>]*\bsrc="cid:[^>]*>')


class ProviderRoute:
    """The way out by a provider, opened with the first mail. See `core.smtp.Route`, which it stands in for.

    A provider either has all of a mail or nothing, so the mark is made before anything goes out.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.backend: Any = import_module(f"anymail.backends.{name}").EmailBackend()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.backend.close()

    def send(self, recipient: str, raw: bytes, *, before_dot: Callable[[], None]) -> None:
        """Hand over one mail; returns when the provider has accepted it. Raises what `Route.send` does.

        An OSError that is none of smtplib's means that nobody can know whether it was taken.
        """
        backend = self.backend
        backend.open()  # once
        message = to_message(raw, recipient, self.name)
        try:
            payload = backend.build_message_payload(message, backend.send_defaults)
        except AnymailError as error:
            raise ValueError(_words(error)) from error
        before_dot()
        try:
            answer = backend.post_to_esp(payload, message)
            states = {each.status for each in backend.parse_recipient_status(answer, payload, message).values()}
        except AnymailError as error:
            raise _meant(error) from error
        if states and states <= REFUSED:
            code = "5.1.3" if states == {"invalid"} else "5.7.1"
            raise smtplib.SMTPRecipientsRefused({recipient: (550, f"{code} {backend.esp_name} refuses this address")})  # type: ignore[dict-item]


type Way = Route | ProviderRoute


def way_out() -> Way:
    """Return the way that mails leave by: the provider, an SMTP server, or the built-in mailbox."""
    return ProviderRoute(settings.MAIL_PROVIDER) if settings.MAIL_PROVIDER else Route(settings.SMTP_URL)


def leaves() -> bool:
    """Say whether mails leave this machine; else they stay in the mailbox."""
    return bool(settings.SMTP_URL or settings.MAIL_PROVIDER)


def to_message(raw: bytes, recipient: str, provider: str) -> EmailMultiAlternatives:
    """Return the mail of these bytes as Django's, with its headers as they were written and its pictures within its text."""
    parsed = message_from_bytes(raw, policy=policy.default)
    text, html = _body(parsed, "plain"), _body(parsed, "html")
    message = EmailMultiAlternatives(str(parsed["Subject"]), text, str(parsed["From"]), [recipient])
    pictures = [part for part in parsed.walk() if part.get_content_maintype() == "image"]
    if provider in NO_PICTURES:
        html, pictures = _PICTURE.sub("", html), []
    if html:
        message.attach_alternative(html, "text/html")
    for each in pictures:
        message.attach(each)
    written = [(name, _FOLD.sub("", value)) for name, value in parsed.raw_items() if name.lower() not in ITS_OWN]
    message.extra_headers = dict(written) | OF_PROVIDER.get(provider, {})
    message.metadata = {NAME: str(parsed["Message-ID"])}  # type: ignore[attr-defined]
    message.track_opens = message.track_clicks = False  # type: ignore[attr-defined]  # our readers' links stay their own
    return message


def _body(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


def _meant(error: AnymailError) -> Exception:
    """Return what a provider's answer means to the outbox, or that there was none."""
    status, words = _status(error), _words(error)
    if status in AWAY or (status is None and _never_left(error)):
        return ServerAway(words)
    if status is not None and 400 <= status < 500:
        return smtplib.SMTPDataError(554, words)
    return ConnectionError(words)


def _status(error: AnymailError) -> int | None:
    """Return the HTTP status of the answer; boto3 has it in a dictionary."""
    answer = error.response
    if isinstance(answer, dict):
        status: int | None = answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
        return status
    return error.status_code or getattr(answer, "status_code", None)


def _never_left(error: AnymailError) -> bool:
    """Say whether nothing was sent: the provider was not reached, or what we were given cannot be used for reaching it."""
    causes = list(_causes(error))
    on_the_way = any(isinstance(each, OSError | HTTPError) for each in causes[1:])
    return not on_the_way or isinstance(error.__cause__, ValueError) or any(isinstance(each, NEVER_LEFT) for each in causes)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _words(error: Exception) -> str:
    return " ".join(str(error).split())
