"""Timeframes: whole days, months, quarters, half-years or years, kept as their first and last day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from apps.roadmap.models import Granularity

_MONTHS = {Granularity.MONTH: 1, Granularity.QUARTER: 3, Granularity.HALF: 6, Granularity.YEAR: 12}

_MONTH = 365.2425 / 12  # days


def first_day(day: date, granularity: str) -> date:
    """Return the first day of the month, quarter, half-year or year in which the day lies, or the day itself."""
    months = _MONTHS.get(Granularity(granularity))
    return day if months is None else date(day.year, (day.month - 1) // months * months + 1, 1)


def last_day(day: date, granularity: str) -> date:
    """Return the last day of the period in which the day lies, or the day itself."""
    months = _MONTHS.get(Granularity(granularity))
    if months is None:
        return day
    month = (day.month - 1) // months * months + months
    return date(day.year, month, monthrange(day.year, month)[1])


def may_start(end: date, granularity: str) -> date:
    """Return the first day on which something so exact may start after what blocks it ends: the day after, or its period.

    What is planned for 2027 may begin late in 2027, so that something which ends in March is in nobody's way.
    """
    return first_day(end + timedelta(days=1), granularity)


def moved(start: date, end: date, granularity: str, days: int) -> tuple[date, date]:
    """Return a timeframe moved by so many days: whole periods move by whole periods, the nearest number of them.

    Raises `OverflowError` beyond the calendar.
    """
    months = _MONTHS.get(Granularity(granularity))
    if months is None:
        return start + timedelta(days), end + timedelta(days)
    steps = round(days / (_MONTH * months))
    return _later(start, steps * months), last_day(_later(end, steps * months), granularity)


def _later(day: date, months: int) -> date:
    """Return the first day of the month that is so many months later."""
    years, month = divmod(day.month - 1 + months, 12)
    if not date.min.year <= day.year + years <= date.max.year:
        raise OverflowError
    return date(day.year + years, month + 1, 1)


def period_text(day: date, granularity: str) -> str:
    """Return the period in which the day lies in words: 19 Dec 2026, Dec 2026, Q4 2026, H2 2026 or 2026."""
    match Granularity(granularity):
        case Granularity.MONTH:
            return f"{day:%b %Y}"
        case Granularity.QUARTER:
            return f"Q{(day.month + 2) // 3} {day.year}"
        case Granularity.HALF:
            return f"H{1 if day.month <= 6 else 2} {day.year}"
        case Granularity.YEAR:
            return str(day.year)
    return f"{day.day} {day:%b %Y}"


def timeframe_text(start: date | None, end: date | None, granularity: str) -> str:
    """Return a timeframe in words, "Q4 2026 – Q1 2027" or "Parking lot" for none."""
    if start is None or end is None:
        return "Parking lot"
    first, last = period_text(start, granularity), period_text(end, granularity)
    if first == last:
        return first
    if first[-4:] == last[-4:] and len(first) > 4:
        first = first[:-5]
    return f"{first} – {last}"
