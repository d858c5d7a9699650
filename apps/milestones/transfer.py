"""An item moves to another product of the workspace, and what it is tied to comes along, stays or is let go.

Goals and milestones are of one product: those of the same name in the other one take their place. Here, because nothing
below milestones knows of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils.translation import gettext

from apps.core import ranks
from apps.core.actions import action, note, refuse, remove_all, save_all
from apps.core.wording import PHRASES
from apps.milestones.models import Milestone, Placement
from apps.milestones.rules import edit_item, edit_product
from apps.roadmap.actions import follow, take_numbers
from apps.roadmap.models import Contribution, Dependency, Item, Score
from apps.vision.models import Goal

if TYPE_CHECKING:
    from uuid import UUID

    from apps.core.actors import Actor
    from apps.vision.models import Product

MOST = 500  # items at once


@dataclass(slots=True)
class Transfer:
    """What a move to another product would do.

    `items` move, the item first and what it contains in their order; `left` are its children that stay. `goals` and
    `milestones` pair each tie with what takes its place, or None. `across` are the dependencies that lead from one product
    to another then; `scores` are let go, as scorecards are of one product.
    """

    item: Item
    product: Product
    items: list[Item]
    left: list[Item] = field(default_factory=list)
    goals: list[tuple[Contribution, Goal | None]] = field(default_factory=list)
    milestones: list[tuple[Placement, Milestone | None]] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    dependencies: list[Dependency] = field(default_factory=list)
    across: list[Dependency] = field(default_factory=list)

    @property
    def parent(self) -> Item | None:
        """The parent that the item leaves."""
        return self.item.parent

    def as_json(self) -> dict[str, Any]:
        return {
            "items": [{"id": each.pk, "number": each.number, "title": each.title} for each in self.items],
            "left": [{"id": each.pk, "number": each.number, "title": each.title} for each in self.left],
            "leaves_parent": self.item.parent_id,
            "goals": [_pair(tie.item, tie.goal.name, to) for tie, to in self.goals],
            "milestones": [_pair(tie.item, tie.milestone.name, to) for tie, to in self.milestones],
            "scores": [{"item": each.item_id, "name": each.scorecard.name, "becomes": None} for each in self.scores],
            "dependencies_across": [{"id": each.pk, "item": each.item_id, "other": each.other_id} for each in self.across],
        }


def _pair(item: Item, name: str, to: Goal | Milestone | None) -> dict[str, Any]:
    return {"item": item.pk, "name": name, "becomes": to.pk if to else None}


def planned(item: Item, product: Product, *, children: bool) -> Transfer:
    """Return what a move would do; a constant number of queries for each level of children."""
    items = [item, *(_below(item) if children else [])]
    ids = [each.pk for each in items]
    plan = Transfer(item, product, items, left=[] if children else list(item.children.order_by("rank")))
    goals = {goal.name: goal for goal in Goal.objects.filter(product=product, archived_at=None)}
    served = Contribution.objects.filter(item__in=ids).select_related("goal", "item").order_by("item__rank", "-share")
    plan.goals = [(each, goals.get(each.goal.name)) for each in served]
    milestones = {each.name: each for each in Milestone.objects.filter(product=product, archived_at=None)}
    placed = Placement.objects.filter(item__in=ids).select_related("milestone", "item").order_by("item__rank")
    plan.milestones = [(each, milestones.get(each.milestone.name)) for each in placed]
    plan.scores = list(Score.objects.filter(item__in=ids).select_related("item", "scorecard"))
    plan.dependencies = list(Dependency.objects.filter(item__in=ids).select_related("item", "other"))
    touching = Dependency.objects.filter(Q(item__in=ids) | Q(other__in=ids)).select_related("item", "other")
    plan.across = [each for each in touching if (each.item_id in ids) != (each.other_id in ids)]
    return plan


def _below(item: Item) -> list[Item]:
    found: list[Item] = []
    ids = [item.pk]
    while ids and len(found) <= MOST:
        level = list(Item.objects.filter(parent__in=ids).order_by("rank"))
        ids = [each.pk for each in level]
        found += level
    return sorted(found, key=lambda each: each.rank)


@action("item.transferred", may=edit_item)
def transfer_item(actor: Actor, item: Item, *, product: Product, children: bool = True, reason: str = "") -> Item:
    """Move an item to another product, with all that it contains or alone; it gets a new number there, at the end.

    Goals and milestones of the same name there take the place of those here, others are let go. Children that stay go up
    to the parent that the item leaves. Dependencies stay.
    """
    del reason
    _check_target(actor, item, product)
    plan = planned(item, product, children=children)
    if len(plan.items) > MOST:
        refuse(
            children=gettext("At most %(most)s items move at once; move it without what it contains, or that in parts.")
            % {"most": MOST}
        )
    here = item.product
    for each in plan.items:
        follow(each, product.pk)
    save_all([(each, {"parent": item.parent}) for each in plan.left])
    save_all(_renumbered(plan))
    for ties, name in ((plan.goals, "goal"), (plan.milestones, "milestone")):
        remove_all(tie for tie, to in ties if to is None)
        save_all((tie, {name: to.pk, "product": product.pk}) for tie, to in ties if to is not None)
    remove_all(plan.scores)
    save_all((each, {"product": product.pk}) for each in plan.dependencies)
    note(item, products=[here.name, product.name], items=len(plan.items))
    return item


def _check_target(actor: Actor, item: Item, product: Product) -> None:
    if product.workspace_id != item.workspace_id:
        refuse(product=gettext("Choose a product of this workspace."))
    if product.pk == item.product_id:
        refuse(product=gettext("The item is in this product already; choose another."))
    if not edit_product(actor, product):
        refuse(product=gettext("%(name)s is archived; restore it first.") % {"name": product.name})


def _renumbered(plan: Transfer) -> list[tuple[Item, dict[str, Any]]]:
    """Return the values of each item in the other product: numbers and ranks after all that are there."""
    product = plan.product
    first = take_numbers(product, len(plan.items))
    rank = ranks.last(Item.objects.filter(product=product))
    pairs: list[tuple[Item, dict[str, Any]]] = []
    for n, item in enumerate(plan.items):
        values: dict[str, Any] = {"product": product.pk, "number": first + n, "rank": rank}
        pairs.append((item, values | ({"parent": None} if item.pk == plan.item.pk else {})))
        rank = ranks.after(rank)
    return pairs


def torn(ids: list[UUID]) -> str:
    """Return what ties one of the items to a product that is not its own, in words; empty where all is of one product."""
    served = Contribution.objects.filter(item__in=ids).exclude(product=F("item__product")).select_related("item", "goal").first()
    if served:
        tie = {"item": served.item.title, "goal": served.goal.name}
        return gettext("%(item)s serves %(goal)s since; take that away first.") % tie
    elsewhere = Placement.objects.filter(item__in=ids).exclude(product=F("item__product"))
    placed = elsewhere.select_related("item", "milestone").first()
    if placed:
        tie = {"item": placed.item.title, "milestone": placed.milestone.name}
        return gettext("%(item)s is in %(milestone)s since; take it out first.") % tie
    scored = Score.objects.filter(item__in=ids).exclude(product=F("item__product")).select_related("item", "scorecard").first()
    if scored:
        tie = {"item": scored.item.title, "scorecard": scored.scorecard.name}
        return gettext("%(item)s is rated on %(scorecard)s since; take the rating away first.") % tie
    below = Item.objects.filter(Q(parent__in=ids) | Q(pk__in=ids, parent__isnull=False)).exclude(product=F("parent__product"))
    child = below.select_related("parent").first()
    if child is None:
        return ""
    return gettext("%(item)s is part of %(parent)s since; take it out first.") % {"item": child.title, "parent": child.parent}


PHRASES["item.transferred"] = "moved the item … to another product"
