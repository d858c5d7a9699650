"""What an item would be if an edit were saved, without saving it: the columns that an audience may be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from apps.roadmap.models import Granularity, Status
from apps.roadmap.timeframes import first_day, last_day

if TYPE_CHECKING:
    from apps.roadmap.models import Item

# The fields of an item whose change can be seen from outside.
FIELDS = (
    "title",
    "type",
    "status",
    "horizon",
    "start",
    "end",
    "granularity",
    "shipped_on",
    "confidence",
    "confidential",
    "outside_title",
)


def as_edited(item: Item, values: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of an item as an edit of these fields would leave them: whole periods, the day of shipping.

    Raises `ValidationError` where the edit itself would be refused for its dates.
    """
    after = {name: value for name, value in values.items() if name in FIELDS}
    if after.keys() & {"start", "end", "granularity"}:
        after |= _timeframe(item, after)
    status = after.get("status") or item.status
    if status != Status.SHIPPED:
        after["shipped_on"] = None
    elif not (item.shipped_on or after.get("shipped_on")):
        after["shipped_on"] = timezone.now().date()
    return after


def _timeframe(item: Item, after: dict[str, Any]) -> dict[str, Any]:
    start, end = after.get("start", item.start), after.get("end", item.end)
    if start is None and end is None:
        return {"start": None, "end": None, "granularity": ""}
    if start is None or end is None:
        raise ValidationError(
            {"start" if start is None else "end": gettext("Give both start and end, or neither for the parking lot.")}
        )
    if end < start:
        raise ValidationError({"end": gettext("The end must not be before the start.")})
    granularity = after.get("granularity") or item.granularity or Granularity.DAY
    begins = item.workspace.year_begins
    return {"start": first_day(start, granularity, begins), "end": last_day(end, granularity, begins), "granularity": granularity}
