"""Review debt over time: what was overdue in each week of the last half-year, from the stream, as a picture and by REST."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.milestones.transfer import transfer_item
from apps.roadmap.actions import archive_item, create_item, edit_item, restore_item
from apps.roadmap.bulk import edit_items
from apps.roadmap.queries import on_roadmap
from apps.stakeholders import actions
from apps.stakeholders.debt import WEEKS, Plot, Point, debt
from apps.stakeholders.staleness import freshness
from apps.vision.actions import create_product

if TYPE_CHECKING:
    from tests.people import Room

TODAY = date(2026, 6, 1)


def noon(days_ago: int) -> datetime:
    day = TODAY - timedelta(days=days_ago)
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def stale(room: Room) -> list[int]:
    return [point.stale for point in debt([room.product], TODAY)[room.product.pk]]


def held(room: Room, items: list[Any], days_ago: int) -> None:
    who = room.actor(at=noon(days_ago))
    review = actions.plan_review(who, room.product, title="Monthly", due_on=noon(days_ago).date(), cadence_weeks=0)
    for each in items:
        actions.review_item(who, review, item=each, verdict="keep")
    actions.hold_review(who, review)


def test_a_review_pays_the_debt_of_what_it_looked_at(room: Room):
    item = create_item(room.actor(at=noon(70)), room.product, title="Search", horizon="now")  # stale from 41 days ago
    held(room, [item], 21)
    assert stale(room) == [0] * (WEEKS - 5) + [1, 1, 0, 0, 0, 0]  # 35 and 28 days ago
    assert [point.open for point in debt([room.product], TODAY)[room.product.pk]] == [0] * (WEEKS - 10) + [1] * 11


def test_what_an_item_was_then_counts_and_not_what_it_is_now(room: Room):
    item = create_item(room.actor(at=noon(100)), room.product, title="Search", horizon="now")
    edit_item(room.actor(at=noon(50)), item, horizon="later")
    gone = create_item(room.actor(at=noon(100)), room.product, title="Fax", horizon="now")
    edit_items(room.actor(at=noon(57)), room.product, items=[gone], status="dropped")
    found = debt([room.product], TODAY)[room.product.pk]
    assert {(TODAY - point.day).days: (point.stale, point.open) for point in found if point.open} == {
        **dict.fromkeys((98, 91, 84, 77), (0, 2)), 70: (2, 2), 63: (2, 2), 56: (1, 1),
        **dict.fromkeys((49, 42, 35, 28, 21, 14, 7, 0), (0, 1)),
    }  # fmt: skip


def test_what_moved_to_another_product_counts_where_it_was(room: Room):
    there = create_product(room.actor("owner"), room.workspace, name="Second")
    item = create_item(room.actor(at=noon(30)), room.product, title="Search")
    other = create_item(room.actor(at=noon(30)), there, title="Fax")
    edit_item(room.actor(at=noon(20)), other, status="planned")
    transfer_item(room.actor(at=noon(10)), item, product=there)
    for known in ([room.product], [room.product, there]):
        assert [point.open for point in debt(known, TODAY)[room.product.pk]][-6:] == [0, 1, 1, 1, 0, 0]
    assert [point.open for point in debt([there], TODAY)[there.pk]][-6:] == [0, 1, 1, 1, 2, 2]


@pytest.mark.parametrize("seed", range(6))
def test_each_week_is_what_freshness_said_that_day(room: Room, seed: int):
    """Play a random half-year and ask each week how stale the roadmap is; looking back later says the same."""
    chance, items, said = random.Random(seed), [], []
    for days_ago in range(WEEKS * 7, -1, -1):
        who = room.actor(at=noon(days_ago))
        for _ in range(chance.choice((0, 0, 1))):
            match chance.choice(("new", "new", "edit", "archive", "restore", "review")) if items else "new":
                case "new":
                    horizon = chance.choice(("now", "next", "later"))
                    items.append(create_item(who, room.product, title=f"Item {len(items)}", horizon=horizon))
                case "edit":
                    status, horizon = chance.choice(("planned", "shipped", "parked")), chance.choice(("now", "later"))
                    one = chance.choice(list(on_roadmap(room.product)) or [None])
                    _ = one and edit_item(who, one, status=status, horizon=horizon)
                case "archive":
                    one = chance.choice(list(on_roadmap(room.product)) or [None])
                    _ = one and archive_item(who, one)
                case "restore":
                    restore_item(who, chance.choice(items))
                case "review":
                    held(room, chance.sample(items, len(items) // 2), days_ago)
        if days_ago % 7 == 0:
            said.append(freshness(room.product, TODAY - timedelta(days=days_ago)).stale)
    assert stale(room) == said


def test_the_bars_stand_in_the_picture(room: Room):
    plot = Plot(room.product, [Point(TODAY - timedelta(weeks=n), n % 3, 4) for n in range(WEEKS, -1, -1)])
    bars = plot.bars()
    assert all(0 <= bar.x < bar.x + bar.width <= 100 and bar.stale_y >= bar.open_y >= 0 for bar in bars)
    assert [bar.month for bar in bars if bar.month] == ["Jan", "Feb", "Mar", "Apr", "May", "Jun"]


def test_the_page_of_reviews_shows_it_with_its_numbers(room: Room):
    when = timezone.now() - timedelta(days=30)
    create_item(room.actor(at=when), room.product, title="Search", horizon="now")
    page = room.client("viewer").get(reverse("stakeholders:reviews", args=[room.workspace.slug])).content.decode()
    assert "1 of 1 open items is overdue for review." in page
    assert [page.count(text) for text in ('class="open"', 'class="late"', '<th scope="row">')] == [WEEKS + 1] * 3


def test_by_rest(room: Room):
    when = timezone.now() - timedelta(days=30)
    create_item(room.actor(at=when), room.product, title="Search", horizon="now")
    told = room.api("viewer").get("/api/v1/review-debt/", {"product": room.product.pk}).json()["results"]
    assert len(told) == WEEKS + 1
    assert told[-1] == {"day": str(timezone.localdate()), "stale": 1, "open": 1}
    assert told[-2]["stale"] == 0
