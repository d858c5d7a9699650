"""A row's references stay in its workspace, held by the database itself."""

from __future__ import annotations

from django.db.migrations.operations import RunSQL


def tenant_key(table: str) -> RunSQL:
    """Return the unique key `(workspace_id, id)` to which references of the same workspace point."""
    return RunSQL(
        f'ALTER TABLE "{table}" ADD CONSTRAINT "tenantkey_{table}" UNIQUE (workspace_id, id)',
        f'ALTER TABLE "{table}" DROP CONSTRAINT "tenantkey_{table}"',
    )


def tenant_reference(table: str, field: str, to: str) -> RunSQL:
    """Return the foreign key `(workspace_id, FIELD_id)` to `to`, so that no row can point into another workspace.

    Its name carries the field, from which the refusal is worded.
    """
    name = f"tenant_{table}__{field}__fk"
    return RunSQL(
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (workspace_id, "{field}_id") '
        f'REFERENCES "{to}" (workspace_id, id) ON DELETE NO ACTION DEFERRABLE INITIALLY IMMEDIATE',
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"',
    )
