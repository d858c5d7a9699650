"""What a subscription is narrowed to: by items, goals, milestones and promises, and what is said of what leaves it."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.models import Change, Mail, MailState
from apps.milestones import actions as milestones
from apps.milestones.models import Milestone
from apps.stakeholders import actions
from apps.stakeholders.coming import next_digests
from apps.stakeholders.digests import compose
from apps.stakeholders.models import Subscription, Told
from apps.stakeholders.narrowing import in_words, offer, wanted
from apps.vision.models import Goal
from tests.stakeholders import scene
from tests.stakeholders.scene import at

FIRST, SECOND, THIRD = at(2026, 1, 5), at(2026, 2, 2), at(2026, 3, 2)
MARCH, MAY = date(2026, 3, 1), date(2026, 5, 1)


def titles(subscription):
    return sorted(line.title for line in compose(subscription).lines)


def committed(room, item, name="GA"):
    scene.place(room, item, name, date=date(2026, 6, 1), commitment="committed")
    return Milestone.objects.get(product=room.product, name=name)


@pytest.fixture
def five(room):
    """Five items: one by itself, one that serves a goal, one in a milestone, one that was promised, and one more."""
    made = {title: scene.item(room, title) for title in ("Chosen", "Serving", "Standing", "Promised", "Other")}
    scene.serve(room, made["Serving"], scene.goal(room))
    scene.place(room, made["Standing"], "Beta")
    return made


def choices(room, five):
    return {
        "items": [five["Chosen"]], "goals": list(Goal.objects.filter(product=room.product)),
        "milestones": [Milestone.objects.get(product=room.product, name="Beta")],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("names", "followed"),
    [
        ((), ["Chosen", "Other", "Promised", "Serving", "Standing"]),
        (("items",), ["Chosen"]),
        (("goals",), ["Serving"]),
        (("milestones",), ["Standing"]),
        (("items", "milestones"), ["Chosen", "Standing"]),
        (("items", "goals", "milestones"), ["Chosen", "Serving", "Standing"]),
    ],
)
def test_what_is_chosen_is_followed(room, five, names, followed):
    all_of = choices(room, five)
    follows = scene.follow(room, **{name: all_of[name] for name in names})
    assert titles(follows) == followed
    assert [each.line.title for each in next_digests(follows.audience)] == followed


def test_what_was_promised_is_followed_to_the_end(room, five):
    """A committed date that was told stays followed when the commitment is taken back, until nothing is left to say of it."""
    promised, by = five["Promised"], committed(room, five["Promised"])
    follows = scene.follow(room)
    scene.send(FIRST)
    actions.edit_subscription(room.actor(), follows, promises=True)
    follows.refresh_from_db()
    assert (titles(follows), in_words(follows)) == ([], "what was promised")
    for each in five.values():
        scene.move(room, each, MAY, at(2026, 1, 10), "Late.")
    assert titles(follows) == ["Promised"]
    milestones.edit_milestone(room.actor(), by, commitment="target", reason="We cannot.")
    assert titles(follows) == ["Promised"]
    scene.send(SECOND)
    scene.edit(room, promised, at(2026, 2, 10), status="dropped")
    assert [(line.title, line.kind) for line in compose(follows).lines] == [("Promised", "dropped")]


@pytest.mark.parametrize(
    ("told", "counts"),
    [
        ({}, True),
        ({"fields": ["title", "timeframe"]}, True),  # committed, though the word is not granted
        ({"fields": ["title", "status"]}, False),  # no date was given
        ({"precision": "horizon"}, False),
        ({"precision": "quarter"}, True),
    ],
)
def test_a_promise_is_a_date_told_while_the_room_was_committed(room, told, counts):
    committed(room, scene.item(room))
    follows = scene.follow(room, scene.audience(room, **told), promises=False)
    scene.send(FIRST)
    actions.edit_subscription(room.actor(), follows, promises=True)
    follows.refresh_from_db()
    assert (Told.objects.get().committed, len(wanted([follows])[follows.pk])) == (counts, int(counts))


def test_what_was_told_as_a_target_and_committed_since_is_no_promise_yet(room):
    made = scene.item(room)
    follows = scene.follow(room)
    scene.send(FIRST)
    committed(room, made)
    assert Told.objects.get().committed is False
    scene.move(room, made, MAY, at(2026, 1, 10), "Late.")
    scene.send(SECOND)
    assert [row.committed for row in Told.objects.order_by("at")] == [False, True]
    assert follows.promises is False


def test_a_promise_that_bounced_was_not_made(room):
    made = scene.item(room)
    committed(room, made)
    follows = scene.follow(room)
    scene.send(FIRST)
    Told.objects.update(confirmed_at=None)
    actions.edit_subscription(room.actor(), follows, promises=True)
    follows.refresh_from_db()
    assert (wanted([follows]), titles(follows)) == ({follows.pk: set()}, [])


def test_a_promise_to_somebody_else_is_none(room):
    committed(room, scene.item(room))
    theirs = scene.follow(room)
    scene.send(FIRST)
    mine = scene.follow(room, theirs.audience, promises=True)
    assert (wanted([mine]), titles(mine)) == ({mine.pk: set()}, [])


@pytest.mark.parametrize("how", ["not chosen any more", "serves it no more", "stands elsewhere", "narrowed to another"])
def test_what_leaves_the_narrowing_is_not_called_dropped(room, how):
    find, keep = scene.goal(room, "Find"), scene.goal(room, "Keep")
    one, two = scene.item(room, "One"), scene.item(room, "Two")
    scene.serve(room, one, find)
    scene.place(room, one, "Beta")
    beta = Milestone.objects.get(name="Beta")
    first = {"stands elsewhere": {"milestones": [beta]}, "serves it no more": {"goals": [find]}}.get(how, {"items": [one]})
    follows = scene.follow(room, **first, since=at(2026, 1, 2))
    scene.send(FIRST)
    {
        "not chosen any more": lambda: actions.edit_subscription(room.actor(), follows, items=[two]),
        "serves it no more": lambda: scene.serve(room, one, keep),
        "stands elsewhere": lambda: scene.place(room, one, "GA"),
        "narrowed to another": lambda: actions.edit_subscription(room.actor(), follows, items=[], goals=[keep]),
    }[how]()
    scene.move(room, one, MAY, at(2026, 1, 10))
    composed = compose(Subscription.objects.get(pk=follows.pk))
    assert [(line.title, line.kind) for line in composed.lines if line.title == "One"] == []
    assert composed.unchanged == 0


def test_what_comes_back_is_told_against_what_was_told_before(room):
    one, two = scene.item(room, "One", end=MARCH), scene.item(room, "Two")
    follows = scene.follow(room)
    scene.send(FIRST)
    actions.edit_subscription(room.actor(), follows, items=[two])
    scene.move(room, one, MAY, at(2026, 1, 10))
    scene.send(SECOND)
    assert scene.mail_of(follows).state == MailState.CANCELLED
    actions.edit_subscription(room.actor(), follows, items=[])
    assert [(line.kind, line.told, line.now) for line in compose(follows).lines] == [("moved", "1 March 2026", "1 May 2026")]


@pytest.mark.parametrize("name", ["goals", "items", "milestones"])
def test_only_what_is_of_the_product_can_be_chosen(room, foreign, name):
    make = {
        "goals": lambda: scene.goal(foreign), "items": lambda: scene.item(foreign),
        "milestones": lambda: milestones.create_milestone(foreign.actor(), foreign.product, name="GA"),
    }  # fmt: skip
    follows = scene.follow(room)
    with pytest.raises(ValidationError) as refused:
        actions.edit_subscription(room.actor(), follows, **{name: [make[name]()]})
    assert refused.value.message_dict == {name: [f"Choose {name} of the audience's product."]}


def test_what_is_followed_costs_the_same_for_one_and_for_thirty(room, five):
    all_of = choices(room, five)
    followed = scene.audience(room)
    counts = []
    for more in (1, 29):
        for _ in range(more):
            scene.follow(room, followed, promises=True, **all_of)
        with CaptureQueriesContext(connection) as seen:
            found = wanted(list(Subscription.objects.all()))
        assert len(found) == Subscription.objects.count()
        counts.append(len(seen))
    assert counts == [5, 5]


# --- choosing ---


def test_a_reader_is_offered_only_what_their_audience_shows(room, five):
    scene.item(room, "Secret", confidential=True)
    scene.item(room, "Inner name", outside_title="Outer name")
    scene.item(room, "Over", status="shipped", shipped_on=MARCH)
    open_to = scene.follow(room, scene.audience(room, fields=["title", "status", "goals", "milestone"]))
    shut = scene.follow(room, scene.audience(room, fields=["title", "status"]))
    shown = offer(open_to, to_reader=True)
    assert (list(shown.goals.values()), list(shown.milestones.values())) == (["Find it"], ["Beta"])
    assert set(shown.items.values()) == {*five, "Outer name"}
    assert offer(shut, to_reader=True).goals == offer(shut, to_reader=True).milestones == {}
    assert set(offer(shut, to_reader=False).goals.values()) == {"Find it"}


def narrow(room, follows, **sent):
    path = reverse("stakeholders:narrow", args=[room.workspace.slug, follows.pk])
    seen = {"version": follows.version, "initial-promises": "", "promises": ""} | sent
    return room.client().post(path, seen)


def test_an_editor_narrows_and_widens(room, five):
    follows = scene.follow(room)
    path = reverse("stakeholders:narrow", args=[room.workspace.slug, follows.pk])
    page = room.client().get(path).content.decode()
    for said in ("Chosen", "Find it", "Beta", "Everything that is shown", "Whatever was promised"):
        assert said in page
    beta = Milestone.objects.get(name="Beta")
    assert narrow(room, follows, scope="some", items=[five["Chosen"].pk], milestones=[beta.pk]).status_code == 302
    follows.refresh_from_db()
    assert (titles(follows), in_words(follows)) == (["Chosen", "Standing"], "1 milestone, 1 item")
    change = Change.objects.latest("seq")
    assert (change.verb, change.fields) == (
        "subscription.edited", {"milestones": [None, ["Beta"]], "items": [None, ["Chosen"]]},
    )  # fmt: skip
    person = room.client().get(reverse("stakeholders:person", args=[room.workspace.slug, follows.stakeholder_id]))
    assert "1 milestone, 1 item" in person.content.decode()
    again = {"initial-items": [five["Chosen"].pk], "initial-milestones": [beta.pk]}
    assert narrow(room, follows, **again, scope="some", promises="on").status_code == 302
    follows.refresh_from_db()
    assert (in_words(follows), follows.promises) == ("what was promised", True)
    assert narrow(room, follows, scope="all", **{"initial-promises": "True"}, promises="on").status_code == 302
    follows.refresh_from_db()
    assert (in_words(follows), len(titles(follows))) == ("everything", 5)


def test_only_what_is_ticked_needs_a_tick(room, five):
    follows = scene.follow(room)
    refused = narrow(room, follows, scope="some")
    assert (refused.status_code, b"Tick at least one thing" in refused.content) == (422, True)
    assert narrow(room, follows).status_code == 422  # neither everything nor some


def test_two_who_narrow_it_see_each_other(room, five):
    follows = scene.follow(room)
    actions.edit_subscription(room.actor("owner"), follows, items=[five["Other"]])
    refused = narrow(room, follows, scope="some", items=[five["Chosen"].pk])
    assert (refused.status_code, b"changed this meanwhile" in refused.content) == (409, True)


def test_rest_narrows_and_says_so(room, five):
    follows, api = scene.follow(room), room.api()
    url = f"/api/v1/subscriptions/{follows.pk}/"
    beta = Milestone.objects.get(name="Beta")
    body = {"items": [str(five["Chosen"].pk)], "milestones": [str(beta.pk)], "promises": True}
    found = api.get(url).json()
    assert (found["items"], found["milestones"], found["goals"], found["promises"]) == ([], [], [], False)
    done = api.patch(url, body, content_type="application/json", headers={"If-Match": f'"{found["version"]}"'})
    assert (done.status_code, {name: done.json()[name] for name in body}) == (200, body)
    listed = api.get("/api/v1/subscriptions/").json()["results"][0]
    assert listed["items"] == body["items"]


def test_the_ledger_says_by_rest_what_was_committed(room):
    committed(room, scene.item(room))
    scene.follow(room)
    scene.send(FIRST)
    assert [row["committed"] for row in room.api().get("/api/v1/told/").json()["results"]] == [True]
    assert Mail.objects.filter(state=MailState.SENT).count() == 1
