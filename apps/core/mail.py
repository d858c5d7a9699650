"""What Django and allauth send goes through the outbox as well."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.core.mail.backends.base import BaseEmailBackend

from apps.core.outbox import KINDS, Kind, enqueue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.mail import EmailMessage

    from apps.core.models import Mail


class OutboxBackend(BaseEmailBackend):
    """Queues each message for each of its recipients, its bytes already final."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            for recipient in message.recipients():
                enqueue(recipient, "account", uuid4().hex, {}, written=message)
        return len(email_messages)


def _already_rendered(mail: Mail) -> EmailMessage | None:
    del mail
    return None


KINDS["account"] = Kind(render=_already_rendered, secret=True)


def parts(mail: Mail) -> dict[str, Any]:
    """Return `{"headers": [(name, value)], "text": str, "html": str}` of a rendered mail, for the mailbox page."""
    message = message_from_bytes(bytes(mail.raw or b""), policy=policy.default)
    bodies = {kind: message.get_body((kind,)) for kind in ("plain", "html")}
    texts = {kind: body.get_content() if body else "" for kind, body in bodies.items()}
    return {"headers": list(message.items()), "text": texts["plain"], "html": texts["html"]}
