"""The REST door of milestones."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from apps.core.models import Change
from apps.milestones.models import Milestone, Placement
from tests.milestones.when import item, last, milestone, promise
from tests.people import Room


def send(client: Any, method: str, path: str, body: Any = None, version: int | None = None) -> Any:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    data = "" if body is None else json.dumps(body)
    return client.generic(method.upper(), f"/api/v1/{path}", data, content_type="application/json", headers=headers)


def listed(client: Any, query: str, path: str = "milestones") -> list[Any]:
    answer = client.get(f"/api/v1/{path}/?{query}")
    assert answer.status_code == 200, answer.content
    return list(answer.json()["results"])


def test_the_whole_way_of_a_promise(room):
    api = room.api()
    asked = {
        "product": str(room.product.pk),
        "name": "2.0 GA",
        "kind": "release",
        "date": "2026-12-19",
        "commitment": "committed",
    }
    made = send(api, "post", "milestones/", asked)
    assert (made.status_code, made["ETag"], made.json()["state"]) == (201, '"1"', "planned")
    path = f"milestones/{made.json()['id']}/"
    refused = send(api, "patch", path, {"date": "2027-01-09"}, 1)
    assert (refused.status_code, "Say why" in refused.json()["errors"]["reason"][0]) == (400, True)
    moved = send(api, "patch", path, {"date": "2027-01-09", "reason": "The parser is rewritten."}, 1)
    assert (moved.status_code, moved.json()["date"], moved["ETag"]) == (200, "2027-01-09", '"2"')
    slip = api.get(f"/api/v1/{path}slip/").json()
    (move,) = slip.pop("moves")
    assert slip == {"first": "2026-12-19", "before": "2026-12-19", "now": "2027-01-09", "days": 21}
    assert move.pop("at")
    assert move == {
        "before": "2026-12-19", "after": "2027-01-09", "days": 21, "by": room.editor.name, "reason": "The parser is rewritten.",
    }  # fmt: skip
    assert send(api, "post", f"{path}reach/", {"on": "2027-01-08"}).json()["reached_on"] == "2027-01-08"
    assert send(api, "post", f"{path}reopen/", {"reason": "Not yet."}).json()["state"] == "planned"
    assert send(api, "post", f"{path}reach/", {}).json()["reached_on"] == str(timezone.localdate())
    assert send(api, "post", f"{path}drop/", {}).status_code == 400
    dropped = send(api, "post", f"{path}drop/", {"reason": "Sold."}).json()
    assert (dropped["state"], dropped["reached_on"]) == ("dropped", None)
    assert send(api, "delete", path, None, dropped["version"]).status_code == 204
    assert send(api, "post", f"{path}restore/").json()["archived_at"] is None
    verbs = Change.objects.filter(object_id=made.json()["id"]).order_by("seq").values_list("verb", flat=True)
    assert [verb.removeprefix("milestone.") for verb in verbs] == [
        "created", "edited", "reached", "reopened", "reached", "dropped", "archived", "restored",
    ]  # fmt: skip


@pytest.mark.parametrize("date", [None, "2026-12-19"])
def test_a_slip_before_anything_moved(room, date):
    made = milestone(room, date=date and milestone(room, "Other").date)
    slip = room.api("viewer", "read").get(f"/api/v1/milestones/{made.pk}/slip/").json()
    assert slip == {"first": date, "before": None, "now": date, "days": 0, "moves": []}


def test_edits_need_the_version_that_was_seen(room):
    api, made = room.api(), milestone(room)
    path = f"milestones/{made.pk}/"
    for method in ("patch", "delete"):
        assert send(api, method, path, {"name": "x"}).status_code == 428
    assert send(api, "patch", path, {"date": "2027-01-09"}, 1).status_code == 200
    stale = send(api, "patch", path, {"date": "2027-02-01"}, 1)
    (conflict,) = stale.json()["conflicts"]
    assert (stale.status_code, conflict["field"], conflict["yours"], conflict["theirs"]) == (
        412, "date", "2027-02-01", "2027-01-09",
    )  # fmt: skip
    assert send(api, "patch", path, {"name": "2.0"}, 1).status_code == 200  # another field


def test_a_promised_item_asks_for_the_reason(room):
    api, placed = room.api(), item(room, into=promise(room))
    path = f"items/{placed.pk}/"
    version = api.get(f"/api/v1/{path}").json()["version"]
    seq = last(room).seq
    assert "reason" in send(api, "patch", path, {"end": "2026-12-31"}, version).json()["errors"]
    assert (last(room).seq, api.get(f"/api/v1/{path}").json()["end"]) == (seq, "2026-11-30")
    assert send(api, "patch", path, {"end": "2026-12-31", "reason": "Rewritten."}, version).status_code == 200


def test_a_committed_milestone_is_deleted_with_its_reason_in_the_address(room):
    api, path = room.api(), f"milestones/{promise(room).pk}/"
    assert send(api, "delete", path, None, 1).status_code == 400
    assert send(api, "delete", f"{path}?reason=Sold.", None, 1).status_code == 204
    assert last(room).reason == "Sold."


def test_placing_moving_and_taking_out(room):
    api, placed = room.api(), item(room)
    first, second = milestone(room, "1.0"), milestone(room, "2.0")
    made = send(api, "post", "placements/", {"item": str(placed.pk), "milestone": str(first.pk)})
    assert (made.status_code, made.json()["milestone"]) == (201, str(first.pk))
    moved = send(api, "post", "placements/", {"item": str(placed.pk), "milestone": str(second.pk), "reason": "Later."})
    assert (moved.json()["id"], moved.json()["milestone"]) == (made.json()["id"], str(second.pk))
    assert (last(room).detail, last(room).reason) == ({"milestone": ["1.0", "2.0"]}, "Later.")
    for query in (f"item={placed.pk}", f"milestone={second.pk}", f"product={room.product.pk}", f"workspace={room.workspace.pk}"):
        assert [row["item"] for row in listed(api, query, "placements")] == [str(placed.pk)]
    assert listed(api, f"milestone={first.pk}", "placements") == []
    assert send(api, "delete", f"placements/{made.json()['id']}/", None, 2).status_code == 204
    assert last(room).detail == {"milestone": ["2.0", None]}
    assert not Placement.objects.exists()


def test_lists_filter(room):
    api = room.api("viewer", "read")
    milestone(room, "a", kind="release")
    promise(room, "b", date=milestone(room, "c", date=None).created_at.date().replace(year=2030))
    archived = milestone(room, "d")
    send(room.api(), "delete", f"milestones/{archived.pk}/", None, 1)
    for query, names in {
        "": "abcd", "kind=release": "a", "commitment=committed": "b", "state=reached": "", "after=2027-01-01": "b",
        "before=2027-01-01": "ad", "archived=true": "d", "archived=false": "abc", f"product={room.product.pk}": "abcd",
        f"product={uuid4()}": "",
    }.items():  # fmt: skip
        assert "".join(sorted(row["name"] for row in listed(api, query))) == names, query
    for query in ("kind=party", "after=soon", "product=x", "state=%20"):
        assert api.get(f"/api/v1/milestones/?{query}").status_code == 400, query


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": ""}), ("name", {"name": "x" * 121}), ("name", {"name": None}), ("name", {"name": "Taken"}),
        ("date", {"date": "soon"}), ("date", {"date": "0001-01-01"}), ("kind", {"kind": "party"}), ("product", {"product": "x"}),
        ("product", {"product": str(uuid4())}), ("commitment", {"commitment": "committed", "date": None}),
    ],
)  # fmt: skip
def test_refusals_name_what_is_wrong(room, field, values):
    milestone(room, "Taken")
    asked = {"product": str(room.product.pk), "name": "2.0 GA", "date": "2026-12-19", **values}
    answer = send(room.api(), "post", "milestones/", asked)
    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("application/problem+json")
    assert field in answer.json()["errors"] or "date" in answer.json()["detail"] or "name" in answer.json()["detail"]
    assert Milestone.objects.count() == 1


def test_another_workspaces_milestones_and_items_are_not_there(room, foreign):
    api, theirs, mine, placed = room.api(), milestone(foreign), milestone(room), item(room)
    away = item(foreign, into=theirs)
    path = f"milestones/{theirs.pk}/"
    assert [row["id"] for row in listed(api, "")] == [str(mine.pk)]
    assert listed(api, "", "placements") == []
    for method, rest, body in (
        ("get", "", None), ("get", "slip/", None), ("patch", "", {"name": "x"}), ("delete", "", None), ("post", "reach/", {}),
        ("post", "reopen/", {}), ("post", "drop/", {"reason": "x"}), ("post", "restore/", {}),
    ):  # fmt: skip
        assert send(api, method, f"{path}{rest}", body, 1).status_code == 404, rest
    for field, ids in {"item": (away, mine), "milestone": (placed, theirs)}.items():
        asked = send(api, "post", "placements/", dict(zip(("item", "milestone"), (str(each.pk) for each in ids), strict=True)))
        assert (asked.status_code, field in asked.json()["errors"]) == (400, True)
    asked = send(api, "post", "milestones/", {"product": str(foreign.product.pk), "name": "x"})
    assert (asked.status_code, "product" in asked.json()["errors"]) == (400, True)
    there = Placement.objects.get()
    assert send(api, "delete", f"placements/{there.pk}/", None, 1).status_code == 404


@pytest.mark.parametrize("role", ["commenter", "viewer"])
def test_readers_read_and_write_nothing(room: Room, role):
    made, placed = milestone(room), item(room)
    api, path, seq = room.api(role), f"milestones/{made.pk}/", last(room).seq
    assert api.get(f"/api/v1/{path}").json()["name"] == "2.0 GA"
    for method, where, body in (
        ("post", "milestones/", {"product": str(room.product.pk), "name": "x"}), ("patch", path, {"name": "x"}),
        ("delete", path, None), ("post", f"{path}reach/", {}), ("post", f"{path}drop/", {"reason": "x"}),
        ("post", "placements/", {"item": str(placed.pk), "milestone": str(made.pk)}),
    ):  # fmt: skip
        assert send(api, method, where, body, 1).status_code == 403, where
    assert last(room).seq == seq


@pytest.mark.parametrize("path", ["milestones", "placements"])
@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_two_queries(room, django_assert_num_queries, path, rows):
    for n in range(rows):
        item(room, f"Item {n}", milestone(room, f"Milestone {n}"))
    api = room.api("viewer", "read")
    api.get("/api/v1/workspaces/")  # notes the use of the token
    with django_assert_num_queries(2):
        assert len(listed(api, "", path)) == rows
