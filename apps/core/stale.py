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
        if name not in obj.uncounted
        and (change := _touching(since, [part for each in group_of(obj, name) for part in _parts(obj, each, [before, after])]))
    ]
    if conflicts:
        raise Stale(obj, conflicts)


def _changed_since(obj: Tracked, seen: int) -> dict[str, Change]:
    """Return of each field that changed after a version, or of each member of one, the last change of it."""
    found: dict[str, Change] = {}
    for change in Change.objects.filter(touches__contains=[obj.pk]).order_by("seq"):
        if (change.version_of(obj.pk) or 0) > seen:
            fields = change.fields_of(obj.pk).items()
            found |= dict.fromkeys([part for name, pair in fields for part in _parts(obj, name, pair)], change)
    return found


def _parts(obj: Tracked, name: str, pair: list[Any]) -> list[str]:
    """Return what of a field a change is about: the field, or the members of it that differ."""
    if name not in obj.by_member:
        return [name]
    before, after = (value or {} for value in pair)
    return [f"{name}: {each}" for each in {**before, **after} if before.get(each) != after.get(each)]


def group_of(obj: Tracked, name: str) -> Iterable[str]:
    """Return the fields that make sense only together with this one, itself among them."""
    return next((group for group in obj.field_groups if name in group), (name,))


def _touching(since: dict[str, Change], group: Iterable[str]) -> Change | None:
    return next((since[name] for name in group if name in since), None)
