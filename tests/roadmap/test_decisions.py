"""Questions settled: on the roadmap, on an item, found again, worded better, put away."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.core.errors import Refused
from apps.core.models import Change
from apps.roadmap.actions import create_item
from apps.roadmap.deciding import archive_decision, decide, edit_decision
from apps.roadmap.models import Decision
from apps.vision.actions import create_goal

if TYPE_CHECKING:
    from tests.people import Room

WORDS = {"question": "Do we build on-premises?", "answer": "No.", "reason": "The EU region answers the need."}


def made(room: Room, **fields: Any) -> Decision:
    return decide(room.actor(), room.product, **{**WORDS, **fields})


def test_it_is_of_today_by_whoever_settled_it_and_its_reason_is_the_changes(room: Room):
    decision = made(room)
    assert (decision.decided_on, decision.by) == (timezone.localdate(), room.editor)
    change = Change.objects.get(verb="decision.made")
    assert (change.object_text, change.reason) == (WORDS["question"], WORDS["reason"])


@pytest.mark.parametrize("name", WORDS)
@pytest.mark.parametrize("text", ["", "  "])
def test_nothing_is_settled_without_its_words(room: Room, name: str, text: str):
    with pytest.raises(ValidationError) as error:
        made(room, **{name: text})
    assert set(error.value.message_dict) == {name}


@pytest.mark.parametrize("name", ["item", "goal"])
def test_it_leans_on_what_is_of_its_product(room: Room, foreign: Room, name: str):
    thing = {"item": create_item, "goal": create_goal}[name]
    title = {"title": "Search"} if name == "item" else {"name": "Find it"}
    with pytest.raises(ValidationError) as error:
        made(room, **{name: thing(foreign.actor(), foreign.product, **title)})
    assert set(error.value.message_dict) == {name}


def test_a_decision_that_was_put_away_stays_as_it_is(room: Room):
    decision = archive_decision(room.actor(), made(room))
    with pytest.raises(Refused, match="restore it first"):
        edit_decision(room.actor(), decision, answer="Yes.")


def test_an_edit_keeps_the_reason_that_it_has(room: Room):
    decision = edit_decision(room.actor(), made(room), answer="Not this year.")
    assert (decision.answer, decision.reason) == ("Not this year.", WORDS["reason"])


def test_it_is_seen_in_the_list_in_the_panel_of_its_item_and_is_found(room: Room):
    item = create_item(room.actor(), room.product, title="On-premises edition")
    goal = create_goal(room.actor(), room.product, name="Safe for regulated teams", weight=10)
    decision = made(room, item=item, goal=goal)
    client = room.client("viewer")
    for path in ("decisions/", f"items/{item.number}/"):
        html = client.get(room.path(path)).content.decode()
        assert [text in html for text in (*WORDS.values(), "Safe for regulated teams")] == [True] * 4, path
    found = client.get(f"/w/{room.workspace.slug}/search/?q=region").content.decode()
    assert f"{room.path('decisions/')}#decision-{decision.pk}" in found
    archive_decision(room.actor(), decision)
    assert WORDS["question"] not in client.get(room.path(f"items/{item.number}/")).content.decode().split("History")[0]
    assert WORDS["answer"] not in client.get(room.path("decisions/")).content.decode()


def test_what_was_put_away_is_listed_and_holds_again_by_hand_and_by_rest(room: Room):
    decision = archive_decision(room.actor(), made(room))
    assert "1 put away" in room.client("viewer").get(room.path("decisions/")).content.decode()
    assert "restore/" not in room.client("viewer").get(room.path("decisions/")).content.decode()
    restore = room.path(f"decisions/{decision.pk}/restore/")
    assert restore in room.client().get(room.path("decisions/")).content.decode()
    assert room.client("viewer").post(restore).status_code == 403
    room.client().post(restore)
    decision.refresh_from_db()
    assert decision.archived_at is None
    archive_decision(room.actor(), decision)
    answer = room.api().post(f"/api/v1/decisions/{decision.pk}/restore/").json()
    assert (answer["archived_at"], answer["question"]) == (None, WORDS["question"])
    page = room.client().get(room.path("decisions/")).content.decode()
    assert WORDS["answer"] in page
    assert "put away" not in page


def test_by_hand_on_an_item(room: Room):
    item = create_item(room.actor(), room.product, title="On-premises edition")
    client = room.client()
    form = client.get(room.path(f"decisions/new/?item={item.pk}"), headers={"HX-Request": "true"}).content.decode()
    assert f'value="{item.pk}" selected' in form
    bare = client.post(room.path("decisions/new/"), {"question": "Why?", "item": item.pk})
    assert (bare.status_code, Decision.objects.count()) == (422, 0)
    done = client.post(room.path("decisions/new/"), {**WORDS, "item": item.pk, "decided_on": "2026-03-02"})
    assert done.headers["Location"] == f"{room.path('roadmap/')}?item={item.number}"
    decision = Decision.objects.get()
    assert (decision.item, decision.decided_on) == (item, date(2026, 3, 2))
    path = room.path(f"decisions/{decision.pk}/")
    seen = {**WORDS, "item": item.pk, "decided_on": "2026-03-02", "version": 1}
    before = {f"initial-{name}": value for name, value in seen.items()}
    client.post(f"{path}edit/", {**before, **seen, "answer": "Not this year."})
    decision.refresh_from_db()
    assert (decision.answer, decision.version) == ("Not this year.", 2)
    client.post(f"{path}archive/")
    decision.refresh_from_db()
    assert decision.archived_at


def test_by_rest(room: Room):
    api = room.api()
    body = {"product": room.product.pk, **WORDS}
    made = api.post("/api/v1/decisions/", body, content_type="application/json").json()
    assert {name: made[name] for name in WORDS} == WORDS
    listed = api.get("/api/v1/decisions/", {"product": room.product.pk}).json()["results"]
    assert [each["id"] for each in listed] == [made["id"]]
    path = f"/api/v1/decisions/{made['id']}/"
    edited = api.patch(path, {"answer": "Yes."}, content_type="application/json", headers={"If-Match": '"1"'}).json()
    assert (edited["answer"], edited["version"]) == ("Yes.", 2)
    stale = api.patch(path, {"answer": "No."}, content_type="application/json", headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert api.delete(path, headers={"If-Match": '"2"'}).status_code == 204
    assert api.get("/api/v1/decisions/?archived=false").json()["results"] == []
