"""What probes are told."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from apps.core import live
from apps.core.models import Heartbeat, IdempotencyKey, Mail
from tests.people import user

WELL = dict.fromkeys(("database", "valkey", "migrations", "beat", "mail"), "ok")


@pytest.fixture
def beat(db):
    return Heartbeat.objects.create(name="worker", at=timezone.now())


@pytest.fixture
def no_valkey(settings):
    settings.VALKEY_URL = "redis://127.0.0.1:1/0"
    live.valkey.cache_clear()
    yield
    live.valkey.cache_clear()


def test_alive_asks_no_database(client):
    answer = client.get("/healthz")  # a test without the fixture db may not touch it
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_ready(client, beat):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "parts": WELL})
    assert "no-store" in answer["Cache-Control"]


def parts_that_are_not_ok(client) -> set[str]:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["ready"] is False
    return {name for name, state in answer.json()["parts"].items() if state != "ok"}


def test_beat_that_never_was_and_beat_that_stopped(client, db):
    assert parts_that_are_not_ok(client) == {"beat"}
    Heartbeat.objects.create(name="worker", at=timezone.now() - timedelta(seconds=61))
    assert parts_that_are_not_ok(client) == {"beat"}


def test_cron_stands_in_for_beat(client, db):
    """Every five minutes is what docs/operations.md says; one that was left out is no alarm yet."""
    call_command("send_due", now="2026-01-05T09:00:00Z", stdout=StringIO())
    assert parts_that_are_not_ok(client) == {"beat"}  # somebody tried another moment, which is no sign of life
    call_command("send_due", stdout=StringIO())
    assert client.get("/readyz").status_code == 200
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=10))
    assert client.get("/readyz").status_code == 200
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=12))
    assert parts_that_are_not_ok(client) == {"beat"}


def test_cron_tidies_too(db):
    key = IdempotencyKey.objects.create(user=user(), key="old", fingerprint="x")
    IdempotencyKey.objects.filter(pk=key.pk).update(created_at=timezone.now() - timedelta(days=2))
    call_command("send_due", stdout=StringIO())
    assert IdempotencyKey.objects.count() == 0


def test_a_mail_that_waits_too_long(client, beat):
    Mail.objects.create(recipient="a@example.test", kind="x", period="1", created_at=timezone.now() - timedelta(minutes=9))
    assert client.get("/readyz").status_code == 200
    Mail.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    assert parts_that_are_not_ok(client) == {"mail"}


def test_valkey_away(client, beat, no_valkey):
    assert parts_that_are_not_ok(client) == {"valkey"}


def test_a_migration_that_was_not_applied(client, beat):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'stakeholders'")
    assert parts_that_are_not_ok(client) == {"migrations"}


@pytest.mark.django_db(transaction=True)
def test_the_database_away(client, settings, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    assert {"database", "migrations", "beat", "mail"} <= parts_that_are_not_ok(client)
    connection.close()
