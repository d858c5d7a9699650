"""One body for many readers: it is encoded once, and what is each reader's own is put into its places.

A text in quoted-printable may be cut anywhere by a soft line break (RFC 2045, 6.7), so what was encoded apart fits together.
"""

from __future__ import annotations

import re
import secrets
from base64 import encodebytes
from binascii import b2a_qp
from dataclasses import dataclass
from email import policy
from email.utils import format_datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.html import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+", re.ASCII)
_SOFT = b"=\r\n"  # a line break that is none
_NONE = re.compile(r"[\r\n]")
# Headers that Django gives a message, and that a letter, or each part of its body, has of its own.
_EACH = ("Date", "Message-ID", "Content-Type", "Content-Transfer-Encoding")
_KEY = secrets.token_hex(8)  # nobody's words can hold what stands for a place
_PLACE = re.compile(f"place{_KEY}of([a-z]+)z")


def place(name: str) -> str:
    """Return what stands in a text where a reader's own words go; it passes unchanged through templates, MJML and addresses."""
    return f"place{_KEY}of{name}z"


@dataclass(frozen=True, eq=False)
class Sheet:
    """What many readers get alike: a subject, the headers, a text, its HTML and the picture that the HTML shows, if any.

    `headers` are those whose values are nobody's own. The places in text and HTML are made by `place`.
    """

    subject: str
    sender: str
    headers: dict[str, str]
    text: str
    html: str
    picture: bytes = b""
    picture_id: str = ""

    @cached_property
    def head(self) -> bytes:
        """The headers that everybody gets."""
        made = EmailMessage(self.subject, "", self.sender, headers=self.headers).message(policy=policy.SMTP)
        mine = [(name, value) for name, value in made.items() if name not in _EACH]
        kept = [policy.SMTP.fold(name, value) for name, value in mine]
        return "".join(kept).encode("ascii")

    @cached_property
    def body(self) -> list[bytes | tuple[str, bool]]:
        """The encoded body, cut at its places, each with whether it stands in HTML."""
        html = [_of_type("text/html"), *_cut(self.html, html=True)]
        if self.picture:
            picture = encodebytes(self.picture).replace(b"\n", b"\r\n")
            named = (
                f"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <{self.picture_id}>\r\n"
                'Content-Disposition: inline; filename="timeline.png"\r\nMIME-Version: 1.0\r\n\r\n'
            )
            html = _several("related", html, [named.encode() + picture])
        return _joined(_several("alternative", [_of_type("text/plain"), *_cut(self.text, html=False)], html))


@dataclass(frozen=True)
class Letter:
    """A sheet for one reader: their address, their own words by place, and the headers that only they get.

    Such a header is written on one line, which RFC 5322 allows up to 998 characters: folded, an address in it would be an
    encoded word, which no mail program takes for an address.
    """

    sheet: Sheet
    recipient: str
    own: dict[str, str]
    headers: dict[str, str]

    @property
    def subject(self) -> str:
        """The sheet's subject."""
        return self.sheet.subject

    def as_bytes(self, message_id: str) -> bytes:
        """Return the whole message; ValueError for a header that would break out of its line."""
        own = {"To": _address(self.recipient), "Date": format_datetime(timezone.now()), "Message-ID": message_id, **self.headers}
        if any(_NONE.search(value) or len(value) > 900 or not value.isascii() for value in own.values()):
            raise ValueError(f"A header of the mail to {self.recipient!r} cannot be written on one line.")
        head = "".join(f"{name}: {value}\r\n" for name, value in own.items()).encode("ascii")
        encoded = {
            (name, html): _encoded(escape(value) if html else value) for name, value in self.own.items() for html in (0, 1)
        }
        return b"".join(
            [self.sheet.head, head, *(each if isinstance(each, bytes) else encoded[each] for each in self.sheet.body)]
        )


def _address(recipient: str) -> str:
    if _PLAIN_ADDRESS.fullmatch(recipient):
        return recipient
    return (
        str(policy.SMTP.fold("To", EmailMessage(to=[recipient]).message(policy=policy.SMTP)["To"])).removeprefix("To: ").strip()
    )


type _Parts = list[bytes | tuple[str, bool]]


def _of_type(kind: str) -> bytes:
    return (
        f'Content-Type: {kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\nMIME-Version: 1.0\r\n\r\n'
    ).encode()


def _several(kind: str, *parts: _Parts) -> _Parts:
    """Return the parts as one, `multipart/alternative` or another kind."""
    line = f"==={secrets.token_hex(12)}=="
    made: _Parts = [f'Content-Type: multipart/{kind}; boundary="{line}"\r\n\r\n'.encode()]
    for part in parts:
        made += [f"--{line}\r\n".encode(), *part, b"\r\n"]
    return [*made, f"--{line}--\r\n".encode()]


def _cut(text: str, *, html: bool) -> Iterator[bytes | tuple[str, bool]]:
    """Yield the pieces of a text between its places, encoded, and the places' names."""
    for n, each in enumerate(_PLACE.split(text)):
        yield (each, html) if n % 2 else _encoded(each)


def _encoded(text: str) -> bytes:
    """Return a text in quoted-printable, so that any other may follow on the next line and is read as on the same."""
    return b2a_qp(text.replace("\r\n", "\n").encode(), istext=True).replace(b"\n", b"\r\n") + _SOFT


def _joined(parts: _Parts) -> _Parts:
    """Return the parts with neighbouring bytes as one."""
    made: _Parts = []
    for each in parts:
        if made and isinstance(each, bytes) and isinstance(made[-1], bytes):
            made[-1] += each
        else:
            made.append(each)
    return made
