"""Telling an editor whom an edit would surprise, before it is saved."""

from __future__ import annotations

from datetime import date

from apps.stakeholders import ledger
from apps.stakeholders.surprise import as_edited
from tests.bench.floors import asked
from tests.bench.measure import report
from tests.people import new_room
from tests.stakeholders.scene import promise

PEOPLE, ITEMS = 500, 2_000
LAST_TOLD = """
SELECT json_agg(t)::text FROM (
  SELECT DISTINCT ON (stakeholder_id) stakeholder_id, said FROM stakeholders_told
  WHERE item_id = %s AND confirmed_at IS NOT NULL ORDER BY stakeholder_id, at DESC) t
"""


def run() -> None:
    """Run this file's benchmark: everybody was told of everything, and one item moves."""
    item = promise(new_room("Promised"), people=PEOPLE, items=ITEMS)[0]
    moved = as_edited(item, {"start": date(2026, 6, 1), "end": date(2026, 6, 1)})
    report(
        f"surprise_{PEOPLE}_people_{ITEMS}_items",
        lambda: ledger.surprised(item, moved),
        lambda: asked(LAST_TOLD, item.pk),
        "what each was last told of the item, read by one statement",
        goal=20,
    )
