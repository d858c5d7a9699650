"""A real roadmap comes in by file and by its whole history, and both ways end in the same state."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from apps.core.models import Change
from apps.milestones.models import Milestone, MilestoneState, Placement
from apps.roadmap.models import Contribution, Dependency, Item
from apps.stakeholders.models import Subscription
from apps.stakeholders.replay import Played, read_history, replay
from tests.people import Room
from tests.real.data import BEFORE, folder, imported, mapping

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.timeout(300)]


def played(room: Room) -> Played:
    imported(room, "releases", at=BEFORE)
    with (folder() / "history.jsonl").open("rb") as lines:
        return replay(room.editor, room.product, read_history(lines), mapping("items"))


def state(room: Room) -> dict[str, dict[str, Any]]:
    """Return what the product says of each item, by the names that files use."""
    items = Item.objects.filter(product=room.product, archived_at=None)
    names = dict(Item.objects.filter(product=room.product).values_list("pk", "external_id"))
    found: dict[str, dict[str, Any]] = {
        item.external_id: {
            name: getattr(item, name) for name in ("title", "description", "status", "start", "end", "granularity")
        }
        | {"goals": set(), "milestone": None, "related": set(), "followers": set()}
        for item in items
    }
    for item, goal, share in Contribution.objects.filter(item__in=items).values_list("item", "goal__name", "share"):
        found[names[item]]["goals"].add((goal, share))
    for item, milestone in Placement.objects.filter(item__in=items).values_list("item", "milestone__name"):
        found[names[item]]["milestone"] = milestone
    for item, other, kind in Dependency.objects.filter(item__in=items, other__archived_at=None).values_list(
        "item", "other", "kind"
    ):
        found[names[item]]["related"].add((kind, names[other]))
    following = Subscription.objects.filter(product=room.product, ended_at=None)
    for item, audience in following.values_list("items", "audience__external_id"):
        if names.get(item) in found:
            found[names[item]]["followers"].add(audience)
    return found


def test_the_tables_come_in_once(room: Room) -> None:
    releases = imported(room, "releases")
    assert (releases.rows, releases.count("created"), releases.count("refused")) == (23, 23, 0)
    assert Milestone.objects.filter(product=room.product, state=MilestoneState.REACHED).count() == 23

    dry = imported(room, "items", dry_run=True)
    assert not Item.objects.filter(product=room.product).exists()
    report = imported(room, "items")
    assert dry.as_json() | {"dry_run": False} == report.as_json()
    assert (report.rows, report.count("created"), report.count("refused")) == (473, 473, 0)
    changes = Change.objects.filter(workspace=room.workspace).count()
    again = imported(room, "items")
    assert again.count("unchanged") == 473
    assert again.problems == report.problems
    assert imported(room, "releases").count("unchanged") == 23
    assert Change.objects.filter(workspace=room.workspace).count() == changes


def test_what_has_no_place_is_named(room: Room) -> None:
    imported(room, "releases")
    problems = imported(room, "items").problems
    assert Counter(each.column for each in problems if each.column in {"status", "latest-milestone"}) == {
        "status": 2,
        "latest-milestone": 2,
    }
    assert {each.value for each in problems if each.column == "status"} == {"alpha", "removed"}


def test_all_of_the_history_ends_in_the_table(room: Room, foreign: Room) -> None:
    result = played(room)
    assert (result.lines, result.before) == (2596, 0)
    imported(foreign, "releases")
    imported(foreign, "items")
    replayed, table = state(room), state(foreign)
    assert replayed.keys() == table.keys()
    different = {
        (item, name): (replayed[item][name], table[item][name])
        for item in table
        for name in table[item]
        if replayed[item][name] != table[item][name]
    }
    assert different == {}
