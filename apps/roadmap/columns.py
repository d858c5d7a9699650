"""The columns of the table: what each is called, sorts by, and how it is edited. Apps above may add their own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `edits` says how a cell is edited: text, number, choice, person, goal, item, period or day; empty, not at all.

    `sort` is the name by which the address sorts by it; `usual` says whether it is shown before anybody chose columns.
    """

    words: str
    sort: str = ""
    edits: str = ""
    number: bool = False
    usual: bool = True
    may_clear: bool = False
    past: bool = True  # whether it can be said of the past


# In the order in which they stand before anybody chose another; key and title stand first and always.
COLUMNS: dict[str, Column] = {
    "type": Column("Type", "type", "choice"),
    "status": Column("Status", "status", "choice"),
    "health": Column("Health", "health", "choice", usual=False, may_clear=True),
    "horizon": Column("Horizon", "horizon", "choice", usual=False),
    "serves": Column("Serves", "goal", "goal", may_clear=True),
    "when": Column("When", "end", "period", may_clear=True),
    "start": Column("Start", "start", "day", usual=False, may_clear=True),
    "end": Column("End", "end", "day", usual=False, may_clear=True),
    "slip": Column("Slip"),
    "confidence": Column("Confidence", "confidence", "number", number=True, may_clear=True),
    "progress": Column("Done", "progress", "number", number=True, may_clear=True),
    "effort": Column("Effort", "effort", "number", number=True, usual=False, may_clear=True),
    "score": Column("Score", "score", number=True),
    "owner": Column("Owner", "owner", "person", may_clear=True),
    "parent": Column("Parent", "parent", "item", usual=False, may_clear=True),
}
ALWAYS: dict[str, Column] = {"key": Column("Key", "number"), "title": Column("Title", "title", "text")}


def usual() -> tuple[str, ...]:
    """Return the columns that are shown before anybody chose others."""
    return tuple(name for name, column in COLUMNS.items() if column.usual)


def column_of(name: str) -> Column | None:
    """Return a column by its name; None for what is none."""
    return ALWAYS.get(name) or COLUMNS.get(name)
