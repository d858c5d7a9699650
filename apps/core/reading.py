"""Text that people typed, made safe to show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

MARKDOWN_LIMIT = 100_000  # characters; rendering 5 MB takes 20 s
_parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
_TAGS = {
    "p", "br", "strong", "em", "s", "a", "ul", "ol", "li", "code", "pre", "blockquote", "hr",
    "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "span",
}  # fmt: skip


def _mark(state: StateCore) -> None:
    """Make tokens of their own of the names that are to be marked: in running text, neither in code nor in links."""
    names: re.Pattern[str] | None = state.env.get("names")
    for block in state.tokens if names else ():
        block.children = list(_marked(block.children, names)) if block.children and names else block.children


def _marked(tokens: list[Token], names: re.Pattern[str]) -> Iterator[Token]:
    inside = 0  # links
    for token in tokens:
        inside += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type != "text" or inside:
            yield token
            continue
        place = 0
        for found in names.finditer(token.content):
            yield Token("text", "", 0, content=token.content[place : found.start()])
            yield Token("mention", "", 0, content=found[0])
            place = found.end()
        yield Token("text", "", 0, content=token.content[place:])


def _draw(_renderer: object, tokens: list[Token], place: int, _options: object, _env: object) -> str:
    return f'<span class="mention">{escapeHtml(tokens[place].content)}</span>'


_parser.core.ruler.after("inline", "mention", _mark)
_parser.add_render_rule("mention", _draw)


@lru_cache(maxsize=4096)
def markdown(text: str, names: re.Pattern[str] | None = None) -> SafeString:
    """Return the HTML of a markdown text: no images, no styles, links that pass no referrer; marked what `names` finds."""
    html = _parser.render(text[:MARKDOWN_LIMIT], {"names": names})
    return mark_safe(  # noqa: S308 - nh3 allows only the tags above
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href"}},
            allowed_classes={"span": {"mention"}},
            url_schemes={"http", "https", "mailto"},
        )
    )


def plain(text: str) -> str:
    """Return the text on one line without control characters and direction overrides, for subjects and names."""
    kept = (
        c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) not in {"Cc", "Cf", "Cs"} or c in "\t\n\u200d"
    )
    return " ".join("".join(kept).split())
