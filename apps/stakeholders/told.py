"""The told ledger: what each was last told, and how what is true now differs from it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from apps.core.models import Change
from apps.roadmap.models import Status
from apps.stakeholders.models import Told

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from apps.stakeholders.models import Stakeholder
    from apps.stakeholders.projection import Shown

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


@dataclass(slots=True)
class Line:
    """One difference between what somebody was told of an item and what is true now.

    `kind` is moved, shipped, dropped, status, renamed, goal or new; `days` is how many days the end as shown is later
    (or, negative, earlier) than the end as told; `told` and `now` are the two in words.
    """

    kind: str
    item_id: UUID
    title: str
    told: str
    now: str
    days: int | None
    goal: str
    serves: str
    colour: int = 0
    reason: str = ""
    was_titled: str = ""
    shipped: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def last_told(stakeholder: Stakeholder, items: Iterable[UUID] | None = None) -> dict[UUID, Told]:
    """Return the newest confirmed statement of each item to a stakeholder, in one query."""
    rows = Told.objects.filter(stakeholder=stakeholder, confirmed_at__isnull=False)
    if items is not None:
        rows = rows.filter(item__in=list(items))
    return {row.item_id: row for row in rows.order_by("item_id", "-at", "-id").distinct("item_id")}


def difference(said: dict[str, Any] | None, shown: Shown) -> Line | None:
    """Return how an item as shown now differs from what was said of it, or None when it is still true.

    Of several differences the gravest makes the line: dropped, shipped, moved, another status, another goal, another name.
    """
    goal = shown.goal
    line = Line(
        "new", shown.item_id, shown.title, "", shown.when.text, None, goal.name if goal else "", goal.serves if goal else "",
        goal.colour if goal else 0, shipped=shown.status == Status.SHIPPED,
    )  # fmt: skip
    if said is None:
        return None if shown.status in (Status.DROPPED, Status.PARKED) else line
    line.told, line.days = said["when"], _apart(said, shown)
    line.was_titled = said["title"] if said["title"] != shown.title else ""
    line.kind = _kind(said, shown, line)
    if line.kind == "shipped":
        line.now = shown.shipped.text if shown.shipped else shown.when.text
    elif line.kind in ("status", "dropped"):
        line.told, line.now = said["status_words"], shown.status_words
    elif line.kind == "goal":
        line.told, line.now = said["goal"] or "no goal", line.goal or "no goal"
    return line if line.kind else None


def _kind(said: dict[str, Any], shown: Shown, line: Line) -> str:
    over = (Status.DROPPED, Status.PARKED, Status.SHIPPED)
    if shown.status != said["status"] and shown.status in over:
        return "shipped" if shown.status == Status.SHIPPED else "dropped"
    kinds = {"renamed": bool(line.was_titled)}
    if shown.status not in over:  # what is over has no date or goal that could still surprise
        kinds = {
            "moved": said["when"] != shown.when.text,
            "status": said["status"] != shown.status,
            "goal": said["goal"] != line.goal,
        } | kinds
    return next((kind for kind, differs in kinds.items() if differs), "")


def _apart(said: dict[str, Any], shown: Shown) -> int | None:
    """Return the days from the end as told to the end as shown; None where one of them has no day."""
    now = shown.shipped.last if shown.status == Status.SHIPPED and shown.shipped else shown.when.last
    if not said.get("last") or now is None:
        return None
    return (now - date.fromisoformat(str(said["last"]))).days


def explain(workspace_id: UUID, lines: list[Line], since: dict[UUID, datetime]) -> None:
    """Give each line the newest recorded reason for what it says, of the time since it was told; one query for all."""
    wanted = {line.item_id: line for line in lines if _EXPLAINS[line.kind]}
    if not wanted:
        return
    changes = Change.objects.filter(workspace_id=workspace_id, object_id__in=wanted).exclude(reason="").order_by("seq")
    for object_id, fields, at, reason in changes.values_list("object_id", "fields", "at", "reason"):
        line, told_at = wanted[object_id], since.get(object_id)
        if (told_at is None or at > told_at) and any(name in fields for name in _EXPLAINS[line.kind]):
            line.reason = reason
