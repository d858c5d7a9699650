"""Moments of a roadmap that are kept to compare with: by hand, chosen on the roadmap, by REST."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.core.errors import Refused
from apps.milestones.actions import archive_baseline, edit_baseline, keep_baseline
from apps.milestones.models import Baseline
from apps.roadmap.actions import create_item, edit_item

if TYPE_CHECKING:
    from tests.people import Room


def kept(room: Room, name: str = "What the board agreed to", **fields: Any) -> Baseline:
    return keep_baseline(room.actor(), room.product, name=name, **fields)


def test_the_roadmap_is_compared_with_one_that_was_kept(room: Room):
    span: Any = {"start": date(2030, 2, 1), "end": date(2030, 3, 31), "granularity": "day"}
    item = create_item(room.actor(), room.product, title="Search", **span)
    baseline = kept(room)
    edit_item(room.actor(), item, end=date(2030, 4, 10), reason="The vendor is late.")
    page = room.client("viewer").get(room.path("roadmap/")).content.decode()
    link = f"compare={quote(baseline.at.isoformat(), safe='-')}"
    assert f'{link}" >Compare with What the board agreed to' in page
    shown = room.client("viewer").get(room.path(f"roadmap/?{link}")).content.decode()
    assert "What the board agreed to</b>" in shown
    assert "moved 10 days later" in shown
    archive_baseline(room.actor(), baseline)
    assert "What the board agreed to" not in room.client().get(room.path("roadmap/")).content.decode()


@pytest.mark.parametrize(("days", "said"), [(1, "that has passed"), (-1, "after the product was made")])
def test_its_moment_is_one_of_the_roadmaps(room: Room, days: int, said: str):
    with pytest.raises(ValidationError, match=said):
        kept(room, at=timezone.now() + timedelta(days=days))


def test_one_that_was_put_away_stays_as_it_is(room: Room):
    baseline = archive_baseline(room.actor(), kept(room))
    with pytest.raises(Refused, match="put away"):
        edit_baseline(room.actor(), baseline, name="Spring")


def test_by_hand(room: Room):
    client, path = room.client(), room.path("baselines/")
    blank = client.post(f"{path}new/", {"name": " "})
    assert (blank.status_code, Baseline.objects.count()) == (422, 0)
    assert client.post(f"{path}new/", {"name": "Spring"}).headers["Location"] == path
    baseline = Baseline.objects.get()
    assert baseline.by == room.editor
    page = client.get(path).content.decode()
    assert f"?compare={quote(baseline.at.isoformat(), safe='')}" in page
    client.post(f"{path}{baseline.pk}/edit/", {"name": "Summer", "initial-name": "Spring", "version": 1})
    assert "Summer" in client.get(path).content.decode()
    client.post(f"{path}{baseline.pk}/archive/")
    assert "Summer is put away" in client.get(path).content.decode()
    assert "No baseline is kept yet" in client.get(path).content.decode()


def test_by_rest(room: Room):
    api = room.api()
    body = {"product": room.product.pk, "name": "Spring", "at": room.product.created_at.isoformat()}
    made = api.post("/api/v1/baselines/", body, content_type="application/json").json()
    path = f"/api/v1/baselines/{made['id']}/"
    edited = api.patch(path, {"name": "Summer"}, content_type="application/json", headers={"If-Match": '"1"'}).json()
    assert (edited["name"], edited["at"]) == ("Summer", made["at"])
    assert [each["name"] for each in api.get("/api/v1/baselines/", {"product": room.product.pk}).json()["results"]] == ["Summer"]
    assert api.delete(path, headers={"If-Match": '"2"'}).status_code == 204
    assert api.get("/api/v1/baselines/?archived=false").json()["results"] == []


def test_what_was_put_away_is_listed_and_comes_back_by_hand_and_by_rest(room: Room):
    baseline = archive_baseline(room.actor(), kept(room))
    restore = room.path(f"baselines/{baseline.pk}/restore/")
    assert restore in room.client().get(room.path("baselines/")).content.decode()
    assert restore not in room.client("viewer").get(room.path("baselines/")).content.decode()
    room.client().post(restore)
    baseline.refresh_from_db()
    assert baseline.archived_at is None
    archive_baseline(room.actor(), baseline)
    assert room.api().post(f"/api/v1/baselines/{baseline.pk}/restore/").json()["archived_at"] is None
