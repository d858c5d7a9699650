"""An item moves to another product: what comes along, what is let go, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from apps.accounts.actions import undo_change
from apps.core.errors import Refused
from apps.core.models import Change
from apps.milestones.actions import create_milestone, place_item
from apps.milestones.models import Placement
from apps.milestones.transfer import planned, transfer_item
from apps.roadmap.actions import archive_item, comment_on, create_item, edit_item, link_items
from apps.roadmap.models import Comment, Contribution, Dependency, Item, Score
from apps.roadmap.rating import create_scorecard, rate_item
from apps.vision.actions import archive_product, create_goal, create_product
from apps.vision.models import Product
from tests.people import Room


@dataclass
class Scene:
    """Two products; in the first an initiative with an epic with two features, tied to all that ties."""

    room: Room
    there: Product
    top: Item
    epic: Item
    features: list[Item]
    other: Item

    def all(self) -> list[Item]:
        return [self.epic, *self.features]


@pytest.fixture
def scene(room: Room) -> Scene:
    me = room.actor()
    there = create_product(me, room.workspace, name="Second", key="SEC")
    find, keep = (create_goal(me, room.product, name=name) for name in ("Find it", "Keep it"))
    create_goal(me, there, name="Find it")
    ga, beta = (create_milestone(me, room.product, name=name, date=date(2026, 12, 1)) for name in ("GA", "Beta"))
    create_milestone(me, there, name="GA")
    create_item(me, there, title="Already there")
    top = create_item(me, room.product, title="Top")
    epic = create_item(
        me, room.product, title="Epic", parent=top, goals=[{"goal": find, "share": 60}, {"goal": keep, "share": 40}]
    )
    features = [create_item(me, room.product, title=f"Feature {n}", parent=epic) for n in (1, 2)]
    other = create_item(me, room.product, title="Other")
    place_item(me, epic, milestone=ga)
    place_item(me, features[0], milestone=beta)
    link_items(me, epic, other=other)
    link_items(me, features[0], other=features[1])
    comment_on(me, epic, body="When?")
    rate_item(me, epic, scorecard=create_scorecard(me, room.product, method="rice"), ratings={"reach": 8})
    return Scene(room, there, top, epic, features, other)


def state() -> list[Any]:
    """Return all that a move writes, but for versions and when a link was made."""
    models = (Item, Contribution, Placement, Dependency, Comment, Score)
    return [
        sorted(({k: v for k, v in row.items() if k not in {"version", "created_at"}} for row in m.objects.values()), key=str)
        for m in models
    ]


def fresh(item: Item) -> Item:
    return Item.objects.select_related("product", "parent").get(pk=item.pk)


def test_with_all_that_it_contains(scene: Scene):
    moved = transfer_item(scene.room.actor(), scene.epic, product=scene.there, reason="Their team does it.")
    epic, one, two = (fresh(each) for each in scene.all())
    assert (epic.key, one.key, two.key) == ("SEC-2", "SEC-3", "SEC-4")
    assert (epic.parent, one.parent, two.parent) == (None, epic, epic)
    assert [each.title for each in Item.objects.filter(product=scene.there)] == [
        "Already there",
        "Epic",
        "Feature 1",
        "Feature 2",
    ]
    served = Contribution.objects.filter(item=epic).select_related("goal")
    assert [(each.goal.name, each.goal.product, each.share) for each in served] == [("Find it", scene.there, 60)]
    placed = Placement.objects.select_related("milestone")
    assert [(each.item, each.milestone.name, each.milestone.product) for each in placed] == [(epic, "GA", scene.there)]
    assert Comment.objects.get().product == scene.there
    assert Dependency.objects.filter(product=scene.there).count() == 2
    assert not Score.objects.exists()  # a scorecard is of one product
    change = Change.objects.latest("seq")
    assert (change.verb, change.reason, moved.last_change) == ("item.transferred", "Their team does it.", change)
    assert change.detail == {"products": [scene.room.product.name, "Second"], "items": 3}


def test_alone_what_it_contains_goes_up_to_its_parent(scene: Scene):
    transfer_item(scene.room.actor(), scene.epic, product=scene.there, children=False)
    assert [(fresh(each).key, fresh(each).parent) for each in scene.features] == [("HAR-3", scene.top), ("HAR-4", scene.top)]
    assert fresh(scene.epic).key == "SEC-2"


@pytest.mark.parametrize("children", [True, False])
def test_the_way_back_is_exact_and_so_is_the_way_there_again(scene: Scene, children: bool):
    me, before = scene.room.actor(), state()
    done = transfer_item(me, scene.epic, product=scene.there, children=children).last_change
    after = state()
    undone = undo_change(me, scene.room.workspace, change=done, reason="Mistaken.").last_change
    assert state() == before
    undo_change(me, scene.room.workspace, change=undone, reason="Meant.")
    assert state() == after


def test_the_way_back_gives_way_to_what_came_to_its_place(scene: Scene):
    me = scene.room.actor()
    done = transfer_item(me, scene.epic, product=scene.there).last_change
    create_item(me, scene.room.product, title="Came later")
    Item.objects.filter(title="Came later").update(rank=scene.epic.rank)
    undo_change(me, scene.room.workspace, change=done, reason="Mistaken.")
    here = [each.title for each in Item.objects.filter(product=scene.room.product)]
    assert here == ["Top", "Came later", "Epic", "Feature 1", "Feature 2", "Other"]


def _serve(scene: Scene) -> None:
    goal = create_goal(scene.room.actor(), scene.there, name="New")
    edit_item(scene.room.actor(), scene.features[0], goals=[{"goal": goal, "share": 10}])


def _contain(scene: Scene) -> None:
    create_item(scene.room.actor(), scene.there, title="Child", parent=fresh(scene.epic))


def _place(scene: Scene) -> None:
    place_item(
        scene.room.actor(), fresh(scene.features[1]), milestone=create_milestone(scene.room.actor(), scene.there, name="Z")
    )


MEANWHILE = [
    (_serve, "serves New since"),
    (_contain, "Child is part of Epic since"),
    (_place, "is in Z since"),
    (lambda s: archive_item(s.room.actor(), fresh(s.epic)), "archived"),
    (lambda s: archive_product(s.room.actor(), s.room.product), "archived"),
    (lambda s: edit_item(s.room.actor("owner"), fresh(s.epic), parent=Item.objects.get(title="Already there")), "the parent of"),
]


@pytest.mark.parametrize(("meanwhile", "why"), MEANWHILE)
def test_the_way_back_is_refused_with_the_reason(scene: Scene, meanwhile: Any, why: str):
    done = transfer_item(scene.room.actor(), scene.epic, product=scene.there).last_change
    meanwhile(scene)
    before = state()
    with pytest.raises((ValidationError, Refused), match=why):
        undo_change(scene.room.actor(), scene.room.workspace, change=done, reason="Mistaken.")
    assert state() == before


REFUSED = [
    ("here", "in this product already"),
    ("archived", "archived"),
    ("foreign", "of this workspace"),
]


@pytest.mark.parametrize(("where", "why"), REFUSED)
def test_where_it_does_not_go(scene: Scene, foreign: Room, where: str, why: str):
    if where == "archived":
        archive_product(scene.room.actor(), scene.there)
    to = {"here": scene.room.product, "archived": Product.objects.get(pk=scene.there.pk), "foreign": foreign.product}[where]
    with pytest.raises(ValidationError, match=why):
        transfer_item(scene.room.actor(), scene.epic, product=to)


def test_the_old_address_leads_to_the_new_one_there_and_back(scene: Scene):
    client, room = scene.room.client("viewer"), scene.room
    done = transfer_item(room.actor(), scene.epic, product=scene.there).last_change
    there = f"/w/{room.workspace.slug}/p/{scene.there.slug}"
    assert client.get(room.path("items/2/")).headers["Location"] == f"{there}/items/2/"
    assert client.get(room.path("roadmap/?item=2")).headers["Location"] == f"{there}/roadmap/?item=2"
    found = room.api().get("/api/v1/search/?q=HAR-2").json()["results"]
    assert [hit["key"] for hit in found] == ["SEC-2"]
    undo_change(room.actor(), room.workspace, change=done, reason="Mistaken.")
    assert client.get(room.path("items/2/")).status_code == 200
    assert client.get(f"{there}/items/2/").headers["Location"] == room.path("items/2/")
    assert client.get(room.path("items/99/")).status_code == 404


def test_the_preview_says_what_the_move_then_does(scene: Scene):
    said = planned(fresh(scene.epic), scene.there, children=True)
    assert [each.title for each in said.items] == ["Epic", "Feature 1", "Feature 2"]
    assert [(tie.goal.name, bool(to)) for tie, to in said.goals] == [("Find it", True), ("Keep it", False)]
    assert [(tie.milestone.name, bool(to)) for tie, to in said.milestones] == [("GA", True), ("Beta", False)]
    assert [each.other for each in said.across] == [scene.other]
    page = scene.room.client().get(scene.room.path(f"items/2/transfer/?product={scene.there.slug}&children=1")).content.decode()
    for words in ("These 3 items", "Feature 1", "No longer part of</b> Top", "No longer serves</b> Keep it", "the milestone GA"):
        assert words in page
    api = scene.room.api("viewer")
    asked = {"item": str(scene.epic.pk), "product": str(scene.there.pk), "children": "false"}
    answer = api.get("/api/v1/transfers/", asked).json()
    assert [each["title"] for each in answer["left"]] == ["Feature 1", "Feature 2"]


def test_by_rest_the_id_stays(scene: Scene):
    body = {"item": str(scene.epic.pk), "product": str(scene.there.pk), "reason": "Their team does it."}
    answer = scene.room.api().post("/api/v1/transfers/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["id"], answer.json()["key"]) == (200, str(scene.epic.pk), "SEC-2")


def test_history_and_dependencies_show_across_products(scene: Scene):
    transfer_item(scene.room.actor(), scene.epic, product=scene.there)
    page = scene.room.client().get(f"/w/{scene.room.workspace.slug}/p/{scene.there.slug}/items/2/").content.decode()
    assert f'href="{scene.room.path("items/5/")}"' in page
    assert "HAR-5" in page
    assert "moved the item to another product" in page
    assert "added the item" in page
