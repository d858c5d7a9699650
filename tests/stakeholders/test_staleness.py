"""How overdue an item's next review is: one definition, on the walk, the roadmap, its panel and by REST."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.roadmap.actions import archive_item, create_item, edit_item
from apps.roadmap.queries import on_roadmap
from apps.stakeholders import actions
from apps.stakeholders.staleness import due_on, freshness, review_due, staleness
from apps.vision.actions import edit_product

if TYPE_CHECKING:
    from apps.roadmap.models import Item
    from tests.people import Room

TODAY = date(2026, 6, 1)


def made(room: Room, days_ago: int, today: date = TODAY, **fields: Any) -> Item:
    """Make an item so many days before a day."""
    when = datetime(today.year, today.month, today.day, 12, tzinfo=UTC) - timedelta(days=days_ago)
    return create_item(room.actor(at=when), room.product, **{"title": "Search", **fields})


def review(room: Room, *items: Item, days_ago: int, today: date = TODAY, hold: bool = True) -> None:
    """Walk some items in a review so many days before a day."""
    day = today - timedelta(days=days_ago)
    who = room.actor(at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    planned = actions.plan_review(who, room.product, title="Monthly", due_on=day, cadence_weeks=0)
    for each in items:
        actions.review_item(who, planned, item=each, verdict="keep")
    if hold:
        actions.hold_review(who, planned)


@pytest.mark.parametrize(("horizon", "weeks"), [("now", 4), ("next", 12), ("later", 26)])
@pytest.mark.parametrize(("past", "overdue"), [(-1, -1), (0, 0), (1, 1), (40, 40)])
def test_an_item_is_fresh_as_long_as_its_horizon_allows(room: Room, horizon: str, weeks: int, past: int, overdue: int):
    made(room, weeks * 7 + past, horizon=horizon)
    assert [each.overdue for each in staleness(room.product, TODAY)] == [overdue]
    assert freshness(room.product, TODAY).stale == (overdue > 0)


def test_the_weeks_are_the_products_own(room: Room):
    made(room, 15, horizon="now")
    product = edit_product(room.actor(), room.product, review_weeks_now=2)
    assert [each.overdue for each in staleness(product, TODAY)] == [1]


def test_only_a_held_review_that_looked_at_it_makes_it_fresh_and_no_edit_does(room: Room):
    seen, unseen = made(room, 100, horizon="now"), made(room, 100, horizon="now", title="Index")
    edit_item(room.actor(), unseen, title="Indices")
    review(room, seen, days_ago=10)
    review(room, unseen, days_ago=5, hold=False)
    assert [(each.title, each.overdue) for each in staleness(room.product, TODAY)] == [("Indices", 72), ("Search", -18)]


def test_what_is_over_is_not_reviewed_any_more(room: Room):
    for fields in ({"status": "shipped"}, {"status": "dropped"}):
        made(room, 400, **fields)
    archive_item(room.actor(), made(room, 400))
    assert (staleness(room.product, TODAY), freshness(room.product, TODAY).stale) == ([], 0)
    assert set(on_roadmap(room.product).annotate(due=review_due()).values_list("due", flat=True)) == {None}


def test_sql_and_python_say_the_same_day(room: Room):
    for horizon in ("now", "next", "later"):
        for days in (0, 1, 200):
            made(room, days, horizon=horizon)
    product = edit_product(room.actor(), room.product, review_weeks_now=1, review_weeks_later=104)
    rows = on_roadmap(product).annotate(due=review_due())
    assert [each.due for each in rows] == [due_on(product, each.horizon, each.created_at.date()) for each in rows]


def test_the_table_shows_it_and_sorts_by_it(room: Room):
    today = timezone.localdate()
    for days, title in ((30, "Stale"), (400, "Stalest"), (1, "Fresh")):
        made(room, days, today, horizon="now", title=title)
    html = room.client().get(room.path("roadmap/?view=table&sort=review_due")).content.decode()
    assert html.index("372 d overdue") < html.index("2 d overdue") < html.index("Fresh</a>")
    assert 'aria-sort="ascending"' in html
    assert "2 stale" in html
    hidden = room.client().get(room.path("roadmap/?view=table&hide=review")).content.decode()
    assert "d overdue" not in hidden
    past = room.client().get(room.path(f"roadmap/?view=table&sort=review_due&as_of={today}")).content.decode()
    assert "Stalest" in past
    assert "d overdue" not in past


def test_the_panel_says_when_it_is_due_and_what_was_said_last(room: Room):
    item = made(room, 100, timezone.localdate(), horizon="now")
    url = reverse("stakeholders:reviews_of", args=[room.workspace.slug, item.pk])
    assert url in room.client().get(room.path(f"items/{item.number}/")).content.decode()
    part = room.client().get(url, headers={"HX-Request": "true"}).content.decode()
    assert "72 d overdue" in part
    assert "never reviewed" in part
    review(room, item, days_ago=3, today=timezone.localdate())
    part = room.client().get(url, headers={"HX-Request": "true"}).content.decode()
    assert "overdue" not in part
    assert "Keep" in part


def test_by_rest(room: Room):
    today = timezone.localdate()
    item = made(room, 30, today, horizon="now")
    answer = room.api("viewer").get("/api/v1/staleness/", {"product": room.product.pk}).json()
    assert (answer["last_reviewed"], answer["stale"]) == (None, 1)
    assert answer["results"] == [
        {
            "item": str(item.pk), "number": item.number, "title": "Search", "horizon": "now", "days": 30,
            "due_on": str(today - timedelta(days=2)), "overdue": 2, "seen_at": None, "stale": True,
        }
    ]  # fmt: skip
