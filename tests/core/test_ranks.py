"""The order of a list stays right and its keys short, however often one spot is moved to."""

from __future__ import annotations

from typing import Any

import pytest

from apps.core.models import Change
from apps.core.ranks import LONGEST
from apps.roadmap.actions import create_item, move_item
from apps.roadmap.models import Item
from apps.vision.actions import create_goal, move_goal
from apps.vision.models import Goal
from tests.people import Room

MOVES = 900  # without making room a rank would be too long after some 600


def items(room: Room, many: int) -> list[Any]:
    return [create_item(room.actor(), room.product, title=f"{n}") for n in range(many)]


def goals(room: Room, many: int) -> list[Any]:
    return [create_goal(room.actor(), room.product, name=f"{n}") for n in range(many)]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("model", "make", "move", "side"), [(Item, items, move_item, "after"), (Goal, goals, move_goal, "before")]
)
def test_many_moves_to_one_spot(room: Room, model: Any, make: Any, move: Any, side: str):
    """Two rows go in turn right beside the first (or the last) one, which makes the gap between smaller each time."""
    rows = make(room, 4)
    order = [row.pk for row in rows]
    anchor = rows[0] if side == "after" else rows[-1]
    movable = [row for row in rows if row.pk != anchor.pk]
    versions = dict(model.objects.values_list("pk", "version"))
    longest = 0
    for n in range(MOVES):
        moved = movable[n % len(movable)]
        rank = move(room.actor(), moved, **{side: anchor}).rank
        longest = max(longest, len(rank))
        order.remove(moved.pk)
        order.insert(order.index(anchor.pk) + (side == "after"), moved.pk)
        if n % 100 == 0 or n == MOVES - 1:
            found = list(model.objects.filter(product=room.product).order_by("rank").values_list("pk", flat=True))
            assert found == order
    assert 10 < longest <= LONGEST
    assert max(map(len, model.objects.values_list("rank", flat=True))) <= LONGEST
    assert Change.objects.filter(verb__endswith=".moved").count() >= MOVES - 1  # one for each; the first may be there already
    assert not Change.objects.filter(verb__endswith=".moved").exclude(also=[]).exists()
    if model is Item:
        assert dict(Item.objects.values_list("pk", "version")) == versions  # nobody's words are refused for it
