"""What the rest must still allow when changes of items, contributions and dependencies are taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from apps.accounts.models import Membership
from apps.core import ranks
from apps.core.actions import refuse
from apps.core.undo import undoable
from apps.roadmap import queries, rules
from apps.roadmap.actions import check_parent, follow
from apps.roadmap.models import Contribution, Dependency, DependencyKind, Item
from apps.roadmap.sizes import check_sizes
from apps.vision.rules import ARCHIVED, not_archived

if TYPE_CHECKING:
    from uuid import UUID


@undoable("roadmap.item", may=rules.edit)
def _items_again(pairs: list[tuple[Item, dict[str, Any]]]) -> None:
    """Refuse to take back edits of items that are archived, that would be in a circle of parents, or whose owner left."""
    owners = {(item.workspace_id, values["owner"]) for item, values in pairs if values.get("owner")}
    homes = _homes(pairs)
    coming = {values["rank"] for _, values in pairs if "rank" in values}
    together = {item.pk: values for item, values in pairs}
    for item, values in pairs:
        if item.archived_at and "archived_at" not in values:
            refuse(__all__=gettext("%(name)s is archived; restore it first.") % {"name": item.title})
        if "rank" in values:
            values["rank"] = _rank_again(item, values["rank"], homes.get(item.pk, item.product_id), coming)
            coming.add(values["rank"])
        parent = Item.objects.get(pk=values["parent"]) if values.get("parent") else None
        if parent:
            check_parent(item, parent, homes)
        check_sizes(item, {**values, **({"parent": parent} if "parent" in values else {})}, together)
    for workspace_id, owner in owners:
        if not Membership.objects.filter(workspace_id=workspace_id, user_id=owner).exists():
            refuse(owner=gettext("Who owned it then is no longer a member."))


def _homes(pairs: list[tuple[Item, dict[str, Any]]]) -> dict[UUID, UUID]:
    """Return {item: product} of the items that go back to another product; what was said of them goes along."""
    homes = {item.pk: values["product"] for item, values in pairs if values.get("product")}
    for product in set(homes.values()):
        if not not_archived(product):
            refuse(__all__=ARCHIVED)
    for item, values in pairs:
        if item.pk in homes:
            values.setdefault("rank", item.rank)  # the same in both products, and perhaps taken in the one by now
            follow(item, homes[item.pk])
    return homes


def _rank_again(item: Item, rank: str, product_id: UUID, coming: set[str]) -> str:
    """Return the former rank of an item, or the one right after whatever came to this place meanwhile; an archived one yields.

    `coming` are the ranks to which others go back at the same time.
    """
    siblings = Item.objects.filter(product_id=product_id)
    taken = siblings.filter(rank=rank).exclude(pk=item.pk).first()
    if taken is None:
        return rank
    there = siblings.filter(rank__gt=rank).exclude(pk=item.pk).order_by("rank").values_list("rank", flat=True).first()
    above = min((each for each in (there, *coming) if each and each > rank), default=None)
    free = ranks.between(siblings, rank, above)
    if taken.archived_at is None:
        return free
    siblings.filter(pk=taken.pk).update(rank=free)
    return rank


@undoable("roadmap.contribution", may=rules.edit)
def _contributions_again(pairs: list[tuple[Contribution, dict[str, Any]]]) -> None:
    """Refuse where an item is archived."""
    archived = Item.objects.filter(pk__in=[each.item_id for each, _ in pairs], archived_at__isnull=False).first()
    if archived:
        refuse(__all__=gettext("%(name)s is archived; restore it first.") % {"name": archived.title})


@undoable("roadmap.dependency", may=rules.edit)
def _dependencies_again(pairs: list[tuple[Dependency, dict[str, Any]]]) -> None:
    """Refuse dependencies that would close a circle by now."""
    for dependency, values in pairs:
        if values and dependency.kind != DependencyKind.RELATES_TO and queries.leads_to(dependency.other, dependency.item):
            said = gettext("%(item)s waits for %(other)s by now; that would be a circle.")
            refuse(other=said % {"item": dependency.item.title, "other": dependency.other.title})
