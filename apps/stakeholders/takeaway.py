"""An audience's view as a file: complete in itself, signed, and refused by whoever checks it once a byte of it has changed.

The signature is Ed25519 under a key derived from `SECRET_KEY`: whoever has the public key can check a file, and only this
instance can have made it. It covers all that stands before it, and stands at the very end.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext

from apps.stakeholders.showing import views_of

if TYPE_CHECKING:
    from apps.stakeholders.models import Audience

LARGEST = 10_000_000  # bytes of a file that is looked at
_END = re.compile(rb"<!-- lodestar takeaway 1 ([0-9a-f]{16}) ([0-9a-f]{128}) -->\n")
_LONGEST_END = 200
_ABOUT = re.compile(r'<meta name="description" content="([^"]*)">')


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a file is exactly as this instance made it, what it is, and otherwise why not."""

    genuine: bool
    about: str = ""
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as REST tells it."""
        return {"genuine": self.genuine, "about": self.about, "why": self.why}


@lru_cache(maxsize=2)
def _key(secret: str) -> Ed25519PrivateKey:
    seed = HKDF(SHA256(), 32, salt=None, info=b"lodestar takeaway 1").derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key() -> str:
    """Return the key with which anybody can check a file, 64 hexadecimal digits."""
    return _key(settings.SECRET_KEY).public_key().public_bytes_raw().hex()


def _key_id() -> str:
    return hashlib.sha256(bytes.fromhex(public_key())).hexdigest()[:16]


def file_of(audience: Audience) -> bytes:
    """Return an audience's view as it is now, as one signed HTML file that asks nothing of any server."""
    style = render_to_string("stakeholders/takeaway.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    context = {
        **views_of([audience])[0],
        "style": format_html("<style>{}</style>", mark_safe(style)),  # noqa: S308 - our own file, nobody's input
        "policy": f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        "verify": f"{settings.BASE_URL}/verify/",
    }
    text = render_to_string("stakeholders/takeaway.html", context).strip().encode() + b"\n"
    signature = _key(settings.SECRET_KEY).sign(text).hex()
    return text + f"<!-- lodestar takeaway 1 {_key_id()} {signature} -->\n".encode()


def name_of(audience: Audience, day: str) -> str:
    """Return what the file is called."""
    return f"{slugify(audience.product.name) or 'roadmap'}-{slugify(audience.name) or 'audience'}-{day}.html"


def verify(content: bytes) -> Verdict:
    """Say whether a file is exactly as this instance made it."""
    start = content.rfind(b"<!--", max(0, len(content) - _LONGEST_END))
    found = _END.fullmatch(content, start) if start >= 0 else None
    if found is None:
        return Verdict(
            False, why=gettext("It does not end with a signature of Lodestar's: it was changed, or it is another file.")
        )
    if found[1].decode() != _key_id():
        return Verdict(False, why=gettext("It was signed by another instance, or before this one's SECRET_KEY was changed."))
    try:
        _key(settings.SECRET_KEY).public_key().verify(bytes.fromhex(found[2].decode()), content[:start])
    except InvalidSignature:
        return Verdict(False, why=gettext("It was changed after it was made."))
    about = _ABOUT.search(content[:start].decode())
    return Verdict(True, about=unescape(about[1]) if about else "")
