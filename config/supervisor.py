"""`make run` and `make demo`: PostgreSQL, Valkey, migrations, web, worker and beat, in this order, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import contextlib
import http.client
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from config import processes, variables
from config.embedded import home, services
from config.embedded.process import LEASH, ServiceFailed, port_is_free
from config.family import Family, Stopped, say

DEMO_ACCOUNTS = ("owner@demo.test", "maya@demo.test", "jun@demo.test", "exec@demo.test", "sales@demo.test")
DEMO_PASSWORD = "lodestar-demo"
HOST = "127.0.0.1"
PATIENCE = 90.0  # seconds until the web process must answer
INSTANCE_HEADER = "X-Lodestar-Instance"


def main() -> None:
    """Run until told to stop; the exit code is 0 then, and 1 where something could not be started."""
    demo = sys.argv[1:2] == ["demo"]
    if not demo and sys.argv[1:2] != ["run"]:
        sys.exit("Say which: python -m config.supervisor run|demo")
    family = Family()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: family.ask_to_stop())
    if "--leashed" in sys.argv and LEASH:  # `make` was killed rather than stopped: do not stay behind
        LEASH(os.getppid(), signal.SIGTERM)
    with contextlib.suppress(Stopped):
        serve(family, demo=demo)


def serve(family: Family, *, demo: bool) -> None:
    """Start everything, say that it is ready, and keep it running."""
    data = variables.data_folder()
    with servers(data) as (ours, addresses):
        port = choose_port()
        environment = environment_of(data, port, addresses, demo=demo)
        with family.living():
            say("Bringing the database up to date.")
            family.run_to_end("migrate", processes.manage("migrate", "--verbosity", "0"), environment)
            if demo:
                family.run_to_end("demo", processes.manage("seed_demo"), environment)
            start(family, data, port, environment)
            wait_until_ready(family, port, environment["LODESTAR_INSTANCE"])
            announce(environment["BASE_URL"], port, demo=demo)
            family.keep(lambda: revive(ours))


@contextlib.contextmanager
def servers(data: Path) -> Iterator[tuple[services.Servers | None, dict[str, str]]]:
    """Run PostgreSQL and Valkey, unless the addresses of others are given."""
    given = {name: variables.text(name) for name in ("DATABASE_URL", "VALKEY_URL")}
    if all(given.values()):
        yield None, given
        return
    say("Starting PostgreSQL and Valkey.")
    with services.own(data, patience=5.0) as (ours, addresses):
        yield ours, {name: given[name] or value for name, value in addresses.environment().items()}


def revive(ours: services.Servers | None) -> None:
    """Start a server that died again, where it was: the other processes hold its address."""
    for server in (ours.postgres, ours.valkey) if ours else ():
        if not server.is_running():
            say(f"{type(server).__name__} ended; starting it again.")
            try:
                server.start()
            except ServiceFailed as problem:
                say(f"{problem} Trying again.")


def choose_port() -> int:
    """Return the port to serve: the one that was asked for, else 8000 or the next free one.

    Raises:
        ServiceFailed: The one that was asked for is busy.
    """
    port = variables.number("PORT", 8000, 1, 65_535)
    if port_is_free(port, HOST):
        return port
    if variables.text("PORT"):
        raise ServiceFailed(f"PORT={port} is busy: another program listens there. Give another one with PORT=.")
    return next(number for number in range(port + 1, 65_536) if port_is_free(number, HOST))


def environment_of(data: Path, port: int, addresses: dict[str, str], *, demo: bool) -> dict[str, str]:
    """Return the environment of every process of ours."""
    return {
        **os.environ,
        **addresses,
        "DATA": str(data),
        "PORT": str(port),
        "BASE_URL": variables.base_url(f"http://{HOST}:{port}"),
        "SECRET_KEY": variables.text("SECRET_KEY") or home.secret(data, "secret-key"),
        "LODESTAR_DEMO": "1" if demo else "0",
        "LODESTAR_INSTANCE": secrets.token_hex(16),
        "PYTHONUNBUFFERED": "1",
    }


def start(family: Family, data: Path, port: int, environment: dict[str, str]) -> None:
    """Start web, worker and beat; they end in the other order."""
    web = processes.web(HOST, port, variables.number("WEB_PROCESSES", 2, 1, 64))
    worker = processes.worker(variables.number("WORKER_PROCESSES", 2, 1, 64))
    family.start("web", web, environment)
    family.start("worker", worker, environment)
    family.start("beat", processes.beat(str(data / "beat-schedule")), environment)


def wait_until_ready(family: Family, port: int, instance: str) -> None:
    """Wait until the web process answers, and the answer proves that it is ours."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if answers(port, instance):
            return
        family.look_after()
        family.rest(0.1)
    raise ServiceFailed(f"The web process did not answer on port {port} in {PATIENCE:.0f} seconds; its words are above.")


def answers(port: int, instance: str) -> bool:
    """Return whether our own web process answers."""
    with contextlib.closing(http.client.HTTPConnection(HOST, port, timeout=5)) as connection:
        try:
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
        except (OSError, http.client.HTTPException):
            return False
        return answer.status < 500 and answer.headers.get(INSTANCE_HEADER) == instance


def announce(address: str, port: int, *, demo: bool) -> None:
    """Say that it is ready, and who can sign in."""
    lines = [f"ready http://{HOST}:{port}"]
    if demo:
        lines += [f"{account} {DEMO_PASSWORD}" for account in DEMO_ACCOUNTS]
    if address != f"http://{HOST}:{port}":
        lines.append(f"people reach it at {address}")
    print(*lines, sep="\n", flush=True)


if __name__ == "__main__":
    try:
        main()
    except (ServiceFailed, subprocess.CalledProcessError) as problem:
        sys.exit(str(problem))
