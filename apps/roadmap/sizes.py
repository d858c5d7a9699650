"""What goes into what: nothing goes into something smaller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.actions import refuse
from apps.roadmap.models import Item, ItemType

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def check_sizes(item: Item, values: Mapping[str, Any]) -> None:
    """Refuse a parent or type that would put something into what is smaller; what was so before may stay."""
    kind, before = values.get("type", item.type), _SIZES[ItemType(item.type)]
    if kind not in _SIZES:
        return  # refused as no type
    size = _SIZES[ItemType(kind)]
    if values.get("parent") or (size > before and "parent" not in values):
        parent = values.get("parent") or item.parent
        if parent is not None and size > _SIZES[ItemType(parent.type)]:
            _refuse("parent" if "parent" in values else "type", kind, parent.type)
    if size < before and not item._state.adding:
        for inside in Item.objects.filter(parent=item, archived_at=None).values_list("type", flat=True).distinct():
            if _SIZES[ItemType(inside)] > size:
                _refuse("type", inside, kind)


def _refuse(field: str, kind: str, other: str) -> None:
    said = gettext("%(item)s does not go into %(other)s; change the type of one of them first.")
    refuse(**{field: said % {"item": _A[ItemType(kind)], "other": _INTO[ItemType(other)]}})
