"""`?as_of=` by REST: every moment as it was then, in the shapes and with the filters of now."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import Workspace
from apps.milestones.actions import create_milestone, edit_milestone
from apps.milestones.transfer import transfer_item
from apps.roadmap.actions import archive_item, create_item, edit_item, link_items, restore_item, set_goals
from apps.roadmap.address import Address
from apps.roadmap.bulk import edit_items
from apps.roadmap.models import Item
from apps.roadmap.past import dependencies_at, rows_at
from apps.roadmap.queries import ROW
from apps.roadmap.rating import create_scorecard, rate_item
from apps.roadmap.scene import scene
from apps.vision.actions import create_goal, create_product, edit_goal

if TYPE_CHECKING:
    from django.test import Client

    from apps.vision.models import Product
    from tests.people import Room

START = datetime(2025, 1, 1, 12, tzinfo=UTC)
PATHS = ("items", "goals", "milestones")


def at(day: int) -> datetime:
    return START + timedelta(days=day)


def read(client: Client, path: str, room: Room, **query: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/{path}/", {"product": str(room.product.pk), **query})
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


@pytest.fixture
def told(room: Room) -> dict[int, dict[str, list[dict[str, Any]]]]:
    """A history of twelve days; what REST said at the end of each, by day and collection."""
    days, api = {}, room.api()

    def done(day: int) -> None:
        days[day] = {path: read(api, path, room) for path in PATHS}

    actor = lambda day: room.actor(at=at(day))  # noqa: E731
    goal, other = (create_goal(actor(0), room.product, name=name) for name in ("Speed", "Calm"))
    dated = {"start": date(2025, 2, 1), "end": date(2025, 3, 31), "granularity": "month", "effort": "2.50"}
    one = create_item(actor(0), room.product, title="One", goals=[{"goal": goal, "share": 60}], **dated)  # type: ignore[arg-type]
    two = create_item(actor(0), room.product, title="Two", parent=one, description="about tides")
    ship = create_milestone(actor(0), room.product, name="2.0", date=date(2025, 6, 1))
    done(0)
    edit_item(actor(2), one, end=date(2025, 4, 30), status="in_progress", effort="3.25", confidence=80, owner=room.editor)
    set_goals(actor(2), two, goals=[{"goal": goal, "share": 40}, {"goal": other, "share": 60}])
    done(2)
    edit_item(actor(4), two, parent=None, description="", type="epic", outside_title="Tides")
    set_goals(actor(4), one, goals=[{"goal": other, "share": 10}])
    edit_goal(actor(4), goal, name="Pace", weight=30)
    done(4)
    archive_item(actor(6), two)
    edit_milestone(actor(6), ship, date=date(2025, 7, 1), reason="late")
    create_item(actor(6), room.product, title="Three", health="at_risk")
    done(6)
    restore_item(actor(8), two)
    edit_item(actor(8), one, status="shipped", effort=None)
    done(8)
    return days


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("day", [0, 2, 4, 6, 8])
def test_every_moment_is_what_was_said_then(room: Room, told: Any, day: int, path: str):
    for moment in (at(day), at(day) + timedelta(hours=30)):
        then = read(room.api(), path, room, as_of=moment.isoformat())
        assert then == told[day][path]
        for each in then:
            assert room.api().get(f"/api/v1/{path}/{each['id']}/?as_of={moment:%Y-%m-%dT%H:%M:%SZ}").json() == each


def test_before_anything_was_made_there_is_nothing(room: Room, told: Any):
    assert read(room.api(), "items", room, as_of="2024-12-31") == []
    made = told[8]["items"][0]["id"]
    assert room.api().get(f"/api/v1/items/{made}/?as_of=2024-12-31").status_code == 404


def test_today_is_as_it_is_now(room: Room, told: Any):
    assert read(room.api(), "items", room, as_of=timezone.localdate().isoformat()) == told[8]["items"]


@pytest.mark.parametrize(
    "asked",
    [
        {"status": "-in_progress"}, {"status": "proposed"}, {"type": "epic"}, {"owner": "none"}, {"confidence_min": "50"},
        {"ends_after": "2025-04-01"}, {"ends_before": "2025-04-01"}, {"scheduled": "true"}, {"archived": "false"},
        {"archived": "true"}, {"q": "TIDES"}, {"number": "2"}, {"parent": "none"}, {"parent": "-none"}, {"goal": "none"},
        {"goal": "-none"}, {"confidential": "false"}, {"health": "-at_risk"}, {"external_id": "x"},
    ],
    ids=str,
)  # fmt: skip
def test_filters_ask_for_what_was_then(room: Room, asked: dict[str, str]):
    """Each filter at each moment keeps what the same filter kept when it was that moment."""
    kept = {}
    api, actor = room.api(), lambda day: room.actor(at=at(day))
    goal = create_goal(actor(0), room.product, name="Speed")
    one = create_item(actor(0), room.product, title="One", type="epic", goals=[{"goal": goal, "share": 60}])
    two = create_item(actor(0), room.product, title="Two", description="about tides")
    kept[0] = read(api, "items", room, **asked)
    days = {"start": date(2025, 2, 1), "end": date(2025, 4, 30), "granularity": "day"}
    edit_item(actor(1), one, status="in_progress", confidence=80, owner=room.editor, health="at_risk", **days)  # type: ignore[arg-type]
    edit_item(actor(1), two, parent=one, description="", type="epic" if asked.get("type") else "feature")
    kept[1] = read(api, "items", room, **asked)
    archive_item(actor(2), two)
    set_goals(actor(2), one, goals=[])
    kept[2] = read(api, "items", room, **asked)
    edit_item(actor(3), one, title="Tides", end=date(2025, 3, 31), status="shipped", parent=None)
    kept[3] = read(api, "items", room, **asked)
    for day, then in kept.items():
        assert read(api, "items", room, as_of=at(day).isoformat(), **asked) == then, day


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("as_of=soon&product={product}", "as_of"),
        ("as_of=&product={product}", "as_of"),
        ("as_of=2999-01-01&product={product}", "as_of"),
        ("as_of=2025-01-01", "product"),
        ("as_of=2025-01-01&product=x", "product"),
        ("as_of=2025-01-01&product={product}&status=no", "status"),
        ("as_of=2025-01-01&product={product}&fields=no", "fields"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(room: Room, query: str, field: str):
    answer = room.api().get(f"/api/v1/items/?{query.format(product=room.product.pk)}")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


def test_a_moment_to_come_is_refused_for_one_object_too(room: Room):
    made = create_item(room.actor(), room.product, title="One")
    answer = room.api().get(f"/api/v1/items/{made.pk}/?as_of={timezone.localdate() + timedelta(days=1)}")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["as_of"])


def test_pages_lead_on_and_back(room: Room):
    for n in range(5):
        create_item(room.actor(at=at(0)), room.product, title=f"Item {n}")
    api, url, seen = room.api(), f"/api/v1/items/?product={room.product.pk}&as_of=2025-02-01&limit=2&fields=title", []
    while url:
        page = api.get(url).json()
        seen.append([each["title"] for each in page["results"]])
        url, last = page["next"], page
    assert seen == [["Item 0", "Item 1"], ["Item 2", "Item 3"], ["Item 4"]]
    before = api.get(last["previous"]).json()
    assert [each["title"] for each in before["results"]] == seen[1]
    assert [each["title"] for each in api.get(before["previous"]).json()["results"]] == seen[0]
    assert api.get(before["previous"]).json()["previous"] is None
    assert api.get(f"/api/v1/items/?product={room.product.pk}&as_of=2025-02-01&cursor=nonsense").status_code == 404


def test_a_stranger_learns_nothing_of_the_past(room: Room, told: Any, foreign: Room):
    assert read(foreign.api(), "items", room, as_of="2025-01-05") == []
    pk = told[8]["items"][0]["id"]
    assert foreign.api().get(f"/api/v1/items/{pk}/?as_of=2025-01-05").status_code == 404


@pytest.fixture
def wandered(room: Room) -> tuple[Room, Product, dict[int, Any]]:
    """Tides moves to another product, is edited there, and comes back while Winds goes; what was said at the end of each day."""
    there = create_product(room.actor("owner", at=at(0)), room.workspace, name="Second", key="SEC")
    actor = lambda day: room.actor(at=at(day))  # noqa: E731
    goal = create_goal(actor(0), room.product, name="Speed")
    create_goal(actor(0), there, name="Speed")
    card = create_scorecard(actor(0), room.product)
    dated = {"start": date(2025, 2, 1), "end": date(2025, 3, 31), "granularity": "month"}
    tides = create_item(actor(0), room.product, title="Tides", goals=[{"goal": goal, "share": 60}], **dated)  # type: ignore[arg-type]
    winds = create_item(actor(0), room.product, title="Winds", parent=tides)
    link_items(actor(0), tides, other=winds)
    rate_item(actor(0), tides, scorecard=card, ratings={"value": 8, "effort": 2})
    said, steps = {}, {
        0: lambda _by: None,
        2: lambda by: transfer_item(by, tides, product=there, children=False, reason="theirs"),
        4: lambda by: edit_items(by, there, items=[tides], status="planned", shift=31),
        6: lambda by: set_goals(by, Item.objects.get(pk=tides.pk), goals=[]),
        8: lambda by: transfer_item(by, tides, product=room.product, reason="ours"),
        9: lambda by: transfer_item(by, winds, product=there),
    }  # fmt: skip
    for day, step in steps.items():
        step(actor(day))
        listed = {each.pk: read(room.api(), "items", room, product=str(each.pk)) for each in (room.product, there)}
        links = {each.pk: dependencies_at(each, timezone.now()) for each in (room.product, there)}
        shown = {each.pk: [strip(row) for row in rows_at(each, timezone.now())] for each in (room.product, there)}
        said[day] = (listed, links, shown)
    return room, there, said


def strip(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in (*ROW, "goal_ids", "owner_name", "rank") if name != "version"}


@pytest.mark.parametrize("day", [0, 2, 4, 6, 8, 9])
def test_what_moved_to_another_product_is_listed_where_it_was(wandered: Any, day: int):
    room, there, said = wandered
    listed, links, shown = said[day]
    for product in (room.product, there):
        assert read(room.api(), "items", room, product=str(product.pk), as_of=at(day).isoformat()) == listed[product.pk]
        assert [strip(row) for row in rows_at(product, at(day))] == shown[product.pk]
        assert dependencies_at(product, at(day)) == links[product.pk]
        page = room.client("viewer").get(
            f"/w/{room.workspace.slug}/p/{product.slug}/roadmap/?view=table&as_of={at(day):%Y-%m-%dT%H:%M}"
        )
        titles = {each["title"] for each in listed[product.pk]}
        assert {title for title in ("Tides", "Winds") if f">{title}<" in page.content.decode()} == titles
    (tides,) = [each for lists in listed.values() for each in lists if each["title"] == "Tides"]
    assert room.api().get(f"/api/v1/items/{tides['id']}/?as_of={at(day):%Y-%m-%dT%H:%M:%SZ}").json() == tides


def test_what_moved_away_is_no_news_to_a_stranger_and_said_to_members(wandered: Any, foreign: Room):
    room, there, _said = wandered
    for product in (room.product, there):
        assert read(foreign.api(), "items", room, product=str(product.pk), as_of=at(4).isoformat()) == []
    gone = look(there, compare=f"{at(6):%Y-%m-%dT%H:%M}").changed
    assert [(each.kind, each.title, each.words, each.reason) for each in gone] == [
        ("dropped", "Tides", "moved to another product", "ours"), ("added", "Winds", "added to the parking lot", ""),
    ]  # fmt: skip


def look(product: Product, **query: str) -> Any:
    return scene(product, Address.read(query), Workspace.objects.get(pk=product.workspace_id))


def test_the_past_of_many_costs_as_many_queries_as_of_few(room: Room, told: Any):
    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            read(api, "items", room, as_of="2025-01-03")
        return len(found)

    api = room.api()
    cost()
    few = cost()
    for n in range(5):
        create_item(room.actor(at=at(0)), room.product, title=f"Item {n}")
    assert cost() == few
