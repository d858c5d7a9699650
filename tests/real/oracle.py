"""What everybody should have been told, computed from the files alone, by the words of the data's fair reading.

It shares nothing with the application: it reads history.jsonl and releases.csv and keeps a ledger of its own. Dates are told
to the day, the month or the quarter; days apart are between the last days of what is told.
"""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

STATUS = {
    "provisional": "Proposed", "implementable": "Planned", "implementeable": "Planned", "implemented": "Shipped",
    "implemented (alpha)": "In progress", "implemented (beta)": "In progress", "deferred": "Parked",
    "withdrawn": "Dropped", "rejected": "Dropped", "replaced": "Dropped",
}  # fmt: skip
OVER = {"Shipped", "Dropped", "Parked"}
NOBODY = {"", "none", "n/a", "na", "tbd", "todo"}

type Line = tuple[str, str, str, str, str, str, int | None, str]  # who, item, kind, title, told, now, days, goal


def first_mondays(year: int) -> list[datetime]:
    """Return nine o'clock on the first Monday of each month, UTC."""
    firsts = (datetime(year, month, 1, 9, tzinfo=UTC) for month in range(1, 13))
    return [first + timedelta(days=-first.weekday() % 7) for first in firsts]


def mondays(since: date, until: date) -> list[datetime]:
    """Return nine o'clock on each Monday between two days, UTC."""
    first = datetime(since.year, since.month, since.day, 9, tzinfo=UTC) + timedelta(days=-since.weekday() % 7)
    return [day for n in range((until - since).days // 7 + 1) if (day := first + timedelta(weeks=n)).date() <= until]


def words(day: date | None, precision: str = "day") -> str:
    if day is None:
        return "not scheduled"
    return {"day": f"{day.day} {day:%B %Y}", "month": f"{day:%B %Y}", "quarter": f"Q{-(-day.month // 3)} {day.year}"}[precision]


def last(day: date, precision: str = "day") -> date:
    """Return the last day of what is told of a date."""
    if precision == "day":
        return day
    month = day.month if precision == "month" else -(-day.month // 3) * 3
    return date(day.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


class Oracle:
    """The state of the files at a moment, and what each group was told until then."""

    def __init__(self, folder: Path, precision: str = "day") -> None:
        self.precision = precision
        with (folder / "releases.csv").open(encoding="utf-8") as rows:
            self.days = {row["release"].lstrip("v"): date.fromisoformat(row["released"]) for row in csv.DictReader(rows)}
        with (folder / "history.jsonl").open(encoding="utf-8") as lines:
            self.edits = [json.loads(line) for line in lines]
        self.raw: dict[str, dict[str, Any]] = {}
        self.shipped: dict[str, date] = {}
        self.told: dict[tuple[str, str], dict[str, Any]] = {}

    def advance(self, until: datetime) -> None:
        """Apply the edits made before the moment; what one person did to one item at one moment is one edit."""
        now = [edit for edit in self.edits if edit["ts"] < until.timestamp()]
        self.edits = self.edits[len(now) :]
        for (ts, _, item), edits in groupby(sorted(now, key=_act), key=_act):
            for edit in edits:
                if edit["op"] == "delete":
                    self.raw.pop(item)
                elif edit["op"] == "create":
                    self.raw[item] = dict(edit["to"])
                else:
                    self.raw[item][edit["field"]] = edit["to"]
            self._ship(item, datetime.fromtimestamp(ts, UTC).date())

    def _ship(self, item: str, day: date) -> None:
        """Something ships on its release's day if that has come when it is called implemented, else on the day it is."""
        if item not in self.raw or self.status(item) != "Shipped":
            self.shipped.pop(item, None)
        elif item not in self.shipped:
            end = self.end(item)
            self.shipped[item] = end if end and end <= day else day

    def status(self, item: str) -> str:
        return STATUS.get(self.raw[item]["status"], "Proposed")

    def end(self, item: str) -> date | None:
        return self.days.get((self.raw[item].get("latest-milestone") or "").removeprefix("v"))

    def groups(self, item: str) -> list[str]:
        """Return who follows an item: its owner and those who take part."""
        raw = self.raw[item]
        named = [raw.get("owning-sig") or "", *(raw.get("participating-sigs") or [])]
        return list(dict.fromkeys(name for name in named if name and name.casefold() not in NOBODY))

    def digest(self) -> list[Line]:
        """Return what is new to each group now, and put it into the ledger."""
        lines = [line for item in self.raw for who in self.groups(item) if (line := self._line(who, item))]
        for line in lines:
            self.told[line[0], line[1]] = self._said(line[1])
        return sorted(lines, key=str)

    def _said(self, item: str) -> dict[str, Any]:
        raw = self.raw[item]
        return {"title": raw["title"], "status": self.status(item), "end": self.end(item), "goal": raw["owning-sig"]}

    def _line(self, who: str, item: str) -> Line | None:
        now, told = self._said(item), self.told.get((who, item))
        if told is None:
            if now["status"] in {"Dropped", "Parked"}:
                return None
            return who, item, "new", now["title"], "", words(now["end"], self.precision), None, now["goal"]
        kind, pair = self._kind(item, told, now)
        day = self.shipped.get(item, now["end"])
        days = (last(day, self.precision) - last(told["end"], self.precision)).days if day and told["end"] else None
        return (who, item, kind, now["title"], *pair, days, now["goal"]) if kind else None

    def _kind(self, item: str, told: dict[str, Any], now: dict[str, Any]) -> tuple[str, tuple[str, str]]:
        """Return the gravest difference and what it was and is, in words; an empty kind where all is as told."""
        when = words(told["end"], self.precision), words(now["end"], self.precision)
        if now["status"] != told["status"] and now["status"] == "Shipped":
            return "shipped", (when[0], words(self.shipped[item], self.precision))
        if now["status"] != told["status"] and now["status"] in OVER:
            return "dropped", (told["status"], now["status"])
        if now["status"] not in OVER and when[0] != when[1]:
            return "moved", when
        for name in ("status", "goal"):
            if now["status"] not in OVER and told[name] != now[name]:
                return name, (told[name], now[name])
        return ("renamed" if told["title"] != now["title"] else ""), when


def _act(edit: dict[str, Any]) -> tuple[int, str, str]:
    return edit["ts"], edit["by"], edit["item"]
