"""The small picture of a digest: when each thing is due, and from when it moved. It shows what the digest's lines may say.

A PNG, since mail programs show no SVG; drawn on paper of its own, so that it reads the same in a dark mail. It is made once
for everybody whose digest says the same.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

import resvg_py
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from PIL import Image

from apps.core.npm import FONTS
from apps.roadmap.models import Granularity
from apps.roadmap.timeframes import first_day
from apps.stakeholders.projection import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps.stakeholders.digests import Composed
    from apps.stakeholders.told import Line

WIDTH, SIDE, TOP, ROW = 460, 14, 34, 40  # of the drawing, its margins, its dates and a row; a wide mail shows it larger
SCALE = 2.3  # for sharp screens
SHADES = 32  # few enough for a small file; nothing here needs more
COMPRESSION = 6  # of zlib; 9 takes seven times as long and saves a tenth
MOST = 6  # rows; what changed most comes first, as in the mail
LEAST = 8  # pixels of a bar, also where it is a single day
LONGEST = 54  # characters of a title
TONES = {"plain": "#4653d6", "later": "#b3362f", "earlier": "#17724a"}  # as the pills of the mail have them
SCRIPTS = ("LATIN", "GREEK", "CYRILLIC")  # which our letters hold
STEPS = ((130, Granularity.MONTH), (800, Granularity.QUARTER), (10**6, Granularity.YEAR))


@dataclass(frozen=True, slots=True)
class Row:
    """A bar: the period in which something is due, the one that was told before where it moved, and both in words."""

    title: str
    first: date
    last: date
    was: tuple[date, date] | None
    said: str
    tone: str


def rows_of(composed: Composed) -> list[Row]:
    """Return the bars of a digest's lines, those that have days; nothing else is drawn than what the lines tell."""
    return [row for line in composed.lines if (row := _row(composed, line))][:MOST]


def _row(composed: Composed, line: Line) -> Row | None:
    shown = composed.shown[line.item_id]
    when = shown.shipped if line.shipped and shown.shipped else shown.when
    if line.kind == "dropped" or when.first is None or when.last is None:
        return None
    was = _days(composed.told[line.item_id].said) if line.kind in ("moved", "shipped") else None
    moved = was if was and was != (when.first, when.last) else None
    said = when.text
    if moved:
        words = gettext("was %(told)s, shipped %(now)s") if line.shipped else gettext("was %(told)s, now %(now)s")
        said = words % {"told": line.told, "now": when.text}
    tone = "earlier" if line.shipped else "plain"
    if moved and when.last != moved[1]:
        tone = "later" if when.last > moved[1] else "earlier"
    return Row(line.title, when.first, when.last, moved, said, tone)


def _days(said: dict[str, object]) -> tuple[date, date] | None:
    first, last = said.get("first"), said.get("last")
    return (date.fromisoformat(str(first)), date.fromisoformat(str(last))) if first and last else None


def in_words(rows: list[Row]) -> str:
    """Return what the picture shows, for whoever does not see it."""
    return " ".join([gettext("Timeline."), *(f"{row.title}: {row.said}." for row in rows)])


def png_of(rows: list[Row]) -> bytes:
    """Return the picture; the same bytes, drawn once, for the same rows."""
    return _drawn(svg_of(rows))


@lru_cache(maxsize=64)
def _drawn(svg: str) -> bytes:
    png: bytes = resvg_py.svg_to_bytes(svg_string=svg, zoom=SCALE, skip_system_fonts=True, font_files=list(FONTS))
    flat, kept = (
        Image.open(BytesIO(png)).convert("RGB").quantize(SHADES, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE),
        BytesIO(),
    )
    flat.save(kept, "PNG", compress_level=COMPRESSION)
    return kept.getvalue()


def svg_of(rows: list[Row]) -> SafeString:
    """Return the picture as SVG, its texts escaped."""
    scale = _Scale(rows)
    height = TOP + ROW * len(rows) + 12
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" font-family="Inter">'
        '<rect width="{w}" height="{h}" fill="#ffffff"/>'
        '<rect x=".5" y=".5" width="{iw}" height="{ih}" rx="7.5" fill="none" stroke="#dfe1e6"/>{ticks}{bars}</svg>',
        w=WIDTH, h=height, iw=WIDTH - 1, ih=height - 1, ticks=_ticks(scale, height),
        bars=format_html_join("", "{}", ((_bar(row, scale, TOP + ROW * n),) for n, row in enumerate(rows))),
    )  # fmt: skip


class _Scale:
    """Where a day stands on the drawing, from the first day that is drawn to the last."""

    def __init__(self, rows: list[Row]) -> None:
        days = [day for row in rows for day in (row.first, row.last, *(row.was or ()))]
        self.first: date = first_day(min(days), Granularity.MONTH)
        self.last = max(*days, self.first + timedelta(days=60)) + timedelta(days=6)
        self.days = (self.last - self.first).days

    def x(self, day: date) -> float:
        """Return how far from the left a day begins, in pixels."""
        return round(float(SIDE + (day - self.first).days * (WIDTH - 2 * SIDE) / self.days), 1)

    def ticks(self) -> Iterator[tuple[date, str]]:
        """Yield the days on which a month, quarter or year begins, as many as have room."""
        kind = next(kind for most, kind in STEPS if self.days <= most)
        day, room = self.first, -1.0
        while day <= self.last:
            begins = first_day(day, kind) == day
            if begins and self.x(day) >= room and self.x(day) <= WIDTH - SIDE - 44:
                room = self.x(day) + 62
                yield day, date_format(day, gettext("M Y")) if kind == Granularity.MONTH else words(day, kind)
            day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _ticks(scale: _Scale, height: int) -> SafeString:
    return format_html_join(
        "",
        '<path d="M{x} 30V{h}" stroke="#eceef1"/><text x="{tx}" y="20" font-size="12" fill="#5b606b">{text}</text>',
        ({"x": scale.x(day), "tx": scale.x(day) + 3, "h": height - 6, "text": text} for day, text in scale.ticks()),
    )


def _bar(row: Row, scale: _Scale, top: int) -> SafeString:
    x, width = _span(scale, row.first, row.last)
    ghost = SafeString("")
    if row.was:
        was_x, was_width = _span(scale, *row.was)
        ghost = format_html(
            '<rect x="{}" y="{}" width="{}" height="10" rx="3" fill="#f1f2f5" stroke="#8b909c" stroke-dasharray="3 2"/>{}',
            was_x, top + 23, was_width, _arrow(was_x + was_width, x, top + 28),
        )  # fmt: skip
    title = row.title if _is_drawable(row.title) else row.said
    title = title if len(title) <= LONGEST else f"{title[: LONGEST - 1].rstrip()}…"
    return format_html(
        '<text x="{}" y="{}" font-size="13" font-weight="600" fill="#1b1d22">{}</text>{}'
        '<rect x="{}" y="{}" width="{}" height="10" rx="3" fill="{}"/>',
        SIDE, top + 16, title, ghost, x, top + 23, width, TONES[row.tone],
    )  # fmt: skip


def _is_drawable(text: str) -> bool:
    """Say whether our letters hold a text; what they do not would be a row of boxes."""
    return all(not each.isalpha() or unicodedata.name(each, "").startswith(SCRIPTS) for each in text)


def _span(scale: _Scale, first: date, last: date) -> tuple[float, float]:
    x = scale.x(first)
    return x, max(LEAST, round(scale.x(last + timedelta(days=1)) - x, 1))


def _arrow(start: float, end: float, y: int) -> SafeString:
    """Draw the way from the old bar to the new one, where there is room between them."""
    if end - start < 14:
        return SafeString("")
    return format_html(
        '<path d="M{} {}H{}m-4 -3l4 3l-4 3" fill="none" stroke="#8b909c" stroke-linecap="round"/>', start + 2, y, end - 3
    )
