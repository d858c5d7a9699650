"""What probes are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from apps.core import live
from apps.core.models import Heartbeat, Mail

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
