"""Background work: what is due is planned and handed over. Safe to run twice, late, or at the same time."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from celery import shared_task

from apps.core import outbox
from apps.stakeholders import mails, webhooks
from apps.stakeholders.digests import plan_due
from apps.stakeholders.reminders import plan_reminders

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["mails"]  # importing it tells the outbox how our mails are rendered


@shared_task
def send_due() -> int:
    """Plan and send the digests and reminders that are due."""
    planned = _plan(None)
    outbox.deliver()
    return planned


@shared_task
def post_due() -> int:
    """Plan and post the webhooks' messages that are due."""
    webhooks.plan()
    return webhooks.deliver()


def send_due_at(now: datetime | None) -> int:
    """Plan and send all that is due at that moment (now for None), once; returns how many mails were new."""
    planned = _plan(now)
    outbox.deliver(limit=100_000, seconds=inf)
    if now is None:
        webhooks.plan()
        webhooks.deliver(seconds=inf)
    return planned


def _plan(now: datetime | None) -> int:
    return plan_due(now) + plan_reminders(now)
