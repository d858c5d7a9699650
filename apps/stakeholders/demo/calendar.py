"""Days of the demo, relative to the day on which it is seeded, so that it never ages."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

_MONTHS = {"m": (1, "month"), "q": (3, "quarter"), "h": (6, "half"), "y": (12, "year")}
SLIP = 21  # days by which the release of the story slips


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment of seeding; all else is counted from it."""

    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()

    def day(self, offset: int) -> date:
        """Return the day so many days after today, or before it."""
        return self.today + timedelta(days=offset)

    def at(self, offset: int, hour: int = 10, minute: int = 0) -> datetime:
        """Return a moment on a day before today; today it is always two hours ago."""
        latest = self.now - timedelta(hours=2)
        return latest if offset >= 0 else min(datetime.combine(self.day(offset), time(hour, minute), tzinfo=UTC), latest)

    def frame(self, text: str) -> tuple[date | None, date | None, str]:
        """Return `(start, end, granularity)` of "d-10:5" (days), "m0", "q0:1", "h1", "y1", or of "" (the parking lot).

        The numbers count from the present day, month, quarter, half-year or year. "s" and "S" stand for the end
        of the story's item before and after its slip.
        """
        if not text:
            return None, None, ""
        unit, (first, _, last) = text[0], text[1:].partition(":")
        if unit == "d":
            return self.day(self._offset(first)), self.day(self._offset(last or first)), "day"
        months, granularity = _MONTHS[unit]
        start, _ = self._period(months, int(first))
        _, end = self._period(months, int(last or first))
        return start, end, granularity

    def thursday(self, weeks: int) -> date:
        """Return the Thursday that comes next, today included, moved by so many weeks."""
        return self.day((3 - self.today.weekday()) % 7 + 7 * weeks)

    @property
    def told(self) -> int:
        """The day, from today, on which the story's item was to end: one from which the slip crosses a month."""
        return next(n for n in range(5, 40) if self.day(n).month != self.day(n + SLIP).month)

    def _offset(self, text: str) -> int:
        return {"s": self.told, "S": self.told + SLIP}.get(text) or int(text)

    def _period(self, months: int, number: int) -> tuple[date, date]:
        first = (self.today.year * 12 + self.today.month - 1) // months * months + number * months
        last = first + months - 1
        end = date(last // 12, last % 12 + 1, monthrange(last // 12, last % 12 + 1)[1])
        return date(first // 12, first % 12 + 1, 1), end
