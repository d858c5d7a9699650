"""Reading a roadmap as a page and as a list, editing it, and hearing of an edit."""

from __future__ import annotations

import socket
import time
from datetime import date, timedelta
from functools import partial
from itertools import count, cycle
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import redis
from django.conf import settings
from django.db import connection

from apps.roadmap.actions import edit_item
from apps.roadmap.models import Contribution, Item
from apps.vision.models import Goal
from tests.bench import floors
from tests.bench.measure import report
from tests.people import Room, new_room
from tests.serving import served

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client


def filled(items: int) -> Room:
    """Return a room whose product has so many items, each with 300 characters of text and a goal."""
    room = new_room(f"Bench{items}")
    goals = [
        Goal.objects.create(
            workspace=room.workspace, product=room.product, name=f"Goal {n}", rank=f"a{n}", weight=25, colour=n + 1
        )
        for n in range(4)
    ]
    begin = date(2026, 7, 1)
    made = [
        Item(
            workspace=room.workspace, product=room.product, number=n + 1, title=f"Item {n} & more", description="why " * 75,
            rank=f"b{n:06d}", start=begin + timedelta(n % 300), end=begin + timedelta(n % 300 + 40), granularity="day",
            owner=room.editor, status="planned", horizon="next",
        )
        for n in range(items)
    ]  # fmt: skip
    Item.objects.bulk_create(made, batch_size=1_000)
    Contribution.objects.bulk_create(
        [
            Contribution(workspace=room.workspace, product=room.product, item=item, goal=goals[n % 4])
            for n, item in enumerate(made)
        ],
        batch_size=2_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return room


def run() -> None:
    """Run this file's benchmarks."""
    for items in (1_000, 10_000):
        room = filled(items)
        reading(room, items)
        if items == 1_000:
            editing(room)
            hearing(room)


def reading(room: Room, items: int) -> None:
    """Open the roadmap, again and for the first time after an edit, and read the list by REST."""
    page, api, bare = room.client("viewer"), room.api("viewer"), floors.client()
    product = room.product.pk
    html = lambda: _ok(bare.get(f"/html/{product}"))  # noqa: E731
    listed = lambda: _ok(bare.get(f"/list/{product}"))  # noqa: E731
    against = f"HTML of all {items} items built in the database, behind a bare view"
    another = edits(room)  # one for all: the same edits once more would change nothing
    for name, address in (("first_screen", "roadmap/"), ("whole", f"roadmap/?rows={items}")):
        opened = partial(_opened, page, room.path(address))
        rounds = 15 if name == "first_screen" else 7
        report(f"roadmap_{name}_{items}", opened, html, against, goal=4, rounds=rounds)
        report(f"roadmap_{name}_{items}_after_an_edit", opened, html, against, goal=4, rounds=rounds, before=another)
    rows = lambda: _ok(api.get(f"/api/v1/items/?limit=1000&product={product}"))  # noqa: E731
    report(f"items_list_1000_of_{items}", rows, listed, "the same JSON built in the database, behind a bare view", goal=3)


def edits(room: Room) -> Callable[[], object]:
    """Return what edits another item of the room each time."""
    found = cycle(Item.objects.filter(product=room.product).order_by("id")[:50])
    numbers = count(1)
    return lambda: edit_item(room.actor(), next(found), title=f"Edited {next(numbers)}", progress=next(numbers) % 100)


def _opened(page: Client, address: str) -> None:
    _ok(page.get(address))


def _ok(response: Any) -> None:
    if response.status_code >= 300:
        raise AssertionError((response.status_code, response.content[:500]))


def editing(room: Room) -> None:
    """One edit with token, rights, stale check, change stream and wake-up, beside a bare transaction of two statements."""
    api, item = room.api(), Item.objects.filter(product=room.product).order_by("id")[0]
    versions = count(item.version)

    def edit() -> None:
        version = next(versions)
        _ok(
            api.patch(
                f"/api/v1/items/{item.pk}/", {"title": f"Edit {version}"}, content_type="application/json",
                headers={"If-Match": f'"{version}"'},
            )
        )  # fmt: skip

    last, client = Item.objects.order_by("-id")[0].pk, floors.client()

    def bare() -> None:
        _ok(client.post(f"/edit/{last}"))

    report("edit_by_rest", edit, bare, "a transaction of one UPDATE and one INSERT, behind a bare view", goal=5, rounds=60)


def hearing(room: Room) -> None:
    """From the edit's request until another person's stream has the frame, beside a message through Valkey alone."""
    client = room.client("viewer")
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    item = Item.objects.filter(product=room.product).order_by("-id")[0]
    versions, seq = count(item.version), type(room.workspace).objects.get(pk=room.workspace.pk).seq
    headers = {"Authorization": f"Bearer {room.token()}"}
    with served() as url, httpx.Client(base_url=url, headers=headers) as editor:
        stream = _listen(urlsplit(url).port or 0, f"/live/{room.workspace.slug}?since={seq}", cookie)

        def heard() -> None:
            version = next(versions)
            answer = editor.patch(
                f"/api/v1/items/{item.pk}/", json={"title": f"Heard {version}"}, headers={"If-Match": f'"{version}"'}
            )
            _ok(answer)
            while b"event: change" not in stream.recv(65_536):
                pass

        report("edit_until_another_hears", heard, _echo(), "a message through Valkey, sent and received", goal=100, rounds=40)
        stream.close()
        time.sleep(0.2)  # until the server has noticed, which else ends the stream by force


def _listen(port: int, path: str, cookie: str) -> socket.socket:
    stream = socket.create_connection(("127.0.0.1", port))
    stream.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nAccept: text/event-stream\r\n\r\n".encode())
    head = stream.recv(65_536)
    if b" 200 " not in head.split(b"\r\n")[0]:
        raise AssertionError(head[:300])
    time.sleep(0.5)
    stream.settimeout(5)
    return stream


def _echo() -> Callable[[], object]:
    valkey = redis.Redis.from_url(settings.VALKEY_URL)
    wakes = valkey.pubsub()
    wakes.subscribe("bench")
    wakes.get_message(timeout=1)

    def echo() -> object:
        valkey.publish("bench", "1")
        return wakes.get_message(timeout=1)

    return echo
