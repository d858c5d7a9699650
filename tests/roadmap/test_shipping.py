"""The day on which an item shipped goes with its status, at both doors."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.roadmap.actions import create_item, edit_item
from apps.roadmap.models import Item, Status
from tests.people import Room

DAY = date(2026, 3, 1)


@pytest.mark.parametrize("status", [each for each in Status.values if each != Status.SHIPPED])
def test_only_a_shipped_item_has_the_day(room: Room, status):
    with pytest.raises(ValidationError, match="set its status to shipped") as refused:
        create_item(room.actor(), room.product, title="Search", status=status, shipped_on=DAY)
    assert set(refused.value.error_dict) == {"shipped_on"}
    made = create_item(room.actor(), room.product, title="Search", status=status)
    with pytest.raises(ValidationError, match="set its status to shipped"):
        edit_item(room.actor(), made, shipped_on=DAY)


def test_shipping_sets_the_day_and_unshipping_takes_it_away(room: Room):
    made = create_item(room.actor(), room.product, title="Search", status="planned")
    assert edit_item(room.actor(), made, status="shipped").shipped_on == timezone.now().date()
    assert edit_item(room.actor(), made, shipped_on=DAY).shipped_on == DAY
    assert edit_item(room.actor(), made, title="Find").shipped_on == DAY
    assert edit_item(room.actor(), made, shipped_on=None).shipped_on == timezone.now().date()
    assert edit_item(room.actor(), made, status="in_progress").shipped_on is None
    assert edit_item(room.actor(), made, status="shipped", shipped_on=DAY).shipped_on == DAY


def test_both_doors(room: Room):
    made = create_item(room.actor(), room.product, title="Search", status="planned")
    client, path = room.api(), f"/api/v1/items/{made.pk}/"
    refused = client.patch(path, {"shipped_on": "2026-03-01"}, "application/json", headers={"If-Match": '"1"'})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["shipped_on"])
    new = {"product": str(room.product.pk), "title": "Find", "shipped_on": "2026-03-01"}
    assert client.post("/api/v1/items/", new, "application/json").status_code == 400
    done = client.patch(path, {"status": "shipped"}, "application/json", headers={"If-Match": '"1"'})
    assert done.json()["shipped_on"] == str(timezone.now().date())
    other = create_item(room.actor(), room.product, title="Keep")
    assert room.client().post(room.path(f"items/{other.number}/edit/"), {"status": "shipped"}).status_code == 302
    assert Item.objects.get(pk=other.pk).shipped_on == timezone.now().date()
