"""The real roadmaps, where there are any: a folder named by REAL_DATA."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from apps.core.actors import Actor
from apps.stakeholders.imports.mapping import Mapping
from apps.stakeholders.imports.running import Report, read_table, run_import
from tests.people import Room

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
BEFORE = datetime(2018, 1, 1, tzinfo=UTC)  # older than the first edit


def folder() -> Path:
    """Return the folder of the Kubernetes data, or skip the test and say why."""
    root = os.environ.get("REAL_DATA", "")
    if not root:
        pytest.skip("REAL_DATA is not set: the real roadmaps are not here.")
    found = Path(root) / "kubernetes"
    if not found.is_dir():
        pytest.skip(f"REAL_DATA has no folder kubernetes: {root}.")
    return found


def mapping(name: str) -> Mapping:
    return Mapping.parsed((EXAMPLES / f"kubernetes-{name}.json").read_bytes())


def imported(room: Room, name: str, *, at: datetime | None = None, dry_run: bool = False) -> Report:
    """Import one of the two tables into the room's product."""
    actor = Actor(user=room.editor, name=room.editor.name, via="import", at=at)
    table = read_table("csv", (folder() / f"{name}.csv").read_bytes())
    return run_import(actor, room.product, table, mapping(name), dry_run=dry_run)
