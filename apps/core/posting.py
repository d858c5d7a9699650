"""A POST to an address that somebody of a workspace named: to public addresses only, bounded in time and size, never led on.

The name is resolved once, every address it has is looked at, and the connection goes to the address that was looked at: a name
that means something else a moment later leads nowhere else. TLS still proves the name.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext

if TYPE_CHECKING:
    from collections.abc import Callable

CONNECT, WHOLE = 5, 10  # seconds for the connection, and for all of it
_EMBEDS = (IPv6Network("64:ff9b::/96"), IPv6Network("::/96"))  # addresses that carry one of version 4 at their end


class Refused(Exception):
    """The address is none that we post to; the text says why and what helps."""


class Failed(Exception):
    """Nothing was accepted; the text says what happened."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address to post to, taken apart: never with a user, a fragment or another scheme."""

    secure: bool
    host: str
    port: int
    path: str


def target_of(url: str, *, private: bool) -> Target:
    """Return an address taken apart, or raise `Refused`; plain http only where `private` networks are allowed."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused(gettext("This is not an address; write it like https://hooks.example.com/roadmap.")) from error
    _check(url, parts, private=private)
    host = str(parts.hostname)
    with contextlib.suppress(ValueError):
        _check_address(ip_address(host), private=private)
    secure = parts.scheme == "https"
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    return Target(secure, host, port or (443 if secure else 80), path)


def _check(url: str, parts: SplitResult, *, private: bool) -> None:
    if parts.scheme not in ({"https", "http"} if private else {"https"}) or not parts.hostname:
        raise Refused(gettext("Give an address that begins with https://."))
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Refused(gettext("Leave user, password and fragment out of the address; the signature says who sends."))
    if not url.isascii() or not url.isprintable() or " " in url:
        raise Refused(gettext("Write the address in plain letters, other ones escaped."))


def is_allowed(address: IPv4Address | IPv6Address, *, private: bool) -> bool:
    """Say whether we connect to an address: a public one, or one of a private network where these are allowed."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped
        if inner is None and any(address in each for each in _EMBEDS) and not address.is_loopback:
            inner = IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner is not None:
            return is_allowed(inner, private=private)
        if address.sixtofour or address.teredo or address.is_site_local:
            return False
    if address.is_multicast or address.is_unspecified or address.is_link_local:
        return False
    return address.is_global or (private and (address.is_private or address.is_loopback))


def _check_address(address: IPv4Address | IPv6Address, *, private: bool) -> None:
    if not is_allowed(address, private=private):
        said = gettext("%(address)s is no public address; whoever runs this instance may allow private networks.")
        raise Refused(said % {"address": address})


def post(url: str, body: bytes, headers: dict[str, str], *, private: bool, before: Callable[[], None]) -> int:
    """Post and return the status of the answer, whose body is not read; `before` runs when the receiver is about to have it.

    Raises `Refused` for where we do not post to, and `Failed` when there was no answer.
    """
    target = target_of(url, private=private)
    try:
        connection = _Connection(target, _resolved(target, private=private))
        connection.connect()
    except (OSError, ssl.SSLError) as error:
        raise Failed(f"{target.host} could not be reached: {_words(error)}") from error
    end = threading.Timer(WHOLE, connection.cut)
    end.daemon = True
    end.start()
    try:
        before()
        connection.request("POST", target.path, body, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise Failed(f"{target.host} did not answer: {_words(error)}") from error
    finally:
        end.cancel()
        connection.close()


def _resolved(target: Target, *, private: bool) -> tuple[str, int]:
    """Return where to connect; every address of the name must be one that we connect to."""
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    for *_, place in found:
        _check_address(ip_address(str(place[0]).partition("%")[0]), private=private)
    first = found[0][4]
    return str(first[0]), int(first[1])


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was looked at, whatever its name means by then."""

    def __init__(self, target: Target, place: tuple[str, int]) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT)
        self.default_port = 443 if target.secure else 80
        self.target, self.place = target, place

    def connect(self) -> None:
        """Connect, and have the name proven where it is https."""
        plain = socket.create_connection(self.place, timeout=CONNECT)
        self.sock = plain
        if self.target.secure:
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.target.host)
        self.sock.settimeout(WHOLE)

    def cut(self) -> None:
        """End it in the middle: it took too long."""
        with contextlib.suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
