"""The pages of the why: what they show to whom, and what their forms do."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.models import Change
from apps.vision import actions
from apps.vision.models import Goal, KeyResult, Product, SignOff, VersionState, VisionVersion
from tests.people import ROLES, Room
from tests.vision.why import TEXTS, answer_of, draft, propose, sign

WRITES = ("propose", "goals/new", "Change ", "New goal", "New key result")


def text(room: Room, role: str = "editor", rest: str = "vision/", status: int = 200) -> str:
    answer = room.client(role).get(room.path(rest))
    assert answer.status_code == status, answer.content
    return answer.content.decode()


def furnished(room: Room) -> Goal:
    sign(room, propose(room), "owner")
    goal = actions.create_goal(room.actor(), room.product, name="Answers", weight=60, serves="Decisions the same day.")
    actions.create_key_result(room.actor(), goal, name="Median time", unit="min", start=9, current=5, target=1)
    return goal


def address(room: Room, name: str, *args: object) -> str:
    return reverse(f"vision:{name}", args=[room.workspace.slug, room.product.slug, *args])


@pytest.mark.parametrize("role", ROLES)
def test_every_member_reads_and_only_editors_find_buttons(room, role):
    furnished(room)
    shown = text(room, role)
    for said in (TEXTS["statement"], "signed by 1 of 2", "Median time, from 9\u202fmin to 1\u202fmin", "not 100%"):
        assert said in shown
    assert [each for each in WRITES if each in shown] == (list(WRITES) if role in {"owner", "editor"} else [])
    for rest in ("vision/v/1/", "vision/compare/", "vision/compare/?a=x&b=99999999999", "settings/"):
        text(room, role, rest)


def test_strangers_and_unknown_versions_are_not_found(room, stranger):
    propose(room)
    client = Client()
    client.force_login(stranger)
    for rest in ("vision/", "vision/v/1/", "vision/compare/", "vision/propose/", "settings/", "goals/new/"):
        assert client.get(room.path(rest)).status_code == 404
    text(room, rest="vision/v/2/", status=404)


def test_before_there_is_a_vision_the_page_teaches(room):
    assert "Write it" in text(room)
    assert "Write it" not in text(room, "viewer")
    draft(room)
    assert "Go on with the draft" in text(room)
    assert "Nothing to compare" not in text(room, rest="vision/compare/")


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("rest", "count"), [("vision/", 12), ("vision/compare/", 10), ("vision/v/1/", 10)])
def test_pages_cost_the_same_whatever_there_is(room, django_assert_num_queries, rows, rest, count):
    roles = ("owner", "viewer", "commenter")[:rows]
    for n in range(rows):
        sign(room, propose(room, *roles, statement=f"Aim {n}."), roles[0])
        goal = actions.create_goal(room.actor(), room.product, name=f"Goal {n}")
        for m in range(n + 1):
            actions.create_key_result(room.actor(), goal, name=f"Result {m}", target=1)
    client = room.client("viewer")
    with django_assert_num_queries(count):
        assert client.get(room.path(rest)).status_code == 200


def test_a_version_is_kept_as_a_draft_then_proposed(room):
    client, path = room.client(), address(room, "propose")
    assert client.post(path, {**TEXTS, "draft": "1"}).status_code == 302
    assert VisionVersion.objects.get().state == VersionState.DRAFT
    sent = {
        **TEXTS,
        "statement": "Other.",
        "version": 1,
        "signatories": [str(room.viewer.pk)],
        f"title-{room.viewer.pk}": "Board",
    }
    assert client.post(path, {**sent, "propose": "1", "reason": "Settled on Monday."}).status_code == 302
    version = VisionVersion.objects.get()
    assert (version.number, version.statement, version.state) == (1, "Other.", VersionState.PROPOSED)
    asked = SignOff.objects.get()
    assert (asked.user, asked.title) == (room.viewer, "Board")
    assert Change.objects.filter(verb="vision_version.proposed").get().reason == "Settled on Monday."
    assert "Board" in client.get(path).content.decode()  # the next version begins with the same people


def test_proposing_to_nobody_writes_nothing(room):
    refused = room.client().post(address(room, "propose"), {**TEXTS, "propose": "1"})
    assert (refused.status_code, b"Name at least one person" in refused.content) == (422, True)
    assert not VisionVersion.objects.exists()


def test_line_ends_of_browsers_change_no_hash(room):
    room.client().post(address(room, "propose"), {**TEXTS, "goal": "One.\r\nTwo.", "draft": "1"})
    assert VisionVersion.objects.get().goal == "One.\nTwo."


def test_only_whom_it_asks_sees_the_question_and_answers(room):
    version = propose(room, "viewer")
    assert "You are asked to sign" in text(room, "viewer")
    assert "You are asked to sign" not in text(room, "owner")
    path = address(room, "answer", answer_of(room, version, "viewer").pk)
    assert room.client("owner").post(path, {"answer": "signed"}).status_code == 403
    assert room.client("viewer").post(path, {"answer": "objected"}).status_code == 422
    assert room.client("viewer").post(path, {"answer": "signed"}).status_code == 302
    assert "agreed" in text(room, "viewer")


def test_an_objection_asks_for_its_reason(room):
    version = propose(room, "viewer")
    path, client = address(room, "object", answer_of(room, version, "viewer").pk), room.client("viewer")
    assert client.get(path).status_code == 200
    assert client.post(path, {"reason": " "}).status_code == 422
    assert client.post(path, {"reason": "An hour is <b>what we have</b>."}).status_code == 302
    assert "An hour is &lt;b&gt;what we have&lt;/b&gt;." in text(room)


def test_goals_are_made_edited_moved_given_up_and_taken_up(room):
    first, client = furnished(room), room.client()
    made = {"name": "Trust", "weight": 40, "colour": 3, "serves": "Numbers that everyone trusts."}
    assert client.post(address(room, "new_goal"), made).status_code == 302
    second = Goal.objects.get(name="Trust")
    assert "add up to" not in text(room)
    client.post(address(room, "move_goal", second.pk), {"before": first.pk})
    assert [goal.name for goal in Goal.objects.all()] == ["Trust", "Answers"]
    assert client.post(address(room, "move_goal", second.pk), {"before": "x"}).status_code == 302
    client.post(address(room, "archive_goal", second.pk))
    assert "1 goal given up" in text(room)
    client.post(address(room, "restore_goal", second.pk))
    assert "given up" not in text(room).replace("Give up", "")


def test_a_goal_says_when_its_sentence_is_gone(room):
    furnished(room)
    assert "no longer says" not in text(room)
    propose(room, value="Decisions at once.")
    assert "no longer says" in text(room)
    assert "(no longer in the vision)" in text(room, rest=f"goals/{Goal.objects.get().pk}/edit/")


def test_two_who_edit_different_fields_both_win_and_the_same_field_shows_both(room):
    goal, client = furnished(room), room.client()
    seen = {"name": goal.name, "weight": 60, "colour": goal.colour, "serves": goal.serves, "description": "", "version": 1}
    sent = {**seen, **{f"initial-{name}": value for name, value in seen.items()}}
    path = address(room, "edit_goal", goal.pk)
    actions.edit_goal(room.actor("owner"), goal, name="Answers now")
    assert client.post(path, {**sent, "weight": 55}).status_code == 302
    goal.refresh_from_db()
    assert (goal.name, goal.weight) == ("Answers now", 55)
    late = client.post(path, {**sent, "name": "Answered"})
    assert (late.status_code, b"Answers now" in late.content, b"changed this meanwhile" in late.content) == (409, True, True)
    again = {**sent, "name": "Answered", "initial-name": "Answers now", "version": goal.version}
    assert client.post(path, again).status_code == 302


def test_key_results_are_kept_in_the_dialog(room):
    goal, client = furnished(room), room.client()
    client.post(address(room, "new_key_result", goal.pk), {"name": "Share", "unit": "%", "start": 0, "current": 4, "target": 80})
    result = KeyResult.objects.get(name="Share")
    page = client.get(address(room, "edit_key_result", result.pk), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert 'value="4"' in page
    path = address(room, "edit_key_result", result.pk)
    assert client.post(path, {"name": "Share", "unit": "%", "start": 0, "current": 40, "target": 80}).status_code == 302
    assert "40%" in text(room)
    client.post(address(room, "remove_key_result", result.pk))
    assert not KeyResult.objects.filter(name="Share").exists()


@pytest.mark.parametrize("role", ["commenter", "viewer"])
def test_readers_are_refused_behind_every_form(room, role):
    goal = furnished(room)
    result, client = KeyResult.objects.get(), room.client(role)
    for name, args in {
        "propose": (), "new_goal": (), "edit_goal": (goal.pk,), "archive_goal": (goal.pk,), "restore_goal": (goal.pk,),
        "new_key_result": (goal.pk,), "edit_key_result": (result.pk,), "remove_key_result": (result.pk,),
        "product_settings": (), "archive_product": (), "restore_product": (),
    }.items():  # fmt: skip
        sent = {**TEXTS, "name": "x", "slug": "x", "key": "XX", "weight": 1, "colour": 1, "start": 0, "current": 0, "target": 2}
        assert client.post(address(room, name, *args), {**sent, "draft": "1"}).status_code == 403, name


def test_a_product_is_made_renamed_archived_and_restored(room):
    client = room.client()
    made = client.post(reverse("vision:new_product", args=[room.workspace.slug]), {"name": "Port tools"})
    assert made.headers["Location"] == f"/w/{room.workspace.slug}/p/port-tools/vision/"
    product = Product.objects.get(slug="port-tools")
    assert product.key == "POR"
    settings = reverse("vision:product_settings", args=[room.workspace.slug, "port-tools"])
    taken = client.post(settings, {"name": "Port", "key": "HAR", "slug": "port", "version": 1})
    assert (taken.status_code, b"choose another" in taken.content) == (422, True)
    assert (
        client.post(settings, {"name": "Port", "key": "POR", "slug": "port", "version": 1})
        .headers["Location"]
        .endswith("/p/port/settings/")
    )
    args = [room.workspace.slug, "port"]
    client.post(reverse("vision:archive_product", args=args))
    page = client.get(reverse("vision:page", args=args)).content.decode()
    assert ("archived" in page, "New goal" in page) == (True, False)
    client.post(reverse("vision:restore_product", args=args))
    product.refresh_from_db()
    assert product.archived_at is None
