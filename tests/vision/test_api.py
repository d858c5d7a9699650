"""The REST door of the why."""

from __future__ import annotations

import json
from typing import Any

import pytest

from apps.vision import actions
from apps.vision.models import VisionVersion
from tests.people import Room
from tests.vision.why import TEXTS, answer_of, draft, propose


def send(client: Any, method: str, path: str, body: Any = None, version: int | None = None) -> Any:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    data = "" if body is None else json.dumps(body)
    return client.generic(method.upper(), f"/api/v1/{path}", data, content_type="application/json", headers=headers)


def test_the_whole_way_from_a_product_to_an_agreed_vision(room):
    api = room.api()
    made = send(api, "post", "products/", {"workspace": str(room.workspace.pk), "name": "Port tools"})
    assert (made.status_code, made.json()["key"]) == (201, "POR")
    product = made.json()["id"]
    vision = api.get(f"/api/v1/visions/?product={product}").json()["results"][0]
    assert vision["current"] is None
    written = send(api, "post", "vision-versions/", {"vision": vision["id"], **TEXTS}).json()
    assert (written["number"], written["state"], written["asked"]) == (1, "draft", 0)
    path = f"vision-versions/{written['id']}/"
    assert send(api, "patch", path, {"value": "Time."}).status_code == 428
    edited = send(api, "patch", path, {"value": "Time."}, 1).json()
    assert edited["content_hash"] != written["content_hash"]
    asked = {"signatories": [{"user": str(room.viewer.pk), "title": "Board"}]}
    proposed = send(api, "post", f"{path}propose/", asked).json()
    assert (proposed["state"], proposed["signed"], proposed["asked"]) == ("proposed", 0, 1)
    assert api.get(f"/api/v1/visions/{vision['id']}/").json()["current"] == written["id"]
    frozen = send(api, "patch", path, {"value": "Money."}, proposed["version"])
    assert (frozen.status_code, "never changes" in frozen.json()["detail"]) == (400, True)
    answer = api.get(f"/api/v1/sign-offs/?vision_version={written['id']}").json()["results"][0]
    assert (answer["answer"], answer["title"]) == ("waiting", "Board")
    theirs = room.api("viewer")
    assert send(api, "post", f"sign-offs/{answer['id']}/sign/", {}).status_code == 403
    assert "reason" in send(theirs, "post", f"sign-offs/{answer['id']}/object/", {}).json()["errors"]
    assert send(theirs, "post", f"sign-offs/{answer['id']}/object/", {"reason": "No."}).json()["answer"] == "objected"
    signed = send(theirs, "post", f"sign-offs/{answer['id']}/sign/", {}).json()
    assert (signed["answer"], signed["signed_hash"]) == ("signed", edited["content_hash"])
    assert api.get(f"/api/v1/{path}").json()["state"] == "agreed"


def test_goals_and_key_results(room):
    api, product = room.api(), str(room.product.pk)
    goals = [send(api, "post", "goals/", {"product": product, "name": name, "weight": 50}).json() for name in "ab"]
    assert [goal["colour"] for goal in goals] == [1, 2]
    moved = send(api, "post", f"goals/{goals[1]['id']}/move/", {"before": goals[0]["id"]}).json()
    assert moved["rank"] < goals[0]["rank"]
    path = f"goals/{goals[0]['id']}/"
    assert send(api, "patch", path, {"weight": 101}, 1).status_code == 400
    assert send(api, "patch", path, {"weight": 40, "reason": "Less."}, 1).json()["weight"] == 40
    result = send(api, "post", "key-results/", {"goal": goals[0]["id"], "name": "Median", "start": 9, "target": 1, "unit": "min"})
    assert (result.status_code, result.json()["current"]) == (201, 9.0)
    assert send(api, "delete", f"key-results/{result.json()['id']}/", None, 1).status_code == 204
    version = api.get(f"/api/v1/{path}").json()["version"]
    assert send(api, "delete", path, None, version).status_code == 204
    assert [goal["name"] for goal in api.get(f"/api/v1/goals/?product={product}&archived=false").json()["results"]] == ["b"]
    assert send(api, "post", f"{path}restore/").json()["archived_at"] is None


@pytest.mark.parametrize("path", ["products", "visions", "vision-versions", "sign-offs", "goals", "key-results"])
@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_and_hold_only_ones_own(room, foreign, django_assert_num_queries, path, rows):
    for where in (room, foreign):
        for n in range(rows):
            propose(where)
            actions.create_product(where.actor(), where.workspace, name=f"Other {n}")
            goal = actions.create_goal(where.actor(), where.product, name=f"Goal {n}")
            actions.create_key_result(where.actor(), goal, name="Result", target=1)
    api = room.api("viewer", "read")
    api.get("/api/v1/workspaces/")  # notes the use of the token
    with django_assert_num_queries(2):
        answer = api.get(f"/api/v1/{path}/?workspace={room.workspace.pk}").json()["results"]
    assert answer == api.get(f"/api/v1/{path}/").json()["results"]
    assert len(answer) == {"products": rows + 1, "visions": rows + 1, "sign-offs": rows * 2}.get(path, rows)


def test_another_workspaces_people_goals_and_versions_are_not_named(room, foreign):
    api = room.api()
    theirs: VisionVersion = propose(foreign)
    mine = draft(room)
    asked = send(api, "post", f"vision-versions/{mine.pk}/propose/", {"signatories": [{"user": str(foreign.viewer.pk)}]})
    assert (asked.status_code, "signatories" in asked.json()["errors"]) == (400, True)
    assert send(api, "post", f"vision-versions/{theirs.pk}/propose/", {"signatories": []}).status_code == 404
    assert send(api, "post", f"sign-offs/{answer_of(foreign, theirs, 'viewer').pk}/sign/", {}).status_code == 404
    made = send(api, "post", "goals/", {"product": str(foreign.product.pk), "name": "x"})
    assert (made.status_code, "product" in made.json()["errors"]) == (400, True)


@pytest.mark.parametrize("role", ["commenter", "viewer"])
def test_readers_write_nothing(room: Room, role):
    version = propose(room, "owner")
    api = room.api(role)
    for path, body in (
        ("products/", {"workspace": str(room.workspace.pk), "name": "x"}),
        ("vision-versions/", {"vision": str(version.vision_id), **TEXTS}),
        ("goals/", {"product": str(room.product.pk), "name": "x"}),
        (f"sign-offs/{answer_of(room, version, 'owner').pk}/sign/", {}),
    ):
        assert send(api, "post", path, body).status_code == 403, path


def test_an_older_version_takes_no_key_result_away(room):
    goal = actions.create_goal(room.actor(), room.product, name="Find it fast")
    made = actions.create_key_result(room.actor(), goal, name="Answers", target=5)
    actions.edit_key_result(room.actor("owner"), made, current=2)
    client, path = room.api(), f"/api/v1/key-results/{made.pk}/"
    late = client.delete(path, headers={"If-Match": '"1"'})
    assert (late.status_code, [each["field"] for each in late.json()["conflicts"]]) == (412, ["current"])
    assert client.delete(path).status_code == 428
    assert client.delete(path, headers={"If-Match": '"2"'}).status_code == 204
