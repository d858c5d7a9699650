"""The told ledger: what each was last told, and how what is true now differs from it.

A digest goes on from what the same audience told its reader. What they heard of an item through another audience counts
as well when it was later and tells dates at least as exactly: then it is put into the words of this audience's precision,
and nothing that it said is news any more. What was told more coarsely replaces nothing: it would hide a move within the
quarter, or make one up of two ways to say the same day.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from apps.core.models import Change
from apps.roadmap.models import Granularity, Status
from apps.stakeholders.models import Audience, Frequency, Precision, Told
from apps.stakeholders.projection import EXACTNESS, reworded, status_said, time_said, title_said

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from apps.stakeholders.models import Subscription
    from apps.stakeholders.projection import Period, Shown

# The fields of an item whose recorded reason explains a line of each kind.
_EXPLAINS = {
    "moved": ("end", "start", "granularity", "horizon", "status"),
    "shipped": ("status", "shipped_on"),
    "dropped": ("status",),
    "status": ("status", "horizon"),
    "renamed": ("title",),
    "goal": (),
    "new": (),
}


# What a grant of an audience puts into the ledger.
_PARTS = {
    "title": ("title",),
    "status": ("status", "status_words"),
    "timeframe": ("when", "kind", "first", "last"),
    "goals": ("goal",),
}


@dataclass(slots=True)
class Line:
    """One difference between what somebody was told of an item and what is true now.

    `kind` is moved, shipped, dropped, status, renamed, goal or new; `days` is how many days the end as shown is later
    (or, negative, earlier) than the end as told; `told` and `now` are the two in words, which are made when they are read, in
    the language that is spoken then. `dated` says that a time had been told, `on_day` that the time that is now is a day.
    """

    kind: str
    item_id: UUID
    title: Any
    told: Any
    now: Any
    days: int | None
    goal: str
    serves: str
    colour: int = 0
    reason: str = ""
    was_titled: Any = ""
    shipped: bool = False
    dated: bool = False
    on_day: bool = False

    @property
    def material(self) -> bool:
        """Whether it is a material change: it was dropped or parked, it shipped, or the time that was given is another.

        The time counts as exactly as the reader is told it, and so does one that was taken away. What is new, renamed, serves
        another goal, is under way, or got its first date is news, and waits for something material to be told with.
        """
        return self.kind in ("dropped", "shipped") or (self.kind == "moved" and self.dated)

    def as_json(self) -> dict[str, Any]:
        words = {name: str(getattr(self, name)) for name in ("title", "told", "now", "was_titled")}
        return {name: value for name, value in (asdict(self) | words).items() if name not in ("dated", "on_day")}


def is_news(subscription: Subscription, lines: list[Line], unchanged: int) -> bool:
    """Say whether these lines make a digest: any do, but on material change one of them is material.

    Who was told nothing yet of what they follow is told it all the same: without it, nothing could ever surprise them.
    """
    if subscription.frequency != Frequency.MATERIAL:
        return bool(lines)
    first = not unchanged and all(line.kind == "new" for line in lines)
    return bool(lines) and (first or any(line.material for line in lines))


@dataclass(frozen=True, slots=True)
class Heard:
    """What a reader knows of one item, as `Shown.said` keeps it, and since when."""

    said: dict[str, Any]
    at: datetime


def heard(subscription: Subscription, shown: dict[UUID, Shown]) -> dict[UUID, Heard]:
    """Return what the reader knows of each item that this audience shows, by the rule above; in two queries."""
    rows = Told.objects.filter(stakeholder=subscription.stakeholder_id, confirmed_at__isnull=False, item__in=list(shown))
    newest = (
        rows.annotate(source=Coalesce(F("digest__subscription__audience"), F("link__audience")))
        .order_by("item_id", "source", "-at", "-id")
        .distinct("item_id", "source")
        .values_list("at", "id", "item_id", "source", "said", named=True)
    )
    ordered = sorted(newest, key=lambda row: (row.at, row.id))
    audience = subscription.audience
    sources = Audience.objects.in_bulk({row.source for row in ordered} - {None, audience.pk}) | {audience.pk: audience}
    known: dict[UUID, Heard] = {}
    for row in ordered:
        source = sources.get(row.source)
        said = source and _taken_in(known.get(row.item_id), row.said, source, shown[row.item_id], audience)
        if said:
            known[row.item_id] = Heard(said, row.at)
    return known


def _taken_in(
    before: Heard | None, told: dict[str, Any], source: Audience, shown: Shown, audience: Audience
) -> dict[str, Any] | None:
    """Return what the reader knows after a statement, or None where it adds nothing to what this audience tells."""
    said, granted = reworded(told, shown.precision, shown.begins), {name for name in _PARTS if name in audience.fields}
    if source.pk == audience.pk:
        return understood(told, shown, audience)
    if not _as_exact(told, shown, audience, source) or (before is None and not granted <= set(source.fields)):
        return None
    return (before.said if before else shown.said()) | _parts(said, granted.intersection(source.fields))


def understood(said: dict[str, Any], shown: Shown, audience: Audience) -> dict[str, Any]:
    """Return what an audience once said, in the words of today's precision; what it is granted no more is no news either."""
    return shown.said() | _parts(
        reworded(said, shown.precision, shown.begins), {name for name in _PARTS if name in audience.fields}
    )


def _parts(said: dict[str, Any], grants: set[str]) -> dict[str, Any]:
    return {part: said[part] for name in grants for part in _PARTS[name]}


def _as_exact(said: dict[str, Any], shown: Shown, audience: Audience, source: Audience) -> bool:
    """Say whether another audience's words tell the time at least as exactly as this one's."""
    if "timeframe" not in audience.fields:
        return True
    horizon = audience.precision == Precision.HORIZON
    if "timeframe" not in source.fields or (said["kind"] == "horizon") != horizon:
        return False
    limit = shown.when.kind if shown.when.kind in EXACTNESS else audience.precision
    return horizon or said["kind"] == "none" or EXACTNESS.index(said["kind"]) <= EXACTNESS.index(limit)


# What is put into words only when a line is read, in the language of whoever reads it.
_time_said, _status_said = lazy(time_said, str), lazy(status_said, str)
_when = lazy(attrgetter("text"), str)
_NO_GOAL = _("no goal")


def difference(said: dict[str, Any] | None, shown: Shown) -> Line | None:
    """Return how an item as shown now differs from what was said of it, or None when it is still true.

    Of several differences the gravest makes the line: dropped, shipped, moved, another status, another goal, another name.
    """
    goal = shown.goal
    line = Line(
        "new", shown.item_id, shown.title, "", "", None, goal.name if goal else "", goal.serves if goal else "",
        goal.colour if goal else 0, shipped=shown.status == Status.SHIPPED,
    )  # fmt: skip
    if said is None:
        line.now = _when(shown.when)
        return None if shown.status in (Status.DROPPED, Status.PARKED) else line
    title = title_said(said)
    line.was_titled = title if title != shown.title else ""
    line.kind = _kind(said, shown, line)
    if not line.kind:
        return None
    line.days, line.dated = _apart(said, shown), said["kind"] != "none"  # a day, or a horizon
    line.told, line.now = _time_said(said, shown.begins), _when(shown.when)
    if line.kind == "shipped":
        when = shown.shipped or shown.when
        line.now, line.on_day = _when(when), when.kind == Granularity.DAY
    elif line.kind in ("status", "dropped"):
        line.told, line.now = _status_said(said), shown.status_words
    elif line.kind == "goal":
        line.told, line.now = said["goal"] or _NO_GOAL, line.goal or _NO_GOAL
    return line


def _kind(said: dict[str, Any], shown: Shown, line: Line) -> str:
    over = (Status.DROPPED, Status.PARKED, Status.SHIPPED)
    if shown.status != said["status"] and shown.status in over:
        return "shipped" if shown.status == Status.SHIPPED else "dropped"
    kinds = {"renamed": bool(line.was_titled)}
    if shown.status not in over:  # what is over has no date or goal that could still surprise
        kinds = {
            "moved": _moved(said, shown.when),
            "status": said["status"] != shown.status,
            "goal": said["goal"] != line.goal,
        } | kinds
    return next((kind for kind, differs in kinds.items() if differs), "")


def _moved(said: dict[str, Any], now: Period) -> bool:
    """Say whether a time differs from what was told, whichever language it is told in.

    Two periods of one kind that overlap are the same one, or were told when the fiscal year began in another month.
    """
    if said["kind"] != now.kind or not (said.get("first") and said.get("last") and now.first and now.last):
        return bool(said["when"] != now.kept)
    first, last = (date.fromisoformat(str(said[name])) for name in ("first", "last"))
    return now.first > last or now.last < first


def _apart(said: dict[str, Any], shown: Shown) -> int | None:
    """Return the days from the end as told to the end as shown; None where one of them has no day."""
    over = shown.status == Status.SHIPPED and shown.shipped
    now = over.last if over else shown.when.last
    if not said.get("last") or now is None:
        return None
    if not over and not _moved(said, shown.when):
        return 0
    return (now - date.fromisoformat(str(said["last"]))).days


def explain(workspace_id: UUID, lines: list[Line], since: dict[UUID, datetime]) -> None:
    """Give each line the newest recorded reason for what it says, of the time since it was told; one query for all."""
    recorded = reasons_for(workspace_id, lines)
    for line in lines:
        for at, reason in recorded.get((line.item_id, line.kind), ()):
            if is_after(at, since.get(line.item_id)):
                line.reason = reason


def is_after(at: datetime, told: datetime | None) -> bool:
    """Say whether something happened since it was told, if it ever was."""
    return told is None or at > told


type Reasons = dict[tuple[UUID, str], list[tuple[datetime, str]]]


def reasons_for(workspace_id: UUID, lines: list[Line]) -> Reasons:
    """Return the recorded reasons for what lines say, by item and kind, each with its moment, oldest first; in one query."""
    wanted: dict[UUID, set[str]] = {}
    for line in lines:
        if _EXPLAINS[line.kind]:
            wanted.setdefault(line.item_id, set()).add(line.kind)
    found: Reasons = {}
    if wanted:
        changes = Change.objects.filter(workspace_id=workspace_id, object_id__in=wanted).exclude(reason="").order_by("seq")
        for object_id, fields, at, reason in changes.values_list("object_id", "fields", "at", "reason"):
            for kind in wanted[object_id]:
                if any(name in fields for name in _EXPLAINS[kind]):
                    found.setdefault((object_id, kind), []).append((at, reason))
    return found
