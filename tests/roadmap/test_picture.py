"""The geometry of the timeline: where things lie, and that nothing covers its neighbour."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from apps.roadmap.picture import Window, distance_text, stacked


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


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (1, "1 day"), (13, "13 days"), (14, "2 weeks"), (60, "9 weeks"), (61, "2 months"), (365, "12 months"), (731, "2 years"),
        (1100, "3 years"),
    ],
)  # fmt: skip
def test_how_far_is_said_in_the_unit_that_tells_it_best(days, words):
    assert distance_text(days) == words


@pytest.mark.parametrize(
    ("start", "end", "beside"),
    [
        (date(2029, 11, 1), date(2029, 12, 31), ("before", 1)),
        (date(2029, 11, 1), date(2030, 1, 1), ("", 0)),
        (date(2030, 12, 31), date(2031, 2, 1), ("", 0)),
        (date(2031, 1, 1), date(2031, 2, 1), ("after", 1)),
        (date(2031, 1, 31), date(2031, 2, 1), ("after", 31)),
    ],
)
def test_a_bar_is_inside_or_so_many_days_beside(start, end, beside):
    window = Window.starting(date(2030, 1, 1), "quarter")
    assert window.beside(start, end) == beside
    assert (window.bar(start, end) is None) == bool(beside[0])
    assert window.bar(window.first - timedelta(1), window.first) is not None
