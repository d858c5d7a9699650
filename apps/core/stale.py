"""Edits of the same field at the same time: the second sees both values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps.core.errors import Conflict, Stale
from apps.core.models import Change, Tracked

if TYPE_CHECKING:
    from collections.abc import Iterable


def refuse_stale(obj: Tracked, changed: dict[str, list[Any]], seen: int) -> None:
    """Raise `Stale` if a field of `changed`, `{name: [before, after]}`, was changed after version `seen`."""
    since = _changed_since(obj, seen)
    conflicts = [
        Conflict(name, after, before, change.actor_name, change.at)
        for name, (before, after) in changed.items()
        if (change := _touching(since, group_of(obj, name)))
    ]
    if conflicts:
        raise Stale(obj, conflicts)


def _changed_since(obj: Tracked, seen: int) -> dict[str, Change]:
    found: dict[str, Change] = {}
    for change in Change.objects.filter(touches__contains=[obj.pk]).order_by("seq"):
        if (change.version_of(obj.pk) or 0) > seen:
            found |= dict.fromkeys(change.fields_of(obj.pk), change)
    return found


def group_of(obj: Tracked, name: str) -> Iterable[str]:
    """Return the fields that make sense only together with this one, itself among them."""
    return next((group for group in obj.field_groups if name in group), (name,))


def _touching(since: dict[str, Change], group: Iterable[str]) -> Change | None:
    return next((since[name] for name in group if name in since), None)
