"""A roadmap to be shown on a wall: one lane a slide, or several slides where it has more bars than can be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps.roadmap.models import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps.roadmap.scene.lanes import Lane
    from apps.roadmap.scene.rows import Row
    from apps.vision.models import Goal

BARS = 8  # rows of one slide
CHANGES = 12  # lines of the last one
OFF = (Status.DROPPED, Status.PARKED)


@dataclass(frozen=True, slots=True)
class Slide:
    """Some rows of a lane; `goal` where the lane is one, `part` of `parts` where its rows do not fit on one slide."""

    lane: Lane
    goal: Goal | None
    rows: list[Row]
    part: int
    parts: int
    beside: int  # rows of the lane that lie outside the days shown, or have none


def slides(lanes: Iterable[Lane], goals: Iterable[Goal], *, everything: bool = False) -> list[Slide]:
    """Return the slides of a roadmap in the order of its lanes.

    A goal that nothing serves has one as well. What is dropped or parked is left out, unless `everything` is asked for.
    """
    by_key = {str(goal.pk): goal for goal in goals}
    found = []
    for lane in lanes:
        goal = by_key.get(lane.key)
        rows = [row for row in lane.rows if everything or row.item["status"] not in OFF]
        shown = [row for row in rows if row.bar]
        parts = [shown[first : first + BARS] for first in range(0, len(shown), BARS)] or [[]]
        if rows or goal:
            beside = len(rows) - len(shown)
            found += [Slide(lane, goal, part, n, len(parts), beside) for n, part in enumerate(parts, 1)]
    return found
