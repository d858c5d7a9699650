"""What an audience sees: only what it was granted, never more exact than it may, and nothing of the room's own."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from apps.core.mail import parts
from apps.core.models import Mail
from apps.roadmap import actions as roadmap
from apps.stakeholders import actions, digests
from apps.stakeholders.projection import NO_DATE, PUBLIC, project, show_period
from apps.vision import actions as vision
from apps.vision.models import Vision
from tests.stakeholders import scene
from tests.stakeholders.scene import at

DAY = date(2026, 5, 17)
MONTH, QUARTER, HALF = (
    (date(2026, 5, 1), date(2026, 5, 31)),
    (date(2026, 4, 1), date(2026, 6, 30)),
    (date(2026, 1, 1), date(2026, 6, 30)),
)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
ORDER = ("day", "month", "quarter", "half", "year")
SHOWN = {
    "day": ("17 May 2026", DAY, DAY), "month": ("May 2026", *MONTH), "quarter": ("Q2 2026", *QUARTER), "half": ("H1 2026", *HALF),
    "year": ("2026", *YEAR),
}  # fmt: skip
CANARIES = ("canary-words", "canary-key", "Canary Owner", "canary-secret", "canary-notes", "canary-archived", "canary-comment")


@pytest.mark.parametrize("precision", ORDER)
@pytest.mark.parametrize("granularity", ORDER)
def test_a_date_is_no_finer_than_allowed_nor_than_meant(granularity, precision):
    kind = max(granularity, precision, key=ORDER.index)
    shown = show_period(date(2026, 1, 1), DAY, granularity, precision, "now")
    assert (shown.kind, (shown.text, shown.first, shown.last)) == (kind, SHOWN[kind])


@pytest.mark.parametrize("horizon", ["now", "next", "later"])
def test_at_the_precision_of_horizons_there_are_no_days(horizon):
    shown = show_period(DAY, DAY, "day", "horizon", horizon)
    assert (shown.kind, shown.first, shown.last, shown.text) == ("horizon", None, None, horizon)


@pytest.mark.parametrize("precision", ORDER)
def test_without_dates_it_is_not_scheduled(precision):
    assert show_period(None, None, "", precision, "now").text == NO_DATE


@pytest.mark.parametrize(
    ("day", "kind", "text"),
    [
        (date(2026, 12, 31), "quarter", "Q4 2026"), (date(2026, 1, 1), "quarter", "Q1 2026"),
        (date(2026, 7, 1), "half", "H2 2026"),
        (date(2026, 6, 30), "half", "H1 2026"), (date(2028, 2, 29), "month", "February 2028"),
        (date(2028, 2, 9), "day", "9 February 2028"),
    ],
)  # fmt: skip
def test_the_edges_of_periods(day, kind, text):
    assert show_period(day, day, "day", kind, "now").text == text


def test_confidential_and_archived_items_are_never_seen(room):
    open_to_all = scene.item(room, "Search")
    secret = scene.item(room, "Secret", confidential=True)
    gone = scene.item(room, "Gone")
    roadmap.archive_item(room.actor(), gone)
    wide = scene.audience(room, fields=list(PUBLIC))
    everything = [open_to_all.pk, gone.pk, secret.pk]
    assert [each.title for each in project(wide)] == ["Search"]
    assert [each.title for each in project(wide, items=everything)] == ["Search"]


def test_an_audience_narrows_by_status_type_and_goal(room, foreign):
    find, keep = scene.goal(room, "Find"), scene.goal(room, "Keep")
    one = scene.item(room, "One", type="epic")
    two = scene.item(room, "Two", status="proposed")
    scene.item(foreign, "Theirs")
    scene.serve(room, one, find, keep)
    scene.serve(room, two, keep)
    for fields, titles in (
        ({}, ["One", "Two"]), ({"statuses": ["planned"]}, ["One"]), ({"types": ["feature"]}, ["Two"]),
        ({"goals": [find]}, ["One"]), ({"goals": [keep]}, ["One", "Two"]), ({"goals": [find], "types": ["feature"]}, []),
    ):  # fmt: skip
        assert [each.title for each in project(scene.audience(room, **fields))] == titles, fields


def test_the_goals_come_with_the_largest_share_first_and_without_archived_ones(room):
    find, keep, gone = (scene.goal(room, name) for name in ("Find", "Keep", "Gone"))
    served = scene.item(room)
    scene.serve(room, served, keep, gone, find)
    gone.archived_at = at(2026, 1, 2)
    gone.save()
    assert [each.name for each in project(scene.audience(room))[0].goals] == ["Keep", "Find"]


FULL = {
    "title": "Search", "type": "Epic", "status": "in_progress", "status_words": "In progress", "health": "At risk",
    "confidence": 80, "horizon": "Next", "progress": 40, "milestone": "Beta",
}  # fmt: skip
EMPTY = {name: None if name in ("confidence", "progress") else "" for name in FULL} | {"title": "An item"}


@pytest.mark.parametrize("granted", [*([name] for name in PUBLIC), list(PUBLIC), []])
def test_what_is_not_granted_is_empty(room, granted):
    made = scene.item(room, type="epic", status="in_progress", health="at_risk", confidence=80, horizon="next", progress=40)
    scene.serve(room, made, scene.goal(room))
    scene.place(room, made)
    follows = scene.audience(room, fields=granted or ["title"])
    follows.fields = granted
    shown = project(follows)[0]
    columns = {
        name
        for grant in granted
        for name in ((*PUBLIC[grant], "status_words") if grant == "status" else (PUBLIC[grant] or (grant,)))
    }
    for name, value in FULL.items():
        assert getattr(shown, name) == (value if name in columns else EMPTY[name]), name
    assert shown.when.text == ("1 March 2026" if "timeframe" in granted else "")
    assert [each.name for each in shown.goals] == (["Find it"] if "goals" in granted else [])
    assert shown.said()["goal"] == ("Find it" if "goals" in granted else "")


def test_the_day_of_shipping_is_as_inexact_as_every_day(room):
    scene.item(room, status="shipped", shipped_on=DAY)
    shown = project(scene.audience(room, precision="quarter"))[0]
    assert (shown.shipped.text, "2026-05-17" in str(shown)) == ("Q2 2026", False)


@pytest.mark.parametrize(
    ("field", "value"), [("fields", ["title", "owner"]), ("statuses", ["lost"]), ("types", ["bug"]), ("precision", "hour")]
)
def test_what_cannot_be_granted_is_refused_under_its_field(room, field, value):
    with pytest.raises(ValidationError) as refusal:
        scene.audience(room, **{field: value})
    assert list(refusal.value.message_dict) == [field]


def test_no_word_of_the_room_gets_out(room):
    owner = room.editor
    owner.name = "Canary Owner"
    owner.save()
    made = scene.item(room, "Search", description="canary-words", external_id="canary-key", owner=owner)
    scene.place(room, made, notes="canary-notes")
    scene.item(room, "canary-secret", confidential=True)
    roadmap.archive_item(room.actor(), scene.item(room, "canary-archived"))
    roadmap.comment_on(room.actor(), made, body="canary-comment")
    followed = scene.audience(room, fields=list(PUBLIC), description="canary-words")
    subscription = scene.follow(room, followed)
    scene.send(at(2026, 1, 2))
    link = actions.create_share_link(room.actor(), followed, name="canary-words")
    guest = Client()
    pages = {
        "mail": str(parts(Mail.objects.get(kind="digest"))),
        "share": guest.get(f"/s/{link.secret}", follow=True).content.decode(),
        "reader": guest.get(digests.reader_link(subscription)).content.decode(),
        "unsubscribe": guest.get(digests.unsubscribe_link(subscription)).content.decode(),
        "preview": room.api().get(f"/api/v1/audiences/{followed.pk}/preview/").content.decode(),
    }
    for name, text in pages.items():
        assert [word for word in CANARIES if word.lower() in text.lower()] == [], name
        assert ("Search" in text) is (name != "unsubscribe")


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_three_queries(room, django_assert_num_queries, count):
    find = scene.goal(room)
    for n in range(count):
        scene.serve(room, scene.item(room, f"Item {n}"), find)
    followed = scene.audience(room, fields=list(PUBLIC))
    with django_assert_num_queries(3):
        assert len(project(followed)) == count


AUDIENCE = {"precision": "day"}


@pytest.mark.parametrize(
    ("commitment", "confidence", "fields", "side", "expected"),
    [
        (None, None, {}, "outside", "17 May 2026"),
        (None, 80, {}, "outside", "17 May 2026"),
        (None, 79, {}, "outside", "May 2026"),
        (None, 60, {}, "outside", "May 2026"),
        (None, 59, {}, "outside", "Q2 2026"),
        (None, 40, {}, "outside", "Q2 2026"),
        (None, 39, {}, "outside", "H1 2026"),
        (None, 0, {}, "outside", "H1 2026"),
        (None, 0, {}, "inside", "17 May 2026"),
        ("target", 90, {}, "outside", "17 May 2026"),
        ("committed", 10, {}, "outside", "17 May 2026"),
        ("aspiration", 100, {}, "outside", "H1 2026"),
        ("aspiration", None, {"precision": "year"}, "outside", "2026"),
        ("aspiration", None, {"precision": "horizon"}, "outside", "later"),
        ("aspiration", None, {}, "inside", "17 May 2026"),
    ],
)
def test_outside_an_unsure_date_is_less_exact(room, commitment, confidence, fields, side, expected):
    made = scene.item(room, end=DAY, confidence=confidence)
    if commitment:
        scene.place(room, made, commitment=commitment, date=DAY)
    followed = scene.audience(room, **{**AUDIENCE, "side": side, **fields})
    assert project(followed)[0].when.text == expected


def test_the_day_of_shipping_is_a_fact_however_unsure_the_date_was(room):
    made = scene.item(room, confidence=10, status="shipped", shipped_on=DAY)
    scene.place(room, made, commitment="aspiration")
    assert project(scene.audience(room))[0].shipped.text == "17 May 2026"


def test_to_be_less_sure_is_not_a_move(room):
    made = scene.item(room, end=DAY, confidence=90)
    a = scene.follow(room)
    scene.send(at(2026, 1, 5))
    scene.edit(room, made, confidence=10)
    assert digests.compose(a).lines == []
    scene.move(room, made, date(2026, 8, 1), at(2026, 1, 6))
    assert [(each.told, each.now, each.days) for each in digests.compose(a).lines] == [("H1 2026", "H2 2026", 184)]


def test_outside_words_are_for_those_outside(room):
    scene.item(room, "Project Falcon", outside_title="Faster search", outside_summary="Answers at once.")
    scene.item(room, "Plain", outside_summary="Simple.")
    shown = [(each.title, each.summary) for each in project(scene.audience(room, fields=["title", "summary"]))]
    assert shown == [("Faster search", "Answers at once."), ("Plain", "Simple.")]
    inside = scene.audience(room, fields=["title", "summary"], side="inside")
    assert [each.title for each in project(inside)] == ["Project Falcon", "Plain"]
    assert [each.summary for each in project(scene.audience(room))] == ["", ""]


def test_the_vision_is_said_where_it_is_granted(room):
    version = vision.draft_version(
        room.actor(), Vision.objects.get(product=room.product), statement="Everybody knows.", goal="g", audience="a", value="v"
    )
    Vision.objects.filter(pk=version.vision_id).update(current=version)
    find = scene.goal(room)
    type(find).objects.filter(pk=find.pk).update(serves="Everybody knows.")
    scene.serve(room, scene.item(room), find)
    for granted, words in ((["title", "goals", "vision"], 1), (["title", "goals"], 0)):
        followed = scene.audience(room, fields=granted)
        a = scene.follow(room, followed)
        scene.send(at(2026, 1, 5))
        link = actions.create_share_link(room.actor(), followed, name="x")
        said = [
            str(parts(scene.mail_of(a))), str(scene.lines(a)), Client().get(f"/s/{link.secret}", follow=True).content.decode(),
            Client().get(digests.reader_link(a)).content.decode(), str(project(followed)),
        ]  # fmt: skip
        assert ["Everybody knows." in text for text in said] == [bool(words)] * 5, granted


def test_nobody_from_outside_is_in_an_audience_inside(room):
    inside, outside = scene.audience(room, side="inside"), scene.audience(room)
    colleague, customer = scene.person(room, "Ana", side="inside"), scene.person(room, "Acme")
    actions.add_to_audience(room.actor(), inside, stakeholder=colleague)
    actions.add_to_audience(room.actor(), outside, stakeholder=customer)
    for field, act in (
        ("stakeholder", lambda: scene.follow(room, inside, customer)),
        ("side", lambda: actions.edit_audience(room.actor(), outside, side="inside")),
        ("side", lambda: actions.edit_stakeholder(room.actor(), colleague, side="outside")),
    ):
        with pytest.raises(ValidationError) as refusal:
            act()
        assert list(refusal.value.message_dict) == [field]
