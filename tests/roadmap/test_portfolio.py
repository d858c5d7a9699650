"""Every product's initiatives on one timeline, rolled up from what is in them."""

from __future__ import annotations

from datetime import date

import pytest

from apps.milestones.actions import create_milestone
from apps.roadmap.actions import create_item, edit_item
from apps.roadmap.models import Item
from apps.vision.actions import archive_product, create_product
from tests.people import Room, new_room

JAN, MAR, JUN = date(2027, 1, 10), date(2027, 3, 20), date(2027, 6, 30)


@pytest.fixture
def planned(room: Room) -> Room:
    """An initiative of two features and an epic with one more, an item in no initiative, and a second product with nothing."""
    actor = room.actor()
    top = create_item(actor, room.product, title="Ask in plain words", type="initiative")
    epic = create_item(actor, room.product, title="Follow up", type="epic", parent=top)
    days = {"granularity": "day"}
    create_item(actor, room.product, title="Parse", parent=top, effort=3, status="shipped", start=JAN, end=JAN, **days)
    create_item(actor, room.product, title="Chart", parent=top, effort=1, progress=40, start=JAN, end=MAR, **days)
    create_item(actor, room.product, title="Keep context", parent=epic, start=MAR, end=JUN, **days)
    create_item(actor, room.product, title="Given up", parent=top, status="dropped", progress=100, effort=50)
    create_item(actor, room.product, title="Apart")
    create_product(actor, room.workspace, name="Mobile")
    return room


def rolled(room: Room) -> list[dict]:
    answer = room.api("viewer").get(f"/api/v1/portfolio/?workspace={room.workspace.pk}")
    assert answer.status_code == 200
    return answer.json()["results"]


def test_an_initiative_says_what_is_in_it(planned):
    # 3 of effort shipped, 1 done by 40 percent, 1 (not estimated) not begun: 340 of 500.
    assert [
        (each["title"], each["start"], each["end"], each["progress"], each["items"], each["done"]) for each in rolled(planned)
    ] == [("Ask in plain words", "2027-01-10", "2027-06-30", 68, 3, 1)]


def test_a_timeframe_of_its_own_goes_before_what_is_in_it(planned):
    top = rolled(planned)[0]
    item = edit_item(
        planned.actor(), Item.objects.get(pk=top["item"]), start=date(2027, 1, 1), end=date(2027, 3, 31), granularity="quarter"
    )
    assert [(each["start"], each["end"]) for each in rolled(planned)] == [(str(item.start), str(item.end))]


def test_an_initiative_with_nothing_in_it_says_its_own_progress(room):
    create_item(room.actor(), room.product, title="Alone", type="initiative", progress=30)
    assert [(each["progress"], each["items"], each["start"]) for each in rolled(room)] == [(30, 0, None)]


def test_the_page_shows_every_product_with_links_to_its_roadmap(planned):
    text = planned.client("viewer").get(f"/w/{planned.workspace.slug}/portfolio/?zoom=fit").content.decode()
    assert f'href="{planned.path("roadmap/")}?item=1"' in text
    for words in ("Ask in plain words", "1 item in no initiative", "Mobile", "No initiative yet"):
        assert words in text
    assert "Parse" not in text


def test_an_archived_product_and_another_workspace_stay_out(planned):
    other = new_room("Elsewhere")
    create_item(other.actor(), other.product, title="Their secret", type="initiative")
    archive_product(planned.actor("owner"), planned.product)
    assert rolled(planned) == []
    text = planned.client("viewer").get(f"/w/{planned.workspace.slug}/portfolio/").content.decode()
    assert "Their secret" not in text
    assert "Ask in plain words" not in text


def test_the_milestones_of_all_products_stand_above(planned):
    create_milestone(planned.actor(), planned.product, name="Launch", date=date(2027, 2, 1), granularity="day")
    url = f"/w/{planned.workspace.slug}/portfolio/?from=2027-01-01"
    assert f"{planned.product.name}: Launch, 1 Feb 2027" in planned.client("viewer").get(url).content.decode()
