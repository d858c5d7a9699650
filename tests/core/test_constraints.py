"""What the database refuses is said in words, under the field it is about."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, connection, transaction

from apps.core.constraints import as_validation_error
from apps.roadmap.actions import create_item, edit_item, link_items, set_goals
from apps.roadmap.models import Item
from apps.vision.actions import create_goal, create_product
from tests.people import Room


def refused(act, *args, **kwargs) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refusal:
        act(*args, **kwargs)
    return refusal.value.message_dict


def item(room: Room, **values) -> Item:
    return create_item(room.actor(), room.product, title="Search", **values)


def test_a_name_that_is_taken(room):
    create_goal(room.actor(), room.product, name="Quick")
    assert refused(create_goal, room.actor(), room.product, name="Quick") == {
        "name": ["There is a goal of this name; choose another."]
    }


def test_an_address_and_a_key_that_are_taken(room):
    assert list(refused(create_product, room.actor(), room.workspace, name="Second", slug="platform")) == ["slug"]
    assert list(refused(create_product, room.actor(), room.workspace, name="Second", key="HAR")) == ["key"]


def test_an_external_id_that_is_taken(room):
    item(room, external_id="A-1")
    assert refused(item, room, external_id="A-1") == {"external_id": ["Another item has this external id."]}
    item(room, external_id="")
    item(room, external_id="")


def test_an_item_that_would_depend_on_itself(room):
    made = item(room)
    assert list(refused(link_items, room.actor(), made, other=made)) == ["other"]


def test_a_dependency_that_exists(room):
    first, second = item(room), item(room)
    link_items(room.actor(), first, other=second, kind="relates_to")
    errors = refused(link_items, room.actor(), first, other=second, kind="relates_to")
    assert errors == {"kind": ["This dependency exists already."]}


def test_a_reference_into_another_workspace_that_the_action_did_not_notice(room, foreign):
    made, theirs = item(room), item(foreign)
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        Item.objects.filter(pk=made.pk).update(parent=theirs)
    error = as_validation_error(broken.value)
    assert error.message_dict == {"parent": ["This refers to something that is not in this workspace; choose one that is."]}


def test_a_goal_of_another_product_is_refused_before_the_database_is_asked(room):
    second = create_product(room.actor(), room.workspace, name="Second")
    goal = create_goal(room.actor(), second, name="Elsewhere")
    assert list(refused(set_goals, room.actor(), item(room), goals=[{"goal": goal, "share": 5}])) == ["goals"]


@pytest.mark.parametrize(
    ("statement", "field"),
    [
        ('UPDATE roadmap_item SET "end" = NULL', "__all__"),
        ('UPDATE roadmap_item SET "end" = "start" - 1', "end"),
        ("UPDATE roadmap_item SET title = NULL", "title"),
    ],
)
def test_constraints_have_words(room, statement, field):
    item(room, start=date(2026, 1, 1), end=date(2026, 2, 1), granularity="day")
    with pytest.raises(IntegrityError) as broken, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    words = as_validation_error(broken.value)
    assert words.messages[0].endswith((".", "lot."))
    if field != "__all__":
        assert field in words.message_dict


def test_what_has_no_name_is_said_too(room):
    item(room)
    with pytest.raises(DataError) as broken, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE roadmap_item SET title = repeat('x', 300)")
    assert as_validation_error(broken.value).messages == [
        "The database cannot keep one of these values; shorten it or write it differently."
    ]


def test_a_refusal_leaves_the_transaction_usable(room):
    made = item(room, external_id="A-1")
    other = item(room)
    assert list(refused(edit_item, room.actor(), other, external_id="A-1")) == ["external_id"]
    assert edit_item(room.actor(), made, title="Still here").title == "Still here"
