"""What a provider of mail tells by its webhook, in anymail's words, and what is made of it."""

from __future__ import annotations

from typing import Any

from anymail.signals import EventType
from django.conf import settings

from apps.core import returned
from apps.core.provider import NAME

_BACK = (EventType.BOUNCED, EventType.REJECTED)
_UNWANTED = {EventType.COMPLAINED: "reported as spam", EventType.UNSUBSCRIBED: "unsubscribed with the provider of mail"}


def are_awaited() -> bool:
    """Say whether there is a provider that may tell us anything: one whose webhooks have a secret."""
    return bool(settings.MAIL_PROVIDER and settings.ANYMAIL.get("WEBHOOK_SECRET"))


def heed(event: Any) -> None:
    """Record that a mail came back, or that its reader complained or left; all else, and what is not ours, is passed over."""
    name = str((event.metadata or {}).get(NAME) or event.message_id)
    words = " ".join(str(each) for each in (event.mta_response, event.description, event.reject_reason) if each)
    if event.event_type in _BACK:
        returned.came_back(name, words or event.event_type)
    elif event.event_type in _UNWANTED:
        returned.complained(name, _UNWANTED[event.event_type])
