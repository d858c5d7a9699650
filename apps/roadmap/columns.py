"""The columns of the table: what each is called, sorts by, how wide it is and how it is edited. Apps above may add their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django_stubs_ext import StrOrPromise

NARROWEST, WIDEST = 48, 640  # px of a column that somebody made as wide as they like


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `edits` says how a cell is edited: text, number, choice, person, goal, item, period or day; empty, not at all.

    `sort` is the name by which the address sorts by it; `usual` says whether it is shown before anybody chose columns.
    """

    words: StrOrPromise
    sort: str = ""
    edits: str = ""
    number: bool = False
    usual: bool = True
    may_clear: bool = False
    past: bool = True  # whether it can be said of the past
    width: int = 112  # px, before anybody chose another


# In the order in which they stand before anybody chose another; key and title stand first and always.
COLUMNS: dict[str, Column] = {
    "type": Column(_("Type"), "type", "choice", width=116),
    "status": Column(_("Status"), "status", "choice", width=128),
    "health": Column(_("Health"), "health", "choice", usual=False, may_clear=True),
    "horizon": Column(_("Horizon"), "horizon", "choice", usual=False, width=92),
    "serves": Column(_("Serves"), "goal", "goal", may_clear=True, width=168),
    "when": Column(_("When"), "end", "period", may_clear=True, width=186),
    "start": Column(_("Start"), "start", "day", usual=False, may_clear=True),
    "end": Column(_("End"), "end", "day", usual=False, may_clear=True),
    "slip": Column(_("Slip"), width=72),
    "confidence": Column(_("Confidence"), "confidence", "number", number=True, may_clear=True, width=100),
    "progress": Column(pgettext_lazy("column", "Done"), "progress", "number", number=True, may_clear=True, width=78),
    "effort": Column(_("Effort"), "effort", "number", number=True, usual=False, may_clear=True, width=78),
    "score": Column(_("Score"), "score", number=True, width=132),
    "owner": Column(_("Owner"), "owner", "person", may_clear=True, width=152),
    "parent": Column(_("Parent"), "parent", "item", usual=False, may_clear=True, width=190),
}
ALWAYS: dict[str, Column] = {
    "key": Column(pgettext_lazy("column", "Key"), "number", width=84),
    "title": Column(_("Title"), "title", "text", width=236),
}


def usual() -> tuple[str, ...]:
    """Return the columns that are shown before anybody chose others."""
    return tuple(name for name, column in COLUMNS.items() if column.usual)


def column_of(name: str) -> Column | None:
    """Return a column by its name; None for what is none."""
    return ALWAYS.get(name) or COLUMNS.get(name)


def read_layout(text: str, hidden: str = "") -> tuple[tuple[str, ...], dict[str, int]]:
    """Return the columns that an address names, in its order, and how wide those are that somebody made wider or narrower.

    `text` is as `layout` writes it; what makes no sense in it is passed over. `hidden` is what an address left out when it could
    not order columns. Key and title stand first whether they are named or not; a name here only makes them as wide.
    """
    named = dict(each.partition(":")[::2] for each in text.split(","))
    known = {name: width for name in named if (width := _width(name, named[name]))}
    if chosen := [name for name in named if name in COLUMNS or name == "none"]:
        return tuple(name for name in chosen if name != "none"), known
    return tuple(name for name in usual() if name not in hidden.split(",")), known


def layout(columns: Iterable[str], widths: Mapping[str, int]) -> str:
    """Return columns as an address names them: `title:300,type,status:120`, widths only where they are not the usual ones."""
    names = [*(name for name in ALWAYS if name in widths), *(list(columns) or ["none"])]
    return ",".join(f"{name}:{widths[name]}" if name in widths else name for name in names)


def _width(name: str, text: str) -> int:
    """Return how wide an address makes a column; 0 where it leaves it as it is."""
    column = column_of(name)
    if column is None or not (text.isdecimal() and text.isascii() and len(text) < 5):
        return 0
    width = max(NARROWEST, min(int(text), WIDEST))
    return 0 if width == column.width else width
