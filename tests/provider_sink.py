"""A small HTTP server for tests that stands in for a provider of mail: takes mails, or answers, refuses and hangs up as told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


@dataclass
class Provider:
    """What the server was told to do, and what it got.

    `answer` is the status and the body given; with `hang_up` it takes the request and goes away without a word. `at` is called
    when a whole request is there. `taken` are the requests that it said yes to, each with its path, headers and data.
    """

    url: str = ""
    answer: tuple[int, Any] = (200, {})
    hang_up: bool = False
    at: Callable[[], object] = int
    got: list[dict[str, Any]] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        provider = self.server.provider
        body = self.rfile.read(int(self.headers["Content-Length"]))
        provider.got.append({"path": self.path, "headers": dict(self.headers), "data": _data(self.headers["Content-Type"], body)})
        provider.at()
        if provider.hang_up:
            self.close_connection = True
            return
        status, answer = provider.answer
        text = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass


def _data(kind: str, body: bytes) -> Any:
    """Return what a request says: JSON, or a form as `{name: [values]}`."""
    if kind.startswith("application/json"):
        return json.loads(body)
    if kind.startswith("multipart/form-data"):
        parts = BytesParser().parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body).get_payload()
        found: dict[str, list[Any]] = {}
        for part in parts:
            name = part.get_param("name", header="Content-Disposition")
            found.setdefault(name, []).append(part.get_filename() or part.get_payload(decode=True).decode())
        return found
    return parse_qs(body.decode())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    provider: Provider


@contextmanager
def answering() -> Iterator[Provider]:
    """Run a server on a free port until the block ends."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.provider = Provider(url=f"http://127.0.0.1:{server.server_address[1]}/")
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server.provider
        finally:
            server.shutdown()
            thread.join()
