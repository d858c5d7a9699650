"""A review: who takes part, what is settled in it, what it said of each item."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from apps.roadmap.actions import create_item
from apps.roadmap.models import Decision
from apps.stakeholders import actions
from apps.stakeholders.models import Review
from tests.people import user
from tests.stakeholders.scene import person

if TYPE_CHECKING:
    from tests.people import Room

WORDS = {"question": "Do we build on-premises?", "answer": "No.", "reason": "The EU region answers the need."}


def planned(room: Room, **fields: Any) -> Review:
    return actions.plan_review(room.actor(), room.product, **{"title": "Spring", "due_on": date(2030, 3, 1), **fields})


def page(room: Room, review: Review, name: str = "review") -> str:
    return reverse(f"stakeholders:{name}", args=[room.workspace.slug, review.pk])


def test_members_and_stakeholders_take_part_and_the_history_names_them(room: Room):
    acme = person(room)
    review = planned(room, attendees=[room.editor, room.viewer], guests=[acme])
    assert (set(review.attendees.all()), set(review.guests.all())) == ({room.editor, room.viewer}, {acme})
    edited = actions.edit_review(room.actor(), review, attendees=[room.viewer], guests=[])
    assert edited.last_change.fields == {
        "attendees": [sorted([str(room.editor), str(room.viewer)]), [str(room.viewer)]],
        "guests": [["Acme"], []],
    }
    html = room.client("viewer").get(page(room, review)).content.decode()
    assert str(room.viewer) in html


def test_who_took_part_is_asked_to_the_next_one(room: Room):
    acme, gone = person(room), person(room, "Bolt")
    review = planned(room, attendees=[room.editor], guests=[acme, gone], cadence_weeks=4)
    actions.archive_stakeholder(room.actor(), gone)
    actions.hold_review(room.actor(), review)
    following = Review.objects.get(state="planned")
    assert (list(following.attendees.all()), list(following.guests.all()), following.version) == ([room.editor], [acme], 1)


@pytest.mark.parametrize("name", ["attendees", "guests"])
def test_nobody_from_elsewhere_takes_part(room: Room, foreign: Room, name: str):
    who = user("Somebody") if name == "attendees" else person(foreign)
    with pytest.raises(ValidationError) as error:
        planned(room, **{name: [who]})
    assert set(error.value.message_dict) == {name}


def test_what_is_settled_in_it_is_a_decision_of_the_product(room: Room):
    item = create_item(room.actor(), room.product, title="On-premises edition")
    review, client = planned(room), room.client()
    form = client.get(f"{page(room, review, 'decide')}?item={item.pk}", headers={"HX-Request": "true"}).content.decode()
    assert f'value="{item.pk}" selected' in form
    answer = client.post(page(room, review, "decide"), {**WORDS, "item": item.pk})
    assert answer.headers["Location"] == f"{page(room, review)}?item={item.pk}"
    decision = Decision.objects.get()
    assert (decision.item, list(review.decisions.all())) == (item, [decision])
    walk = client.get(page(room, review)).content.decode()
    assert walk.count(WORDS["question"]) == 2  # beside the item, and among the decisions
    actions.hold_review(room.actor(), review)
    late = client.post(page(room, review, "decide"), WORDS)
    assert (late.status_code, b"closed; plan another" in late.content) == (422, True)
    assert WORDS["reason"] in client.get(page(room, review)).content.decode()


def test_by_rest(room: Room):
    api, acme = room.api(), person(room)
    item = create_item(room.actor(), room.product, title="On-premises edition")

    def post(path: str, body: dict[str, Any]) -> Any:
        return api.post(f"/api/v1/reviews/{path}", body, content_type="application/json")

    body = {
        "product": room.product.pk,
        "title": "Spring",
        "due_on": "2030-03-01",
        "attendees": [room.viewer.pk],
        "guests": [acme.pk],
    }
    made = post("", body).json()
    assert (made["attendees"], made["guests"], made["decisions"]) == ([str(room.viewer.pk)], [str(acme.pk)], [])
    decision = post(f"{made['id']}/decisions/", {**WORDS, "item": item.pk})
    assert (decision.status_code, decision.json()["item"]) == (201, str(item.pk))
    post(f"{made['id']}/items/", {"item": item.pk, "verdict": "drop", "note": "Nobody asked."})
    assert api.get(f"/api/v1/reviews/{made['id']}/").json()["decisions"] == [decision.json()["id"]]
    assert api.get(f"/api/v1/reviews/{made['id']}/items/").json() == [
        {
            "item": str(item.pk), "number": item.number, "title": "On-premises edition", "verdict": "drop",
            "note": "Nobody asked.", "by": str(room.editor.pk), "version": 1,
        }
    ]  # fmt: skip
