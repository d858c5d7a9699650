"""A block of cells from a spreadsheet is laid onto the table: what it would change, and what cannot be placed and why."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.wording import percent
from apps.roadmap import queries
from apps.roadmap.address import Address
from apps.roadmap.bulk import MOST, Edit
from apps.roadmap.cells import CHOICES, LONGEST, Reader, Unreadable
from apps.roadmap.columns import column_of
from apps.roadmap.models import Contribution, Item
from apps.roadmap.scene.sheet import columns_of, outline
from apps.roadmap.timeframes import period_text, timeframe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from uuid import UUID

    from apps.vision.models import Product

LARGEST = 500_000  # characters of a block
type Texts = dict[str, str]  # what is written into the cells of one row, by column


@dataclass(frozen=True, slots=True)
class Differs:
    """One cell that would change: of which item, in which column, from what to what in words."""

    item: Item
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Misplaced:
    """One cell that cannot be placed: its row in the block, what the column is called, its text and why."""

    row: int
    column: str
    text: str
    why: str


@dataclass(slots=True)
class Preview:
    """What a block would do: the cells that would change, those that cannot be placed, and the edits that do it."""

    changes: list[Differs] = field(default_factory=list)
    misplaced: list[Misplaced] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    texts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def as_json(self) -> str:
        """What the form sends back so that exactly what was seen is done."""
        return json.dumps(self.texts)


class PasteForm(forms.Form):
    """A block of cells and where its first one goes; or, once it was seen, the edits that it became."""

    text = forms.CharField(max_length=LARGEST, required=False, strip=False)
    address = forms.CharField(max_length=4_000, required=False)
    column = forms.CharField(max_length=40, required=False)
    line = forms.IntegerField(min_value=0, max_value=100_000, required=False)
    rows = forms.IntegerField(min_value=1, max_value=100_000, required=False)
    columns = forms.IntegerField(min_value=1, max_value=100, required=False)
    edits = forms.CharField(max_length=LARGEST, required=False)
    reason = forms.CharField(max_length=2_000, required=False, label=_("Why"))

    def clean(self) -> dict[str, Any]:
        """Read the edits that were seen, or the block."""
        given = super().clean() or {}
        if given.get("edits"):
            given["rows_seen"] = _seen(given["edits"])
        elif not self.errors:
            given["block"] = _block(given.get("text", ""))
        return given


def laid(product: Product, form: PasteForm) -> Preview:
    """Return what a block, or the edits that were seen before, would do to the items as they are now."""
    given = form.cleaned_data
    preview = Preview()
    if "rows_seen" in given:
        rows = [(place, number, texts) for place, (number, texts) in enumerate(given["rows_seen"].items(), 1)]
    else:
        rows = list(_targets(product, given, preview))
    found = Item.objects.filter(product=product, number__in=[number for _, number, _ in rows], archived_at=None)
    items = {item.number: item for item in found.select_related("owner", "parent")}
    served = _served(items.values())
    reader = Reader(product)
    for place, number, texts in rows:
        if item := items.get(number):
            _lay(preview, reader, item, texts, place, served.get(item.pk, ""))
        else:
            preview.misplaced.append(Misplaced(place, "", "", gettext("The item of this row is no longer on the roadmap.")))
    preview.misplaced.sort(key=lambda each: each.row)
    return preview


def _lay(preview: Preview, reader: Reader, item: Item, texts: Texts, place: int, served: str) -> None:
    fine: Texts = {}
    for column, text in texts.items():
        known = column_of(column)
        words = str(known.words) if known else column
        try:
            after = _words(column, reader.fields(item, {column: text}), item)
        except Unreadable as error:
            preview.misplaced.append(Misplaced(place, words, text[:100], str(error)))
            continue
        if after != (before := served if column == "serves" else _words(column, {}, item)):
            fine[column] = text
            preview.changes.append(Differs(item, words, before, after))
    if fine:
        fields = reader.fields(item, fine)
        goals = fields.pop("goals", None)
        preview.edits.append(Edit(item, fields, goals, item.version))  # type: ignore[arg-type]
        preview.texts.append({"number": item.number, "version": item.version, "cells": fine})


def _targets(product: Product, given: dict[str, Any], preview: Preview) -> Iterator[tuple[int, int, Texts]]:
    """Return for each row of the block its place, the number of the item it falls on, and its texts by column."""
    address = Address.read(dict(parse_qsl(given["address"].removeprefix("?"))))
    scorecard = queries.scorecard_of(product, address.scorecard)
    names = ["key", "title", *columns_of(address, scorecard)]
    if given["column"] not in names:
        raise ValidationError({"column": gettext("This column is not shown any more; choose a cell and paste again.")})
    names = names[names.index(given["column"]) :]
    block = _spread(given["block"], given["rows"] or 1, given["columns"] or 1)
    below = [line.facts["number"] for line in outline(product, address, scorecard)[given["line"] or 0 :] if line.facts]
    for place, cells in enumerate(block, 1):
        if place > len(below):
            if any(cells):
                preview.misplaced.append(Misplaced(place, "", cells[0][:100], gettext("There is no row left; add items first.")))
            continue
        for text in cells[len(names) :]:
            preview.misplaced.append(
                Misplaced(place, "", text[:100], gettext("There is no column left; show more columns first."))
            )
        yield place, below[place - 1], dict(zip(names, cells, strict=False))


def _spread(block: list[list[str]], rows: int, columns: int) -> list[list[str]]:
    """Repeat a block over the cells that were chosen, where these are a multiple of it, as spreadsheets do."""
    height, width = len(block), max(len(row) for row in block)
    across = columns // width if columns % width == 0 and all(len(row) == width for row in block) else 1
    down = rows // height if rows % height == 0 else 1
    return [row * max(1, across) for _ in range(max(1, down)) for row in block][:MOST]


def _block(text: str) -> list[list[str]]:
    """Read what spreadsheets put on the clipboard: lines of cells, set apart by tabs, in quotes where they hold either."""
    try:
        rows = list(csv.reader(text.replace("\0", "").splitlines(keepends=True), delimiter="\t", strict=False))
    except csv.Error as error:
        raise ValidationError({"text": gettext("This is not a block of cells; copy it from the spreadsheet again.")}) from error
    rows = [row or [""] for row in rows] or [[""]]
    if len(rows) > MOST:
        counted = {"most": MOST, "rows": number_format(len(rows), force_grouping=True)}
        raise ValidationError({"text": gettext("Paste at most %(most)s rows at once; these are %(rows)s.") % counted})
    return rows


def _seen(text: str) -> dict[int, Texts]:
    """Read the edits that the preview's form sent along, by the item's number."""
    wrong = ValidationError({"edits": gettext("These edits cannot be read; copy the block and paste it again.")})
    try:
        rows = json.loads(text)
        found = {row["number"]: row["cells"] for row in rows}
    except (ValueError, TypeError, KeyError) as error:
        raise wrong from error
    fine = all(
        isinstance(number, int) and 0 < number < 1_000_000_000 and isinstance(cells, dict)
        and all(isinstance(each, str) and len(each) <= LONGEST for pair in cells.items() for each in pair)
        for number, cells in found.items()
    )  # fmt: skip
    if not fine or not 0 < len(found) <= MOST:
        raise wrong
    return found


def versions_seen(form: PasteForm) -> dict[int, int]:
    """Return the versions of the items that the preview showed, by number."""
    rows = json.loads(form.cleaned_data["edits"])
    return {row["number"]: row["version"] for row in rows if isinstance(row.get("version"), int)}


def _served(items: Iterable[Item]) -> dict[UUID, str]:
    links = Contribution.objects.filter(item__in=list(items)).select_related("goal").order_by("-share", "goal__rank")
    found: dict[UUID, list[str]] = {}
    for link in links:
        found.setdefault(link.item_id, []).append(link.goal.name)
    return {pk: ", ".join(names) for pk, names in found.items()}


def _words(column: str, fields: dict[str, Any], item: Item) -> str:
    """Return a cell in words as it would be with these fields."""

    def now(name: str) -> Any:
        return fields.get(name, getattr(item, name))

    said: dict[str, Callable[[], str]] = {
        "when": lambda: timeframe_text(now("start"), now("end"), now("granularity"), item.workspace.year_begins),
        "start": lambda: period_text(now("start"), "day") if now("start") else "",
        "end": lambda: period_text(now("end"), "day") if now("end") else "",
        "serves": lambda: ", ".join(serves["goal"].name for serves in fields.get("goals", ())),
        "confidence": lambda: "" if now("confidence") is None else percent(now("confidence")),
        "progress": lambda: percent(now("progress")),
        "effort": lambda: "" if now("effort") is None else number_format(now("effort").normalize()),
    }
    if column in said:
        return said[column]()
    value = now(column)
    return str(CHOICES[column](value).label) if column in CHOICES and value else str(value or "")
