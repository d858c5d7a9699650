"""Putting items into milestones and releases, which an app above knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from apps.roadmap.models import Item

# What puts items of one product into the milestone of that id, or (empty) into none, as part of the action under way, and
# returns the ids of those that were elsewhere.
PLACERS: dict[str, Callable[[list[Item], str], set[UUID]]] = {}


def place(items: list[Item], milestone: str | None) -> set[UUID]:
    """Put items into a milestone as `PLACERS` does; None leaves them where they are."""
    return set() if milestone is None else PLACERS["milestone"](items, milestone)
