"""Digests and invitations while everything fails: workers, beats, PostgreSQL, Valkey and the mail server.

Real processes as production runs them: two beats, two workers of two processes each. `PROVE_MAILS` says how many readers
(4,000 unless given, with 100 faults; 400 with 25). What was found is printed. It needs the machine for itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config import processes
from config.embedded import home, services
from config.embedded.process import spawn, stop
from config.processes import in_this_environment
from config.variables import ROOT
from tests.prove.moody import Mood, handler
from tests.smtp_sink import listening

READERS = int(os.environ.get("PROVE_MAILS") or 4_000)
FAULTS = max(25, READERS // 40)
CONCURRENCY = 2
WORKERS, BEATS = ("worker1", "worker2"), ("beat1", "beat2")
PAUSE = (2.5, 5.5)  # seconds between two faults
PATIENCE = 600 + READERS // 2  # seconds for the rest after the last fault


@dataclass
class Site:
    """One instance: its servers, its processes, and how often each fault was made."""

    servers: services.Servers
    environment: dict[str, str]
    folder: Path
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    may_be_unconfirmed: int = 0  # mails that the killed processes may have had in the air

    def run(self, *arguments: str) -> None:
        """Run a management command to its end."""
        command = in_this_environment(processes.manage(*arguments))
        subprocess.run(command, env=self.environment, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)

    def start(self, name: str) -> None:
        """Start a worker or a beat, with its words in a file of its name."""
        command = processes.beat(str(self.folder / name)) if name in BEATS else processes.worker(CONCURRENCY)
        command += ["--hostname", f"{name}@%h"] if name in WORKERS else ["--pidfile", ""]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.children[name] = spawn(in_this_environment(command), output=log, environment=self.environment, folder=ROOT)

    def look_after(self) -> None:
        """Start whoever ended."""
        for name, child in list(self.children.items()):
            if child.poll() is not None:
                stop(child)
                self.start(name)

    def end(self, names: tuple[str, ...], number: signal.Signals = signal.SIGTERM) -> None:
        for name in names:
            stop(self.children.pop(name), number, patience=60.0)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.servers.postgres.url, autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def proof() -> Iterator[tuple[Site, Mood]]:
    folder, mood = Path(tempfile.mkdtemp(prefix="lodestar-prove-")), Mood()
    folder.chmod(0o711)
    mood.delay = len(WORKERS) * CONCURRENCY * FAULTS * sum(PAUSE) / 2 / READERS / 2
    with listening(handler(mood)) as sink, services.own(folder / "data") as (servers, addresses):
        environment = {**os.environ, **addresses.environment(), "SMTP_URL": sink.url, "DATA": str(folder / "data")}
        environment |= {"LODESTAR_TEST": "0", "SECRET_KEY": "of-the-proof-and-nothing-else-0123456789-abcdefghi"}
        made = Site(servers, environment, folder)
        try:
            yield made, mood
        finally:
            for child in made.children.values():
                stop(child, signal.SIGKILL)
    home.remove(folder / "data")
    shutil.rmtree(folder, ignore_errors=True)


# --- Faults ---------------------------------------------------------------------------------------------------------


def kill_a_worker(site: Site, _: Mood) -> None:
    """As when the machine dies: the whole group at once."""
    name = random.choice(WORKERS)
    site.may_be_unconfirmed += CONCURRENCY
    with contextlib.suppress(ProcessLookupError):
        os.killpg(site.children[name].pid, signal.SIGKILL)


def kill_a_child(site: Site, _: Mood) -> None:
    """As the kernel does when memory ends: one process of a worker's pool."""
    parent = site.children[random.choice(WORKERS)].pid
    found = Path(f"/proc/{parent}/task/{parent}/children")
    pids = found.read_text().split() if found.exists() else []
    if pids:
        site.may_be_unconfirmed += 1
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(random.choice(pids)), signal.SIGKILL)


def deploy(site: Site, _: Mood) -> None:
    """A worker is asked to end, and finishes what it has in hand."""
    name = random.choice(WORKERS)
    stop(site.children[name], signal.SIGTERM, patience=60.0)


def kill_a_beat(site: Site, _: Mood) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(site.children[random.choice(BEATS)].pid, signal.SIGKILL)


def break_postgres(site: Site, _: Mood) -> None:
    """Stopped without a word to anybody, as by a crash; it recovers from its log."""
    child = site.servers.postgres.child
    assert child is not None
    stop(child, signal.SIGQUIT, patience=20.0)
    time.sleep(random.uniform(0, 3))
    site.servers.postgres.start()


def break_valkey(site: Site, _: Mood) -> None:
    child = site.servers.valkey.child
    assert child is not None
    stop(child, signal.SIGKILL)
    time.sleep(random.uniform(0, 2))
    site.servers.valkey.start()


def no_mail_server(_: Site, mood: Mood) -> None:
    mood.gone = True
    time.sleep(random.uniform(1, 3))
    mood.gone = False


KINDS: tuple[Callable[[Site, Mood], None], ...] = (
    kill_a_worker, kill_a_child, deploy, kill_a_beat, break_postgres, break_valkey, no_mail_server,
)  # fmt: skip


# --- The proof ------------------------------------------------------------------------------------------------------


def settle(site: Site, mood: Mood) -> None:
    """Let everything that waits go out over a good server: what would take the time of leases and pauses is put forward."""
    mood.bad, mood.delay = False, 0.0
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        time.sleep(2)
        site.look_after()
        site.ask("UPDATE core_mail SET not_before = now() WHERE state = 'queued'")
        states = {state for (state,) in site.ask("SELECT DISTINCT state FROM core_mail")}
        if not states & {"queued", "sending", "dot"}:
            site.end(WORKERS)
            return
        if "queued" not in states:
            site.end(WORKERS)  # each ends what it has in hand, so that what is left belongs to the dead
            site.ask("UPDATE core_mail SET lease_until = now() - interval '1 second' WHERE state IN ('sending', 'dot')")
            for name in WORKERS:
                site.start(name)
            time.sleep(20)
    raise AssertionError(site.ask("SELECT state, error, count(*) FROM core_mail GROUP BY 1, 2"))


def wait_until_planned(site: Site) -> None:
    until = time.monotonic() + PATIENCE
    while site.ask("SELECT count(*) FROM core_mail WHERE kind = 'digest'") != [(READERS,)]:
        assert time.monotonic() < until, "the digests were never planned"
        time.sleep(1)
        site.look_after()


@pytest.mark.timeout(3 * PATIENCE + FAULTS * 20)
def test_no_mail_is_lost_doubled_or_said_to_be_sent(proof: tuple[Site, Mood], capsys: pytest.CaptureFixture[str]) -> None:
    site, mood = proof
    began = time.monotonic()
    site.run("migrate", "--verbosity", "0")
    site.run("shell", "--verbosity", "0", "-c", f"from tests.prove.seeding import seed; seed({READERS})")
    for name in (*WORKERS, *BEATS):
        site.start(name)
    until = time.monotonic() + PATIENCE
    while not mood.taken and time.monotonic() < until:
        time.sleep(0.5)
    for n in range(FAULTS):
        time.sleep(random.uniform(*PAUSE))
        fault = KINDS[n % len(KINDS)]
        fault(site, mood)
        site.faults[fault.__name__] += 1
        site.look_after()
    under_faults = len(mood.taken)
    wait_until_planned(site)
    settle(site, mood)
    found = judge(site, mood)
    found |= {"seconds": round(time.monotonic() - began), "taken under faults": under_faults, "faults": dict(site.faults)}
    with capsys.disabled():
        sys.stdout.write(f"\n{json.dumps(found | {'server': dict(mood.did)}, indent=1)}\n")
    assert found["rows"] == READERS + min(100, READERS // 10)
    assert found["lost without trace"] == found["sent but never taken"] == found["digests taken twice"] == 0
    assert found["dead"] == 0
    assert found["bounced"] == found["unknown addresses"]
    assert found["unconfirmed"] <= found["may be unconfirmed"]
    assert found["told but not sent"] == found["sent but not told"] == 0
    # How many is a matter of how busy the machine is; a quarter on a quiet one, less on one that is shared.
    assert under_faults > READERS / 10, "the faults came when nothing was under way; they prove little"


def judge(site: Site, mood: Mood) -> dict[str, Any]:
    """Compare what the rows say with what the server took."""
    rows = site.ask("SELECT message_id, kind, state, recipient FROM core_mail")
    taken = Counter(message_id for _, message_id in mood.taken)
    states = Counter(state for _, _, state, _ in rows)
    accepted = {message_id for message_id, _, state, _ in rows if state == "sent"}
    over = {"sent", "unconfirmed", "bounced", "dead"}
    told = {
        row[0] for row in site.ask(
            "SELECT DISTINCT m.message_id FROM stakeholders_told t JOIN stakeholders_digest d ON d.id = t.digest_id"
            " JOIN core_mail m ON m.id = d.mail_id WHERE t.confirmed_at IS NOT NULL"
        )
    }  # fmt: skip
    digests = {message_id for message_id, kind, _, _ in rows if kind == "digest"}
    return {
        "rows": len(rows),
        **{state: states[state] for state in ("sent", "unconfirmed", "bounced", "dead")},
        "lost without trace": sum(state not in over for _, _, state, _ in rows) + len(taken.keys() - {row[0] for row in rows}),
        "sent but never taken": len(accepted - taken.keys()),
        "digests taken twice": sum(taken[each] > 1 for each in digests),
        "others taken twice": sum(count > 1 for each, count in taken.items() if each not in digests),
        "unconfirmed yet taken": sum(state == "unconfirmed" and taken[message_id] > 0 for message_id, _, state, _ in rows),
        "may be unconfirmed": site.may_be_unconfirmed + len(mood.lost_answers & digests),
        "unknown addresses": sum(recipient.startswith("nobody") for _, _, _, recipient in rows),
        "told but not sent": len(told - accepted),
        "sent but not told": len((accepted & digests) - told),
    }
