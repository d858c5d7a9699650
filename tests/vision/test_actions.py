"""What people do to the why: what it changes, what it records, what it refuses."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from apps.core.errors import Refused
from apps.core.models import Change
from apps.vision import actions, queries
from apps.vision.models import Goal, SignOff, VersionState, VisionVersion
from tests.people import Room, actor_of
from tests.vision.why import TEXTS, answer_of, draft, propose, sign


def last(room: Room) -> Change:
    return Change.objects.filter(workspace=room.workspace).order_by("seq").last()


def refusal(field: str, act, *args, **kwargs) -> str:
    with pytest.raises(ValidationError) as caught:
        act(*args, **kwargs)
    return " ".join(caught.value.message_dict[field])


# --- products ---


@pytest.mark.parametrize(
    ("name", "slug", "key"),
    [
        ("Harbor", "harbor", "HAR2"),  # HAR is the room's
        ("3 ports", "3-ports", "POR"),
        ("Ü", "u", "PR"),
        ("港", "product", "PR"),
        ("a_b " + "long " * 14, "a-b-long-long-long-long-long-long-long-l", "ABL"),
        ("Platform", "platform-2", "PLA"),
    ],
)
def test_address_and_key_follow_from_the_name(room, name, slug, key):
    made = actions.create_product(room.actor(), room.workspace, name=name)
    assert (made.slug, made.key) == (slug, key)
    assert made.vision.current is None
    change = last(room)
    assert (change.verb, change.object_id, change.fields["key"]) == ("product.created", made.pk, [None, key])
    assert [entry["type"] for entry in change.also] == ["vision.vision"]


def test_an_archived_product_is_only_restored(room):
    archived = actions.archive_product(room.actor(), room.product)
    with pytest.raises(Refused, match="restore it first"):
        actions.create_goal(room.actor(), archived, name="Answers")
    with pytest.raises(Refused, match="restore it first"):
        actions.edit_product(room.actor(), archived, name="Port")
    assert actions.restore_product(room.actor(), archived).archived_at is None


# --- versions ---


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_one_character_is_another_hash(room, name):
    first = draft(room)
    other = draft(room, **{name: TEXTS[name][:-1] + "!"})
    assert (first.number, other.number) == (1, 2)
    assert re.fullmatch(r"[0-9a-f]{64}", first.content_hash)
    assert first.content_hash != other.content_hash == other.hashed()


def test_a_character_that_moves_between_texts_is_another_hash():
    one = VisionVersion(statement="ab", goal="c", audience="d", value="e")
    other = VisionVersion(statement="a", goal="bc", audience="d", value="e")
    assert one.hashed() != other.hashed()


def test_a_draft_is_edited_and_its_hash_follows(room):
    edited = actions.edit_draft(room.actor(), draft(room), value="Time.", version=1)
    assert (edited.version, edited.content_hash) == (2, edited.hashed())
    assert last(room).fields == {"value": [TEXTS["value"], "Time."]}
    both = actions.edit_draft(room.actor("owner"), edited, goal="Less asking.", version=1)  # another text: both win
    assert (both.value, both.goal, both.content_hash) == ("Time.", "Less asking.", both.hashed())


def test_what_was_proposed_never_changes_at_any_door(room):
    version = propose(room)
    assert "write a new one" in refusal("statement", actions.edit_draft, room.actor(), version, value="Time.")
    rows = VisionVersion.objects.filter(pk=version.pk)
    changed = {**dict.fromkeys(TEXTS, "Other."), "content_hash": "0" * 64, "number": 9, "state": "draft"}
    for field, value in changed.items():
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            rows.update(**{field: value})
    assert rows.update(state=VersionState.AGREED) == 1


def test_proposing_asks_and_supersedes_and_is_one_change(room):
    before = sign(room, propose(room), "owner", "viewer")
    assert before.state == VersionState.AGREED
    version = propose(room, "viewer", statement="Every analyst answers their own question in under a minute.")
    before.refresh_from_db()
    room.product.vision.refresh_from_db()
    assert (before.state, version.state, room.product.vision.current) == (VersionState.SUPERSEDED, VersionState.PROPOSED, version)
    assert (version.number, version.proposed_by) == (2, room.editor)
    assert list(version.sign_offs.values_list("user__name", "title", "answer")) == [("Viewer of Harbor", "Viewer", "waiting")]
    change = last(room)
    assert (change.verb, change.object_id) == ("vision_version.proposed", version.pk)
    assert change.fields["state"] == ["draft", "proposed"]
    assert change.detail == {"content_hash": version.content_hash}
    assert sorted(entry["type"] for entry in change.also) == ["vision.signoff", "vision.vision", "vision.visionversion"]
    for role, act in (("owner", actions.sign), ("viewer", actions.sign)):  # nobody can answer the old one any more
        assert "newer version" in refusal("answer", act, room.actor(role), answer_of(room, before, role)), role


@pytest.mark.parametrize("who", ["nobody", "twice", "stranger"])
def test_signatories_are_members_named_once(room, stranger, who):
    asked = {"nobody": [], "twice": [room.viewer, {"user": room.viewer, "title": "Board"}], "stranger": [stranger]}[who]
    version = draft(room)
    assert refusal("signatories", actions.propose_version, room.actor(), version, signatories=asked)
    assert not SignOff.objects.exists()
    assert "proposed already" in refusal("state", actions.propose_version, room.actor(), propose(room), signatories=[room.viewer])


# --- sign-offs ---


def test_agreed_when_all_have_signed_this_very_text(room):
    version = sign(room, propose(room, "owner", "viewer"), "owner")
    assert (version.state, version.agreed_at) == (VersionState.PROPOSED, None)
    assert last(room).detail == {}
    version = sign(room, version, "viewer")
    assert version.state == VersionState.AGREED
    change = last(room)
    assert (change.verb, change.object_id, change.detail) == ("vision_version.signed", version.pk, {"agreed": 1})
    answer = answer_of(room, version, "viewer")
    assert change.fields_of(answer.pk)["answer"] == ["waiting", "signed"]
    assert answer.signed_hash == version.content_hash
    assert version.agreed_at >= answer.answered_at
    seq = change.seq
    actions.sign(room.actor("viewer"), answer)  # twice is once
    assert last(room).seq == seq


def test_an_objection_needs_its_reason_and_reopens_what_was_agreed(room):
    version = sign(room, propose(room, "owner", "viewer"), "owner", "viewer")
    answer = answer_of(room, version, "viewer")
    assert "needs its reason" in refusal("reason", actions.object_to, room.actor("viewer"), answer, reason=" ")
    actions.object_to(room.actor("viewer"), answer, reason="An hour is what we have today.")
    version.refresh_from_db()
    answer.refresh_from_db()
    assert (version.state, version.agreed_at, answer.signed_hash) == (VersionState.PROPOSED, None, "")
    change = last(room)
    assert (change.verb, change.reason, change.detail) == ("vision_version.objected", answer.reason, {"reopened": 1})
    assert sign(room, version, "viewer").state == VersionState.AGREED


@pytest.mark.parametrize("act", [actions.sign, actions.object_to])
def test_only_the_named_person_answers_whatever_their_role(room, stranger, act):
    answer = answer_of(room, propose(room, "viewer"), "viewer")
    for actor in (room.actor("owner"), room.actor("editor"), actor_of(stranger), actor_of(None)):
        with pytest.raises(Refused):
            act(actor, answer, reason="Because.")
    with pytest.raises(Refused, match="scope write"):
        act(room.actor("viewer", scopes=frozenset({"read"})), answer, reason="Because.")
    act(room.actor("viewer"), answer, reason="Because.")


# --- goals and key results ---


def names(room: Room) -> list[str]:
    return list(Goal.objects.filter(product=room.product).values_list("name", flat=True))


@pytest.mark.parametrize(
    ("where", "order"),
    [
        ({"before": "a"}, "cab"), ({"after": "a"}, "acb"), ({"before": "b"}, "acb"), ({"after": "b"}, "abc"),
    ],
)  # fmt: skip
def test_goals_are_ordered_by_their_neighbours(room, where, order):
    goals = {name: actions.create_goal(room.actor(), room.product, name=name) for name in "abc"}
    assert [goal.colour for goal in goals.values()] == [1, 2, 3]
    actions.move_goal(room.actor(), goals["c"], **{side: goals[name] for side, name in where.items()})
    assert "".join(names(room)) == order


def test_a_goal_moves_only_beside_another_of_its_product(room, foreign):
    goal = actions.create_goal(room.actor(), room.product, name="a")
    theirs = actions.create_goal(foreign.actor(), foreign.product, name="b")
    for where in ({}, {"after": goal}, {"after": theirs}):
        assert refusal("after", actions.move_goal, room.actor(), goal, **where)
    assert refusal("before", actions.move_goal, room.actor(), goal, before=theirs)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": " "}), ("name", {"name": "x" * 121}), ("name", {"name": "taken"}),
        ("weight", {"name": "x", "weight": 101}), ("weight", {"name": "x", "weight": -1}),
        ("colour", {"name": "x", "colour": 9}), ("serves", {"name": "x", "serves": "y" * 301}),
    ],
)  # fmt: skip
def test_goals_refuse(room, field, values):
    actions.create_goal(room.actor(), room.product, name="taken")
    assert refusal(field, actions.create_goal, room.actor(), room.product, **values)
    assert names(room) == ["taken"]


def test_a_key_result_begins_where_it_starts_and_is_kept_by_its_numbers(room):
    goal = actions.create_goal(room.actor(), room.product, name="Answers")
    made = actions.create_key_result(room.actor(), goal, name="Median", unit="min", start=9, target=1)
    assert (made.current, made.progress()) == (9, 0)
    edited = actions.edit_key_result(room.actor(), made, current=Decimal("4.12"), reason="October.")
    assert edited.progress() == 61
    assert (last(room).fields, last(room).reason) == ({"current": ["9.00", "4.12"]}, "October.")
    assert refusal("start", actions.edit_key_result, room.actor(), edited, start=1)
    actions.remove_key_result(room.actor(), edited)
    assert (last(room).verb, last(room).fields["name"]) == ("key_result.removed", ["Median", None])


# --- words ---


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ("", "", []),
        ("Same.", "Same.", [("same", "Same.")]),
        ("", "New.", [("ins", "New.")]),
        ("under an hour.", "under a minute.", [("same", "under "), ("del", "an hour"), ("ins", "a minute"), ("same", ".")]),
        ("one two", "one", [("same", "one"), ("del", " two")]),
        ("Ask it.", "Ask it!", [("same", "Ask it"), ("del", "."), ("ins", "!")]),
    ],
)
def test_words_between_two_texts(before, after, parts):
    assert queries.word_diff(before, after) == parts


def test_both_texts_can_be_read_from_the_difference():
    before, after = "a b  c\nd e. f " * 90, "b a c d\n\ne, g f " * 80
    parts = queries.word_diff(before, after)
    assert "".join(text for kind, text in parts if kind != "ins") == before
    assert "".join(text for kind, text in parts if kind != "del") == after


def test_sentences_that_a_goal_can_serve():
    version = VisionVersion(statement="One.", audience="Two! Three\nfour", goal="x" * 301, value="One.")
    assert queries.sentences(version) == ["One.", "Two!", "Three", "four"]
    assert queries.says(version, "Two!  Three four")
    assert not queries.says(version, "Five.")
    assert queries.says(version, "")
