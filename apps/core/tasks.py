"""Background work of the mechanism itself; each task is safe to run twice, late, or at the same time."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.db import connection
from django.utils import timezone

from apps.core import mail, outbox
from apps.core.models import Heartbeat, IdempotencyKey

__all__ = ["mail"]  # importing it tells the outbox of the mails that Django sends


@shared_task
def deliver() -> int:
    """Send what waits in the outbox."""
    return outbox.deliver()


@shared_task
def heartbeat() -> None:
    """Note that beat and a worker are alive."""
    seen("worker")


def seen(name: str) -> None:
    """Note a sign of life of `worker` (by beat) or of `cron`, which stands in for both."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


@shared_task
def tidy() -> None:
    """Forget what was kept for a day only."""
    IdempotencyKey.objects.filter(created_at__lt=timezone.now() - timedelta(days=1)).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_session WHERE expire_date < now()")
