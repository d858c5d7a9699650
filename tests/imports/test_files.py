"""Files become tables, or say what is wrong with them; mappings too."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from apps.stakeholders.imports.mapping import Mapping
from apps.stakeholders.imports.running import read_table
from apps.stakeholders.imports.tables import MOST_BYTES, Unreadable

ROWS = [{"id": "1", "name": "Søk"}, {"id": "2", "name": "Two\nlines"}]
TEXT = 'id,name\n1,Søk\n2,"Two\nlines"\n'
GOOD: dict[str, Any] = {"external_id": "id", "fields": {"title": "name"}}


def book(*rows: list[Any], hidden: bool = False) -> bytes:
    made = openpyxl.Workbook()
    if hidden:
        made.create_sheet("second").append(["hidden"])
        made["second"].sheet_state = "hidden"
        made.move_sheet("second", -1)
    for row in rows:
        made["Sheet"].append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def zipped(size: int, members: int = 1) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as container:
        for number in range(members):
            container.writestr(f"xl/{number}.xml", b" " * size)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("cp1252"),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace(",", "|").encode(),
        ("\n\n" + TEXT + "\n , \n").encode(),
    ],
    ids=["utf-8", "mark", "utf-16", "utf-16 unmarked", "cp1252", "semicolon", "tab", "pipe", "empty lines"],
)
def test_a_csv_of_any_make(data: bytes) -> None:
    assert read_table("csv", data).rows == ROWS


def test_rows_are_numbered_as_a_spreadsheet_does() -> None:
    assert [number for number, _ in read_table("csv", b'id,name\n1,"a\nb"\n\n2,c\n')] == [2, 4]


@pytest.mark.parametrize(
    ("kind", "data", "says"),
    [
        ("csv", b"", "empty"),
        ("csv", b"id,name\n", "nothing to import"),
        ("csv", b"id,name,id\n1,2,3\n", "'id' twice"),
        ("csv", b"id,,name\n1,2,3\n", "Column 2 has no name"),
        ("csv", b'id,name\n1,"open\n2,x\n', "never closed"),
        ("csv", b"id,name\n1,2,3\n", "more cells than the header"),
        ("csv", b"PK\x03\x04rest", "XLSX file under another name"),
        ("csv", b"id,name\n1,a\x00b\n", "NUL"),
        ("csv", b"id,name\n1,\x81\x8d\n", "neither UTF-8"),
        ("csv", b"id,name\n1," + b"x" * 40_000, "more than 32 KB"),
        ("csv", b"id\n" + b"1\n" * 10_001, "more than 10,000 rows"),
        ("csv", ",".join(map(str, range(201))).encode() + b"\n1", "more than 200 columns"),
        ("csv", b"x" * (MOST_BYTES + 1), "larger than 10 MB"),
        ("json", b"{", "not JSON"),
        ("json", b'{"id": 1}', "list of objects"),
        ("json", b"[[1]]", "list of objects"),
        ("xlsx", b"id,name\n1,2\n", "not a readable XLSX"),
        ("xlsx", zipped(10), "not a readable XLSX"),
        ("xlsx", zipped(30_000_000), "unpacks to far more"),
        ("xlsx", zipped(10, members=101), "unpacks to far more"),
        ("ods", b"id", "use csv, xlsx or json"),
    ],
)
def test_what_is_wrong_is_said(kind: str, data: bytes, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        read_table(kind, data)


def test_a_workbook_gives_its_first_visible_sheet() -> None:
    data = book(["id", "name", "on", "size", None], [1, "Søk", datetime(2026, 3, 1), 2.0], [None, None], [2, "=1+1"], hidden=True)  # noqa: DTZ001
    table = read_table("xlsx", data)
    assert table.rows == [
        {"id": "1", "name": "Søk", "on": "2026-03-01", "size": "2"},
        {"id": "2", "name": "", "on": "", "size": ""},  # a formula whose value was never kept
    ]
    assert table.numbers == [2, 4]


def test_json_gives_text() -> None:
    table = read_table("json", b'[{"id": 1, "tags": ["a", null, "b"], "ok": true}, {"id": 2.0, "more": null}]')
    assert table.columns == ["id", "tags", "ok", "more"]
    assert table.rows[0] == {"id": "1", "tags": "a; b", "ok": "true", "more": ""}
    assert table.rows[1]["id"] == "2"


def test_the_quote_that_an_export_puts_before_a_formula_is_taken_away_once() -> None:
    table = read_table("csv", b"id,name\n1,'=1+1\n2,''=x\n3,'quoted\n")
    assert [row["name"] for row in table.rows] == ["=1+1", "''=x", "'quoted"]


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ("[]", "JSON object"),
        ("{", "not JSON"),
        ({"fields": {"title": "name"}}, "external_id"),
        ({**GOOD, "imports": "people"}, "items"),
        ({**GOOD, "colour": "red"}, "has no 'colour'"),
        ({"external_id": "id", "fields": {"state": "name"}}, "has no 'state'"),
        ({"external_id": "id", "fields": {}}, 'lack "title"'),
        ({"external_id": "id", "fields": {"title": {"column": 5}}}, "is a text"),
        ({"external_id": "id", "fields": {"title": {"column": "a", "values": {"x": 1}}}}, "object of texts"),
        ({"external_id": "id", "fields": {"title": {"value": ["x"]}}}, "text or a number"),
        ({"external_id": "id", "fields": "title"}, "is an object"),
        ({**GOOD, "goals": {"columns": "team"}}, "list of texts"),
        ({**GOOD, "relations": {}}, "is a list"),
        ({**GOOD, "relations": [{"column": "a", "kind": "likes"}]}, "kind"),
        ({**GOOD, "milestone": {"column": "a", "timeframe": "week"}}, "timeframe"),
        ({**GOOD, "milestone": 5}, "is an object"),
        ({**GOOD, "audiences": {"columns": ["a"], "address": "all@one.test"}}, "{name}"),
        ({**GOOD, "audiences": {"columns": ["a"], "precision": "hour"}}, "precision"),
        ({**GOOD, "nothing": [1]}, "list of texts"),
        ({**GOOD, "list_separator": 5}, "is a text"),
    ],
)
def test_a_mapping_that_cannot_work_is_refused(mapping: Any, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        Mapping.parsed(mapping)


def test_a_column_that_the_mapping_reads_must_be_there() -> None:
    with pytest.raises(Unreadable, match="reads 'name'; the file has no such column"):
        Mapping.parsed(GOOD).check_columns(["id", "title"])
    assert Mapping.parsed({**GOOD, "ignore": ["x"]}).check_columns(["id", "name", "x", "y"]) == ["y"]
