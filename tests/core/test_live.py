"""The live stream, over a real server, a real database and a Valkey of its own that can be stopped."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from apps.accounts import actions
from apps.accounts.models import Membership, User
from apps.core import live
from apps.core.models import Change
from config.embedded.home import Home
from config.embedded.process import free_port
from config.embedded.valkey import Valkey
from config.variables import ROOT
from tests.people import Room, new_room

if TYPE_CHECKING:
    from collections.abc import Iterator

SOON = 8.0  # seconds to wait for what must come at all


class Server:
    """A web process as it is served, on a port of its own."""

    def __init__(self, valkey: Valkey) -> None:
        self.valkey = valkey
        self.port = free_port()
        database = connection.settings_dict
        address = (
            f"{quote(database['USER'])}:{quote(database['PASSWORD'])}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
        )
        given = {"DATABASE_URL": f"postgres://{address}", "VALKEY_URL": valkey.url, "DJANGO_SETTINGS_MODULE": "config.settings"}
        command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(self.port), "--log-level", "warning"]
        self.process = subprocess.Popen(command, env=os.environ | given, cwd=ROOT)

    def wait(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                httpx.get(f"http://127.0.0.1:{self.port}/healthz")
            except httpx.HTTPError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the server did not start")


class Stream:
    """One open stream: each event is `(name, id, data, when it came)`, and the end an event named end."""

    def __init__(self, server: Server, room: Room, person: User, query: str = "", **headers: str) -> None:
        client = Client()
        client.force_login(person)
        session = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        cookie = {"Cookie": f"{django_settings.SESSION_COOKIE_NAME}={session}"}
        self.events: queue.Queue[tuple[str, int | None, Any, float]] = queue.Queue()
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        _open.append(self)
        self.connection.request("GET", f"/live/{room.workspace.slug}{query}", headers=cookie | headers)
        self.response = self.connection.getresponse()
        self.status = self.response.status
        self.thread = threading.Thread(target=self._read, daemon=True)
        if self.status == 200:
            self.thread.start()

    def _read(self) -> None:
        event: dict[str, str] = {}
        try:
            for raw in self.response:
                name, _, value = raw.decode().rstrip("\n").partition(": ")
                if name:
                    event[name] = value
                    continue
                if "event" in event:
                    self.events.put((event["event"], int(event.get("id", 0)), json.loads(event["data"]), time.monotonic()))
                event = {}
        except (OSError, http.client.HTTPException):  # closed by the test
            pass
        self.events.put(("end", None, None, time.monotonic()))

    def next(self, within: float = SOON) -> tuple[str, int | None, Any, float]:
        return self.events.get(timeout=within)

    def take(self, count: int) -> list[int | None]:
        return [self.next()[1] for _ in range(count)]

    def silent(self, seconds: float) -> bool:
        try:
            self.events.get(timeout=seconds)
        except queue.Empty:
            return True
        return False

    def close(self) -> None:
        if self.connection.sock:  # ends the reading thread's wait
            with contextlib.suppress(OSError):
                self.connection.sock.shutdown(socket.SHUT_RDWR)
        if self.thread.is_alive():
            self.thread.join(SOON)
        self.response.close()
        self.connection.close()


_open: list[Stream] = []


@pytest.fixture(scope="module")
def server(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("valkey")
    valkey = Valkey(Home(folder, folder, None), fast=True)
    valkey.start()
    with django_db_blocker.unblock():
        made = Server(valkey)
    try:
        made.wait()
        yield made
    finally:
        made.process.terminate()
        made.process.wait(20)
        valkey.stop()


@pytest.fixture(autouse=True)
def same_valkey(server: Server, settings: Any) -> Iterator[None]:
    settings.VALKEY_URL = server.valkey.url
    live.valkey.cache_clear()
    yield
    live.valkey().close()
    live.valkey.cache_clear()
    while _open:
        _open.pop().close()


@pytest.fixture
def harbor(transactional_db: None) -> Room:
    return new_room("Harbor")


def rename(room: Room, name: str) -> None:
    actions.edit_workspace(room.actor("owner"), room.workspace, name=name)


def listening(server: Server, room: Room, person: User, query: str = "", **headers: str) -> Stream:
    """Open a stream from now on and wait until it has begun."""
    stream = Stream(server, room, person, query, **headers)
    assert stream.next()[0] == "hello"
    return stream


def test_it_is_an_event_stream_that_nobody_holds_back(server, harbor):
    stream = listening(server, harbor, harbor.viewer)
    assert stream.response.headers["Content-Type"] == "text/event-stream"
    assert stream.response.headers["Cache-Control"] == "no-store"
    assert stream.response.headers["X-Accel-Buffering"] == "no"


def test_two_browsers_hear_of_an_action_within_a_second(server, harbor):
    streams = [listening(server, harbor, harbor.viewer), listening(server, harbor, harbor.editor, **{"Accept-Encoding": "gzip"})]
    began = time.monotonic()
    rename(harbor, "Port")
    for stream in streams:
        name, seq, data, at = stream.next()
        assert (name, seq, data["verb"], data["id"]) == ("change", 1, "workspace.edited", str(harbor.workspace.pk))
        assert set(data) == {"seq", "verb", "type", "id", "version", "scope", "touches", "by"}
        assert at - began < 1


def test_strangers_get_404_and_the_signed_out_401(server, harbor):
    foreign = new_room("Elsewhere")
    assert Stream(server, harbor, foreign.owner).status == 404
    assert httpx.get(f"http://127.0.0.1:{server.port}/live/{harbor.workspace.slug}").status_code == 401
    assert httpx.get(f"http://127.0.0.1:{server.port}/live/nowhere").status_code == 401


def test_nobody_hears_of_another_workspace(server, harbor):
    foreign = new_room("Elsewhere")
    stream = listening(server, foreign, foreign.viewer)
    rename(harbor, "Port")
    assert stream.silent(2)


def test_it_resumes_without_loss_or_repetition(server, harbor):
    for n in range(30):
        rename(harbor, f"Harbor {n}")
    by_header = Stream(server, harbor, harbor.viewer, "?since=3", **{"Last-Event-ID": "10"})
    assert by_header.take(20) == list(range(11, 31))
    by_query = Stream(server, harbor, harbor.viewer, "?since=25")
    assert by_query.take(5) == list(range(26, 31))
    rename(harbor, "Last")
    assert by_header.take(1) == by_query.take(1) == [31]


def test_who_joins_while_others_listen_misses_nothing(server, harbor):
    """Streams that begin anywhere, at any moment of a running stream of changes, each hear all that is after their cursor."""
    busy = listening(server, harbor, harbor.editor)
    stop = threading.Event()

    def write() -> None:
        try:
            for n in range(150):
                if not stop.is_set():
                    rename(harbor, f"Harbor {n}")
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    streams = []
    for _ in range(12):
        time.sleep(0.05)
        head = Change.objects.filter(workspace=harbor.workspace).count()
        since = head // 2
        streams.append((since, Stream(server, harbor, harbor.viewer, f"?since={since}")))
    writer.join()
    for since, stream in streams:
        assert stream.take(150 - since) == list(range(since + 1, 151))
    assert busy.take(150) == list(range(1, 151))


@pytest.mark.parametrize("cursor", ["-1", "1" + "0" * 30, "text", "99", "1.5", "²"])
def test_a_cursor_that_cannot_be_is_reset(server, harbor, cursor):
    rename(harbor, "Port")
    stream = Stream(server, harbor, harbor.viewer, f"?since={quote(cursor)}")
    assert stream.next()[:2] == ("reset", 1)
    rename(harbor, "Bay")
    assert stream.next()[:2] == ("change", 2)


def test_who_was_away_too_long_reloads(server, harbor):
    type(harbor.workspace).objects.update(seq=live.TOO_OLD + 5)
    stream = Stream(server, harbor, harbor.viewer, "?since=4")
    assert stream.next()[:2] == ("reset", live.TOO_OLD + 5)


@pytest.mark.parametrize("how", ["removed", "deactivated"])
def test_a_right_taken_away_ends_the_stream_within_two_seconds(server, harbor, how):
    stream, other = listening(server, harbor, harbor.viewer), listening(server, harbor, harbor.editor)
    began = time.monotonic()
    if how == "removed":
        actions.remove_member(harbor.actor("owner"), Membership.objects.get(user=harbor.viewer))
    else:
        User.objects.filter(pk=harbor.viewer.pk).update(is_active=False)
    rename(harbor, "Secret")
    events = [stream.next()[0], stream.next()]
    assert (events[0], events[1][0]) == ("gone", "end")
    assert events[1][3] - began < 2
    assert other.next()[0] == "change"


def test_without_valkey_it_is_two_seconds_late_and_quick_again_after(server, harbor):
    stream = listening(server, harbor, harbor.viewer)
    server.valkey.stop()
    try:
        began = time.monotonic()
        rename(harbor, "Port")
        assert time.monotonic() - began < 1  # the edit itself does not wait for it
        assert stream.next()[3] - began < 2.3
        late = Stream(server, harbor, harbor.editor, "?since=0")
        assert late.take(1) == [1]
    finally:
        server.valkey.start()
    time.sleep(2 * live.LOOK_EVERY + 0.5)  # until the reader has found it again
    delays = []
    for n in range(3):
        began = time.monotonic()
        rename(harbor, f"Bay {n}")
        delays.append(stream.next()[3] - began)
    assert max(delays) < 1


def sessions() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def test_forty_streams_share_one_database_connection(server, harbor):
    before = sessions()  # a server of another test may have left some
    streams = [listening(server, harbor, getattr(harbor, role)) for role in ("viewer", "editor") * 20]
    assert sessions() - before <= 2
    rename(harbor, "Port")
    assert [stream.take(1) for stream in streams] == [[1]] * 40
    assert sessions() - before <= 2
    while _open:
        _open.pop().close()
    time.sleep(0.5)
    rename(harbor, "Bay")  # nobody listens: nothing breaks
    again = Stream(server, harbor, harbor.viewer, "?since=1")
    assert again.take(1) == [2]
