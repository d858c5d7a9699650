"""What a row says of other rows: its parent and its relations. Placed once all the rows are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext

from apps.roadmap.actions import edit_item, link_items, unlink_items
from apps.roadmap.models import Dependency

if TYPE_CHECKING:
    from collections.abc import Collection

    from apps.core.actors import Actor
    from apps.roadmap.models import Item
    from apps.stakeholders.imports.reading import Wanted
    from apps.stakeholders.imports.room import Room

type Pair = tuple[str, str]  # kind, external id of the other item


def link(room: Room, actor: Actor, wanted: Wanted, *, complain: bool = True) -> bool:
    """Relate the row's item to those that it names, and say which of them are not here; True if something was new."""
    item, new = room.items[wanted.external_id], False
    for kind, name, column, cell in wanted.relations:
        other = room.items.get(name)
        if other is None and complain:
            wanted.complain(
                column, cell, gettext("No item of this product has this id."), gettext("Correct the id, or keep it as words.")
            )
        if other is None or other.pk == item.pk or (item.pk, other.pk, kind) in room.links:
            continue
        link_items(actor, item, other=other, kind=kind)
        room.links.add((item.pk, other.pk, kind))
        new = True
    return new


def unlink(room: Room, actor: Actor, item: Item, gone: Collection[Pair]) -> None:
    """Take away relations that an earlier row stated and the present one does not."""
    for kind, name in gone:
        other = room.items.get(name)
        if other and (item.pk, other.pk, kind) in room.links:
            unlink_items(actor, Dependency.objects.get(item=item, other=other, kind=kind))
            room.links.discard((item.pk, other.pk, kind))


def set_parent(room: Room, actor: Actor, column: str, wanted: Wanted) -> bool:
    """Put the row's item under the parent that it names; True if it was elsewhere."""
    if not wanted.parent:
        return False
    item, parent = room.items[wanted.external_id], room.items.get(wanted.parent)
    if parent is None:
        wanted.complain(
            column,
            wanted.parent,
            gettext("No item of this product has this id."),
            gettext("Import the parent, or correct its id."),
        )
        return False
    if item.parent_id == parent.pk:
        return False
    room.items[wanted.external_id] = edit_item(actor, item, parent=parent)
    return True
