"""The one address: live streams go to Django's async handler, everything else to its WSGI handler in threads.

Pages and REST are several times faster there than under Django's ASGI handler; docs/architecture.md has the figures.
"""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from a2wsgi import WSGIMiddleware
from django.core.asgi import get_asgi_application

from config import env

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

LIVE = "/live/"
# Of one process. Each holds a database connection; beyond a few, threads of one interpreter only wait for each other.
THREADS = 8


class Root:
    """The ASGI application of each web process."""

    def __init__(self) -> None:
        self.live: Any = get_asgi_application()  # first: it sets Django up
        from config.wsgi import application  # noqa: PLC0415

        pages: Any = application
        self.pages: Any = WSGIMiddleware(pages, workers=THREADS)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await lifespan(receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
        elif scope["path"].startswith(LIVE):
            await self.live(plain(scope), receive, send)
        else:
            await self.pages(plain(scope), whole(receive), signed(scope, send))


async def lifespan(receive: Receive, send: Send) -> None:
    """Answer the server's start and stop. What was loaded by the start is never garbage: the collector may pass it by."""
    await receive()
    gc.collect()
    gc.freeze()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


def plain(scope: Message) -> Message:
    """Return the scope as WSGI can say it: a query in ASCII, and no header that passes for another by an underscore."""
    query = quote(scope["query_string"], safe="!#$%&'()*+,/:;=?@[]~|\"<>\\^`{}")
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    return {**scope, "query_string": query.encode("ascii"), "headers": headers}


def whole(receive: Receive) -> Receive:
    """Return a reader that refuses to pass half a body for a whole one when the client has gone."""

    async def read() -> Message:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionResetError("The client went away before its request was whole.")
        return message

    return read


def signed(scope: Message, send: Send) -> Send:
    """Return a sender that lets the supervisor know its own child: a server that answers need not be ours."""
    if not env.INSTANCE or scope["path"] != "/healthz":
        return send

    async def sign(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"x-lodestar-instance", env.INSTANCE.encode())]
        await send(message)

    return sign


application = Root()
