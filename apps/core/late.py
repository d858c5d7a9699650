"""Large parts of a page that are put in last, as bytes: no template around them copies them, and none is encoded twice."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING

from django.utils.safestring import mark_safe

if TYPE_CHECKING:
    from django.utils.safestring import SafeString


class Late:
    """The parts of one rendering; each leaves a mark that nobody can guess, so that no text of a person stands for one."""

    def __init__(self) -> None:
        self._mark = token_hex(16)
        self._parts: list[bytes] = []

    def put(self, html: bytes) -> SafeString:
        """Return what stands in a template for HTML, which is in UTF-8 and escaped, until `into` puts it there."""
        self._parts.append(html)
        return mark_safe(f"{self._mark}{len(self._parts) - 1};")  # noqa: S308 - letters and digits of ours

    def into(self, rendered: bytes) -> bytes:
        """Return what was rendered, with the parts in their places."""
        first, *others = rendered.split(self._mark.encode())
        pieces = [first]
        for other in others:
            number, _, after = other.partition(b";")
            pieces += (self._parts[int(number)], after)
        return b"".join(pieces)
