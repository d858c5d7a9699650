"""Live updates: the truth is `Change.seq > cursor` in PostgreSQL; Valkey only wakes the readers.

One reader per process and workspace fans out to its open streams. Frames carry ids and versions and no
content: the browser fetches what it may see through its own page. Membership is read in the statement
that reads the changes, so that a revoked right ends the stream with the next look, 2 seconds at most.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson
import redis
import redis.asyncio
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from apps.core.models import Change

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

log = logging.getLogger(__name__)

LOOK_EVERY = 1.5  # seconds between two looks when nothing wakes the reader
TOO_OLD = 10_000  # changes; a browser that missed more reloads instead
BUFFER = 1_000  # frames that a slow browser may lag behind before it is cut off
# One thread, one database connection a process, however many streams are open.
_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live")
_readers: dict[UUID, Reader] = {}


@functools.cache
def _valkey() -> redis.Redis:
    # A short time-out and no retries: with Valkey down, an edit must not wait for it.
    return redis.Redis.from_url(
        settings.VALKEY_URL, socket_timeout=0.2, socket_connect_timeout=0.2, retry=redis.retry.Retry(redis.backoff.NoBackoff(), 0)
    )


def channel(workspace_id: UUID) -> str:
    return f"{settings.VALKEY_PREFIX}live:{workspace_id}"


def wake(workspace_id: UUID, seq: int) -> None:
    """Tell the readers of a workspace that there is something to read; losing this costs a second or two."""
    try:
        _valkey().publish(channel(workspace_id), seq)
    except redis.RedisError as error:
        log.warning("live streams were not woken: %s", error)


@dataclass(slots=True)
class Look:
    """What one statement saw: the newest number, who may listen, and the changes after the cursor."""

    head: int
    members: frozenset[str]
    changes: list[dict[str, Any]]


def look(workspace_id: UUID, cursor: int) -> Look | None:
    """Read the changes after `cursor` together with the people who may hear of them, or None without workspace."""
    workspace = apps.get_model(settings.WORKSPACE_MODEL)
    changes = (
        Change.objects.filter(workspace=OuterRef("pk"), seq__gt=cursor)
        .order_by("seq")
        .values(
            frame=JSONObject(
                seq="seq",
                verb="verb",
                type="object_type",
                id="object_id",
                version="version",
                scope="scope",
                touches="touches",
                by="actor_id",
            )
        )[:TOO_OLD]
    )
    members = workspace._base_manager.filter(pk=OuterRef("pk")).values_list("memberships__user_id")
    row = (
        workspace._base_manager.filter(pk=workspace_id)
        .values_list(F("seq"), ArraySubquery(members), ArraySubquery(changes))
        .first()
    )
    return row and Look(row[0], frozenset(str(m) for m in row[1] if m), row[2])


def _look_in_thread(workspace_id: UUID, cursor: int) -> Look | None:
    try:
        connection.close_if_unusable_or_obsolete()
        return look(workspace_id, cursor)
    except Exception:
        connection.close()
        raise


@dataclass(slots=True)
class Listener:
    """One open stream."""

    user_id: str
    cursor: int
    frames: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(BUFFER))

    def put(self, frame: bytes | None) -> None:
        try:
            self.frames.put_nowait(frame)
        except asyncio.QueueFull:  # too slow: cut off; it resumes from its last id
            while not self.frames.empty():
                self.frames.get_nowait()
            self.frames.put_nowait(None)


class Reader:
    """The one task of this process that reads a workspace's changes."""

    def __init__(self, workspace_id: UUID) -> None:
        self.workspace_id = workspace_id
        self.listeners: set[Listener] = set()
        self.task: asyncio.Task[None] | None = None
        self.catching_up: asyncio.Task[None] | None = None

    def join(self, listener: Listener) -> None:
        self.listeners.add(listener)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._run())
        else:  # what it missed must not wait for the next wake-up
            self.catching_up = asyncio.create_task(self._tell())

    def leave(self, listener: Listener) -> None:
        self.listeners.discard(listener)

    async def _run(self) -> None:
        try:
            while self.listeners:
                # Subscribing before looking: what happens in between wakes us again.
                with contextlib.suppress(redis.RedisError, OSError):
                    await self._follow()
                    continue
                await self._tell()
                await asyncio.sleep(LOOK_EVERY)
        finally:
            _readers.pop(self.workspace_id, None)
            for listener in self.listeners:
                listener.put(None)

    async def _follow(self) -> None:
        async with (
            redis.asyncio.Redis.from_url(settings.VALKEY_URL, socket_connect_timeout=1) as valkey,
            valkey.pubsub() as wakes,
        ):
            await wakes.subscribe(channel(self.workspace_id))
            while self.listeners:
                await self._tell()
                await wakes.get_message(ignore_subscribe_messages=True, timeout=LOOK_EVERY)

    async def _tell(self) -> None:
        cursor = min((listener.cursor for listener in self.listeners), default=0)
        loop = asyncio.get_running_loop()
        try:
            seen = await loop.run_in_executor(_thread, _look_in_thread, self.workspace_id, cursor)
        except Exception as error:  # noqa: BLE001 - the database is away; the streams wait for it
            log.warning("live look failed: %s", error)
            return
        for listener in tuple(self.listeners):
            self._serve(listener, seen)

    def _serve(self, listener: Listener, seen: Look | None) -> None:
        if seen is None or listener.user_id not in seen.members:
            listener.put(b"event: gone\ndata: {}\n\n")
            listener.put(None)
            self.leave(listener)
        elif not 0 <= listener.cursor <= seen.head or seen.head - listener.cursor >= TOO_OLD:
            listener.cursor = seen.head
            listener.put(b"event: reset\nid: %d\ndata: {}\n\n" % seen.head)
        else:
            for change in seen.changes:
                if change["seq"] > listener.cursor:
                    listener.cursor = change["seq"]
                    listener.put(_frame(change))


def _frame(change: dict[str, Any]) -> bytes:
    return b"event: change\nid: %d\ndata: %s\n\n" % (change["seq"], orjson.dumps(change))


async def stream(workspace_id: UUID, user_id: UUID, cursor: int) -> AsyncIterator[bytes]:
    """Yield the frames of one stream, beginning after `cursor`, with a comment every 15 s to keep it open."""
    listener = Listener(str(user_id), cursor)
    reader = _readers.setdefault(workspace_id, Reader(workspace_id))
    reader.join(listener)
    yield b"retry: 1000\n\n"
    try:
        while True:
            try:
                frame = await asyncio.wait_for(listener.frames.get(), 15)
            except TimeoutError:
                frame = b": still here\n\n"
            if frame is None:
                return
            yield frame
    finally:
        reader.leave(listener)
