"""The statements of which each write consists, made once a process: an edit is mostly these, and making them costs the most."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db import connection

from apps.core.models import Change, Tracked

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import Field, Model


def lock(workspace_id: UUID) -> int | None:
    """Let nobody else write in the workspace until the transaction ends; return the number of its newest change."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT seq FROM {workspaces()} WHERE id = %s FOR NO KEY UPDATE", [workspace_id])  # noqa: S608
        row = cursor.fetchone()
    return row and int(row[0])


def update(obj: Tracked, names: tuple[str, ...]) -> None:
    """Write these fields of a row that is there, and nothing else of it."""
    sql, fields = _update(type(obj), names)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*_prepared(obj, fields), obj.pk])


def insert_numbered(change: Change) -> None:
    """Insert a change under the next number of its workspace, and set both its number and its id."""
    sql, fields = _insert()
    with connection.cursor() as cursor:
        cursor.execute(sql, [change.workspace_id, *_prepared(change, fields)])
        change.pk, change.seq = cursor.fetchone()
    change._state.adding = False


@functools.cache
def _update(model: type[Tracked], names: tuple[str, ...]) -> tuple[str, list[Field[Any, Any]]]:
    fields = [field for field in model._meta.concrete_fields if field.name in names]
    columns = ", ".join(f"{_quoted(field.column)} = %s" for field in fields)
    return f"UPDATE {_table(model)} SET {columns} WHERE id = %s", fields  # noqa: S608 - names of ours


@functools.cache
def _insert() -> tuple[str, list[Field[Any, Any]]]:
    fields = [field for field in Change._meta.concrete_fields if field.name not in {"id", "seq"}]
    columns = ", ".join(_quoted(field.column) for field in fields)
    sql = (
        f"WITH next AS (UPDATE {workspaces()} SET seq = seq + 1 WHERE id = %s RETURNING seq) "  # noqa: S608 - names of ours
        f"INSERT INTO {_table(Change)} (seq, {columns}) "
        f"VALUES ((SELECT seq FROM next), {', '.join(['%s'] * len(fields))}) RETURNING id, seq"
    )
    return sql, fields


def _prepared(obj: Model, fields: list[Field[Any, Any]]) -> list[Any]:
    return [field.get_db_prep_save(getattr(obj, field.attname), connection) for field in fields]


def workspaces() -> str:
    """Return the name of the table of workspaces, quoted."""
    return _table(apps.get_model(settings.WORKSPACE_MODEL))


def _table(model: type[Model]) -> str:
    return _quoted(model._meta.db_table)


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")
