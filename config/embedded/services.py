"""The pair of servers of one data folder, owned by one process at a time and lent to the others.

Two lock files say who is who, and the kernel forgets them with their holder: whoever holds `services.lock` runs the servers
and has written `services.json`; whoever uses them holds `services.users` shared, and a command that owns them waits for the
others before it stops them.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING

from config.embedded.home import Home, settle, write_secret
from config.embedded.postgres import Postgres
from config.embedded.process import ServiceFailed
from config.embedded.valkey import Valkey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK, USERS, STATE = "services.lock", "services.users", "services.json"
PATIENCE = 60.0  # seconds to wait for another process that starts or stops them


@dataclass(frozen=True)
class Addresses:
    """Where the servers answer, and whose they are."""

    database_url: str
    valkey_url: str
    owner: int

    def environment(self) -> dict[str, str]:
        """Return the variables by which a process reaches them."""
        return {"DATABASE_URL": self.database_url, "VALKEY_URL": self.valkey_url}


class Servers:
    """Both servers of a home; PostgreSQL first and last."""

    def __init__(self, home: Home, *, fast: bool = False) -> None:
        self.home = home
        self.postgres = Postgres(home, fast=fast)
        self.valkey = Valkey(home, fast=fast)

    def start(self) -> Addresses:
        """Start both and write down where they are."""
        self.postgres.start()
        try:
            self.valkey.start()
        except BaseException:
            self.postgres.stop()
            raise
        addresses = Addresses(self.postgres.url, self.valkey.url, os.getpid())
        write_secret(self.home.data / STATE, json.dumps(asdict(addresses)))
        return addresses

    def stop(self) -> None:
        """Stop both, in the other order."""
        (self.home.data / STATE).unlink(missing_ok=True)
        try:
            self.valkey.stop()
        finally:
            self.postgres.stop()


@contextlib.contextmanager
def own(data: Path, *, fast: bool = False, patience: float = PATIENCE) -> Iterator[tuple[Servers, Addresses]]:
    """Run the servers of this folder for the length of a block.

    :raises ServiceFailed: Another process runs them still after `patience` seconds.
    """
    home = settle(data)
    with _open(data / LOCK) as lock:
        deadline = time.monotonic() + patience
        while not _take(lock, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                owner = _read(data)
                who = f" (process {owner.owner})" if owner else ""
                raise ServiceFailed(f"Lodestar already runs on DATA={data}{who}; stop it, or give another folder with DATA=.")
            time.sleep(0.1)
        (data / STATE).unlink(missing_ok=True)
        servers = Servers(home, fast=fast)
        try:
            yield servers, servers.start()
        finally:
            servers.stop()


@contextlib.contextmanager
def borrow(data: Path) -> Iterator[Addresses]:
    """Use the servers that run for this folder, or run them for the length of a block."""
    settle(data)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with _open(data / USERS) as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            if not _is_owned(data):
                with own(data) as (_, addresses):
                    yield addresses
                    _wait_for_others(users)
                return
            addresses_of_owner = _read(data)
            if addresses_of_owner:
                yield addresses_of_owner
                return
        time.sleep(0.1)
    raise ServiceFailed(f"Another process started the servers of {data} and never finished; end it first.")


def _wait_for_others(users: IO[bytes]) -> None:
    """Wait until no other command uses what we run."""
    if not _take(users, fcntl.LOCK_EX):
        sys.stderr.write("Waiting for another command that uses these servers.\n")
        fcntl.flock(users, fcntl.LOCK_EX)


def _is_owned(data: Path) -> bool:
    """Return whether a living process runs the servers."""
    with _open(data / LOCK) as lock:
        return not _take(lock, fcntl.LOCK_EX)


def _read(data: Path) -> Addresses | None:
    """Return what the owner wrote down, or nothing while it is not done."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        return Addresses(**json.loads((data / STATE).read_text()))
    return None


def _open(path: Path) -> IO[bytes]:
    """Open a lock file; children do not inherit it."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b")


def _take(file: IO[bytes], kind: int) -> bool:
    """Take a lock if it is free."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
