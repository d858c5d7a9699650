"""The past: the moment that somebody names, and rows as they were then, worked out from the stream of changes."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone

from apps.core.validators import FIRST_DAY, LAST_DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from apps.core.models import Change


def day_of(text: str) -> date | None:
    """Return the day of an ISO date as an address may hold it, or None for what is none or far off."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY.replace(year=LAST_DAY.year - 4) else None


def moment_of(text: str) -> datetime | None:
    """Return the moment that an address names: the end of an ISO date, or a time of it; None for what is neither."""
    if day := day_of(text):
        return timezone.make_aware(datetime.combine(day, time.max))
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign in an address reads as a space
    except ValueError:
        return None
    if not day_of(at.date().isoformat()):
        return None
    return at if at.tzinfo else timezone.make_aware(at)


def rewound(kind: str, rows: Mapping[UUID, Mapping[str, Any]], changes: Iterable[Change]) -> dict[UUID, dict[str, Any]]:
    """Return rows of one type as they were before the changes, which come newest first.

    `rows` is `{id: {field: value}}` of what is now. What was made since is left out, what was removed since comes back, what else
    the changes touched stays out; values that changed since are as the stream holds them, dates and ids as text.
    """
    then = {pk: dict(row) for pk, row in rows.items()}
    for change in changes:
        entries = [(change.object_type, change.object_id, change.fields)]
        entries += [(entry["type"], UUID(entry["id"]), entry["fields"]) for entry in change.also]
        for type_, pk, fields in entries:
            if type_ != kind or not fields:
                continue
            before, after = fields.get("product", [True, True])
            if before is None:
                then.pop(pk, None)
            elif pk in then or after is None:
                then.setdefault(pk, {"id": pk}).update({name: was for name, (was, _) in fields.items()})
    return then
