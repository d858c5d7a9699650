"""The REST door."""

from __future__ import annotations

routes: list[tuple[str, type]] = []
