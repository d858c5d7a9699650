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
import redis.asyncio.retry
import redis.backoff
import redis.retry
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import F, OuterRef
from django.db.models.functions import Greatest, JSONObject

from apps.core.models import Change

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

log = logging.getLogger(__name__)

LOOK_EVERY = 1.5  # seconds between two looks when nothing wakes the reader
TOO_OLD = 2_000  # changes; a browser that missed more reloads instead
BUFFER = 200  # looks' worth of frames that a slow browser may lag behind before it is cut off
STILL_HERE = 15  # seconds without a frame, after which a comment keeps the connection open
NEWEST = 2**63 - 1  # above every change: a look that needs none
BAD = -1  # a cursor that no change can have: its stream begins with a reset
# One thread, one database connection a process, however many streams are open.
_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live")
_readers: dict[UUID, Reader] = {}


@functools.cache
def valkey() -> redis.Redis:
    """Return this process's client. With Valkey down nothing may wait for it: short time-outs, no retries."""
    return redis.Redis.from_url(settings.VALKEY_URL, socket_timeout=0.2, socket_connect_timeout=0.2, retry=_once())


def _once() -> redis.retry.Retry:
    return redis.retry.Retry(redis.backoff.NoBackoff(), 0)


def channel(workspace_id: UUID) -> str:
    return f"{settings.VALKEY_PREFIX}live:{workspace_id}"


def wake(workspace_id: UUID, seq: int) -> None:
    """Tell the readers of a workspace that there is something to read; losing this costs a second or two."""
    try:
        valkey().publish(channel(workspace_id), seq)
    except redis.RedisError as error:
        log.warning("live streams were not woken: %s", error)


@dataclass(slots=True)
class Look:
    """What one statement saw: the newest number, who may listen, and the changes after the cursor."""

    head: int
    members: frozenset[str]
    changes: list[dict[str, Any]]


def look(workspace_id: UUID, cursor: int) -> Look | None:
    """Read the changes after `cursor` together with the people who may hear of them, or None without workspace.

    Of more changes than `TOO_OLD` only the newest are read: who needs the others is told to reload.
    """
    workspace = apps.get_model(settings.WORKSPACE_MODEL)
    changes = (
        Change.objects.filter(workspace=OuterRef("pk"), seq__gt=Greatest(cursor, OuterRef("seq") - TOO_OLD))
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
        )
    )
    members = workspace._base_manager.filter(pk=OuterRef("pk"), memberships__user__is_active=True).values_list(
        "memberships__user_id"
    )
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


@dataclass(slots=True, eq=False)
class Listener:
    """One open stream. Its cursor is the last change it was told of; None until it is told where the stream stands."""

    user_id: str
    cursor: int | None
    frames: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(BUFFER))

    def put(self, frame: bytes | None) -> None:
        try:
            self.frames.put_nowait(frame)
        except asyncio.QueueFull:  # too slow: cut off; it resumes from its last id
            while not self.frames.empty():
                self.frames.get_nowait()
            self.frames.put_nowait(None)


class Reader:
    """The one reader of a workspace's changes in this process: it looks when it is woken, and every 1.5 s anyway."""

    def __init__(self, workspace_id: UUID) -> None:
        self.workspace_id = workspace_id
        self.listeners: set[Listener] = set()
        self.woken = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    def join(self, listener: Listener) -> None:
        self.listeners.add(listener)
        self.woken.set()  # what it missed must not wait
        if self.task is None:
            self.task = asyncio.create_task(self._run())

    def leave(self, listener: Listener) -> None:
        self.listeners.discard(listener)
        if not self.listeners:
            self.woken.set()

    async def _run(self) -> None:
        ear = asyncio.create_task(self._hear())
        try:
            while self.listeners:
                self.woken.clear()
                await self._tell()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.woken.wait(), LOOK_EVERY)
        finally:
            _readers.pop(self.workspace_id, None)
            ear.cancel()
            for listener in self.listeners:
                listener.put(None)

    async def _hear(self) -> None:
        """Wake the reader with every message; without Valkey try again every now and then."""
        while True:
            with contextlib.suppress(redis.RedisError, OSError):
                async with _subscriber() as client, client.pubsub() as wakes:
                    await wakes.subscribe(channel(self.workspace_id))
                    while True:
                        # The first message is the subscription's own: what happened before it is looked for as well.
                        if await wakes.get_message(timeout=STILL_HERE):
                            self.woken.set()
            await asyncio.sleep(LOOK_EVERY)

    async def _tell(self) -> None:
        """Look once and tell everybody who was here before the look; who came during it is served by the next."""
        here = tuple(self.listeners)
        cursors = [listener.cursor for listener in here if listener.cursor is not None and listener.cursor != BAD]
        loop = asyncio.get_running_loop()
        try:
            seen = await loop.run_in_executor(_thread, _look_in_thread, self.workspace_id, min(cursors, default=NEWEST))
        except Exception as error:  # noqa: BLE001 - the database is away; the streams wait for it
            log.warning("live look failed: %s", error)
            return
        frames = [(change["seq"], _frame(change)) for change in seen.changes] if seen else []
        for listener in here:
            if listener in self.listeners:
                self._serve(listener, seen, frames)

    def _serve(self, listener: Listener, seen: Look | None, frames: list[tuple[int, bytes]]) -> None:
        if seen is None or listener.user_id not in seen.members:
            listener.put(b"event: gone\ndata: {}\n\n")
            listener.put(None)
            self.leave(listener)
            return
        before, listener.cursor = listener.cursor, seen.head
        if before is None:
            listener.put(b"event: hello\nid: %d\ndata: {}\n\n" % seen.head)
        elif not 0 <= before <= seen.head or seen.head - before > TOO_OLD:
            listener.put(b"event: reset\nid: %d\ndata: {}\n\n" % seen.head)
        elif missed := [frame for seq, frame in frames if seq > before]:
            listener.put(b"".join(missed))


def _subscriber() -> redis.asyncio.Redis:
    return redis.asyncio.Redis.from_url(
        settings.VALKEY_URL, socket_connect_timeout=1, retry=redis.asyncio.retry.Retry(redis.backoff.NoBackoff(), 0)
    )


def _frame(change: dict[str, Any]) -> bytes:
    return b"event: change\nid: %d\ndata: %s\n\n" % (change["seq"], orjson.dumps(change))


def cursor_of(text: str | None) -> int | None:
    """Return the cursor that a browser sends: None without one, `BAD` for what no change can have."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else BAD


async def stream(workspace_id: UUID, user_id: UUID, cursor: int | None) -> AsyncIterator[bytes]:
    """Yield the frames of one stream: those after `cursor`, or from now on without one; comments keep it open."""
    listener = Listener(str(user_id), cursor)
    reader = _readers.setdefault(workspace_id, Reader(workspace_id))
    reader.join(listener)
    try:
        yield b"retry: 1000\n\n"
        while True:
            try:
                frame = await asyncio.wait_for(listener.frames.get(), STILL_HERE)
            except TimeoutError:
                frame = b": still here\n\n"
            if frame is None:
                return
            yield frame
    finally:
        reader.leave(listener)
