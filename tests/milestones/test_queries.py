"""What is read of milestones: how dates slipped, what stands in each, where they are drawn."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from apps.milestones import actions, queries
from apps.roadmap.actions import archive_item, edit_item
from tests.milestones.when import GA, item, milestone, promise


def day(offset: int | None) -> date | None:
    """Return the day so many days after GA."""
    return None if offset is None else GA + timedelta(days=offset)


@pytest.mark.parametrize(
    ("way", "first", "before", "now", "days", "moves"),
    [
        ([0], 0, None, 0, 0, []),
        ([0, 21], 0, 0, 21, 21, [21]),
        ([0, -5], 0, 0, -5, -5, [-5]),
        ([0, 21, 28], 0, 21, 28, 28, [21, 7]),
        ([0, 21, 0], 0, 21, 0, 0, [21, -21]),  # moved and moved back
        ([None, 4], 4, None, 4, 0, []),  # its first date came later
        ([None, 4, 10], 4, 4, 10, 6, [6]),
        ([0, None], 0, 0, None, 0, [0]),
        ([0, None, 9], 0, None, 9, 9, [0, 0]),
    ],
)
def test_a_slip_is_now_against_the_first_date(room, way, first, before, now, days, moves):
    made = milestone(room, date=day(way[0]))
    for n, offset in enumerate(way[1:]):
        actions.edit_milestone(room.actor(), made, date=day(offset), reason=f"Reason {n}.")
    slip = queries.slips(room.workspace.pk, [made.pk])[made.pk]
    assert (slip.first, slip.before, slip.now, slip.days) == (day(first), day(before), day(now), days)
    assert [move.days for move in slip.moves] == moves
    if moves:
        assert (slip.last.by, slip.last.reason) == (room.editor.name, f"Reason {len(way) - 2}.")


def test_what_never_had_a_date_has_no_slip_and_others_are_left_out(room, foreign):
    undated, other, theirs = milestone(room, date=None), milestone(room, "Other"), milestone(foreign)
    assert queries.slips(room.workspace.pk, [undated.pk]) == {}
    assert queries.slips(room.workspace.pk, []) == {}
    assert set(queries.slips(room.workspace.pk, [other.pk, theirs.pk])) == {other.pk}


def test_ends_of_items_slip_the_same_way(room):
    placed = item(room, into=promise(room))
    edit_item(room.actor(), placed, end=date(2026, 12, 14), reason="The parser is rewritten.")
    slip = queries.slips(room.workspace.pk, [placed.pk], "end")[placed.pk]
    assert (slip.days, slip.last.reason) == (14, "The parser is rewritten.")


# (status, end, effort) of each item: items, done, late, progress
STANDS = [
    ([], (0, 0, 0, 0)),
    ([("planned", GA, None)], (1, 0, 0, 0)),
    ([("planned", day(1), None)], (1, 0, 1, 0)),
    ([("shipped", day(1), None)], (1, 1, 0, 100)),
    ([("shipped", GA, None), ("planned", GA, None), ("planned", None, None)], (3, 1, 0, 33)),
    ([("shipped", GA, 6), ("planned", GA, 2)], (2, 1, 0, 75)),
    ([("shipped", GA, 3), ("planned", GA, None)], (2, 1, 0, 75)),  # no effort counts 1
    ([("shipped", GA, 0), ("planned", GA, 0)], (2, 1, 0, 0)),
    ([("dropped", day(9), 5), ("shipped", GA, 1)], (1, 1, 0, 100)),
]


@pytest.mark.parametrize(("items", "stands"), STANDS)
def test_what_stands_in_a_milestone(room, items, stands):
    made = milestone(room)
    item(room, "Nowhere")
    archive_item(room.actor(), item(room, "Archived", made, end=day(5)))
    for n, (status, end, effort) in enumerate(items):
        frame = {"start": end and date(2026, 10, 1), "end": end}
        item(room, f"Item {n}", made, status=status, effort=effort if effort is None else Decimal(effort), **frame)
    (row,) = queries.board(room.product)
    assert tuple(row[name] for name in ("items", "done", "late", "progress")) == stands
    assert (row["milestone"], row["slip"].days) == (made, 0)


def test_the_board_is_by_date_the_undated_last_the_archived_and_others_not_at_all(room, foreign):
    for name, offset in {"c": None, "b": 5, "a": 0}.items():
        milestone(room, name, date=day(offset))
    actions.archive_milestone(room.actor(), milestone(room, "d"))
    milestone(foreign, "e")
    assert [row["milestone"].name for row in queries.board(room.product)] == ["a", "b", "c"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_board_costs_three_queries(room, django_assert_num_queries, rows):
    for n in range(rows):
        item(room, f"Item {n}", milestone(room, f"Milestone {n}"))
    with django_assert_num_queries(3):
        assert len(queries.board(room.product)) == rows


def test_how_many_planned_ones_slipped(room):
    made = {name: milestone(room, name) for name in ("later", "earlier", "back", "reached", "archived", "dropped")}
    for name, each in made.items():
        actions.edit_milestone(room.actor(), each, date=day(-3 if name == "earlier" else 3))
    actions.edit_milestone(room.actor(), made["back"], date=GA)
    actions.reach_milestone(room.actor(), made["reached"])
    actions.archive_milestone(room.actor(), made["archived"])
    actions.drop_milestone(room.actor(), made["dropped"], reason="Sold.")
    assert queries.slipped(room.product) == 1
