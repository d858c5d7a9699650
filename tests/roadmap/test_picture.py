"""The geometry of the timeline: where things lie, and that nothing covers its neighbour."""

from __future__ import annotations

from itertools import pairwise

import pytest

from apps.roadmap.picture import stacked


def spans(wanted: list[tuple[float, float]], lines: int = 3) -> list[tuple[int, float, float]]:
    """Return the line, left and right edge of each label."""
    placed = stacked(wanted, lines)
    return [
        (label.line, *((label.x - label.width, label.x) if label.before else (label.x, label.x + label.width)))
        for label in placed
    ]


@pytest.mark.parametrize(
    ("wanted", "lines"),
    [
        ([(10.0, 8.0), (40.0, 8.0)], [0, 0]),
        ([(10.0, 8.0), (12.0, 8.0)], [0, 1]),
        ([(10.0, 8.0), (12.0, 8.0), (14.0, 8.0), (30.0, 8.0)], [0, 1, 2, 0]),
        ([], []),
    ],
)
def test_names_that_lie_close_go_on_further_lines(wanted, lines):
    assert [label.line for label in stacked(wanted, 3)] == lines
    assert [label.width for label in stacked(wanted, 3)] == [length for _, length in wanted]


def test_at_the_right_edge_a_name_stands_before_its_mark():
    (label,) = stacked([(97.0, 10.0)], 3)
    assert (label.x, label.width, label.before) == (97.0, 10.0, True)


@pytest.mark.parametrize("step", [0.0, 0.7, 2.0, 5.0])
def test_no_name_covers_another_however_many_there_are(step):
    found = spans([(min(n * step, 100.0), 14.0) for n in range(20)])
    for line in range(3):
        on_it = sorted((left, right) for at, left, right in found if at == line)
        assert all(right <= left + 0.01 for (_, right), (left, _) in pairwise(on_it))
