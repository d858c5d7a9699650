"""What Django and allauth send goes through the outbox as well."""

from __future__ import annotations

from base64 import b64encode
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
    """Return `{"headers": [(name, value)], "text": str, "html": str}` of a rendered mail, for the mailbox page.

    The pictures that came along with the HTML are in it.
    """
    message = message_from_bytes(bytes(mail.raw or b""), policy=policy.default)
    bodies = {kind: message.get_body((kind,)) for kind in ("plain", "html")}
    texts = {kind: body.get_content() if body else "" for kind, body in bodies.items()}
    html = texts["html"]
    for each in message.walk():
        if each.get_content_maintype() == "image" and (name := str(each.get("Content-ID", "")).strip("<>")):
            picture = b64encode(each.get_content()).decode()
            html = html.replace(f"cid:{name}", f"data:{each.get_content_type()};base64,{picture}")
    return {"headers": list(message.items()), "text": texts["plain"], "html": html}
