"""One item as a view shows it: its words, its manner and its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, gettext, ngettext

from apps.roadmap.kept import KeptRow
from apps.roadmap.models import Health, Horizon, ItemType, Status
from apps.roadmap.picture import add_months
from apps.roadmap.timeframes import day_text, timeframe_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from apps.roadmap.picture import Bar, Window
    from apps.roadmap.queries import Slip
    from apps.vision.models import Goal, Product

STATUS_WORDS = dict(Status.choices)
HEALTH_WORDS = dict(Health.choices)
HORIZON_WORDS = dict(Horizon.choices)
TYPE_WORDS = dict(ItemType.choices)
TONES = {"shipped": "ok", "dropped": "bad", "parked": "", "on_track": "ok", "at_risk": "warn", "off_track": "bad"}


@dataclass(slots=True)
class Row:
    """One item as a view shows it."""

    item: dict[str, Any]
    key: str
    colour: int
    goal_name: str
    bar: Bar | None = None
    beside: str = ""  # "before" or "after" the window
    away: int = 0  # days that it lies beside the window
    begins: int = 1  # the month with which the workspace's year begins
    slip: Slip | None = None
    slip_width: float = 0.0
    waits: list[str] = field(default_factory=list)  # what it blocks and waits for, in words
    ghost: Bar | None = None  # where it was at the moment compared with
    ended: date | None = None  # its end at that moment, where it is earlier than now
    since: str = ""  # what became of it since, in words
    became: str = ""  # of which kind that is
    alone: KeptRow | None = None  # its item, where this and the window say all of it
    goal: str = field(init=False)  # the key of the goal that it serves first, or "none"
    said: dict[str, Any] = field(default_factory=dict)  # by column of the table, what no field of the item holds

    def __post_init__(self) -> None:
        self.goal = str(self.item.get("goal_id") or "none")

    @property
    def status(self) -> str:
        return _words(get_language()).status[self.item["status"]]

    @property
    def health(self) -> str:
        return _words(get_language()).health.get(self.item["health"], "")

    @property
    def tone(self) -> str:
        return TONES.get(self.item["health"]) or TONES.get(self.item["status"], "")

    @property
    def health_tone(self) -> str:
        return TONES.get(self.item["health"], "")

    @property
    def when(self) -> str:
        return timeframe_text(self.item["start"], self.item["end"], self.item["granularity"], self.begins)

    @property
    def manner(self) -> str:
        """How the bar is drawn: done, dashed for what comes next, hatched for what comes later or is doubtful."""
        if self.item["status"] == Status.SHIPPED:
            return "done"
        if self.item["status"] in (Status.DROPPED, Status.PARKED):
            return "dropped"
        doubtful = self.item["confidence"] is not None and self.item["confidence"] < 50
        if self.item["horizon"] == Horizon.LATER or doubtful:
            return "later"
        return "next" if self.item["horizon"] == Horizon.NEXT else "now"

    @property
    def health_class(self) -> str:
        return str(self.item["health"]).replace("_", "-")

    @property
    def slip_x(self) -> float:
        """Where on the bar the slipped part begins, in percent of the bar."""
        return round(100 - self.slip_width, 2)

    @property
    def first_month(self) -> date:
        """The window to go to for seeing an item that lies outside this one, with a month of room before it."""
        start: date = self.item["start"]
        return add_months(start.replace(day=1), -1)

    @property
    def label(self) -> str:
        """What the bar says beside its progress."""
        if self.item["status"] == Status.SHIPPED:
            return self.status
        end: date = self.item["end"]
        before = self.ended or (self.slip.first if self.slip and self.slip.days > 0 else None)
        return f"{day_text(before)} → {day_text(end)}" if before else self.when

    def slipped_since(self, day: date | None, window: Window) -> None:
        """Draw as slipped what of the bar lies after a day; nothing of it for None."""
        self.slip_width = 0.0
        if self.bar and day and self.item["status"] != Status.SHIPPED and day < self.item["end"]:
            late = window.bar(max(day, self.item["start"]), self.item["end"])
            self.slip_width = round(min(100.0, late.width / self.bar.width * 100), 2) if late else 0.0

    @property
    def spoken(self) -> str:
        """The whole bar in words, for whoever does not see it."""
        words, item = _words(get_language()), self.item
        parts = [
            item["title"],
            words.status[item["status"]],
            self.when,
            words.health.get(item["health"], ""),
            words.serves % {"goal": self.goal_name} if self.goal_name else words.serves_none,
            words.sure % {"percent": item["confidence"]} if item["confidence"] is not None else "",
        ]
        if self.slip and self.slip.days:
            parts.append(_slip_text(self.slip.days))
        parts += [*self.waits, self.since]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class _Words:
    """What rows say, in one language: to look it up for each row would cost half as much as drawing it."""

    status: dict[str, str]
    health: dict[str, str]
    serves: str
    serves_none: str
    sure: str


@lru_cache(maxsize=20)
def _words(_language: str | None) -> _Words:
    """Return the words in the language that is spoken now."""
    status, health = ({value: str(words) for value, words in each.items()} for each in (STATUS_WORDS, HEALTH_WORDS))
    return _Words(status, health, gettext("serves %(goal)s"), gettext("serves no goal"), gettext("%(percent)s%% sure"))


def serves_text(goal: str) -> str:
    """Return in words which goal is served, or that none is."""
    words = _words(get_language())
    return words.serves % {"goal": goal} if goal else words.serves_none


def _slip_text(days: int) -> str:
    later = ngettext("%(count)s day later than first given", "%(count)s days later than first given", days)
    earlier = ngettext("%(count)s day earlier than first given", "%(count)s days earlier than first given", -days)
    return (later if days > 0 else earlier) % {"count": abs(days)}


def rows_of(
    product: Product,
    items: Sequence[dict[str, Any]],
    goals: list[Goal],
    slips: dict[UUID, Slip],
    window: Window,
    bound: set[UUID],
) -> list[Row]:
    """Return items as a view shows them. A kept item that is not bound to others is placed once for each window."""
    known = {goal.pk: goal for goal in goals}
    about = repr(window)

    def alone(item: KeptRow) -> Row:
        row = row_of(product, item, known, item.slip, window)
        row.alone = item
        return row

    return [
        item.made.get(about) or item.once(about, alone)
        if isinstance(item, KeptRow) and (not bound or item["id"] not in bound)
        else row_of(product, item, known, getattr(item, "slip", None) or slips.get(item["id"]), window)
        for item in items
    ]


def row_of(product: Product, item: dict[str, Any], goals: Mapping[UUID, Goal], slip: Slip | None, window: Window) -> Row:
    """Return an item as a view shows it, its bar placed in the window."""
    goal = goals.get(item["goal_id"])
    row = Row(
        item,
        f"{product.key}-{item['number']}",
        goal.colour if goal else 0,
        goal.name if goal else "",
        slip=slip,
        begins=window.begins,
    )
    if item["start"] and item["end"]:
        row.bar = window.bar(item["start"], item["end"])
        row.beside, row.away = window.beside(item["start"], item["end"])
        row.slipped_since(slip.first if slip else None, window)
    return row
