"""What is heard of a mail after it was accepted: that it came back after all, or that its reader complained.

It is told by a report (RFC 3464) that a mail server sends to our sender's address, or by a provider's webhook.
"""

from __future__ import annotations

import re
from email import message_from_bytes, message_from_string
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from apps.core.models import Mail, MailState
from apps.core.outbox import ANSWER_LIMIT, KINDS

if TYPE_CHECKING:
    from email.message import Message

    from django.db.models import QuerySet

# A server can have it, as long as it is none of these.
_NEVER = (MailState.BOUNCED, MailState.CANCELLED, MailState.DEAD)
_STATUSES = ("message/delivery-status", "message/global-delivery-status")  # RFC 3464, and RFC 6533 for other letters
_WHOLE = ("message/rfc822", "message/global")
_HEADS = ("text/rfc822-headers", "message/global-headers")
_NAME = re.compile(r"<([0-9a-f-]{36})@[^<>]+>")


def came_back(message_id: str, answer: str) -> bool:
    """Record that a mail which was accepted did not arrive, as a refusal is recorded; False where that says nothing new.

    The row is locked: whoever is about to send it once more finds that it is over.
    """
    with transaction.atomic():
        found = _named(message_id).select_for_update().filter(attempts__gt=0).exclude(state__in=_NEVER)
        mail = found.first()
        if mail is None:
            return False
        kind = KINDS.get(mail.kind)
        mail.state, mail.error, mail.lease_until = MailState.BOUNCED, _line(answer)[:ANSWER_LIMIT], None
        mail.raw = None if kind and kind.secret else mail.raw
        mail.save(update_fields=["state", "error", "lease_until", "raw"])
        if kind and kind.ended:
            kind.ended(mail)
    return True


def _line(text: str) -> str:
    """Return a text on one line, without what the database does not hold."""
    return " ".join(text.replace("\x00", " ").split())


def complained(message_id: str, words: str) -> None:
    """Let follow what follows from a complaint about a mail: it did arrive, and its reader wants no more."""
    mail = _named(message_id).first()
    kind = KINDS.get(mail.kind) if mail else None
    if mail and kind and kind.complained:
        kind.complained(mail, words)


def _named(message_id: str) -> QuerySet[Mail]:
    """Return the mail of this Message-ID, if it is one of ours."""
    found = _NAME.fullmatch(message_id.strip())
    try:
        return Mail.objects.filter(pk=UUID(found[1]), message_id=found[0]) if found else Mail.objects.none()
    except ValueError:
        return Mail.objects.none()


def failure_in(report: Message) -> tuple[str, str] | None:
    """Return the Message-ID of the mail that a report says has failed, and why; None for all other reports and mails."""
    parts: Any = report.get_payload()
    if report.get_content_type() != "multipart/report" or not isinstance(parts, list):
        return None
    failed = next((each for part in parts for each in _recipients(part) if _action(each) == "failed"), None)
    name = next(filter(None, map(_message_id, parts)), "")
    if failed is None or not name:
        return None
    return name, " ".join(str(failed.get(each, "")) for each in ("Status", "Diagnostic-Code")).strip() or "failed"


def _recipients(part: Message) -> list[Message]:
    """Return the blocks of a report: one of the mail, and one of each of its recipients."""
    blocks: Any = part.get_payload()
    if part.get_content_type() not in _STATUSES or not isinstance(blocks, list):
        return []
    rest = [each.get_payload() for each in blocks]  # the library takes the newer kind for a mail: the first block and a text
    return blocks + [message_from_string(each) for text in rest if isinstance(text, str) for each in text.split("\n\n")]


def _action(block: Message) -> str:
    """Return what a report says was done for a recipient, such as failed or delayed; nothing of the mail's own block."""
    return next(iter(str(block.get("Action", "")).lower().split()), "")


def _message_id(part: Message) -> str:
    """Return the Message-ID of the mail that a report brings back, whole or its headers alone."""
    kind, inner = part.get_content_type(), part.get_payload()
    if kind in _HEADS and not isinstance(inner, list):
        return str(message_from_bytes(_bytes(part)).get("Message-ID", ""))
    if kind in (*_WHOLE, *_HEADS) and isinstance(inner, list) and inner:
        return str(inner[0].get("Message-ID", ""))  # type: ignore[union-attr]
    return ""


def _bytes(part: Message) -> bytes:
    found: Any = part.get_payload(decode=True)
    return found or b""
