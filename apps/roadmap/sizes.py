"""What goes into what: nothing goes into something smaller."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.actions import refuse
from apps.roadmap.models import Item, ItemType

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

type Values = Mapping[str, Any]

_SIZES = {ItemType.INITIATIVE: 3, ItemType.EPIC: 2, ItemType.FEATURE: 1, ItemType.IMPROVEMENT: 1}
_A = {
    ItemType.INITIATIVE: _("An initiative"), ItemType.EPIC: _("An epic"), ItemType.FEATURE: _("A feature"),
    ItemType.IMPROVEMENT: _("An improvement"),
}  # fmt: skip
_INTO = {
    ItemType.INITIATIVE: _("an initiative"),
    ItemType.EPIC: _("an epic"),
    ItemType.FEATURE: _("a feature"),
    ItemType.IMPROVEMENT: _("an improvement"),
}


def check_sizes(item: Item, values: Values, together: Mapping[UUID, Values] = MappingProxyType({})) -> None:
    """Refuse a parent or type that would put something into what is smaller; what was so before may stay.

    `together` is what the same action gives to which items, so that all of it is judged by what it leaves in the end.
    """
    kind, before = values.get("type", item.type), _SIZES[ItemType(item.type)]
    if kind not in _SIZES:
        return  # refused as no type
    size = _SIZES[ItemType(kind)]
    if values.get("parent") or (size > before and "parent" not in values):
        parent = values.get("parent") or item.parent
        above = parent and together.get(parent.pk, {}).get("type", parent.type)
        if above in _SIZES and size > _SIZES[ItemType(above)]:
            _refuse("parent" if "parent" in values else "type", kind, above)
    if size < before and not item._state.adding:
        for child in Item.objects.filter(parent=item, archived_at=None):
            own = together.get(child.pk, {})
            inside = own.get("type", child.type)
            leaves = own.get("archived_at") or getattr(own.get("parent", item), "pk", own.get("parent")) != item.pk
            if inside in _SIZES and _SIZES[ItemType(inside)] > size and not leaves:
                _refuse("type", inside, kind)


def _refuse(field: str, kind: str, other: str) -> None:
    said = gettext("%(item)s does not go into %(other)s; change the type of one of them first.")
    refuse(**{field: said % {"item": _A[ItemType(kind)], "other": _INTO[ItemType(other)]}})
