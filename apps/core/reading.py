"""Text that people typed, made safe to show."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

MARKDOWN_LIMIT = 100_000  # characters; rendering 5 MB takes 20 s
_parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
_TAGS = {
    "p", "br", "strong", "em", "s", "a", "ul", "ol", "li", "code", "pre", "blockquote", "hr",
    "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


@lru_cache(maxsize=4096)
def markdown(text: str) -> SafeString:
    """Return the HTML of a markdown text: no images, no styles, links that pass no referrer."""
    html = _parser.render(text[:MARKDOWN_LIMIT])
    return mark_safe(  # noqa: S308 - nh3 allows only the tags above
        nh3.clean(html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"})
    )


def plain(text: str) -> str:
    """Return the text on one line without control characters and direction overrides, for subjects and names."""
    kept = (
        c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) not in {"Cc", "Cf", "Cs"} or c in "\t\n\u200d"
    )
    return " ".join("".join(kept).split())
