"""Timeframes: whole days, months, quarters, half-years or years, kept as their first and last day.

`begins` is the month with which the workspace's fiscal year begins; quarters, half-years and years are counted from it.
"""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from datetime import date, timedelta
from functools import lru_cache

from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from apps.roadmap.models import Granularity

_OF_A_YEAR = (Granularity.QUARTER, Granularity.HALF, Granularity.YEAR)
_MONTHS = {Granularity.MONTH: 1, Granularity.QUARTER: 3, Granularity.HALF: 6, Granularity.YEAR: 12}

_MONTH = 365.2425 / 12  # days


def first_day(day: date, granularity: str, begins: int = 1) -> date:
    """Return the first day of the month, quarter, half-year or year in which the day lies, or the day itself."""
    months = _MONTHS.get(Granularity(granularity))
    return day if months is None else _later(day, -((day.month - begins) % months))


def last_day(day: date, granularity: str, begins: int = 1) -> date:
    """Return the last day of the period in which the day lies, or the day itself."""
    months = _MONTHS.get(Granularity(granularity))
    if months is None:
        return day
    month = _later(day, months - 1 - (day.month - begins) % months)
    return month.replace(day=monthrange(month.year, month.month)[1])


def may_start(end: date, granularity: str, begins: int = 1) -> date:
    """Return the first day on which something so exact may start after what blocks it ends: the day after, or its period.

    What is planned for 2027 may begin late in 2027, so that something which ends in March is in nobody's way.
    """
    return first_day(end + timedelta(days=1), granularity, begins)


def moved(start: date, end: date, granularity: str, days: int, begins: int = 1) -> tuple[date, date]:
    """Return a timeframe moved by so many days: whole periods move by whole periods, the nearest number of them.

    Raises `OverflowError` beyond the calendar.
    """
    months = _MONTHS.get(Granularity(granularity))
    if months is None:
        return start + timedelta(days), end + timedelta(days)
    steps = round(days / (_MONTH * months))
    return _later(start, steps * months), last_day(_later(end, steps * months), granularity, begins)


def _later(day: date, months: int) -> date:
    """Return the first day of the month that is so many months later."""
    years, month = divmod(day.month - 1 + months, 12)
    if not date.min.year <= day.year + years <= date.max.year:
        raise OverflowError
    return date(day.year + years, month + 1, 1)


def year_text(day: date, begins: int = 1) -> str:
    """Return the year in which the day lies: 2026, or FY27 for the fiscal year that ends in 2027."""
    return str(day.year) if begins == 1 else gettext("FY%(year)s") % {"year": f"{(day.year + (day.month >= begins)) % 100:02}"}


@lru_cache(maxsize=2_000)
def _written(day: date, how: str, _language: str | None) -> str:
    """Return a day as Django writes it in a language; kept, as every row of a roadmap says some days."""
    return date_format(day, how)


def day_text(day: date) -> str:
    """Return a day without its year: 19 Dec."""
    return _written(day, gettext("j M"), get_language())


def period_text(day: date, granularity: str, begins: int = 1) -> str:
    """Return the period in which the day lies in words: 19 Dec 2026, Dec 2026, Q4 2026, H2 2026 or 2026.

    Of a fiscal year that begins in another month than January: FY27 Q1, FY27 H1 or FY27.
    """
    match Granularity(granularity):
        case Granularity.MONTH:
            return _written(day, gettext("M Y"), get_language())
        case Granularity.DAY:
            return _written(day, gettext("j M Y"), get_language())
        case Granularity.YEAR:
            return year_text(day, begins)
        case Granularity.QUARTER:
            said = gettext("Q%(part)s %(year)s") if begins == 1 else gettext("%(year)s Q%(part)s")
        case Granularity.HALF:
            said = gettext("H%(part)s %(year)s") if begins == 1 else gettext("%(year)s H%(part)s")
    return said % {"part": (day.month - begins) % 12 // _MONTHS[Granularity(granularity)] + 1, "year": year_text(day, begins)}


def timeframe_text(start: date | None, end: date | None, granularity: str, begins: int = 1) -> str:
    """Return a timeframe in words, "Q4 2026 – Q1 2027", "FY27 Q1 – Q2" or "Parking lot" for none."""
    if start is None or end is None:
        return gettext("Parking lot")
    return _timeframe(start, end, granularity, begins, get_language())


@lru_cache(maxsize=4_000)
def _timeframe(start: date, end: date, granularity: str, begins: int, _language: str | None) -> str:
    first, last = period_text(start, granularity, begins), period_text(end, granularity, begins)
    if first == last:
        return first
    if begins != 1 and granularity in _OF_A_YEAR:
        year = f"{year_text(start, begins)} "
        return f"{first} – {last.removeprefix(year)}"
    if first[-4:] == last[-4:] and len(first) > 4:
        first = first[:-5]
    return f"{first} – {last}"


_BETWEEN = re.compile(r"\s*(?:–|—|→|\.\.+)\s*|\s+(?:-|to|until|bis)\s+", re.IGNORECASE)
_FISCAL = r"(?:FY|GJ) ?(?P<year>\d{4}|\d{2})"  # as `year_text` writes it, in every language
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (granularity, re.compile(pattern, re.IGNORECASE))
    for granularity, pattern in (
        ("day", r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
        ("day", r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})"),
        ("day", r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?[ -](?P<name>[^\W\d_]{3,9})\.?[ -](?P<year>\d{4})"),
        ("day", r"(?P<name>[^\W\d_]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})"),
        ("month", r"(?P<year>\d{4})-(?P<month>\d{1,2})"),
        ("month", r"(?P<month>\d{1,2})/(?P<year>\d{4})"),
        ("month", r"(?P<name>[^\W\d_]{3,9})\.?[ -](?P<year>\d{4})"),
        ("quarter", r"Q(?P<part>[1-4])[ -/]?(?P<year>\d{4})"),
        ("quarter", r"(?P<year>\d{4})[ -]?Q(?P<part>[1-4])"),
        ("half", r"H(?P<part>[12])[ -/]?(?P<year>\d{4})"),
        ("half", r"(?P<year>\d{4})[ -]?H(?P<part>[12])"),
        ("quarter", rf"{_FISCAL}[ -]?Q(?P<part>[1-4])"),
        ("half", rf"{_FISCAL}[ -]?H(?P<part>[12])"),
        ("year", r"(?P<year>\d{4})"),
        ("year", _FISCAL),
    )
)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_YEARLESS = re.compile(r"(?:Q[1-4]|H[12]|[^\W\d_]{3,9}\.?|\d{1,2}\.? [^\W\d_]{3,9}\.?)", re.IGNORECASE)
_FINEST = tuple(Granularity.values)

_PART = re.compile(r"[QH][1-4]", re.IGNORECASE)
_OF_FISCAL = re.compile(rf"({_FISCAL}) ", re.IGNORECASE)

NO_DATE = _("Write a day as 2026-12-19 or 19 Dec 2026, or a period as Dec 2026, Q4 2026, H2 2026 or 2026.")


def period_of(text: str, begins: int = 1) -> tuple[date, date, str]:
    """Return the first and last day that a text names, and how exact it is: the reverse of `period_text`, and what sheets write.

    Quarters, half-years and years are those of the fiscal year: Q1 2027 is FY27 Q1 where it begins in another month than January.
    Raises `ValueError` with what would help.
    """
    words = " ".join(text.split())
    if slashed := _SLASHED.fullmatch(words):
        day = _slashed(*(int(each) for each in slashed.groups()))
        return day, day, "day"
    for granularity, shape in _SHAPES:
        if found := shape.fullmatch(words):
            day = _day_of(found.groupdict(), granularity, begins)
            return first_day(day, granularity, begins), last_day(day, granularity, begins), granularity
    raise ValueError(NO_DATE)


def timeframe_of(text: str, begins: int = 1) -> tuple[date, date, str]:
    """Return the timeframe that a text names, one period or two: the reverse of `timeframe_text`.

    Raises `ValueError` with what would help.
    """
    first, *rest = _BETWEEN.split(" ".join(text.split()))
    if len(rest) > 1:
        raise ValueError(NO_DATE)
    if not rest:
        return period_of(first, begins)
    last = rest[0].strip()
    if (year := _OF_FISCAL.match(first)) and _PART.fullmatch(last):
        last = f"{year[1]} {last}"
    start, end = period_of(f"{first} {last[-4:]}" if _YEARLESS.fullmatch(first) else first, begins), period_of(last, begins)
    return start[0], end[1], min(start[2], end[2], key=_FINEST.index)


def _slashed(one: int, two: int, year: int) -> date:
    """Return a day written with slashes, where only one of the two orders makes sense."""
    if one == two or two > 12:
        return _date(year, one, two)
    if one > 12:
        return _date(year, two, one)
    said = gettext("%(written)s can be read in two ways; write it as %(one)s or %(other)s.")
    ways = {"one": f"{year}-{one:02}-{two:02}", "other": f"{year}-{two:02}-{one:02}"}
    raise ValueError(said % {"written": f"{one}/{two}/{year}", **ways})


def _day_of(parts: dict[str, str], granularity: str, begins: int) -> date:
    year, month = int(parts["year"]), int(parts.get("month") or 1)
    if len(parts["year"]) == 2:
        year += 2000
    if name := parts.get("name"):
        month = _month_of(name)
    if part := parts.get("part"):
        month = (int(part) - 1) * _MONTHS[Granularity(granularity)] + 1
    if begins != 1 and granularity in _OF_A_YEAR:  # of the fiscal year, which begins in the year before the one of its name
        return _later(_date(year - 1, begins, 1), month - 1)
    return _date(year, month, int(parts.get("day") or 1))


def _month_of(name: str) -> int:
    """Return the month of which that is the beginning, in English or in the reader's language."""
    typed = name.casefold()
    for month, own in MONTHS.items():
        if month_name[month].casefold().startswith(typed) or str(own).casefold().startswith(typed):
            return month
    raise ValueError(NO_DATE)


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(gettext("There is no such day.")) from error
