"""What waits for an item that ends later: how far it has to move, and moving it as one change."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.actions import undo_change
from apps.core.models import Change
from apps.milestones.actions import create_milestone, place_item
from apps.roadmap.actions import archive_item, create_item, edit_item, link_items
from apps.roadmap.address import Address
from apps.roadmap.bulk import shift_dependants
from apps.roadmap.models import Dependency, Item
from apps.roadmap.scene import scene
from apps.roadmap.waiting import pushed
from apps.vision.actions import create_product
from tests.people import Room


def plan(room: Room, title: str, start: date | None, end: date | None, granularity: str = "day", **fields: Any) -> Item:
    span = {"start": start, "end": end, "granularity": granularity} if start else {}
    return create_item(room.actor(), room.product, title=title, **span, **fields)


def march(first: int, last: int) -> tuple[date, date]:
    return date(2026, 3, first), date(2026, 3, last)


def block(room: Room, *chain: Item, kind: str = "blocks") -> None:
    for item, other in pairwise(chain):
        link_items(room.actor(), item, other=other, kind=kind)


def found(item: Item) -> list[tuple[str, date, date, int]]:
    return [(push.item.title, push.start, push.end, push.days) for push in pushed(Item.objects.get(pk=item.pk))]


def test_each_starts_the_day_after_and_keeps_its_length(room: Room):
    first, second, third = plan(room, "A", *march(1, 10)), plan(room, "B", *march(5, 9)), plan(room, "C", *march(11, 12))
    block(room, first, second, third)
    assert found(first) == [("B", date(2026, 3, 11), date(2026, 3, 15), 6), ("C", date(2026, 3, 16), date(2026, 3, 17), 5)]
    assert found(second) == []


def test_of_two_ways_the_farther_counts_once(room: Room):
    first, slow, last = plan(room, "A", *march(1, 10)), plan(room, "Slow", *march(2, 20)), plan(room, "Last", *march(3, 4))
    block(room, first, last)
    block(room, first, slow, last)
    assert found(first) == [("Slow", *march(11, 29), 9), ("Last", *march(30, 31), 27)]


PERIODS = [
    ("quarter", (date(2026, 1, 1), date(2026, 6, 30)), date(2026, 3, 30), None),  # it may begin on the 31st
    ("quarter", (date(2026, 1, 1), date(2026, 6, 30)), date(2026, 3, 31), (date(2026, 4, 1), date(2026, 9, 30))),
    ("month", (date(2026, 3, 1), date(2026, 3, 31)), date(2026, 3, 30), None),
    ("month", (date(2026, 1, 1), date(2026, 1, 31)), date(2026, 3, 31), (date(2026, 4, 1), date(2026, 4, 30))),
    ("half", (date(2026, 1, 1), date(2026, 6, 30)), date(2026, 7, 1), (date(2026, 7, 1), date(2026, 12, 31))),
    ("year", (date(2026, 1, 1), date(2026, 12, 31)), date(2026, 3, 31), None),
    ("year", (date(2026, 1, 1), date(2026, 12, 31)), date(2026, 12, 31), (date(2027, 1, 1), date(2027, 12, 31))),
]


@pytest.mark.parametrize(("granularity", "span", "end", "then"), PERIODS)
def test_whole_periods_move_only_when_no_day_of_the_first_is_left(room: Room, granularity, span, end, then):
    first = plan(room, "A", date(2026, 1, 5), end)
    block(room, first, plan(room, "B", *span, granularity))
    assert [(start, last) for _, start, last, _ in found(first)] == ([then] if then else [])
    assert [line.bad for line in scene(room.product, Address.read({"from": "2026-01-01"}), room.now()).lines] == [bool(then)]


STAYS: dict[str, Any] = {
    "starts after it": lambda room, item: edit_item(room.actor(), item, start=date(2026, 3, 11), end=date(2026, 3, 12)),
    "shipped": lambda room, item: edit_item(room.actor(), item, status="shipped"),
    "dropped": lambda room, item: edit_item(room.actor(), item, status="dropped"),
    "archived": lambda room, item: archive_item(room.actor(), item),
    "in the parking lot": lambda room, item: edit_item(room.actor(), item, start=None, end=None),
    "only relates": lambda room, item: Dependency.objects.filter(other=item).update(kind="relates_to"),
    "moves with it": lambda room, item: Dependency.objects.filter(other=item).update(kind="moves_with"),
}


@pytest.mark.parametrize("case", STAYS)
def test_what_stays_and_pushes_nothing_further(room: Room, case: str):
    first, second, third = plan(room, "A", *march(1, 10)), plan(room, "B", *march(5, 9)), plan(room, "C", *march(1, 2))
    block(room, first, second, third)
    STAYS[case](room, second)
    assert found(first) == []


@pytest.mark.parametrize("values", [{"status": "shipped"}, {"start": None, "end": None}])
def test_what_is_over_or_unplanned_pushes_nothing(room: Room, values: Any):
    first, second = plan(room, "A", *march(1, 10)), plan(room, "B", *march(5, 9))
    block(room, first, second)
    edit_item(room.actor(), first, **values)
    assert found(first) == []


def test_another_products_items_stay(room: Room):
    other = create_product(room.actor("owner"), room.workspace, name="Other")
    theirs = create_item(room.actor(), other, title="B", start=date(2026, 3, 5), end=date(2026, 3, 9), granularity="day")
    first = plan(room, "A", *march(1, 10))
    block(room, first, theirs)
    assert found(first) == []


def test_shifted_as_one_change_with_one_undo(room: Room):
    first, second, third = plan(room, "A", *march(1, 10)), plan(room, "B", *march(5, 9)), plan(room, "C", *march(11, 12))
    block(room, first, second, third)
    shift_dependants(room.actor(), first, reason="The parser is rewritten.")
    assert found(first) == []
    change = Change.objects.get(verb="item.dependants_shifted")
    assert (change.object_id, change.reason, change.detail) == (first.pk, "The parser is rewritten.", {"items": 2})
    assert {text for _, _, text, fields in change.entries() if fields} == {"B", "C"}
    with pytest.raises(ValidationError, match="starts too early by now"):
        shift_dependants(room.actor(), first)
    undo_change(room.actor(), room.workspace, change=change)
    assert [name for name, *_ in found(first)] == ["B", "C"]


def test_a_promise_among_them_asks_for_the_reason(room: Room):
    first, second = plan(room, "A", *march(1, 10)), plan(room, "B", *march(5, 9))
    block(room, first, second)
    promised = create_milestone(room.actor(), room.product, name="GA", date=date(2026, 3, 9), commitment="committed")
    place_item(room.actor(), second, milestone=promised)
    url = room.path(f"items/{first.number}/shift/")
    page = room.client().get(url).content.decode()
    assert "5 Mar 2026 – 9 Mar 2026" in page or "5 Mar – 9 Mar 2026" in page
    refused = room.client().post(url, {})
    assert refused.status_code == 422
    assert 'name="reason"' in refused.content.decode()
    assert room.client().post(url, {"reason": "The parser is rewritten."}).status_code == 302
    assert Item.objects.get(pk=second.pk).start == date(2026, 3, 11)


def test_the_message_after_an_edit_offers_it_only_where_something_waits(room: Room):
    first, second = plan(room, "A", *march(1, 3)), plan(room, "B", *march(5, 9))
    block(room, first, second)

    def offered(**values: Any) -> str:
        answer = room.client().post(
            room.path(f"items/{first.number}/edit/"), {"granularity": "day", **values}, headers={"hx-request": "true"}
        )
        return answer.headers["HX-Trigger"]

    assert '"form"' not in offered(start="2026-03-01", end="2026-03-04")
    assert room.path(f"items/{first.number}/shift/") in offered(start="2026-03-01", end="2026-03-05")
    assert '"form"' not in offered(title="Renamed")
    assert "/shift/" in room.client().get(room.path(f"items/{first.number}/")).content.decode()
    reader = room.client("viewer").get(room.path(f"items/{first.number}/")).content.decode()
    assert "too early" in reader
    assert "/shift/" not in reader


def test_a_new_dependency_that_is_violated_offers_it_and_one_that_would_be_a_circle_says_why(room: Room):
    first, second = plan(room, "Parse", *march(1, 10)), plan(room, "Answer", *march(5, 9))

    def answer(one: Any, other: Any) -> Any:
        sent = {"other": other.number, "kind": "blocks"}
        return room.client().post(room.path(f"items/{one.number}/links/"), sent, headers={"hx-request": "true"})

    assert room.path(f"items/{first.number}/shift/") in answer(first, second).headers["HX-Trigger"]
    refused = answer(second, first)
    assert refused.status_code == 422
    assert "Answer already waits for Parse, at once or through others; that would be a circle." in refused.content.decode()


@pytest.mark.parametrize(
    ("end", "granularity", "starts"),
    [
        ("2026-03-04", "day", {}),
        ("2026-03-05", "day", {"B": "2026-03-06"}),
        ("2026-03-20", "day", {"B": "2026-03-21", "C": "2026-03-26"}),
        ("2026-03-20", "month", {"B": "2026-04-01", "C": "2026-04-06"}),  # the whole month is meant
        ("nonsense", "day", {}),
    ],
)
def test_what_would_have_to_move_is_said_and_nothing_is_written(room: Room, end: str, granularity: str, starts: dict[str, str]):
    first, second, third = plan(room, "A", *march(1, 3)), plan(room, "B", *march(5, 9)), plan(room, "C", *march(25, 28))
    edit_item(room.actor(), first, granularity=granularity, start=date(2026, 2, 1), end=date(2026, 2, 28))
    block(room, first, second)
    block(room, second, third)
    seen = Change.objects.count()
    page = room.client("viewer").get(room.path(f"items/{first.number}/dependants/"), {"end": end})
    assert {push["title"]: push["start"] for push in page.json()["pushes"]} == starts
    rest = room.client("viewer").get(f"/api/v1/items/{first.pk}/dependants/", {"end": end})
    if end == "nonsense":
        assert rest.status_code == 400
    else:
        assert rest.json() == page.json()["pushes"]
    assert Change.objects.count() == seen


def test_the_rest_door_lists_and_shifts(room: Room):
    first, second = plan(room, "A", *march(1, 10)), plan(room, "B", *march(5, 9))
    block(room, first, second)
    url = f"/api/v1/items/{first.pk}/dependants/"
    client = room.client()
    assert client.get(url).json() == [
        {"item": str(second.pk), "number": second.number, "title": "B", "days": 6, "start": "2026-03-11", "end": "2026-03-15",
         "granularity": "day"}
    ]  # fmt: skip
    done = client.post(url, {"reason": "Later."}, content_type="application/json")
    assert (done.status_code, done.json()["id"]) == (200, str(first.pk))
    assert client.get(url).json() == []
    again = client.post(url, {}, content_type="application/json")
    assert again.status_code in (400, 422)
    assert "too early by now" in again.content.decode()


def _farthest(first: Item) -> dict[str, date]:
    """Return the starts that follow when each edge is tried again and again until nothing moves; the plain way."""
    starts = {item.pk: item.start for item in Item.objects.all()}
    length = {item.pk: (item.end - item.start) for item in Item.objects.all()}
    moved, again = {first.pk}, True
    edges = list(Dependency.objects.values_list("item_id", "other_id"))
    while again:
        again = False
        for one, other in edges:
            may = starts[one] + length[one] + timedelta(days=1)
            if one in moved and starts[other] < may:
                starts[other], again = may, True
                moved.add(other)
    return {str(pk): starts[pk] for pk in moved - {first.pk}}


@pytest.mark.parametrize("seed", range(8))
def test_any_net_comes_to_rest_where_the_plain_way_does_and_in_two_queries(room: Room, seed: int):
    dice = random.Random(seed)
    items = []
    for n in range(12):
        start = date(2026, 3, 1) + timedelta(dice.randrange(30))
        items.append(plan(room, f"{n}", start, start + timedelta(dice.randrange(10))))
    for n, item in enumerate(items):
        for other in dice.sample(items[n + 1 :], min(2, len(items) - n - 1)):
            link_items(room.actor(), item, other=other)
    first = Item.objects.get(pk=items[0].pk)
    with CaptureQueriesContext(connection) as queries:
        pushes = pushed(first)
    assert len(queries) <= 2
    assert {str(push.item.pk): push.start for push in pushes} == _farthest(first)
    if pushes:
        shift_dependants(room.actor(), first)
        assert pushed(first) == []
