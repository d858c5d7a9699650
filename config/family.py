"""A family of child processes: each with its words prefixed, started again when it dies, ended youngest first."""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from config.embedded.process import ServiceFailed, spawn, stop
from config.processes import in_this_environment
from config.variables import ROOT

PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)  # seconds before each further start of a child that keeps dying
STEADY = 60.0  # seconds of life after which an earlier death is forgotten
PATIENCE = {"beat": 5.0, "worker": 25.0, "web": 10.0}  # seconds to end by itself


class Stopped(Exception):
    """Somebody asked us to stop."""


def say(words: str, name: str = "lodestar") -> None:
    """Print one line under the name of who speaks."""
    print(f"{name:<8} | {words}", flush=True)


@dataclass
class Child:
    """One process of the family."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] = field(init=False)
    since: float = field(init=False)
    deaths: int = 0
    again_at: float | None = None

    def start(self) -> None:
        """Start the process and pass on what it says."""
        self.again_at = None
        self.since = time.monotonic()
        command = in_this_environment(self.command)
        self.process = spawn(command, output=subprocess.PIPE, environment=self.environment, folder=ROOT)
        threading.Thread(target=self._pass_on, args=[self.process], daemon=True).start()

    def look_after(self) -> None:
        """Start it again, after a pause that grows, when it has died."""
        now = time.monotonic()
        if self.again_at is not None:
            if now >= self.again_at:
                self.start()
        elif self.process.poll() is not None:
            stop(self.process)  # whatever is left of its group
            self.deaths = 0 if now - self.since > STEADY else self.deaths
            pause = PAUSES[min(self.deaths, len(PAUSES) - 1)]
            self.deaths += 1
            self.again_at = now + pause
            say(f"{self.name} ended with {self.process.returncode}; again in {pause:.0f} s.")

    def _pass_on(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdout is not None:
            with process.stdout:
                for line in process.stdout:
                    say(line.decode(errors="replace").rstrip(), self.name)


class Family:
    """The children, oldest first, and whether it is time to go."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self._stopping = threading.Event()

    def ask_to_stop(self) -> None:
        """Note that it is time to go; safe in a signal handler."""
        self._stopping.set()

    def rest(self, seconds: float) -> None:
        """Sleep.

        Raises:
            Stopped: Somebody asked us to stop.
        """
        if self._stopping.wait(seconds):
            raise Stopped

    @contextlib.contextmanager
    def living(self) -> Iterator[None]:
        """End every child at the end of the block, youngest first."""
        try:
            yield
        finally:
            if self.children:
                say("Stopping.")
            for child in reversed(self.children):
                stop(child.process, patience=PATIENCE.get(child.name, 10.0))

    def start(self, name: str, command: list[str], environment: dict[str, str]) -> Child:
        """Add a child."""
        self.rest(0)
        child = Child(name, command, environment)
        child.start()
        self.children.append(child)
        return child

    def run_to_end(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        """Run a command that ends by itself.

        Raises:
            ServiceFailed: It failed; its words are above.
        """
        child = self.start(name, command, environment)
        while child.process.poll() is None:
            self.rest(0.05)
        self.children.remove(child)
        if child.process.returncode:
            raise ServiceFailed(f"`{' '.join(command)}` failed with {child.process.returncode}; its words are above.")

    def look_after(self) -> None:
        """Start whoever died again."""
        for child in self.children:
            child.look_after()

    def keep(self, also: Callable[[], None]) -> None:
        """Look after everybody until it is time to go."""
        while True:
            also()
            self.look_after()
            self.rest(0.2)
