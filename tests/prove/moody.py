"""A mail server in a bad mood: slow, full, forgetful, sometimes gone; what it took it wrote down before it said so."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes

from tests.smtp_sink import Handler, HangUp


@dataclass
class Mood:
    """What the server does to its clients, and what it took. `delay` is how long, in seconds, it thinks about a text."""

    delay: float = 0.0
    bad: bool = True
    gone: bool = False
    taken: list[tuple[str, str]] = field(default_factory=list)  # recipient, Message-ID
    lost_answers: set[str] = field(default_factory=set)  # Message-IDs whose answer was never sent
    did: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)


def handler(mood: Mood) -> type[Handler]:
    """Return the handler of a server in that mood."""

    class Moody(Handler):
        message_id = ""

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                mood.did["client went away"] += 1

        def _step(self, name: str, yes: str, then: Callable[[], None] = lambda: None) -> bool:
            if mood.gone:
                raise HangUp
            if name == "rcpt" and self.recipient.startswith("nobody"):
                return self._no("550 5.1.1 nobody here", "550")
            if name == "dot":
                return self._dot(then)
            chance = random.random() if mood.bad else 1.0
            if name == "rcpt" and chance < 0.03:
                return self._no("451 try later", "451")
            if name in ("rcpt", "data") and chance < 0.035:
                self._no("421 closing", "421")
                raise HangUp
            return super()._step(name, yes, then)

        def _no(self, answer: str, name: str) -> bool:
            mood.did[name] += 1
            self._say(answer)
            return False

        def _dot(self, then: Callable[[], None]) -> bool:
            """Think, take it, and answer; or forget one of the last two."""
            time.sleep(random.uniform(0, 2 * mood.delay))
            chance = random.random() if mood.bad else 1.0
            if chance < 0.01:
                return self._no("451 disk full", "451 to the text")
            if chance < 0.015:
                self._forget("hung up before it was taken")
            then()
            with mood.lock:
                mood.taken.append((self.recipient, self.message_id))
            if chance < 0.02:
                self._forget("taken, the answer lost")
            if chance < 0.03:
                time.sleep(5)
            self._say("250 taken")
            return True

        def _forget(self, what: str) -> None:
            with mood.lock:
                mood.lost_answers.add(self.message_id)
            mood.did[what] += 1
            raise HangUp

        def _text(self) -> None:
            lines: list[bytes] = []
            while (line := self.rfile.readline()) != b".\r\n":
                if not line:
                    raise HangUp
                lines.append(line)
            self.message_id = message_from_bytes(b"".join(lines))["Message-ID"]
            self._step("dot", "250 taken")

    return Moody
