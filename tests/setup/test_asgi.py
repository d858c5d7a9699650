"""The one address: what WSGI cannot say is put plainly, and nothing half is passed for whole."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from a2wsgi import WSGIMiddleware

from config import asgi, env


def scope(path: str = "/", query: bytes = b"", headers: list[tuple[bytes, bytes]] | None = None) -> dict[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "query_string": query,
        "headers": headers or [],
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 9),
    }


def call(application: Any, request: dict[str, Any], received: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """Return the messages that the application sends."""
    sent: list[dict[str, Any]] = []
    waiting = list(received or [{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    with ThreadPoolExecutor() as threads:  # a browser test may have left its loop in this one
        threads.submit(asyncio.run, application(request, receive, send)).result()
    return sent


def echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """A WSGI application that says what it was given."""
    start_response("200 OK", [])
    words = [environ["QUERY_STRING"], environ.get("HTTP_X_FORWARDED_FOR", "-"), environ["wsgi.input"].read().decode()]
    return ["|".join(words).encode()]


@pytest.mark.parametrize(
    ("sent", "read"),
    [(b"a=%C3%A9&b=1+2", "a=%C3%A9&b=1+2"), ("a=é".encode(), "a=%C3%A9"), (b"\xff", "%FF"), (b'q="<x>"[1]', 'q="<x>"[1]')],
)
def test_any_query(sent, read):
    pages = WSGIMiddleware(echo)
    body = call(lambda s, r, w: pages(asgi.plain(s), asgi.whole(r), w), scope(query=sent))
    assert body[1]["body"].decode() == f"{read}|-|"


def test_an_underscore_makes_no_header():
    pages = WSGIMiddleware(echo)
    request = scope(headers=[(b"x_forwarded_for", b"6.6.6.6")])
    assert call(lambda s, r, w: pages(asgi.plain(s), r, w), request)[1]["body"] == b"|-|"


def test_half_a_body_is_none():
    pages = WSGIMiddleware(echo)
    parts = [{"type": "http.request", "body": b"half", "more_body": True}, {"type": "http.disconnect"}]
    with pytest.raises(ConnectionResetError, match="before its request was whole"):
        call(lambda s, r, w: pages(asgi.plain(s), asgi.whole(r), w), scope(), parts)


def test_only_health_is_signed(monkeypatch):
    monkeypatch.setattr(env, "INSTANCE", "word")
    pages = WSGIMiddleware(echo)

    def headers(path: str) -> list[tuple[bytes, bytes]]:
        found: list[tuple[bytes, bytes]] = call(lambda s, r, w: pages(s, r, asgi.signed(s, w)), scope(path))[0]["headers"]
        return found

    assert headers("/healthz") == [(b"x-lodestar-instance", b"word")]
    assert headers("/") == []


def test_no_web_socket():
    assert call(asgi.application, {"type": "websocket"}) == [{"type": "websocket.close", "code": 1000}]
