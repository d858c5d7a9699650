"""The REST door of workspaces, memberships, invitations, tokens and changes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from apps.accounts import actions
from apps.accounts.models import ApiToken, Invitation, Membership, Workspace
from apps.accounts.tokens import token_of
from apps.core.models import Change, IdempotencyKey
from tests.people import Room, actor_of

COLLECTIONS = ("workspaces", "memberships", "invitations", "tokens")


def send(client: Any, method: str, path: str, body: Any = None, **headers: str) -> Any:
    data = "" if body is None else json.dumps(body)
    return client.generic(method.upper(), f"/api/v1/{path}", data, content_type="application/json", headers=headers)


def member(room: Room, role: str) -> Membership:
    return Membership.objects.get(workspace=room.workspace, user=getattr(room, role))


def fill(room: Room) -> dict[str, Any]:
    return {
        "workspaces": room.workspace,
        "memberships": member(room, "viewer"),
        "invitations": actions.invite_member(room.actor("owner"), room.workspace, email=f"new@{room.workspace.slug}.test"),
        "tokens": actions.create_token(room.actor("owner"), room.workspace, name="CI", scopes=["read"]),
    }


@pytest.mark.parametrize("path", COLLECTIONS)
def test_lists_and_objects_of_ones_own_workspace_only(room, foreign, path):
    mine, theirs = fill(room), fill(foreign)
    api = room.api("owner")
    ids = {each["id"] for each in api.get(f"/api/v1/{path}/?limit=1000").json()["results"]}
    assert str(mine[path].pk) in ids
    assert str(theirs[path].pk) not in ids
    assert api.get(f"/api/v1/{path}/{mine[path].pk}/").headers["ETag"] == f'"{mine[path].version}"'
    for method in ("get", "patch", "delete"):
        answer = send(api, method, f"{path}/{theirs[path].pk}/", {}, **{"If-Match": '"1"'})
        assert answer.status_code in {404, 405}, (method, answer.content)
    assert api.get(f"/api/v1/{path}/not-an-id/").status_code == 404


@pytest.mark.parametrize(
    ("path", "count"), [("workspaces", 2), ("memberships", 2), ("invitations", 2), ("tokens", 2), ("changes", 3)]
)
@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_costs_the_same_whatever_its_length(room, django_assert_num_queries, path, count, rows):
    api = room.api("owner")
    for n in range(rows):
        actions.invite_member(room.actor("owner"), room.workspace, email=f"new{n}@example.test")
    api.get("/api/v1/workspaces/")  # notes the use of the token
    with django_assert_num_queries(count):
        assert api.get(f"/api/v1/{path}/").status_code == 200


def test_no_secret_in_any_answer(room):
    made = fill(room)
    secrets = [made["invitations"].link_secret, made["invitations"].secret_hash, made["tokens"].text, made["tokens"].secret_hash]
    api = room.api("owner")
    for path in (*COLLECTIONS, "changes"):
        text = api.get(f"/api/v1/{path}/?limit=1000").content.decode()
        assert not [secret for secret in secrets if secret in text], path


@pytest.mark.parametrize("role", ["editor", "commenter", "viewer"])
def test_invitations_and_others_tokens_are_the_owners_to_see(room, role):
    made = fill(room)
    api = room.api(role)
    assert api.get("/api/v1/invitations/").json()["results"] == []
    assert api.get(f"/api/v1/invitations/{made['invitations'].pk}/").status_code == 404
    assert {each["user"] for each in api.get("/api/v1/tokens/").json()["results"]} == {str(getattr(room, role).pk)}
    assert send(api, "delete", f"tokens/{made['tokens'].pk}/", **{"If-Match": '"1"'}).status_code == 404


def test_signed_out_and_unknown_tokens_get_401(client, room):
    assert client.get("/api/v1/workspaces/").status_code == 401
    answer = client.get("/api/v1/workspaces/", headers={"Authorization": "Bearer lode_00000000_" + "x" * 43})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_a_workspace_is_made_in_a_session_and_not_by_a_token(room):
    made = send(room.client("viewer"), "post", "workspaces/", {"name": "Mine"})
    assert (made.status_code, made.json()["slug"]) == (201, "mine")
    assert Workspace.objects.filter(slug="mine").exists()
    assert send(room.api("owner"), "post", "workspaces/", {"name": "Mine"}).status_code == 403


def test_patch_needs_the_version_and_refuses_the_same_field_twice(room):
    api, path = room.api("owner"), f"workspaces/{room.workspace.pk}/"
    assert send(api, "patch", path, {"name": "Port"}).status_code == 428
    assert send(api, "patch", path, {"name": "Port"}, **{"If-Match": '"1"'}).headers["ETag"] == '"2"'
    stale = send(api, "patch", path, {"name": "Bay"}, **{"If-Match": '"1"'})
    assert stale.status_code == 412
    assert stale.json()["conflicts"][0]["theirs"] == "Port"
    assert stale.json()["current"]["name"] == "Port"
    paused = send(api, "patch", path, {"mail_paused": True, "reason": "Restored."}, **{"If-Match": '"1"'})
    assert paused.json()["mail_paused"] is True


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"slug": "other"}, "slug"),
        ({"seq": 9}, "seq"),
        ({"mail_paused": "x"}, "mail_paused"),
    ],
)
def test_invalid_values_are_named(room, body, field):
    answer = send(room.api("owner"), "patch", f"workspaces/{room.workspace.pk}/", body, **{"If-Match": '"1"'})
    assert answer.status_code == 400
    assert field in answer.json()["errors"]


@pytest.mark.parametrize("role", ["editor", "commenter", "viewer"])
@pytest.mark.parametrize("whose", ["viewer", "editor", "owner"])
def test_no_one_below_owner_changes_a_role_even_their_own(room, role, whose):
    target = member(room, whose)
    answer = send(room.api(role), "patch", f"memberships/{target.pk}/", {"role": "owner"}, **{"If-Match": '"1"'})
    assert answer.status_code == 403
    target.refresh_from_db()
    assert target.role == whose


def test_an_owner_changes_roles_but_the_last_owner_stays(room):
    api = room.api("owner")
    changed = send(api, "patch", f"memberships/{member(room, 'viewer').pk}/", {"role": "commenter"}, **{"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["role"], changed.json()["email"]) == (200, "commenter", room.viewer.email)
    for method, body in (("patch", {"role": "viewer"}), ("delete", None)):
        refused = send(api, method, f"memberships/{member(room, 'owner').pk}/", body, **{"If-Match": '"1"'})
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["role"])


def test_leaving_by_rest_ends_ones_tokens(room):
    api = room.api("owner")
    gone = room.api("viewer")
    assert send(api, "delete", f"memberships/{member(room, 'viewer').pk}/", **{"If-Match": '"1"'}).status_code == 204
    assert gone.get("/api/v1/workspaces/").status_code == 401


def test_an_invitation_by_rest(room, foreign):
    api = room.api("owner")
    body = {"workspace": str(room.workspace.pk), "email": "new@example.test", "role": "viewer"}
    made = send(api, "post", "invitations/", body, **{"Idempotency-Key": "one"})
    again = send(api, "post", "invitations/", body, **{"Idempotency-Key": "one"})
    assert (made.status_code, again.status_code) == (201, 201)
    assert made.json() == again.json()
    assert Invitation.objects.count() == 1
    elsewhere = send(api, "post", "invitations/", {**body, "workspace": str(foreign.workspace.pk)})
    assert list(elsewhere.json()["errors"]) == ["workspace"]
    assert send(api, "delete", f"invitations/{made.json()['id']}/", **{"If-Match": '"1"'}).status_code == 204
    assert api.get(f"/api/v1/invitations/{made.json()['id']}/").json()["revoked_at"]


def test_a_token_by_rest_shows_its_text_once(room):
    client = room.client("editor")
    body = {"workspace": str(room.workspace.pk), "name": "CI", "scopes": ["read", "write"]}
    made = send(client, "post", "tokens/", body, **{"Idempotency-Key": "one"})
    text = made.json()["text"]
    assert made.status_code == 201
    assert token_of(text) is not None
    again = send(client, "post", "tokens/", body, **{"Idempotency-Key": "one"})
    assert again.json()["id"] == made.json()["id"]
    assert "text" not in again.json()
    assert text not in IdempotencyKey.objects.get().body
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize(("role", "scopes"), [("viewer", ["write"]), ("editor", ["admin"]), ("commenter", ["read", "admin"])])
def test_no_token_above_ones_role(room, role, scopes):
    body = {"workspace": str(room.workspace.pk), "name": "CI", "scopes": scopes}
    answer = send(room.client(role), "post", "tokens/", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["scopes"])


@pytest.mark.parametrize(("scopes", "status"), [(["read"], 403), (["read", "write"], 403), (["read", "write", "admin"], 200)])
def test_a_token_does_what_its_scopes_say(room, scopes, status):
    answer = send(
        room.api("owner", *scopes), "patch", f"workspaces/{room.workspace.pk}/", {"name": "Port"}, **{"If-Match": '"1"'}
    )
    assert answer.status_code == status


def test_a_token_opens_its_own_workspace_only(room, foreign):
    Membership.objects.create(workspace=foreign.workspace, user=room.owner, role="owner")
    api = room.api("owner")
    assert [each["id"] for each in api.get("/api/v1/workspaces/").json()["results"]] == [str(room.workspace.pk)]
    assert api.get(f"/api/v1/changes/?workspace={foreign.workspace.slug}").status_code == 404
    answer = send(api, "patch", f"workspaces/{foreign.workspace.pk}/", {"name": "X"}, **{"If-Match": '"1"'})
    assert answer.status_code == 404


# --- Changes ---


def test_the_change_stream_is_in_order_and_resumes(room):
    for n in range(5):
        actions.edit_workspace(room.actor("owner"), room.workspace, name=f"Harbor {n}", reason=f"Try {n}.")
    api = room.api("viewer")
    first = api.get(f"/api/v1/changes/?workspace={room.workspace.pk}&limit=2").json()
    assert [each["seq"] for each in first["results"]] == [1, 2]
    rest = api.get(f"/api/v1/changes/?workspace={room.workspace.slug}&after=2").json()["results"]
    assert [each["seq"] for each in rest] == [3, 4, 5]
    assert rest[0]["fields"] == {"name": ["Harbor 1", "Harbor 2"]}
    assert (rest[0]["reason"], rest[0]["actor"], rest[0]["verb"]) == ("Try 2.", str(room.owner.pk), "workspace.edited")
    page = api.get(first["next"].partition("://")[2].partition("/")[2].join(["/", ""])).json()
    assert [each["seq"] for each in page["results"]] == [3, 4]


def test_changes_by_object_verb_and_person(room):
    actions.edit_workspace(room.actor("owner"), room.workspace, name="Port")
    someone = member(room, "viewer")
    actions.change_role(room.actor("owner"), someone, role="editor")
    actions.create_token(room.actor("editor"), room.workspace, name="CI")
    api, base = room.api("viewer"), f"/api/v1/changes/?workspace={room.workspace.slug}"

    def seqs(query: str) -> list[int]:
        return [each["seq"] for each in api.get(f"{base}&{query}").json()["results"]]

    assert seqs(f"object={someone.pk}") == [2]
    assert seqs("verb=membership") == [2]
    assert seqs("verb=workspace.edited") == [1]
    assert seqs("verb=work") == []
    assert seqs(f"actor={room.editor.pk}") == [3]
    assert seqs(f"product={room.product.pk}") == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("workspace=nowhere", 404),
        ("workspace=%F0", 404),
        ("after=x", 400),
        ("after=1" + "0" * 30, 400),
        ("after=-1", 400),
        ("object=1", 400),
    ],
)
def test_changes_asked_badly(room, query, status):
    client = room.client("viewer")
    start = "" if not query or query.startswith("workspace") else f"workspace={room.workspace.slug}&"
    assert client.get(f"/api/v1/changes/?{start}{query}").status_code == status


def test_changes_are_not_for_strangers_and_not_for_writing(room, foreign):
    actions.edit_workspace(foreign.actor("owner"), foreign.workspace, name="Secret")
    for wanted in (foreign.workspace.pk, foreign.workspace.slug):
        assert room.client("owner").get(f"/api/v1/changes/?workspace={wanted}").status_code == 404
    for method in ("post", "put", "patch", "delete"):
        assert send(room.api("owner"), method, "changes/", {}).status_code == 405
    assert room.api("owner").get(f"/api/v1/changes/{Change.objects.get().pk}/").status_code == 404


def test_who_was_a_member_is_a_stranger_after(room):
    actions.remove_member(room.actor("owner"), member(room, "editor"))
    assert room.client("editor").get(f"/api/v1/changes/?workspace={room.workspace.slug}").status_code == 404
    assert actor_of(room.editor).user is not None
