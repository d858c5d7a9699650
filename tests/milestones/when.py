"""Milestones and items to test with, made through the actions."""

from __future__ import annotations

from datetime import date
from typing import Any

from apps.core.models import Change
from apps.milestones import actions
from apps.milestones.models import Milestone
from apps.roadmap.actions import create_item
from apps.roadmap.models import Item
from tests.people import Room

GA = date(2026, 12, 19)
LATER = date(2027, 1, 9)


def milestone(room: Room, name: str = "2.0 GA", **fields: Any) -> Milestone:
    """Make a milestone, on the day `GA` where none is given."""
    return actions.create_milestone(room.actor(), room.product, **{"name": name, "date": GA, **fields})


def promise(room: Room, name: str = "2.0 GA", **fields: Any) -> Milestone:
    return milestone(room, name, **{"commitment": "committed", **fields})


def item(room: Room, title: str = "Search", into: Milestone | None = None, **fields: Any) -> Item:
    """Make an item of October to November, in a milestone where one is given."""
    frame = {"start": date(2026, 10, 1), "end": date(2026, 11, 30)}
    made = create_item(room.actor(), room.product, **{"title": title, **frame, **fields})
    return actions.place_item(room.actor(), made, milestone=into) if into else made


def last(room: Room) -> Change:
    """Return the newest change of a workspace."""
    return Change.objects.filter(workspace=room.workspace).latest("seq")
