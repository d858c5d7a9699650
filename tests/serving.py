"""The product served by the root that serves it in production, for browsers in tests, benchmarks and pictures."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from tests import services

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, ASGISendEvent, Scope

NOT_KEPT = (b"cache-control", b"no-store")


@contextmanager
def own_database() -> Iterator[None]:
    """Set Django up on an empty database of its own, outside pytest. Django's test mode would slow every template down."""
    for name, value in {**services.DEFAULTS, **services._start()}.items():
        os.environ[name] = value
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    os.environ["ALLOWED_HOSTS"] = "testserver,127.0.0.1"
    import django  # noqa: PLC0415 - the environment comes first

    django.setup()
    from django.db import connections  # noqa: PLC0415
    from django.test.utils import setup_databases, teardown_databases  # noqa: PLC0415

    databases = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        end_other_sessions()
        connections.close_all()
        teardown_databases(databases, verbosity=0)


def end_other_sessions() -> None:
    """Close what the server's threads left open, so that the database can be dropped."""
    from django.db import connection  # noqa: PLC0415 - Django is set up by now

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def late_scripts(application: ASGI3Application, seconds: float) -> ASGI3Application:
    """Return the application with scripts that come so much later, at each page."""

    async def slowed(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        async def uncached(event: ASGISendEvent) -> None:
            if event["type"] == "http.response.start":
                event["headers"] = [*(each for each in event["headers"] if each[0].lower() != b"cache-control"), NOT_KEPT]
            await send(event)

        if scope["type"] != "http" or not scope["path"].endswith(".js"):
            return await application(scope, receive, send)
        await asyncio.sleep(seconds)
        return await application(scope, receive, uncached)

    return slowed


@contextmanager
def served(late: float = 0) -> Iterator[str]:
    """Serve on a free port of this machine, and return the address; scripts may come so many seconds `late`."""
    from config.asgi import application  # noqa: PLC0415 - it sets Django up, which whoever calls must do first

    app = late_scripts(application, late) if late else application
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=10)
