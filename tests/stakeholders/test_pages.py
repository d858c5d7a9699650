"""The pages of those who are told, of audiences and of reviews: what they show, and what their forms do and refuse."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.models import Change
from apps.roadmap.models import Item
from apps.stakeholders import actions
from apps.stakeholders.models import (
    Audience,
    AudienceMember,
    Review,
    ReviewedItem,
    ReviewState,
    ShareLink,
    Stakeholder,
    Subscription,
)
from tests.people import ROLES, Room
from tests.stakeholders.scene import audience, follow, goal, item, person

DAY = date(2030, 3, 1)


def address(room: Room, name: str, *args: object) -> str:
    return reverse(f"stakeholders:{name}", args=[room.workspace.slug, *args])


def text(room: Room, path: str, role: str = "editor", *, part: bool = False) -> str:
    answer = room.client(role).get(path, headers={"HX-Request": "true"} if part else {})
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def last(room: Room) -> Change:
    return Change.objects.filter(workspace=room.workspace).latest("seq")


def review(room: Room, **fields: Any) -> Review:
    return actions.plan_review(room.actor(), room.product, **{"title": "Spring", "due_on": DAY, **fields})


def as_seen(values: dict[str, Any], version: int = 1) -> dict[str, Any]:
    """Return what a browser sends of a form in which nobody changed anything."""
    return {**values, **{f"initial-{name}": value for name, value in values.items()}, "version": version}


PERSON = {
    "name": "Acme",
    "email": "acme@example.test",
    "organisation": "",
    "side": "outside",
    "time_zone": "UTC",
    "language": "en-gb",
}
AUDIENCE = {
    "name": "Customers", "description": "", "side": "outside", "precision": "quarter",
    "language": "en-gb", "fields_shown": ["title", "status"],
    "statuses": [], "types": ["feature"],
}  # fmt: skip
RHYTHM = {"frequency": "daily", "weekday": "0", "hour": "9"}


@pytest.fixture
def edited(room: Room) -> dict[str, tuple[Any, str, dict[str, Any], Any]]:
    """Each form that edits: the object, the address, what it sends untouched, and the action behind it."""
    told = actions.create_stakeholder(room.actor(), room.workspace, name="Acme", email="acme@example.test")
    shown = {"precision": "quarter", "fields": ["title", "status"], "types": ["feature"]}
    seen_by = actions.create_audience(room.actor(), room.product, name="Customers", **shown)
    followed = actions.subscribe(room.actor(), seen_by, stakeholder=told, frequency="daily")
    planned = review(room, owner=room.owner)
    asked = {"title": "Spring", "due_on": "2030-03-01", "cadence_weeks": "4", "owner": str(room.owner.pk)}
    return {
        "stakeholder": (told, address(room, "edit", told.pk), PERSON, actions.edit_stakeholder),
        "audience": (seen_by, address(room, "edit_audience", seen_by.pk), AUDIENCE, actions.edit_audience),
        "rhythm": (followed, address(room, "rhythm", followed.pk), RHYTHM, actions.edit_subscription),
        "review": (planned, address(room, "edit_review", planned.pk), asked, actions.edit_review),
    }


# the form, what another changed meanwhile, a different field, the same field, and what shows of both values
TOGETHER = {
    "stakeholder": ({"organisation": "Acme Ltd"}, {"name": "Acme Inc"}, {"organisation": "Acme GmbH"}, ("Acme Ltd", "Acme GmbH")),
    "audience": ({"types": ["epic"]}, {"statuses": ["planned"]}, {"types": []}, ("epic", "none")),
    "rhythm": ({"hour": 7}, {"frequency": "weekly"}, {"hour": "8"}, ("7", "8")),
    "review": ({"cadence_weeks": 6}, {"title": "May"}, {"cadence_weeks": "2"}, ("6", "2")),
}


@pytest.mark.parametrize("form", TOGETHER)
def test_different_fields_both_win_and_the_same_field_shows_both_values(room, edited, form):
    obj, path, untouched, act = edited[form]
    theirs, other, same, values = TOGETHER[form]
    client = room.client()
    act(room.actor("owner"), obj, **theirs)
    assert client.post(path, {**as_seen(untouched), **other}).status_code == 302
    obj.refresh_from_db()
    for name, value in {**theirs, **other}.items():
        assert getattr(obj, name) == value
    refused = client.post(path, {**as_seen(untouched), **same})
    page = refused.content.decode()
    assert refused.status_code == 409
    assert f"{room.owner.name} changed this meanwhile" in page
    for value in values:
        assert f"<dd>{value}</dd>" in page
    name = next(iter(theirs))
    obj.refresh_from_db()
    assert getattr(obj, name) == theirs[name]
    # The page that refused carries what is there now: saving it once more overrules knowingly.
    for value in _listed(theirs[name]):
        assert f'name="initial-{name}" value="{value}"' in page
    again = {**as_seen(untouched), **same, f"initial-{name}": theirs[name], "version": obj.version}
    assert client.post(path, again).status_code == 302
    obj.refresh_from_db()
    assert [str(each) for each in _listed(getattr(obj, name))] == [str(each) for each in _listed(same[name])]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("form", TOGETHER)
def test_looking_and_saving_changes_nothing(room, edited, form):
    obj, path, untouched, _ = edited[form]
    seq = last(room).seq
    assert room.client().post(path, as_seen(untouched)).status_code == 302
    obj.refresh_from_db()
    assert (obj.version, last(room).seq) == (1, seq)


def test_the_forms_send_what_was_seen(room, edited):
    for form, said in {
        "stakeholder": 'name="initial-time_zone" value="UTC"', "audience": 'name="initial-types" value="feature"',
        "review": f'name="initial-owner" value="{room.owner.pk}"',
    }.items():  # fmt: skip
        page = text(room, edited[form][1])
        assert said in page, form
        assert 'name="version" value="1"' in page
    page = text(room, address(room, "person", edited["stakeholder"][0].pk))
    assert ('name="initial-hour" value="9"' in page, 'name="version" value="1"' in page) == (True, True)


def test_two_who_choose_goals_of_an_audience_see_each_other(room, edited):
    obj, path, untouched, _ = edited["audience"]
    find, keep = goal(room, "Find it"), goal(room, "Keep it")
    actions.edit_audience(room.actor("owner"), obj, goals=[find])
    obj.refresh_from_db()
    assert (obj.version, last(room).fields) == (2, {"goals": [None, ["Find it"]]})
    refused = room.client().post(path, {**as_seen(untouched), "goals": [str(keep.pk)]})
    page = refused.content.decode()
    assert (refused.status_code, "<dd>Find it</dd>" in page, "<dd>Keep it</dd>" in page) == (409, True, True)
    assert f'name="initial-goals" value="{find.pk}"' in page
    assert list(obj.goals.all()) == [find]
    again = {**as_seen(untouched, 2), "initial-goals": [str(find.pk)], "goals": [str(keep.pk)]}
    assert room.client().post(path, again).status_code == 302
    assert list(obj.goals.all()) == [keep]


def test_a_refused_choice_from_nothing_is_still_a_choice(room, edited):
    """What was typed stays an edit when the form comes back for another reason."""
    _, path, untouched, _ = edited["audience"]
    refused = room.client().post(path, {**as_seen(untouched), "name": " ", "statuses": ["planned"]})
    assert (refused.status_code, b'name="initial-statuses"' in refused.content) == (422, False)


# --- people ---


@pytest.mark.parametrize("role", ROLES)
def test_everybody_reads_and_editors_find_buttons(room, role):
    followed = follow(room, audience(room, "Customers"), person(room, "Acme"))
    found = [
        text(room, path, role)
        for path in (
            address(room, "page"),
            address(room, "person", followed.stakeholder_id),
            address(room, "audience", followed.audience_id),
            address(room, "reviews"),
            address(room, "review", review(room).pk),
        )
    ]
    page = "\n".join(found)
    for said in ("Acme", "Customers", "Spring"):
        assert said in page
    buttons = ("New stakeholder", "Stop telling", "Dissolve", "Plan a review", "Put it on record")
    assert [each for each in buttons if each in page] == (list(buttons) if role in {"owner", "editor"} else [])


def test_a_person_is_added_edited_and_let_go(room):
    client, path = room.client(), address(room, "new")
    assert "<html" not in text(room, path, part=True)
    for wrong, said in (
        ({"name": " "}, b"required"),
        ({"email": "nowhere"}, b"valid email"),
        ({"side": "above"}, b"valid choice"),
    ):
        refused = client.post(path, {**PERSON, **wrong})
        assert (refused.status_code, said in refused.content) == (422, True)
    made = client.post(path, PERSON)
    told = Stakeholder.objects.get()
    assert made.headers["Location"] == address(room, "person", told.pk)
    assert b"already" in client.post(path, PERSON).content
    assert client.post(address(room, "edit", told.pk), {**as_seen(PERSON), "name": "Acme Inc"}).status_code == 302
    assert (last(room).verb, last(room).fields) == ("stakeholder.edited", {"name": ["Acme", "Acme Inc"]})
    assert client.post(address(room, "archive", told.pk)).status_code == 302
    assert "told nothing since" in text(room, address(room, "person", told.pk))


def test_a_rhythm_that_cannot_be_is_refused_in_its_place(room):
    followed = follow(room)
    path = address(room, "rhythm", followed.pk)
    refused = room.client().post(path, {**as_seen(RHYTHM), "hour": "25"})
    assert (refused.status_code, b"valid choice" in refused.content) == (422, True)
    assert room.client().post(path, {**as_seen(RHYTHM), "hour": "7", "weekday": "4"}).status_code == 302
    followed.refresh_from_db()
    assert (followed.hour, followed.weekday, followed.frequency) == (7, 4, "daily")
    assert room.client().post(address(room, "end", followed.pk)).status_code == 302
    assert "ended" in text(room, address(room, "person", followed.stakeholder_id))


# --- audiences ---


def test_an_audience_is_made_and_shows_what_they_see(room):
    item(room, "Search"), item(room, "Secret", confidential=True)
    client = room.client()
    path = address(room, "new_audience", room.product.slug)
    assert "New audience" in text(room, path, part=True)
    refused = client.post(path, {**AUDIENCE, "fields_shown": []})
    assert (refused.status_code, b"required" in refused.content) == (422, True)
    made = client.post(path, AUDIENCE)
    found = Audience.objects.get()
    assert made.headers["Location"] == address(room, "audience", found.pk)
    assert (found.fields, found.types, found.statuses) == (["title", "status"], ["feature"], [])
    page = text(room, made.headers["Location"])
    assert ("Search" in page, "Secret" in page) == (True, False)


def test_people_follow_and_leave_an_audience_and_it_is_dissolved(room):
    seen_by, told, client = audience(room, "Customers"), person(room, "Acme"), room.client()
    path = address(room, "subscribe", seen_by.pk)
    assert client.post(path, {**RHYTHM, "stakeholder": ""}).status_code == 422
    assert client.post(path, {**RHYTHM, "stakeholder": told.pk}).status_code == 302
    doubled = client.post(path, {**RHYTHM, "stakeholder": told.pk})
    assert (doubled.status_code, b"already" in doubled.content) == (422, True)
    assert client.post(address(room, "leave", seen_by.pk, told.pk)).status_code == 302
    assert (AudienceMember.objects.count(), Subscription.objects.get().ended_at is None) == (0, False)
    assert client.post(address(room, "archive_audience", seen_by.pk)).status_code == 302
    closed = client.post(path, {**RHYTHM, "stakeholder": told.pk})
    assert (closed.status_code, b"dissolved" in closed.content) == (422, True)


def test_a_share_link_is_shown_once_and_revoked(room):
    seen_by, client = audience(room, "Customers"), room.client()
    path = address(room, "new_link", seen_by.pk)
    refused = client.post(path, {"name": "Board", "expires_at": "2020-01-01T10:00"})
    assert (refused.status_code, b"time to come" in refused.content) == (422, True)
    shown = client.post(path, {"name": "Board"}).content.decode()
    assert "/s/" in shown
    assert "/s/" not in text(room, address(room, "audience", seen_by.pk))
    made = ShareLink.objects.get()
    assert client.post(address(room, "revoke_link", made.pk)).status_code == 302
    assert "revoked" in text(room, address(room, "audience", seen_by.pk))


# --- reviews ---


def test_a_review_is_planned_walked_and_put_on_record(room):
    about, client = item(room), room.client()
    path = address(room, "new_review", room.product.slug)
    assert "Plan a review" in text(room, path, part=True)
    asked = {"title": "Spring", "due_on": "2030-03-01", "cadence_weeks": "4", "owner": ""}
    for wrong in ({"due_on": "soon"}, {"cadence_weeks": "53"}, {"title": ""}):
        assert client.post(path, {**asked, **wrong}).status_code == 422
    assert client.post(path, asked).status_code == 302
    planned = Review.objects.get()
    verdict = address(room, "verdict", planned.pk, about.pk)
    refused = client.post(verdict, {"verdict": "burn"})
    assert (refused.status_code, b"valid choice" in refused.content) == (422, True)
    assert client.post(verdict, {"verdict": "keep", "note": "Still right."}).status_code == 302
    assert client.post(verdict, {"verdict": "drop", "seen": "1"}).status_code == 422, "a drop needs a reason"
    part = client.post(verdict, {"verdict": "drop", "note": "No.", "seen": "1"}, headers={"HX-Request": "true"})
    assert (part.status_code, b"<html" in part.content) == (200, False)
    assert (ReviewedItem.objects.get().verdict, ReviewedItem.objects.get().note) == ("drop", "No.")
    assert client.post(address(room, "hold", planned.pk), {"notes": "**Done.**"}).status_code == 302
    page = text(room, address(room, "review", planned.pk))
    assert ("<strong>Done.</strong>" in page, "No." in page, "Put it on record" in page) == (True, True, False)
    assert Review.objects.get(state=ReviewState.PLANNED).due_on == date(2030, 3, 29)
    assert client.post(verdict, {"verdict": "keep"}).status_code == 422


def test_the_walk_goes_from_one_to_the_next_without_a_verdict(room):
    first, second, third = (item(room, title=title) for title in ("One", "Two", "Three"))
    path = address(room, "review", (planned := review(room)).pk)
    client = room.client()
    assert "1 of 3, 3 to go" in text(room, path)
    sent = client.post(address(room, "verdict", planned.pk, second.pk), {"verdict": "keep"})
    assert sent["Location"] == f"{path}?item={third.pk}"
    sent = client.post(address(room, "verdict", planned.pk, third.pk), {"verdict": "change", "note": "Later."})
    assert sent["Location"] == f"{path}?item={first.pk}"
    assert "3 of 3, 1 to go" in text(room, f"{path}?item={third.pk}")
    assert "1 of 3, 1 to go" in text(room, f"{path}?item=nowhere")


def test_two_verdicts_on_one_item_show_the_second_both(room):
    about, planned = item(room), review(room)
    actions.review_item(room.actor("owner"), planned, item=about, verdict="keep", note="Still right.")
    path = address(room, "verdict", planned.pk, about.pk)
    late = room.client().post(path, {"verdict": "drop", "note": "Too dear.", "seen": "0"})
    page = late.content.decode()
    assert (late.status_code, "Still right." in page, "Too dear." in page) == (409, True, True)
    said = ReviewedItem.objects.get()
    assert (said.verdict, said.by) == ("keep", room.owner)
    refused = room.api().post(
        f"/api/v1/reviews/{planned.pk}/items/",
        {"item": str(about.pk), "verdict": "drop", "note": "Too dear."},
        "application/json",
    )
    assert (refused.status_code, {each["field"]: (each["yours"], each["theirs"]) for each in refused.json()["conflicts"]}) == (
        412, {"verdict": ("drop", "keep"), "note": ("Too dear.", "Still right.")},
    )  # fmt: skip
    assert room.client().post(path, {"verdict": "drop", "note": "Too dear.", "seen": "1"}).status_code == 302
    said.refresh_from_db()
    assert (said.verdict, said.by) == ("drop", room.editor)


def test_two_who_close_a_review_see_the_notes_of_both(room):
    planned, client = review(room), room.client()
    actions.hold_review(room.actor("owner"), planned, notes="Theirs.")
    late = client.post(address(room, "hold", planned.pk), {"notes": "Mine.", "initial-notes": "", "version": 1})
    page = late.content.decode()
    assert (late.status_code, "Theirs." in page, "Mine." in page) == (409, True, True)
    planned.refresh_from_db()
    assert (planned.notes, Review.objects.count()) == ("Theirs.", 2)
    unseen = client.post(address(room, "hold", planned.pk), {"notes": "Mine."})
    assert (unseen.status_code, b"Mine." in unseen.content) == (422, True)


def test_a_review_is_called_off_and_then_stays_as_it_is(room):
    planned, client = review(room), room.client()
    assert client.post(address(room, "cancel_review", planned.pk)).status_code == 302
    assert "called off" in text(room, address(room, "reviews"))
    asked = {"title": "May", "due_on": "2030-03-01", "cadence_weeks": "4", "owner": ""}
    assert client.post(address(room, "edit_review", planned.pk), asked).status_code == 422


# --- strangers and readers ---


def _writes(room: Room) -> dict[str, dict[str, Any]]:
    """Return the address of every form with something that it would take."""
    followed = follow(room)
    planned, about = review(room), Item.objects.filter(product=room.product).first() or item(room)
    link = actions.create_share_link(room.actor(), followed.audience, name="Board")
    people, seen_by = followed.stakeholder_id, followed.audience_id
    return {
        address(room, "new"): PERSON, address(room, "edit", people): {**PERSON, "name": "Other"},
        address(room, "archive", people): {}, address(room, "rhythm", followed.pk): {**RHYTHM, "hour": "3"},
        address(room, "end", followed.pk): {}, address(room, "new_audience", room.product.slug): AUDIENCE,
        address(room, "edit_audience", seen_by): {**AUDIENCE, "name": "Other"}, address(room, "archive_audience", seen_by): {},
        address(room, "subscribe", seen_by): {**RHYTHM, "stakeholder": people}, address(room, "leave", seen_by, people): {},
        address(room, "new_link", seen_by): {"name": "Board"}, address(room, "revoke_link", link.pk): {},
        address(room, "new_review", room.product.slug): {"title": "May", "due_on": "2030-03-01", "cadence_weeks": "4"},
        address(room, "edit_review", planned.pk): {"title": "May", "due_on": "2030-03-01", "cadence_weeks": "4"},
        address(room, "verdict", planned.pk, about.pk): {"verdict": "keep"}, address(room, "hold", planned.pk): {},
        address(room, "cancel_review", planned.pk): {},
    }  # fmt: skip


@pytest.mark.parametrize("role", ["commenter", "viewer"])
def test_readers_are_refused_behind_every_form(room, role):
    forms, client = _writes(room), room.client(role)
    seq = last(room).seq
    assert {path: client.post(path, values).status_code for path, values in forms.items()} == dict.fromkeys(forms, 403)
    assert last(room).seq == seq


def test_strangers_find_nothing_and_nobody_signs_in_first(room, stranger):
    forms, client = _writes(room), Client()
    assert {client.post(path, values).status_code for path, values in forms.items()} == {302}
    client.force_login(stranger)
    assert {client.post(path, values).status_code for path, values in forms.items()} == {404}
    own = room.client()
    theirs = [path.replace(room.workspace.slug, "nowhere") for path in forms]
    assert {own.post(path).status_code for path in theirs} == {404}
