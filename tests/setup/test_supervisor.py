"""`make run` in small: it becomes ready, brings back what dies, and leaves nothing behind."""

from __future__ import annotations

import http.client
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config import supervisor
from config.embedded import home
from config.embedded.process import ServiceFailed, command_of, free_port
from config.variables import ROOT

PATIENCE = 60.0
OF_THE_TESTS = ("DATABASE_URL", "VALKEY_URL", "VALKEY_PREFIX", "SECRET_KEY", "BASE_URL", "LODESTAR_TEST", "DATA", "PORT")


@pytest.fixture
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)
    yield folder
    home.remove(folder)


class Running:
    """A supervisor and what it has said."""

    def __init__(self, data: Path, port: int, mode: str = "run") -> None:
        environment = {name: value for name, value in os.environ.items() if name not in OF_THE_TESTS}
        self.port = port
        self.said: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.supervisor", mode],
            cwd=ROOT,
            env={**environment, "DATA": str(data), "PORT": str(port), "WEB_PROCESSES": "1", "WORKER_PROCESSES": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout
        with self.process.stdout:
            for line in self.process.stdout:
                self._lines.put(line.rstrip("\n"))

    def hears(self, words: str) -> str:
        """Wait for a line with these words."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                self.said.append(self._lines.get(timeout=0.2))
            except queue.Empty:
                if self.process.poll() is not None:
                    break
                continue
            if words in self.said[-1]:
                return self.said[-1]
        raise AssertionError(f"never said {words!r}:\n" + "\n".join(self.said))

    def status(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()


@contextmanager
def running(data: Path, port: int, mode: str = "run") -> Iterator[Running]:
    one = Running(data, port, mode)
    try:
        yield one
    finally:
        if one.process.poll() is None:
            one.process.send_signal(signal.SIGTERM)
        one.process.wait(PATIENCE)


def ours(data: Path, supervisor_pid: int) -> set[int]:
    """The processes that descend from this supervisor, or that serve this folder."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        pid = int(entry.name)
        if pid not in {os.getpid(), supervisor_pid} and (str(data) in command_of(pid) or _variable(entry, data)):
            found.add(pid)
    return found


def _variable(entry: Path, data: Path) -> bool:
    try:
        return f"DATA={data}\0".encode() in (entry / "environ").read_bytes()
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
def test_ready_revived_and_gone(data):
    with running(data, free_port()) as lodestar:
        assert lodestar.hears("ready http://") == f"ready http://127.0.0.1:{lodestar.port}"
        assert lodestar.status("/healthz") == 200
        lodestar.hears("celery@")
        before = ours(data, lodestar.process.pid)
        server = next(pid for pid in before if "/postgres -D " in command_of(pid))
        beat = next(pid for pid in before if " beat " in command_of(pid))
        os.kill(server, signal.SIGKILL)
        os.kill(beat, signal.SIGKILL)
        lodestar.hears("Postgres ended; starting it again.")
        lodestar.hears("beat ended with -9; again in 1 s.")
        lodestar.hears("beat: Starting")
        lodestar.process.send_signal(signal.SIGTERM)
        assert lodestar.process.wait(PATIENCE) == 0
    assert ours(data, lodestar.process.pid) == set()
    assert (data / "secret-key").stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's leash is Linux's")
def test_a_killed_supervisor_leaves_nothing_behind(data):
    with running(data, free_port()) as lodestar:
        lodestar.hears("ready http://")
        lodestar.process.send_signal(signal.SIGKILL)
        lodestar.process.wait(PATIENCE)
        deadline = time.monotonic() + PATIENCE
        while ours(data, lodestar.process.pid) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert ours(data, lodestar.process.pid) == set()


@pytest.mark.slow
def test_a_busy_port_is_named(data):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with running(data, port) as lodestar:
            assert lodestar.hears("is busy").startswith(f"PORT={port} is busy")
            assert lodestar.process.wait(PATIENCE) == 1


def test_another_port_is_taken_only_where_none_was_asked_for(monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setattr(supervisor.variables, "number", lambda *_: port)
        monkeypatch.delenv("PORT", raising=False)
        assert supervisor.choose_port() > port
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(ServiceFailed, match=f"PORT={port} is busy"):
            supervisor.choose_port()


def test_a_stranger_that_answers_is_not_ready(client):
    """Any server may answer on the port; only ours knows the word."""
    assert not supervisor.answers(free_port(), "word")


def test_the_demo_accounts_are_announced(capsys):
    supervisor.announce("http://127.0.0.1:8000", 8000, demo=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "ready http://127.0.0.1:8000"
    assert [line.split()[0] for line in lines[1:]] == list(supervisor.DEMO_ACCOUNTS)
    assert all("lodestar-demo" in line for line in lines[1:])
