"""Whether this instance can do its work: each part by name, and what is wrong with it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import redis
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from apps.core import live, outbox
from apps.core.models import Heartbeat

if TYPE_CHECKING:
    from collections.abc import Callable

# How old the last sign of life may be: beat gives one every 10 seconds, cron (instead of beat) every 5 minutes.
BEAT_WITHIN = {"worker": timedelta(seconds=60), "cron": timedelta(minutes=11)}
MAIL_WITHIN = timedelta(minutes=10)


def report() -> dict[str, str]:
    """Return `{part: "ok" or what is wrong}`."""
    return {name: _tried(check) for name, check in CHECKS.items()}


def _tried(check: Callable[[], str]) -> str:
    try:
        return check() or "ok"
    except DatabaseError:
        return "the database is not available"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _valkey() -> str:
    try:
        live.valkey().ping()
    except redis.RedisError:
        return "Valkey does not answer; live updates take some seconds and background work waits"
    return ""


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} migrations are not applied; run manage.py migrate" if waiting else ""


def _beat() -> str:
    seen = dict(Heartbeat.objects.values_list("name", "at"))
    now = timezone.now()
    if any(name in seen and now - seen[name] < within for name, within in BEAT_WITHIN.items()):
        return ""
    return f"no sign of life since {max(seen.values()):%Y-%m-%d %H:%M:%S} UTC" if seen else "no sign of life yet"


def _mail() -> str:
    waiting = outbox.oldest_waiting()
    return "" if waiting < MAIL_WITHIN else f"a mail has been waiting for {int(waiting.total_seconds() // 60)} minutes"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "valkey": _valkey,
    "migrations": _migrations,
    "beat": _beat,
    "mail": _mail,
}
