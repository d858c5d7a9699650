"""Measuring: ours and the floor in turns, so that what else the machine does strikes both; the ratio is what counts."""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 15


def report(
    name: str,
    ours: Callable[[], object],
    floor: Callable[[], object],
    against: str,
    *,
    goal: float,
    rounds: int = ROUNDS,
    before: Callable[[], object] = bool,
) -> None:
    """Print one JSON line: the median of ours in milliseconds, and the median of the per-round ratios to the floor.

    `before` is done before each of ours, and takes no part in its time.
    """
    pairs = []
    for _ in range(3 + rounds):
        before()
        pairs.append((timed(ours), timed(floor)))
    pairs = pairs[3:]
    line(
        name,
        value=round(statistics.median(mine for mine, _ in pairs), 3),
        unit="ms",
        against=f"{against} ({statistics.median(bare for _, bare in pairs):.3f} ms)",
        ratio=round(statistics.median(mine / bare for mine, bare in pairs), 2),
        goal=goal,
    )


def timed(work: Callable[[], object]) -> float:
    """Return how long the work took, in milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1_000


def line(name: str, **values: object) -> None:
    """Print one result."""
    sys.stdout.write(json.dumps({"name": name, **values}) + "\n")
    sys.stdout.flush()
