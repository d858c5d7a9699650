"""Three clients, stale versions, any order: no acknowledged value is lost without somebody being told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.errors import Stale
from apps.roadmap.actions import create_item, edit_item, move_item
from apps.roadmap.models import Item
from tests.people import new_room

FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "title": st.sampled_from(["Search", "Find", "Ask"]),
    "progress": st.integers(0, 3),
    "confidence": st.none() | st.integers(50, 52),
    "health": st.sampled_from(["", "on_track", "at_risk"]),
    "horizon": st.sampled_from(["now", "next"]),
}
EDITS = st.dictionaries(st.sampled_from(sorted(FIELDS)), st.none(), min_size=1, max_size=3).flatmap(
    lambda chosen: st.fixed_dictionaries({name: FIELDS[name] for name in chosen})
)
STEPS = st.lists(st.tuples(st.integers(0, 2), st.one_of(st.just("look"), st.just("move"), EDITS)), min_size=1, max_size=14)


class Model:
    """What must be true: the values, and in which version each field was last changed."""

    def __init__(self, item: Item) -> None:
        self.values = {name: getattr(item, name) for name in FIELDS}
        self.version = item.version
        self.changed = dict.fromkeys(FIELDS, 1)

    def edit(self, seen: int, values: dict[str, Any]) -> bool:
        """Take the edit, or say False: one of the fields was changed to something else after `seen`."""
        new = {name: value for name, value in values.items() if self.values[name] != value}
        if any(self.changed[name] > seen for name in new):
            return False
        if new:
            self.version += 1
            self.values |= new
            self.changed |= dict.fromkeys(new, self.version)
        return True


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_order_of_edits_is_as_the_model_says(db, steps):
    room = new_room()
    item = create_item(room.actor(), room.product, title="Search", horizon="now")
    neighbour = create_item(room.actor(), room.product, title="Index")
    model, seen = Model(item), [1, 1, 1]
    for client, step in steps:
        if step == "look":
            seen[client] = Item.objects.get(pk=item.pk).version
        elif step == "move":
            move_item(room.actor(), item, after=neighbour)
        else:
            agreed, told = model.edit(seen[client], step), None
            try:
                edit_item(room.actor(), item, version=seen[client], **step)
            except Stale as refusal:
                told = refusal
            assert (told is None) == agreed
            for conflict in told.conflicts if told else ():
                assert (conflict.yours, conflict.theirs) == (step[conflict.field], model.values[conflict.field])
        now = Item.objects.get(pk=item.pk)
        assert {name: getattr(now, name) for name in FIELDS} == model.values
        assert now.version == model.version
