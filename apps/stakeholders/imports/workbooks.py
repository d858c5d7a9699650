"""XLSX files become tables, row by row, after their container has been looked at."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext

from apps.stakeholders.imports.tables import MOST_COLUMNS, Table, Unreadable, cell_text, check_size, tabled

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_MEMBERS = 100
MOST_UNPACKED = 100 * 1024 * 1024
MOST_RATIO = 200
_BROKEN = (zipfile.BadZipFile, DefusedXmlException, KeyError, ValueError, OSError, SyntaxError, IndexError, TypeError)


def read_xlsx(data: bytes) -> Table:
    """Return the table of a workbook's first visible sheet; formulas give the values kept with them."""
    check_size(data)
    if not openpyxl.DEFUSEDXML:  # pragma: no cover - a dependency of ours
        raise Unreadable(gettext("XLSX files cannot be read safely here; import the sheet as CSV."))
    try:
        _check_container(data)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = next((each for each in book.worksheets if each.sheet_state == "visible"), None)
        if sheet is None:
            raise Unreadable(gettext("The workbook has no visible sheet; show the one to import."))
        return tabled(_lines(sheet))
    except _BROKEN as error:
        raise Unreadable(gettext("This is not a readable XLSX file; save it anew, or as CSV.")) from error


def _check_container(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as container:
        members = container.infolist()
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * len(data):
        raise Unreadable(gettext("The workbook unpacks to far more than a roadmap needs; save the one sheet as CSV."))


def _lines(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # what a file says of its own size is not to be trusted
    for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1), 1):
        yield number, [cell_text(value) for value in cells]
