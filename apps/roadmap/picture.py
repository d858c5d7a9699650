"""The geometry of the timeline: a window of time, its columns, and where in it a bar lies, in percent."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext_lazy

from apps.roadmap.timeframes import first_day, period_text

if TYPE_CHECKING:
    from collections.abc import Iterator

ZOOMS = {"month": 6, "quarter": 12, "year": 36}  # months in the window
_LONG = {"month": 1, "quarter": 3, "year": 12}  # months
_DISTANCES = (
    (365.2425, 24 * 30.44, ngettext_lazy("%(count)s year", "%(count)s years", "count")),
    (30.44, 61, ngettext_lazy("%(count)s month", "%(count)s months", "count")),
    (7, 14, ngettext_lazy("%(count)s week", "%(count)s weeks", "count")),
    (1, 0, ngettext_lazy("%(count)s day", "%(count)s days", "count")),
)  # days of a unit, from how many days on it is told, and its words
_WEEKDAYS = {"monday": 0, "saturday": 5, "sunday": 6}


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of a shorter month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def distance_text(days: int) -> str:
    """Return how far apart two days are, in the unit that tells it best: 5 days, 3 weeks, 7 months, 2 years."""
    length, _least, words = next(each for each in _DISTANCES if days >= each[1])
    return str(words % {"count": round(days / length)})


@dataclass(frozen=True, slots=True)
class Column:
    """One month, or one of the larger units above the months."""

    label: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Bar:
    """Where a bar lies: left edge and width in percent; cut where it goes beyond the window."""

    x: float
    width: float
    cut_left: bool
    cut_right: bool


@dataclass(frozen=True, slots=True)
class Label:
    """Where words lie that stand beside others: left edge and room in percent, the line below the first, and which side.

    `before` says that they end at `x` instead of beginning there.
    """

    x: float
    width: float
    line: int
    before: bool = False


def stacked(wanted: list[tuple[float, float]], lines: int) -> list[Label]:
    """Place words of given left edge and length, both in percent and by left edge, so that none covers another.

    Each goes on the first line where it fits whole; where none is free, on the one with the most room, cut to that.
    """
    ends = [0.0] * lines
    placed: list[Label] = []
    for x, length in wanted:
        before = x + length > 100 and x > 50
        left = max(0.0, x - length) if before else x
        line = next((n for n, end in enumerate(ends) if end <= left), min(range(lines), key=lambda n: ends[n]))
        if before:
            placed.append(Label(x, round(x - max(left, min(ends[line], x)), 3), line, before=True))
            ends[line] = x + 1
        else:
            placed.append(Label(x, round(min(length, 100 - x), 3), line))
            ends[line] = max(ends[line], x + length)
    return _cut(placed, lines)


def _cut(placed: list[Label], lines: int) -> list[Label]:
    """End each label where the next of its line begins."""
    following = [100.0] * lines
    cut: list[Label] = []
    for label in reversed(placed):
        start = label.x - label.width if label.before else label.x
        room = label.width if label.before else min(label.width, round(following[label.line] - label.x, 3))
        following[label.line] = start
        cut.append(Label(label.x, max(room, 0.0), label.line, label.before))
    return cut[::-1]


@dataclass(frozen=True, slots=True)
class Window:
    """The days that the picture shows, from the first up to but without `beyond`.

    `begins` and `week` are the month and the weekday with which the workspace's years and weeks begin.
    """

    first: date
    beyond: date
    zoom: str
    columns: int = 12  # how many months wide the picture is
    begins: int = 1
    week: str = "monday"

    @classmethod
    def fitting(cls, first: date, last: date, begins: int = 1, week: str = "monday") -> Window:
        """Return the window of whole quarters that shows the days, at most five years of them."""
        start = first_day(first, "quarter", begins)
        quarters = (last.year * 12 + last.month - start.year * 12 - start.month) // 3 + 1
        months = min(max(quarters * 3, 6), 60)
        return cls(start, add_months(start, months), "fit", months, begins, week)

    @property
    def middle(self) -> date:
        return self.first + timedelta(days=self.days // 2)

    def zoomed(self, zoom: str) -> date:
        """Return the first day of the window of another zoom with the same middle."""
        return add_months(self.first, (self.columns - ZOOMS[zoom]) // 2)

    @classmethod
    def around(cls, day: date, zoom: str, begins: int = 1, week: str = "monday") -> Window:
        """Return the window of a zoom that begins with the quarter before the day's (its year, for years)."""
        unit, months = ("year", 12) if zoom == "year" else ("quarter", 3)
        return cls.starting(add_months(first_day(day, unit, begins), -months), zoom, begins, week)

    @classmethod
    def starting(cls, first: date, zoom: str, begins: int = 1, week: str = "monday") -> Window:
        first = first.replace(day=1)
        return cls(first, add_months(first, ZOOMS[zoom]), zoom, ZOOMS[zoom], begins, week)

    def begun(self, first: date) -> Window:
        """Return the window as wide as this one that begins with the month of a day."""
        first = first.replace(day=1)
        return replace(self, first=first, beyond=add_months(first, self.columns))

    @property
    def days(self) -> int:
        return (self.beyond - self.first).days

    @property
    def wide(self) -> bool:
        """Whether so much is shown that quarters are the columns."""
        return self.columns > 18

    def x(self, day: date) -> float:
        """Return where the beginning of a day lies, in percent of the width; beyond 0 to 100 outside."""
        return round((day - self.first).days / self.days * 100, 3)

    def bar(self, start: date, end: date) -> Bar | None:
        """Return where a bar lies, or None when it lies outside."""
        if end < self.first or start >= self.beyond:
            return None
        left, right = max(self.x(start), 0.0), min(self.x(end + timedelta(days=1)), 100.0)
        return Bar(left, round(right - left, 3), start < self.first, end >= self.beyond)

    def beside(self, start: date, end: date) -> tuple[str, int]:
        """Return on which side a bar lies that is not inside, `before` or `after`, and how many days away; else nothing."""
        if end < self.first:
            return "before", (self.first - end).days
        return ("after", (start - self.beyond).days + 1) if start >= self.beyond else ("", 0)

    def shifted(self, share: int) -> date:
        """Return the first day of the window half a width earlier (-1) or later (1)."""
        return add_months(self.first, share * (self.columns // 2))

    def months(self) -> Iterator[Column]:
        """Yield the columns: months, or quarters when years are shown."""
        unit = "quarter" if self.wide else "month"
        for day, x, width in self._periods(unit):
            part = (day.month - self.begins) % 12 // 3 + 1
            yield Column(gettext("Q%(part)s") % {"part": part} if self.wide else date_format(day, "M"), x, width)

    def bands(self) -> Iterator[Column]:
        """Yield the larger units above: quarters with their year, or years."""
        unit = "year" if self.wide else "quarter"
        for day, x, width in self._periods(unit):
            yield Column(period_text(day, unit, self.begins), x, width)

    def weeks(self) -> Iterator[float]:
        """Yield where weeks begin, in percent, when so little is shown that they can be told apart."""
        if self.columns <= ZOOMS["month"]:
            ahead = (_WEEKDAYS[self.week] - self.first.weekday()) % 7
            for day in range(ahead, self.days, 7):
                yield self.x(self.first + timedelta(days=day))

    def _periods(self, unit: str) -> Iterator[tuple[date, float, float]]:
        """Yield the first day inside the window, the left edge and the width of each period that the window shows a part of."""
        day, months = self.first, _LONG[unit]
        while day < self.beyond:
            after = min(add_months(first_day(day, unit, self.begins), months), self.beyond)
            yield day, self.x(day), round(self.x(after) - self.x(day), 3)
            day = after
