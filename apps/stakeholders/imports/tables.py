"""Files become tables: CSV of any usual encoding and delimiter, and JSON; XLSX is in `workbooks`.

Whatever a file holds, the answer is a table or `Unreadable`, which says what is wrong and how to mend it.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import orjson
from django.utils.formats import number_format
from django.utils.translation import gettext

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 10_000
MOST_COLUMNS = 200
MOST_IN_CELL = 32 * 1024  # bytes
DELIMITERS = ",;\t|"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class Unreadable(Exception):
    """A file that cannot be read: what is wrong with it, and the remedy."""


@dataclass(frozen=True, slots=True)
class Table:
    """Named columns and rows of text; a row's number is the one that a spreadsheet shows beside it."""

    columns: list[str]
    rows: list[dict[str, str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    def __iter__(self) -> Iterator[tuple[int, dict[str, str]]]:
        return zip(self.numbers, self.rows, strict=True)


def check_size(data: bytes) -> None:
    """Refuse an empty file and one above 10 MB."""
    if not data.strip():
        raise Unreadable(gettext("The file is empty; choose one with a header row."))
    if len(data) > MOST_BYTES:
        raise Unreadable(gettext("The file is larger than 10 MB; split it."))


def read_csv(data: bytes) -> Table:
    """Return the table of a CSV file; the delimiter and the encoding are found out."""
    check_size(data)
    if data.startswith(b"PK\x03\x04"):
        raise Unreadable(gettext("This is an XLSX file under another name; import it as xlsx."))
    text = _decoded(data)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    return tabled(_numbered(lines))


def read_json(data: bytes) -> Table:
    """Return the table of a JSON list of objects; lists inside are joined by semicolons."""
    check_size(data)
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Unreadable(gettext("This is not JSON: %(error)s. Send a list of objects.") % {"error": error}) from error
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise Unreadable(gettext("Send a JSON list of objects, one for each row."))
    columns = list(dict.fromkeys(str(name) for row in value for name in row))
    cells = ([cell_text(row.get(name)) for name in columns] for row in value)
    return tabled(enumerate([columns, *cells], 1))


def tabled(lines: Iterable[tuple[int, Sequence[str]]]) -> Table:
    """Return the numbered lines as a table, the first as its header; empty lines are left out."""
    table: Table | None = None
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if table is None:
            table = Table(_header(cells))
            continue
        if len(table.rows) == MOST_ROWS:
            raise Unreadable(
                gettext("The file has more than %(most)s rows; split it.")
                % {"most": number_format(MOST_ROWS, force_grouping=True)}
            )
        table.rows.append(_row(table.columns, number, cells))
        table.numbers.append(number)
    if table is None or not table.rows:
        raise Unreadable(gettext("The file has a header at the most; there is nothing to import."))
    return table


def cell_text(value: Any) -> str:
    """Return a cell's value as text: dates in ISO form, whole numbers without a point, lists with semicolons."""
    match value:
        case None | bool():
            return {None: "", True: "true", False: "false"}[value]
        case float() if value.is_integer():
            return str(int(value))
        case list():
            return "; ".join(cell_text(each) for each in value if each is not None)
        case dict():
            return orjson.dumps(value, default=str).decode()
        case date():
            return value.isoformat().removesuffix("T00:00:00")
    return str(value)


def _decoded(data: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if encoding is None and data[:400].count(0) > len(data[:400]) // 4:
        encoding = "utf-16-be" if data[0] == 0 else "utf-16-le"
    for name in (encoding,) if encoding else ("utf-8", "cp1252"):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            raise Unreadable(gettext("The file holds NUL characters, so it is not a CSV file; export it anew as CSV in UTF-8."))
        return text
    raise Unreadable(gettext("The file's characters are neither UTF-8, UTF-16 nor Windows-1252; save it as CSV in UTF-8."))


def _delimiter(text: str) -> str:
    """Return the delimiter that occurs most outside of quotes in the header line."""
    quoted = False
    counts = dict.fromkeys(DELIMITERS, 0)
    for character in text.lstrip("\r\n"):
        if character == '"':
            quoted = not quoted
        elif character in "\r\n" and not quoted:
            break
        elif not quoted and character in counts:
            counts[character] += 1
    return max(counts, key=lambda each: counts[each])


def _numbered(lines: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    number = 0
    while True:
        number += 1
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            hint = gettext("a quote is never closed") if "unexpected end" in str(error) else str(error)
            raise Unreadable(
                gettext("Row %(number)s cannot be read: %(hint)s. Close or double the quotes in it.")
                % {"number": number, "hint": hint}
            ) from error
        yield number, cells


def _header(cells: Sequence[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MOST_COLUMNS:
        raise Unreadable(
            gettext("The file has more than %(most)s columns; leave out what is not imported.") % {"most": MOST_COLUMNS}
        )
    if "" in names:
        raise Unreadable(
            gettext("Column %(number)s has no name in the header; name it or delete it.") % {"number": names.index("") + 1}
        )
    twice = [name for position, name in enumerate(names) if name in names[:position]]
    if twice:
        raise Unreadable(gettext("The header has the column %(value)s twice; rename one of them.") % {"value": repr(twice[0])})
    return names


def _row(columns: list[str], number: int, cells: Sequence[str]) -> dict[str, str]:
    if any(cell.strip() for cell in cells[len(columns) :]):
        raise Unreadable(
            gettext("Row %(number)s has more cells than the header; quote the cells that contain the delimiter.")
            % {"number": number}
        )
    for name, cell in zip(columns, cells, strict=False):
        if len(cell) > MOST_IN_CELL or len(cell.encode()) > MOST_IN_CELL:
            raise Unreadable(
                gettext("Row %(number)s, column %(value)s holds more than 32 KB; shorten it.")
                % {"number": number, "value": repr(name)}
            )
    texts = [_unguarded(cell.strip()) for cell in cells]
    return dict(zip(columns, texts + [""] * (len(columns) - len(texts)), strict=False))


def _unguarded(cell: str) -> str:
    """Take away the one quote with which an export keeps a spreadsheet from running a cell as a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
