"""The routes of the product, as the resolver has them, and the calls that the table of routes asks for."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass
from json import dumps
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contracts.world import World

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ACTORS = ("anon", "viewer", "commenter", "editor", "owner", "stranger")


@dataclass(frozen=True)
class Route:
    """One address: its name with the namespace, the names in its path, and its REST view if it has one."""

    name: str
    kwargs: tuple[str, ...]
    view: Any
    rest: bool

    def url(self, **kwargs: Any) -> str:
        return reverse(self.name, kwargs=kwargs)


def routes() -> dict[str, Route]:
    return {route.name: route for route in _walk(get_resolver().url_patterns, "", ())}


def _walk(patterns: Any, space: str, above: tuple[str, ...]) -> Iterator[Route]:
    for each in patterns:
        names = (*above, *re.findall(r"<(?:\w+:)?(\w+)>", str(each.pattern)))
        if isinstance(each, URLPattern):
            view = getattr(each.callback, "cls", None)
            yield Route(f"{space}{each.name}", names, view, view is not None)
        else:
            yield from _walk(each.url_patterns, space + (f"{each.namespace}:" if each.namespace else ""), names)


class Callers:
    """A client for each actor: with a session for pages, with a token for REST."""

    def __init__(self, own: World, foreign: World) -> None:
        self.own, self.foreign = own, foreign
        self.web = {role: own.room.client(role) for role in ACTORS[1:-1]} | {
            "anon": Client(), "stranger": foreign.room.client("owner"),
        }  # fmt: skip
        self.api = {role: own.room.api(role) for role in ACTORS[1:-1]} | {
            "anon": Client(), "stranger": foreign.room.api("owner"), "reader": own.room.api("owner", "read"),
        }  # fmt: skip
        for client in (*self.web.values(), *self.api.values()):
            client.raise_request_exception = False

    def call(self, who: str, route: Route, method: str, url: str, data: Any = None) -> Any:
        client = (self.api if route.rest else self.web)[who]
        kept = copy(client.cookies)
        try:
            if not route.rest:
                return client.post(url, data or {}) if method == "POST" else client.generic(method, url)
            headers = {"If-Match": '"1"'}
            text = dumps(data if data is not None else {}, default=str) if method != "GET" else ""
            return client.generic(method, url, text, content_type="application/json", headers=headers)
        finally:
            client.cookies = kept  # a share link leaves its mark


def changed_ids(value: Any, swap: dict[str, str]) -> Iterator[Any]:
    """Yield the value once for each id in it, with that one id exchanged for its foreign counterpart."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from ({**value, key: other} for other in changed_ids(each, swap))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from ([*value[:index], other, *value[index + 1 :]] for other in changed_ids(each, swap))
    elif str(value) in swap:
        yield swap[str(value)]


def exchange(own: World, foreign: World) -> dict[str, str]:
    """Return which id of the foreign world stands where in the own."""
    swap = {}
    for name, thing in vars(own.things).items():
        if isinstance(getattr(thing, "pk", None), UUID):
            swap[str(thing.pk)] = str(getattr(foreign, name).pk)
    for role in ACTORS[1:-1]:
        swap[str(getattr(own.room, role).pk)] = str(getattr(foreign.room, role).pk)
    return swap


def without_chance(body: bytes) -> str:
    """Return a page without its nonce and its token, which differ each time."""
    text = re.sub(r'nonce="[^"]*"', "", body.decode())
    return re.sub(r'"X-CSRFToken": "[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"', "", text)
