"""The one shape of a write: what the decorator records, refuses, rolls back and numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from apps.core.actions import REGISTRY, action, allowed, create, keywords, save
from apps.core.actors import Actor
from apps.core.errors import Gone, Refused, Stale
from apps.core.models import Change
from apps.milestones.actions import create_milestone, place_item
from apps.roadmap.actions import (
    archive_item,
    comment_on,
    create_item,
    edit_item,
    link_items,
    move_item,
    set_goals,
    unlink_items,
)
from apps.roadmap.models import Item
from apps.vision.actions import create_goal, edit_goal, propose_version
from apps.vision.models import Goal, VisionVersion
from tests.people import Room, actor_of, new_room


def item(room: Room, title: str = "Search", **fields) -> Item:
    return create_item(room.actor(), room.product, title=title, **fields)


def changes(room: Room) -> list[Change]:
    return list(Change.objects.filter(workspace=room.workspace).order_by("seq"))


# --- what is recorded ---


def test_one_change_says_who_what_from_what_to_what_and_why(room):
    made = item(room, progress=10)
    actor = room.actor("editor", via="api", request_id="request-1")
    edit_item(actor, made, title="Find", progress=20, reason="Users say find.")
    change = changes(room)[-1]
    assert change.verb == "item.edited"
    assert change.fields == {"title": ["Search", "Find"], "progress": [10, 20]}
    assert (change.actor_id, change.actor_name, change.via) == (room.editor.pk, room.editor.name, "api")
    assert (change.reason, change.request_id) == ("Users say find.", "request-1")
    assert (change.object_type, change.object_id, change.object_text) == ("roadmap.item", made.pk, "Find")
    assert (change.version, change.scope, change.touches) == (2, room.product.pk, [made.pk])
    assert (change.also, change.detail) == ([], {})


def test_a_creation_records_every_value_from_nothing(room):
    made = item(room, start=date(2026, 10, 1), end=date(2026, 12, 31), granularity="quarter")
    fields = changes(room)[-1].fields
    assert fields["title"] == [None, "Search"]
    assert fields["end"] == [None, "2026-12-31"]
    assert "description" not in fields
    assert made.version == 1


def test_what_is_secret_or_counted_stays_out_of_the_stream(room):
    made = item(room)
    said = comment_on(room.actor("commenter"), made, body="A secret remark")
    change = changes(room)[-1]
    assert "A secret remark" not in str(change.fields) + str(change.also) + str(change.detail)
    assert change.object_id == said.pk


def test_what_changes_nothing_writes_nothing(room):
    made = item(room)
    before = len(changes(room))
    assert edit_item(room.actor(), made, title="Search", reason="Again.").version == 1
    set_goals(room.actor(), made, goals=[])
    assert len(changes(room)) == before


def test_one_action_on_several_objects_is_one_change_that_names_all(room):
    goal = create_goal(room.actor(), room.product, name="Quick")
    made = item(room, goals=[{"goal": goal, "share": 60}])
    change = changes(room)[-1]
    assert change.object_id == made.pk
    (also,) = change.also
    assert (also["type"], also["fields"]["share"]) == ("roadmap.contribution", [None, 60])
    assert set(map(str, change.touches)) == {str(made.pk), also["id"]}


def test_a_removal_records_what_was_there(room):
    link = link_items(room.actor(), item(room), other=item(room, "Index"))
    pk = link.pk
    unlink_items(room.actor(), link)
    change = changes(room)[-1]
    assert change.verb == "dependency.removed"
    assert change.detail["other_text"] == "Index"
    assert change.fields_of(pk)["kind"] == ["blocks", None]


def test_a_link_that_somebody_else_just_removed_is_refused_not_a_fault(room):
    link = link_items(room.actor(), item(room), other=item(room, "Index"))
    stale = type(link).objects.get(pk=link.pk)
    unlink_items(room.actor(), link)
    with pytest.raises(Gone, match="no longer there"):
        unlink_items(room.actor(), stale)


def test_history_happens_at_its_own_time(room):
    then = datetime(2025, 3, 4, 12, tzinfo=UTC)
    made = create_item(room.actor(at=then), room.product, title="Old")
    archived = archive_item(room.actor(at=then), made)
    assert made.created_at == archived.archived_at == then
    assert {change.at for change in changes(room)} == {then}


def test_two_writes_of_one_object_in_one_action_are_one_entry(room, workshop):
    def twice(actor, target):
        save(target, title="Half")
        return save(target, title="Whole")

    made = item(room)
    workshop("test.twice", twice)(room.actor(), made)
    assert changes(room)[-1].fields == {"title": ["Search", "Whole"]}


def test_an_action_inside_an_action_is_a_change_of_its_own(room, workshop):
    def outer(actor, target):
        save(target, progress=1)
        edit_item(actor, target, title="Inner")
        return save(target, progress=2)

    made = item(room)
    workshop("test.outer", outer)(room.actor(), made)
    inner, last = changes(room)[-2:]
    assert (inner.verb, inner.fields) == ("item.edited", {"title": ["Search", "Inner"]})
    assert (last.verb, last.fields) == ("test.outer", {"progress": [0, 2]})


@pytest.fixture
def workshop():
    """Make an action for one test alone; the registry forgets it."""

    def make(verb: str, body, may=lambda actor, obj: True):
        made = action(verb, may=may)(body)
        del REGISTRY[verb]
        return made

    return make


# --- who may ---


def test_the_rule_is_asked_with_the_row_as_it_is_now(room):
    made = item(room)
    archive_item(room.actor(), Item.objects.get(pk=made.pk))
    with pytest.raises(Refused, match="archived"):
        edit_item(room.actor(), made, title="Late")


@pytest.mark.parametrize("role", ["viewer", "commenter"])
def test_a_refusal_says_what_would_help_and_writes_nothing(room, role):
    made, before = item(room), len(changes(room))
    with pytest.raises(Refused, match=f"needs the role editor or above; you are {role}"):
        edit_item(room.actor(role), made, title="Mine")
    assert len(changes(room)) == before
    assert Item.objects.get(pk=made.pk).title == "Search"


def test_a_page_can_ask_before_it_shows_a_button(room):
    made = item(room)
    assert allowed("item.edited", room.actor(), made)
    assert not allowed("item.edited", room.actor("viewer"), made)


def test_nobody_and_the_system_are_not_editors(room):
    for actor in (actor_of(None), Actor.system()):
        with pytest.raises(Refused):
            create_item(actor, room.product, title="Ghost")


def test_a_write_without_a_rule_does_not_import():
    with pytest.raises(TypeError):
        action("test.without")


def test_two_actions_of_one_name_do_not_import():
    with pytest.raises(ValueError, match="Two actions"):
        action("item.edited", may=lambda actor, obj: True)(lambda actor, obj: None)


def test_every_action_takes_its_values_by_keyword():
    assert {"version", "reason"} <= keywords(edit_item)


# --- nothing half done ---


def test_what_a_reaction_refuses_is_not_written(room):
    made = item(room, start=date(2026, 10, 1), end=date(2026, 12, 1), granularity="day")
    promise = create_milestone(room.actor(), room.product, name="GA", date=date(2026, 12, 1), commitment="committed")
    place_item(room.actor(), made, milestone=promise)
    before = changes(room)
    with pytest.raises(ValidationError) as refusal:
        edit_item(room.actor(), made, end=date(2026, 12, 19), title="Moved")
    assert list(refusal.value.message_dict) == ["reason"]
    assert changes(room) == before
    assert Item.objects.values_list("title", "end").get(pk=made.pk) == ("Search", date(2026, 12, 1))
    edit_item(room.actor(), made, end=date(2026, 12, 19), reason="The parser is rewritten.")
    assert changes(room)[-1].reason == "The parser is rewritten."


def test_an_error_after_a_write_takes_the_write_and_its_number_back(room, workshop):
    def broken(actor, target):
        save(target, title="Broken")
        raise ZeroDivisionError

    made = item(room)
    with pytest.raises(ZeroDivisionError):
        workshop("test.broken", broken)(room.actor(), made)
    assert Item.objects.get(pk=made.pk).title == "Search"
    edit_item(room.actor(), made, title="Next")
    assert [change.seq for change in changes(room)] == [1, 2]


def test_invalid_values_are_named_and_nothing_is_written(room):
    made = item(room)
    with pytest.raises(ValidationError) as refusal:
        edit_item(room.actor(), made, title="  ", confidence=101, status="done")
    assert set(refusal.value.message_dict) == {"title", "confidence", "status"}
    assert len(changes(room)) == 1


# --- the same field, somebody else ---


def test_different_fields_of_one_object_both_win(room):
    made = item(room)
    edit_item(room.actor("owner"), made, title="Theirs", version=1)
    both = edit_item(room.actor("editor"), made, progress=30, version=1)
    assert (both.title, both.progress, both.version) == ("Theirs", 30, 3)


def test_on_the_same_field_the_second_sees_both(room):
    made = item(room)
    edit_item(room.actor("owner"), made, title="Theirs", version=1)
    with pytest.raises(Stale) as refusal:
        edit_item(room.actor("editor"), made, title="Mine", version=1)
    (conflict,) = refusal.value.conflicts
    assert (conflict.field, conflict.yours, conflict.theirs, conflict.by) == ("title", "Mine", "Theirs", room.owner.name)
    assert refusal.value.current.version == 2
    assert Item.objects.get(pk=made.pk).title == "Theirs"


def test_start_and_end_are_one_group(room):
    made = item(room, start=date(2026, 1, 1), end=date(2026, 1, 31), granularity="day")
    edit_item(room.actor("owner"), made, start=date(2026, 1, 20), version=1)
    with pytest.raises(Stale) as refusal:
        edit_item(room.actor(), made, end=date(2026, 1, 10), version=1)
    assert [conflict.field for conflict in refusal.value.conflicts] == ["end"]


def test_the_same_value_twice_is_no_conflict(room):
    made = item(room)
    edit_item(room.actor("owner"), made, title="Same", version=1)
    assert edit_item(room.actor(), made, title="Same", version=1).version == 2


def test_without_a_version_the_last_word_counts(room):
    made = item(room)
    edit_item(room.actor("owner"), made, title="Theirs")
    assert edit_item(room.actor(), made, title="Mine").title == "Mine"


def test_a_version_that_never_was_is_refused(room):
    made = item(room)
    with pytest.raises(ValidationError) as refusal:
        edit_item(room.actor(), made, title="Mine", version=7)
    assert list(refusal.value.message_dict) == ["version"]


def test_moves_comments_and_goals_do_not_count_as_edits(room):
    first, second = item(room), item(room, "Index")
    goal = create_goal(room.actor(), room.product, name="Quick")
    move_item(room.actor(), second, before=first)
    comment_on(room.actor("commenter"), second, body="Why first?")
    set_goals(room.actor(), second, goals=[{"goal": goal, "share": 100}])
    assert Item.objects.get(pk=second.pk).version == 1
    assert edit_item(room.actor("owner"), second, title="Still mine", version=1).version == 2


def test_an_edit_made_within_another_action_counts_for_the_next_editor(room):
    vision = room.product.vision
    texts = {"statement": "A", "goal": "B", "audience": "C", "value": "D"}
    first, second = (
        create_version(room, vision, number=number, **texts) for number in (1, 2)
    )  # fmt: skip
    propose_version(room.actor(), first, signatories=[room.owner])
    propose_version(room.actor(), second, signatories=[room.owner])
    change = changes(room)[-1]
    assert change.fields_of(first.pk)["state"] == ["proposed", "superseded"]
    assert change.version_of(first.pk) == 3


def create_version(room: Room, vision, **values) -> VisionVersion:
    version = VisionVersion(workspace=room.workspace, vision=vision, product=room.product, **values)
    version.content_hash = version.hashed()
    version.save()
    return version


# --- everybody sees one order ---


def test_each_workspace_counts_its_own_changes(room, foreign):
    for place in (room, foreign, room):
        create_goal(place.actor(), place.product, name=f"Goal {Goal.objects.count()}")
    assert [change.seq for change in changes(room)] == [1, 2]
    assert [change.seq for change in changes(foreign)] == [1]


def together(*jobs) -> list[BaseException]:
    """Run the jobs at once, each on a connection of its own; return what they raised."""
    start, raised = Barrier(len(jobs)), []

    def run(job):
        try:
            start.wait()
            job()
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            raised.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db(transaction=True)
def test_eight_writers_of_thirty_edits_lose_nothing():
    room = new_room()
    shared = item(room)

    def writer(number: int):
        actor = room.actor("editor" if number % 2 else "owner")
        own = create_item(actor, room.product, title=f"Of writer {number}")
        for turn in range(30):
            edit_item(actor, own, description=f"{number}.{turn}")
            if turn % 6 == 0:
                append(actor, f"{number}.{turn} ")

    def append(actor: Actor, word: str):
        """Add a word to the text that everybody writes in, by the version that was seen, until nobody was faster."""
        while True:
            seen = Item.objects.get(pk=shared.pk)
            try:
                edit_item(actor, seen, description=seen.description + word, version=seen.version)
            except Stale:
                continue
            return

    assert together(*(lambda n=n: writer(n) for n in range(8))) == []
    words = Item.objects.get(pk=shared.pk).description.split()
    assert sorted(words) == sorted(f"{n}.{turn}" for n in range(8) for turn in range(0, 30, 6))
    assert set(Item.objects.exclude(pk=shared.pk).values_list("description", flat=True)) == {f"{n}.29" for n in range(8)}
    stream = changes(room)
    assert [change.seq for change in stream] == list(range(1, 1 + 1 + 8 + 8 * 30 + 8 * 5))
    room.workspace.refresh_from_db()
    assert room.workspace.seq == stream[-1].seq
    numbers = list(Item.objects.values_list("number", flat=True).order_by("number"))
    assert numbers == list(range(1, 10))


@pytest.mark.django_db(transaction=True)
def test_two_people_on_two_fields_at_once_both_win():
    room = new_room()
    made = item(room)
    raised = together(
        lambda: edit_item(room.actor("owner"), made, title="Theirs", version=1),
        lambda: edit_item(room.actor("editor"), made, progress=40, version=1),
    )
    assert raised == []
    assert Item.objects.values_list("title", "progress", "version").get(pk=made.pk) == ("Theirs", 40, 3)


@pytest.mark.django_db(transaction=True)
def test_of_two_on_one_field_at_once_exactly_one_is_told():
    room = new_room()
    made = item(room)
    raised = together(*(lambda t=t: edit_item(room.actor(), made, title=t, version=1) for t in ("One", "Two")))
    assert [type(each) for each in raised] == [Stale]


@pytest.mark.django_db(transaction=True)
def test_two_that_would_close_a_circle_at_once():
    room = new_room()
    first, second = item(room), item(room, "Index")
    raised = together(
        lambda: link_items(room.actor(), first, other=second),
        lambda: link_items(room.actor("owner"), second, other=first),
    )
    assert [type(each) for each in raised] == [ValidationError]


@pytest.mark.django_db(transaction=True)
def test_two_parents_that_would_close_a_circle_at_once():
    room = new_room()
    first, second = item(room), item(room, "Index")
    raised = together(
        lambda: edit_item(room.actor(), first, parent=second), lambda: edit_item(room.actor("owner"), second, parent=first)
    )
    assert [type(each) for each in raised] == [ValidationError]


def test_creating_needs_an_action(room):
    with pytest.raises(LookupError):
        create(Goal(workspace=room.workspace, product=room.product, name="Loose", rank="a0"))


def test_edit_goal_by_version(room):
    goal = create_goal(room.actor(), room.product, name="Quick")
    edit_goal(room.actor("owner"), goal, weight=20, version=1)
    with pytest.raises(Stale):
        edit_goal(room.actor(), goal, weight=30, version=1)
