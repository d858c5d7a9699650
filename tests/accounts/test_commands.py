"""The operator's commands: a token, a backup and its restore."""

from __future__ import annotations

import io
import stat
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.accounts import actions
from apps.accounts.models import Workspace
from apps.accounts.tokens import token_of
from apps.core.models import Change, Mail, MailState
from tests.people import new_room

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def said(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("role", "more", "scopes"),
    [
        ("owner", (), ["read", "write", "admin"]),
        ("viewer", (), ["read"]),
        ("editor", ("--scopes", "read"), ["read"]),
    ],
)
def test_a_token_alone_on_its_line(room, role, more, scopes):
    printed = said("token", getattr(room, role).email.upper(), "--workspace", room.workspace.slug, *more)
    assert printed.count("\n") == 1
    token = token_of(printed.strip())
    assert token is not None
    assert (token.user_id, token.scopes) == (getattr(room, role).pk, scopes)


@pytest.mark.parametrize(
    ("email", "slug", "more", "why"),
    [
        ("nobody@example.test", "", (), "no account"),
        ("", "nowhere", (), "no workspace"),
        ("", "", ("--scopes", "admin"), "does not reach"),
    ],
)
def test_a_token_that_cannot_be(room, email, slug, more, why):
    with pytest.raises(CommandError, match=why):
        said("token", email or room.viewer.email, "--workspace", slug or room.workspace.slug, *more)


def test_no_token_for_a_stranger(room, stranger):
    with pytest.raises(CommandError, match="not a member"):
        said("token", stranger.email, "--workspace", room.workspace.slug)


@pytest.fixture
def empty_database(transactional_db: None, settings: Any) -> Iterator[str]:
    """Turn the connection to a new, empty database for a while."""
    before = connection.settings_dict["NAME"]
    name = f"{before}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    yield name
    connection.close()
    connection.settings_dict["NAME"] = before
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def everything() -> dict[str, Any]:
    """Return a checksum of each table."""
    sums = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t')  # noqa: S608 - a table's name
            sums[table] = cursor.fetchone()
    return sums


def test_a_backup_restores_and_holds_the_mail(empty_database: str, tmp_path: Path):
    room = new_room("Harbor")
    actions.invite_member(room.actor("owner"), room.workspace, email="new@example.test")
    Mail.objects.create(recipient="a@example.test", kind="account", period="1")
    before, file = everything(), tmp_path / "lodestar.dump"
    assert str(file) in said("backup", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["lodestar.dump"]

    connection.close()
    connection.settings_dict["NAME"] = empty_database
    assert "paused" in said("restore", str(file))
    restored = everything()
    changed = {table for table in before if before[table] != restored[table]}
    # The last two are made anew by every migration.
    made_anew = {"auth_permission", "django_content_type"}
    assert changed <= {"accounts_workspace", "core_change", "core_mail", "django_migrations"} | made_anew
    assert set(Workspace.objects.values_list("mail_paused", flat=True)) == {True}
    assert Change.objects.latest("seq").verb == "workspace.mail_held"
    assert dict(Mail.objects.values_list("kind", "state")) == {"account": MailState.CANCELLED, "invitation": MailState.QUEUED}
    with pytest.raises(CommandError, match="not empty"):
        said("restore", str(file))


def test_a_backup_that_fails_leaves_nothing(db, tmp_path: Path, monkeypatch):
    connection.ensure_connection()
    with monkeypatch.context() as given:
        given.setenv("PGSSLMODE", "verify-full")  # the test's server has no certificate
        with pytest.raises(CommandError, match="pg_dump failed"):
            said("backup", str(tmp_path / "x.dump"))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_there(db, tmp_path):
    with pytest.raises(CommandError, match="no file"):
        said("restore", str(tmp_path / "x.dump"))
