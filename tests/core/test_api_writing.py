"""The REST door's own promises: one object for one key, versions, problem documents, pages of a list, chosen members."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from apps.core.models import Change, IdempotencyKey
from apps.roadmap.actions import archive_item, create_item, edit_item
from apps.roadmap.models import Item
from tests.core.test_actions import together
from tests.people import Room, new_room

ITEMS = "/api/v1/items/"


@pytest.fixture
def api(room: Room) -> Client:
    return room.api()


def post(api: Client, data: Any, path: str = ITEMS, **headers: str) -> Any:
    return api.post(path, json.dumps(data), content_type="application/json", headers=headers)


def patch(api: Client, item: Item, data: Any, version: int | None = 1) -> Any:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    return api.patch(f"{ITEMS}{item.pk}/", json.dumps(data), content_type="application/json", headers=headers)


def new(room: Room, **values: Any) -> dict[str, Any]:
    return {"product": str(room.product.pk), "title": "Search", **values}


def items(room: Room, number: int) -> list[Item]:
    return [create_item(room.actor(), room.product, title=f"Item {n:03}") for n in range(number)]


# --- one object ---


def test_a_new_object_says_where_it_is_and_which_version(room, api):
    answer = post(api, new(room, reason="Asked for by sales."))
    made = answer.json()
    assert (answer.status_code, answer["ETag"], answer["Location"]) == (201, '"1"', f"/api/v1/items/{made['id']}/")
    assert made["url"].endswith(answer["Location"])
    assert api.get(answer["Location"]).json() == made
    change = Change.objects.get(verb="item.created")
    assert (change.via, change.reason, bool(change.request_id)) == ("api", "Asked for by sales.", True)


def test_an_edit_takes_any_subset_and_counts(room, api):
    (item,) = items(room, 1)
    answer = patch(api, item, {"progress": 40})
    assert (answer.status_code, answer["ETag"], answer.json()["progress"], answer.json()["title"]) == (200, '"2"', 40, "Item 000")


def test_an_edit_of_another_field_of_an_older_version_is_taken(room, api):
    (item,) = items(room, 1)
    edit_item(room.actor("owner"), item, title="Theirs")
    answer = patch(api, item, {"progress": 40}, version=1)
    assert (answer.status_code, answer.json()["title"], answer["ETag"]) == (200, "Theirs", '"3"')


def test_a_stale_edit_gets_both_values_and_the_object_as_it_is(room, api):
    (item,) = items(room, 1)
    edit_item(room.actor("owner"), item, title="Theirs")
    answer = patch(api, item, {"title": "Mine", "progress": 5}, version=1)
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (412, "urn:lodestar:problem:stale")
    (conflict,) = problem["conflicts"]
    assert (conflict["field"], conflict["yours"], conflict["theirs"]) == ("title", "Mine", "Theirs")
    assert (conflict["by"], bool(conflict["at"])) == (room.owner.name, True)
    assert (problem["current"]["version"], problem["current"]["title"]) == (2, "Theirs")
    assert Item.objects.get(pk=item.pk).progress == 0


def test_an_edit_without_a_version_is_asked_for_one(room, api):
    (item,) = items(room, 1)
    assert patch(api, item, {"title": "x"}, version=None).status_code == 428
    assert api.delete(f"{ITEMS}{item.pk}/").status_code == 428


def test_an_edit_that_changes_nothing_keeps_the_version(room, api):
    (item,) = items(room, 1)
    assert patch(api, item, {"title": "Item 000"})["ETag"] == '"1"'
    assert Change.objects.count() == 1


def test_what_is_archived_is_still_there_and_refuses_edits(room, api):
    (item,) = items(room, 1)
    assert api.delete(f"{ITEMS}{item.pk}/", headers={"If-Match": '"1"'}).status_code == 204
    assert api.get(f"{ITEMS}{item.pk}/").json()["archived_at"]
    answer = patch(api, item, {"title": "x"}, version=2)
    assert (answer.status_code, "restore it first" in answer.json()["detail"]) == (403, True)


# --- problem documents ---


@pytest.mark.parametrize(
    ("call", "status", "kind"),
    [
        (lambda room, api: Client().get(ITEMS), 401, "unauthorized"),
        (lambda room, api: post(room.api("viewer"), new(room)), 403, "forbidden"),
        (lambda room, api: api.get(f"{ITEMS}{UUID(int=7)}/"), 404, "not-found"),
        (lambda room, api: api.put(ITEMS), 405, "method-not-allowed"),
        (lambda room, api: post(api, new(room, title="")), 400, "invalid"),
        (lambda room, api: api.get(f"{ITEMS}?status=x"), 400, "invalid"),
        (lambda room, api: api.get(f"{ITEMS}?fields=x"), 400, "invalid"),
    ],
    ids=["401", "403", "404", "405", "400 body", "400 filter", "400 fields"],
)
def test_every_refusal_is_a_problem_document(room, api, call, status, kind):
    answer = call(room, api)
    problem = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert (problem["status"], problem["type"]) == (status, f"urn:lodestar:problem:{kind}")
    assert problem["title"]
    assert problem["detail"]
    assert all(texts and all(texts) for texts in problem.get("errors", {}).values())


@pytest.mark.django_db(transaction=True)
def test_with_the_database_away_the_answer_is_to_come_again(monkeypatch):
    room = new_room()
    api = room.api()
    api.raise_request_exception = False
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    answer = api.get(ITEMS)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    connection.close()


# --- Idempotency-Key ---


def test_the_same_request_twice_makes_one_object(room, api):
    first, again = (post(api, new(room), **{"Idempotency-Key": "k1"}) for _ in range(2))
    assert (again.status_code, again.content, again["ETag"], again["Location"]) == (
        201, first.content, first["ETag"], first["Location"],
    )  # fmt: skip
    assert Item.objects.count() == Change.objects.count() == 1


def test_another_body_under_the_same_key_is_refused(room, api):
    post(api, new(room), **{"Idempotency-Key": "k1"})
    answer = post(api, new(room, title="Other"), **{"Idempotency-Key": "k1"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["Idempotency-Key"])


def test_the_order_of_members_does_not_make_another_body(room, api):
    body = new(room)
    post(api, body, **{"Idempotency-Key": "k1"})
    assert post(api, dict(reversed(body.items())), **{"Idempotency-Key": "k1"}).status_code == 201
    assert Item.objects.count() == 1


def test_a_key_is_its_persons_own(room, api):
    post(api, new(room), **{"Idempotency-Key": "k1"})
    assert post(room.api("owner"), new(room, title="Other"), **{"Idempotency-Key": "k1"}).status_code == 201
    assert Item.objects.count() == 2


def test_a_refusal_is_not_remembered(room, api):
    assert post(api, new(room, title=""), **{"Idempotency-Key": "k1"}).status_code == 400
    assert IdempotencyKey.objects.count() == 0
    assert post(api, new(room), **{"Idempotency-Key": "k1"}).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_the_same_request_eight_times_at_once_makes_one_object():
    room = new_room()
    token, answers = room.token(), []

    def knock():
        client = Client(headers={"Authorization": f"Bearer {token}"})
        answers.append(post(client, new(room), **{"Idempotency-Key": "k1"}))

    assert together(*[knock] * 8) == []
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert Item.objects.count() == Change.objects.count() == 1


# --- lists ---


def walk(api: Client, url: str) -> tuple[list[dict[str, Any]], int]:
    found, pages = [], 0
    while url:
        page = api.get(url).json()
        found, pages, url = [*found, *page["results"]], pages + 1, page["next"]
    return found, pages


@pytest.mark.parametrize(("limit", "pages"), [(1, 7), (2, 4), (7, 1), (100, 1)])
def test_a_list_is_walked_to_its_end_once(room, api, limit, pages):
    made = items(room, 7)
    found, walked = walk(api, f"{ITEMS}?limit={limit}")
    assert [each["id"] for each in found] == [str(item.pk) for item in made]
    assert walked == pages


def test_a_list_is_walked_back_too(room, api):
    items(room, 5)
    second = api.get(api.get(f"{ITEMS}?limit=2").json()["next"]).json()
    first = api.get(second["previous"]).json()
    assert [each["title"] for each in first["results"]] == ["Item 000", "Item 001"]
    assert first["previous"] is None


def test_what_is_added_and_archived_during_a_walk_neither_repeats_nor_hides_others(room, api):
    made = items(room, 4)
    page = api.get(f"{ITEMS}?limit=2&archived=false").json()
    archive_item(room.actor(), made[0])
    items(room, 1)
    rest, _ = walk(api, page["next"])
    assert [each["id"] for each in rest][:2] == [str(made[2].pk), str(made[3].pk)]
    assert len(rest) == 3


def test_the_change_stream_is_walked_by_its_number(room, api):
    items(room, 5)
    found, _ = walk(api, "/api/v1/changes/?limit=2")
    assert [each["seq"] for each in found] == [1, 2, 3, 4, 5]
    after = api.get("/api/v1/changes/?after=3").json()["results"]
    assert [each["seq"] for each in after] == [4, 5]


def test_a_list_has_whole_objects_or_only_what_was_asked_for(room, api):
    (item,) = items(room, 1)
    whole = api.get(f"{ITEMS}{item.pk}/").json()
    assert api.get(ITEMS).json()["results"] == [whole]
    assert api.get(f"{ITEMS}?fields=title,id").json()["results"] == [{"id": str(item.pk), "title": "Item 000"}]
    assert api.get(f"{ITEMS}{item.pk}/?fields=version").json() == {"version": 1}


def test_an_etag_counts_edits_alone(room, api):
    first, second = items(room, 2)
    post(api, {"after": str(second.pk)}, f"{ITEMS}{first.pk}/move/")
    assert api.get(f"{ITEMS}{first.pk}/")["ETag"] == '"1"'
    patch(api, first, {"title": "x"})
    assert api.get(f"{ITEMS}{first.pk}/")["ETag"] == '"2"'
