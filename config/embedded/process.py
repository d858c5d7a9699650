"""Child processes: started so that they never outlive us, stopped politely first, and recognised again later."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

LOG_LIMIT = 10_000_000  # bytes; a longer log begins anew at the next start
PR_SET_PDEATHSIG = 1


class ServiceFailed(SystemExit):
    """A server could not be started; the text says which, why, and where its log is."""


@dataclass(frozen=True)
class Account:
    """The user that a server runs as, where we are root and the server refuses to be."""

    uid: int
    gid: int

    def popen(self) -> dict[str, Any]:
        """Return the keywords of `subprocess` that make a child this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def leash(number: signal.Signals) -> Callable[[], None] | None:
    """Return what a child does first so that the kernel sends it this signal when we die; Linux alone can."""
    parent = os.getpid()
    return (lambda: LEASH(parent, number)) if LEASH else None


def _leash() -> Callable[[int, signal.Signals], None] | None:
    """Return the function that ties the calling process to its parent, found before any fork."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def tie(parent: int, number: signal.Signals) -> None:
        prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # it died between the fork and this line
            os.kill(os.getpid(), number)

    return tie


LEASH = _leash()


def spawn(
    command: Sequence[str],
    *,
    output: Any,
    account: Account | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path | str = "/",
    farewell: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a command in a process group of its own, so that a terminal's Ctrl-C reaches us alone."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        env=dict(environment) if environment is not None else None,
        cwd=folder,
        process_group=0,
        preexec_fn=leash(farewell),  # noqa: PLW1509 - it calls the kernel and nothing else
        **(account.popen() if account else {}),
    )


def stop(child: subprocess.Popen[bytes], number: signal.Signals = signal.SIGTERM, patience: float = 10.0) -> None:
    """Ask a child to end, wait `patience` seconds, then kill what is left of its process group."""
    if child.poll() is None:
        child.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def end_stranger(pid: int, number: signal.Signals, patience: float = 20.0) -> None:
    """End a process that is not our child, a server left over by a supervisor that was killed."""
    deadline = time.monotonic() + patience
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
        while time.monotonic() < deadline:
            os.kill(pid, 0)
            time.sleep(0.05)
        os.kill(pid, signal.SIGKILL)


def command_of(pid: int) -> str:
    """Return the command line of a running process, or nothing where there is none."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    if Path("/proc/self/cmdline").exists():
        return ""
    shown = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout.strip()


def free_port() -> int:
    """Return a port of the loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Return whether we could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def open_log(path: Path) -> Any:
    """Open a server's log for appending; a long one begins anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    grown = path.exists() and path.stat().st_size > LOG_LIMIT
    return path.open("wb" if grown else "ab")


def tail(path: Path, lines: int = 5) -> str:
    """Return the last lines of a log, for a message."""
    with contextlib.suppress(OSError):
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    return ""
