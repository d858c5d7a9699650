"""A block of cells from a spreadsheet: where each goes, what it would change, what cannot be placed, and one change of all."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.actions import undo_change
from apps.core.errors import Stale
from apps.core.models import Change
from apps.milestones.actions import create_milestone, place_item
from apps.roadmap.actions import create_item, edit_item
from apps.roadmap.bulk import Edit, edit_items
from apps.roadmap.models import Item
from apps.vision.actions import create_goal
from tests.people import Room

HTMX = {"HX-Request": "true"}
COLUMNS = "status,owner,confidence,start,end,serves"
ADDRESS = f"?view=table&columns={COLUMNS}"


@pytest.fixture
def items(room: Room) -> list[Item]:
    return [create_item(room.actor(), room.product, title=f"Item {n}") for n in range(3)]


def lay(room: Room, text: str, column: str = "status", line: int = 0, role: str = "editor", **more: Any) -> Any:
    sent = {"text": text, "address": ADDRESS, "column": column, "line": line, **more}
    return room.client(role).post(room.path("items/paste/"), sent, headers=HTMX)


def confirm(room: Room, preview: Any, **more: Any) -> Any:
    edits = html.unescape(re.search(r'name="edits" value="([^"]*)"', preview.content.decode())[1])  # type: ignore[index]
    return room.client().post(room.path("items/paste/"), {"edits": edits, **more}, headers=HTMX)


def changes(answer: Any) -> list[tuple[str, str, str, str]]:
    return [(each.item.title, each.column, each.before, each.after) for each in answer.context["preview"].changes]


def misplaced(answer: Any) -> list[tuple[int, str, str, str]]:
    return [(each.row, each.column, each.text, each.why) for each in answer.context["preview"].misplaced]


def test_a_block_is_shown_first_and_then_is_one_change_with_one_undo(room: Room, items: list[Item]):
    goal = create_goal(room.actor(), room.product, name="Find it")
    before, said = list(Item.objects.order_by("pk").values()), Change.objects.count()
    block = f"In progress\t{room.viewer.email}\t80%\t01.10.2026\t2026-12-19\tFind it\nplanned\t\t\t\t\t"
    shown = lay(room, block)
    assert (shown.status_code, misplaced(shown)) == (200, [])
    assert changes(shown) == [
        ("Item 0", "Status", "Proposed", "In progress"),
        ("Item 0", "Owner", "", room.viewer.name),
        ("Item 0", "Confidence", "", "80%"),
        ("Item 0", "Start", "", "1 Oct 2026"),
        ("Item 0", "End", "", "19 Dec 2026"),
        ("Item 0", "Serves", "", "Find it"),
        ("Item 1", "Status", "Proposed", "Planned"),
    ]
    assert (list(Item.objects.order_by("pk").values()), Change.objects.count()) == (before, said)
    done = confirm(room, shown, reason="From the sheet.")
    events = json.loads(done["HX-Trigger"])
    assert (done.status_code, list(events), events["toast"]["text"]) == (
        204, ["roadmap:changed", "dialog:close", "toast"], "Changed 2 items.",
    )  # fmt: skip
    change = Change.objects.order_by("-seq")[0]
    assert (Change.objects.count(), change.verb, change.reason) == (said + 1, "items.edited", "From the sheet.")
    now = Item.objects.get(pk=items[0].pk)
    assert (now.status, now.owner, now.confidence, now.start, now.end, now.granularity) == (
        "in_progress", room.viewer, 80, date(2026, 10, 1), date(2026, 12, 19), "day",
    )  # fmt: skip
    assert list(now.contributions.values_list("goal", "share")) == [(goal.pk, 100)]
    undo_change(room.actor(), room.workspace, change=change)
    names = ("status", "owner_id", "confidence", "start", "end", "granularity")
    assert list(Item.objects.order_by("pk").values(*names)) == [{name: row[name] for name in names} for row in before]


def test_what_cannot_be_placed_is_named_with_row_column_and_why(room: Room, items: list[Item]):
    shown = lay(room, 'soonish\tGhost\tmany\n"Planned"\n\n\nParked', line=1)
    assert changes(shown) == [("Item 2", "Status", "Proposed", "Planned")]
    found = misplaced(shown)
    assert [each[:3] for each in found] == [
        (1, "Status", "soonish"), (1, "Owner", "Ghost"), (1, "Confidence", "many"), (5, "", "Parked"),
    ]  # fmt: skip
    assert "Choose one of" in found[0][3]
    assert "There is no row left" in found[3][3]
    wide = lay(room, "Find it\tbeyond", "serves")
    assert "There is no column left" in misplaced(wide)[0][3]
    computed = lay(room, "HAR-9\tRenamed", "key")
    assert (changes(computed), misplaced(computed)[0][:2]) == ([("Item 0", "Title", "Item 0", "Renamed")], (1, "Key"))


@pytest.mark.parametrize(
    ("text", "rows", "columns", "expected"),
    [
        ("planned", 3, 1, 3), ("planned", 1, 1, 1), ("planned\nparked", 4, 1, 3), ("planned\nparked", 3, 1, 2), ("", 2, 2, 0),
    ],
)  # fmt: skip
def test_a_small_block_fills_a_larger_one_that_is_a_multiple_of_it(
    room: Room, items: list[Item], text: str, rows: int, columns: int, expected: int
):
    assert len(changes(lay(room, text, rows=rows, columns=columns))) == expected


def test_rows_fall_on_what_stands_below_in_the_address_that_was_seen(room: Room, items: list[Item]):
    sent = {"text": "planned\nparked", "address": f"{ADDRESS}&sort=-title&group=status", "column": "status", "line": 1}
    shown = room.client().post(room.path("items/paste/"), sent, headers=HTMX)
    assert [(title, after) for title, _, _, after in changes(shown)] == [("Item 2", "Planned"), ("Item 1", "Parked")]


def test_what_another_changed_meanwhile_is_asked_about_and_pasting_again_keeps_the_blocks(room: Room, items: list[Item]):
    shown = lay(room, "planned\nplanned")
    edit_item(room.actor("owner"), items[0], status="parked")
    edit_item(room.actor("owner"), items[1], title="Renamed")
    refused = confirm(room, shown)
    page = refused.content.decode()
    assert (refused.status_code, room.owner.name in page, "Parked" in page) == (409, True, True)
    assert confirm(room, refused).status_code == 204
    assert list(Item.objects.order_by("number").values_list("title", "status")) == [
        ("Item 0", "planned"), ("Renamed", "planned"), ("Item 2", "proposed"),
    ]  # fmt: skip


def test_a_committed_date_asks_why(room: Room, items: list[Item]):
    days = {"start": date(2026, 10, 1), "end": date(2026, 12, 31), "granularity": "day"}
    item = create_item(room.actor(), room.product, title="Promised", **days)  # type: ignore[arg-type]
    milestone = create_milestone(room.actor(), room.product, name="GA", date=date(2026, 12, 31), commitment="committed")
    place_item(room.actor(), item, milestone=milestone)
    refused = confirm(room, lay(room, "2027-01-15", "end", 3))
    assert (refused.status_code, "Say why" in refused.content.decode()) == (422, True)
    assert confirm(room, refused, reason="The parser is rewritten.").status_code == 204


@pytest.mark.parametrize(
    "sent",
    [
        {"edits": "x"}, {"edits": "[]"}, {"edits": '[{"number": "1", "cells": {}}]'}, {"edits": '[{"number": 1}]'},
        {"edits": "{}"},
        {"edits": '[{"number": 1, "cells": {"status": 3}}]'}, {"text": "a\n" * 501, "column": "title"}, {"column": "nonsense"},
        {"text": "x", "column": "title", "line": "-1"},
    ],
)  # fmt: skip
def test_nonsense_is_refused_in_words(room: Room, items: list[Item], sent: dict[str, Any]):
    answer = room.client().post(room.path("items/paste/"), {"address": ADDRESS, **sent}, headers=HTMX)
    assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (422, True)


@pytest.mark.parametrize("role", ["viewer", "commenter"])
def test_readers_paste_nothing(room: Room, items: list[Item], role: str):
    assert lay(room, "planned", role=role).status_code == 403


# --- each its own ---


def test_each_item_gets_its_own_fields_and_statements_do_not_grow(room: Room):
    counts = []
    for count in (1, 3, 30):
        some = [create_item(room.actor(), room.product, title=f"Item {n}") for n in range(count)]
        with CaptureQueriesContext(connection) as queried:
            edits = [Edit(item, {"confidence": n, "status": "planned"}) for n, item in enumerate(some)]
            edit_items(room.actor(), room.product, edits=edits)
        counts.append(len(queried))
        assert [Item.objects.get(pk=item.pk).confidence for item in some] == list(range(count))
    assert len(set(counts)) == 1, counts


def test_parents_that_are_fine_alone_and_a_circle_together_are_refused(room: Room, items: list[Item]):
    one, two, three = items
    edits = [Edit(one, {"parent": two}), Edit(two, {"parent": three}), Edit(three, {"parent": one})]
    with pytest.raises(ValidationError, match="circle"):
        edit_items(room.actor(), room.product, edits=edits)
    assert not Item.objects.exclude(parent=None).exists()
    edit_items(room.actor(), room.product, edits=edits[:2])
    assert Item.objects.exclude(parent=None).count() == 2


def test_a_version_that_is_old_refuses_the_same_field_and_no_other(room: Room, items: list[Item]):
    edit_item(room.actor("owner"), items[0], status="parked")
    edit_items(room.actor(), room.product, edits=[Edit(items[0], {"confidence": 5}, version=1)])
    with pytest.raises(Stale):
        edit_items(room.actor(), room.product, edits=[Edit(items[0], {"status": "planned"}, version=1)])


def test_by_rest(room: Room, items: list[Item]):
    goal = create_goal(room.actor(), room.product, name="Find it")
    client, one, two = room.api(), str(items[0].pk), str(items[1].pk)
    own = [
        {"item": one, "version": 1, "confidence": 80, "goals": [{"goal": str(goal.pk), "share": 60}]},
        {"item": two, "title": "B"},
    ]
    body = {"product": str(room.product.pk), "edits": own, "reason": "From a sheet."}
    done = client.post("/api/v1/items/bulk/", body, "application/json")
    assert done.status_code == 200, done.content
    assert [(each["confidence"], each["title"], [s["share"] for s in each["goals"]]) for each in done.json()] == [
        (80, "Item 0", [60]), (None, "B", []),
    ]  # fmt: skip
    edit_item(room.actor("owner"), items[0], confidence=10)
    stale = client.post(
        "/api/v1/items/bulk/", {**body, "edits": [{"item": one, "version": 2, "confidence": 1}]}, "application/json"
    )
    assert (stale.status_code, stale.json()["conflicts"][0]["field"]) == (412, "confidence")
    wrong = client.post("/api/v1/items/bulk/", {**body, "edits": [{"item": one, "confidence": 101}]}, "application/json")
    assert (wrong.status_code, "confidence" in str(wrong.json()["errors"])) == (400, True)
