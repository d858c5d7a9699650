"""The history of an item in words, as its panel says it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from apps.accounts.actions import undo_change
from apps.core.models import Change
from apps.milestones.actions import create_milestone, place_item
from apps.roadmap.actions import create_item, edit_item, link_items
from apps.roadmap.bulk import edit_items
from apps.roadmap.queries import last_change_of_goals
from apps.roadmap.serving import Serves
from apps.vision.actions import create_goal
from tests.people import Room

if TYPE_CHECKING:
    from collections.abc import Callable


def lines(room: Room, query: str = "", language: str = "en") -> list[str]:
    """Return the lines of the history of the first item, the newest first, without their times."""
    page = room.client().get(room.path(f"items/1/{query}"), headers={"accept-language": language}).content.decode()
    found = re.findall(r'<span class="change">(.*?)</span>\s*<time datetime="[^"]+">[^<]+</time>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", each).split()) for each in found]


def test_it_says_what_changed_also_where_no_field_of_the_item_did(room: Room):
    fast = create_goal(room.actor(), room.product, name="Fast", weight=50)
    item, other = (create_item(room.actor(), room.product, title=title) for title in ("Search", "Export"))
    edit_item(room.actor(), item, shares={fast: 40})
    edit_item(room.actor(), item, shares={fast: 100})
    place_item(room.actor(), item, milestone=create_milestone(room.actor(), room.product, name="2.0", date="2027-01-01"))
    link_items(room.actor(), item, other=other)
    who = "Editor of Harbor"
    assert lines(room) == [
        f"{who} added a dependency to Search: blocks Export",
        f"{who} changed the milestone of Search: milestone none → 2.0",
        f"{who} edited the item: goals Fast 40% → Fast",
        f"{who} edited the item: goals none → Fast 40%",
        f"{who} added the item",
    ]


def test_what_several_were_given_at_once_is_in_the_history_of_each_and_so_is_the_undo(room: Room):
    fast, safe = (create_goal(room.actor(), room.product, name=name, weight=50) for name in ("Fast", "Safe"))
    served: list[Serves] = [{"goal": safe, "share": 60}]
    items = [create_item(room.actor(), room.product, title=title, goals=served) for title in ("One", "Two")]
    release = create_milestone(room.actor(), room.product, name="2.0", date="2027-01-01")
    edit_items(room.actor(), room.product, items=items, goal=fast, milestone=str(release.pk))
    undo_change(room.actor(), room.workspace, change=Change.objects.order_by("-seq")[0])
    who = "Editor of Harbor"
    assert lines(room)[:2] == [
        f"{who} took back a change of Harbor platform: goals Fast → Safe 60%; milestone 2.0 → none",
        f"{who} edited several items of Harbor platform: goals Safe 60% → Fast; milestone none → 2.0",
    ]


def test_what_was_taken_back_is_said_too(room: Room):
    fast, safe = (create_goal(room.actor(), room.product, name=name, weight=50) for name in ("Fast", "Safe"))
    item = create_item(room.actor(), room.product, title="Search", goals=[{"goal": safe, "share": 60}])
    edit_item(room.actor(), item, shares={fast: 40})
    edit_item(room.actor("owner"), item, shares={safe: 50})
    undo_change(room.actor("owner"), room.workspace, change=Change.objects.order_by("-seq")[0])
    edit_items(room.actor(), room.product, items=[item], goal=fast)
    assert lines(room)[:3] == [
        "Editor of Harbor edited several items of Harbor platform: goals Fast 40%, Safe 60% → Fast",
        "Owner of Harbor took back a change of Search: goals Fast 40%, Safe 50% → Fast 40%, Safe 60%",
        "Owner of Harbor edited the item: goals Fast 40%, Safe 60% → Fast 40%, Safe 50%",
    ]
    last = last_change_of_goals(item)
    assert last
    undo_change(room.actor(), room.workspace, change=last)
    undone = last_change_of_goals(item)
    assert undone
    assert (last.verb, undone.verb) == ("items.edited", "change.undone")


def test_it_is_said_in_german_too(room: Room):
    item, other = (create_item(room.actor(), room.product, title=title) for title in ("Search", "Export"))
    edit_item(room.actor(), item, shares={create_goal(room.actor(), room.product, name="Fast", weight=50): 40})
    edit_item(room.actor(), item, effort=Decimal(24))
    edit_item(room.actor(), item, effort=Decimal("2.5"))
    link_items(room.actor(), item, other=other)
    room.editor.language = "de"
    room.editor.save()
    assert lines(room)[:4] == [
        "Editor of Harbor hat eine Abhängigkeit zu Search hinzugefügt: blockiert Export",
        "Editor of Harbor hat den Eintrag bearbeitet: Aufwand 24 → 2,5",
        "Editor of Harbor hat den Eintrag bearbeitet: Aufwand — → 24",
        "Editor of Harbor hat den Eintrag bearbeitet: Ziele — → Fast 40 %",
    ]


def test_the_newest_come_first_and_the_whole_on_demand(room: Room, django_assert_max_num_queries: Callable[[int], Any]):
    item = create_item(room.actor(), room.product, title="Search")
    for n in range(60):
        edit_item(room.actor(), item, owner=room.viewer if n % 2 else room.owner)
    assert len(lines(room)) == 50
    with django_assert_max_num_queries(45):  # not one for each; their people are asked for together
        assert len(lines(room, "?history=all")) == 61
