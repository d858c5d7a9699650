"""Where the pages are."""

from __future__ import annotations

urlpatterns: list[object] = []
