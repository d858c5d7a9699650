"""Planning, rendering and handing over digests."""

from __future__ import annotations


def run() -> None:
    """Run this file's benchmarks."""
