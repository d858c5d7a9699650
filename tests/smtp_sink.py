"""A small SMTP server for tests: takes mails, or answers, drops and refuses as it is told."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Sink:
    """What the server was told to do, and what it got.

    `answers` maps a step (connect, ehlo, starttls, auth, mail, rcpt, data, dot) to the reply given there instead of yes.
    With `hang_up` it goes away at that step without a word. `at` is called as a step is reached. `extensions` are what
    EHLO offers.
    """

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    hang_up: str = ""
    extensions: tuple[str, ...] = ()
    at: dict[str, Callable[[], object]] = field(default_factory=dict)
    mails: list[tuple[str, bytes]] = field(default_factory=list)
    half: list[bytes] = field(default_factory=list)  # texts that came without their final dot
    connections: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


class HangUp(Exception):
    pass


class Handler(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.sink, self.recipient = self.server.sink, ""
        self.sink.connections += 1
        try:
            self._step("connect", "220 sink")
            while (line := self.rfile.readline()) and self._obey(line.decode().strip()):
                pass
        except HangUp:
            return

    def _obey(self, line: str) -> bool:
        verb, _, rest = line.partition(" ")
        match verb.upper():
            case "EHLO":
                self._step("ehlo", "".join(f"250-{name}\r\n" for name in ("sink", *self.sink.extensions)) + "250 HELP")
            case "STARTTLS":
                self._step("starttls", "220 go on")
            case "AUTH":
                self._step("auth", "235 welcome")
            case "MAIL":
                self._step("mail", "250 ok")
            case "RCPT":
                self.recipient = rest.partition("<")[2].partition(">")[0]
                self._step("rcpt", "250 ok")
            case "DATA":
                if self._step("data", "354 go on"):
                    self._text()
            case "RSET":
                self._step("rset", "250 ok")
            case "QUIT":
                self._say("221 bye")
                return False
            case _:
                self._say("250 ok")
        return True

    def _text(self) -> None:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                self.sink.half.append(b"".join(lines))
                raise HangUp
            lines.append(line)
        self._step("dot", "250 taken", lambda: self.sink.mails.append((self.recipient, b"".join(lines))))

    def _step(self, name: str, yes: str, then: Callable[[], None] = lambda: None) -> bool:
        """Answer a step; True for a yes, and `then` is done before it is heard."""
        self.sink.at.get(name, int)()
        if self.sink.hang_up == name:
            raise HangUp
        answer = self.sink.answers.get(name, yes)
        if answer == yes:
            then()
        self._say(answer)
        return answer == yes

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    sink: Sink


@contextmanager
def listening(handler: type[Handler] = Handler) -> Iterator[Sink]:
    """Run a server on a free port until the block ends."""
    with Server(("127.0.0.1", 0), handler) as server:
        server.sink = Sink(port=server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server.sink
        finally:
            server.shutdown()
            thread.join()
