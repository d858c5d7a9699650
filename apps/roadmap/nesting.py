"""Indent and outdent: an item goes into another, or out of the one it is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext

from apps.core.actions import action, refuse, save
from apps.core.wording import PHRASES
from apps.roadmap import rules
from apps.roadmap.actions import completed, rank_beside
from apps.roadmap.models import Item

if TYPE_CHECKING:
    from apps.core.actors import Actor


@action("item.indented", may=rules.edit_item)
def indent_item(actor: Actor, item: Item, *, under: Item, version: int | None = None, reason: str = "") -> Item:
    """Put an item into another, as the last in it. Refuses circles, and what is smaller than the item."""
    del actor, version, reason
    last = Item.objects.filter(parent=under, archived_at=None).exclude(pk=item.pk).order_by("rank").last()
    behind = {"rank": rank_beside(item, last, None)} if last and last.rank > item.rank else {}
    return save(item, **completed(item, {"parent": under}), **behind)


@action("item.outdented", may=rules.edit_item)
def outdent_item(actor: Actor, item: Item, *, version: int | None = None, reason: str = "") -> Item:
    """Take an item out of the one it is in, to stand right after that."""
    del actor, version, reason
    if item.parent is None:
        refuse(parent=gettext("It is in no other item, so it cannot go farther out."))
    above = item.parent.parent
    return save(item, rank=rank_beside(item, item.parent, None), **completed(item, {"parent": above}))


PHRASES["item.indented"] = "moved the item … into another"
PHRASES["item.outdented"] = "moved the item … out of the one around it"
