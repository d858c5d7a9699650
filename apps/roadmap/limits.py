"""How many open items the columns of a board are meant to hold."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.actions import action, create, note, refuse, remove, save
from apps.core.wording import PHRASES, TEXTS, again, field_words
from apps.roadmap import rules
from apps.roadmap.models import ColumnLimit, Horizon, Status
from apps.vision.models import Goal

if TYPE_CHECKING:
    from apps.core.actors import Actor
    from apps.vision.models import Product

CHOICES = {"horizon": Horizon.values, "status": Status.values}
GROUPS = (*CHOICES, "goal", "release")


@action("column.limited", may=rules.add_item)
def limit_column(actor: Actor, product: Product, *, group: str, value: str, most: int, reason: str = "") -> ColumnLimit:
    """Say how many open items a column of the board is meant to hold at most, in place of what was said before."""
    del actor, reason
    _check(product, group, value)
    known = ColumnLimit.objects.filter(product=product, group=group, value=value).first()
    if known:
        return save(known, most=most)
    return create(ColumnLimit(workspace_id=product.workspace_id, product=product, group=group, value=value, most=most))


@action("column.freed", may=rules.edit)
def free_column(actor: Actor, limit: ColumnLimit, *, reason: str = "") -> ColumnLimit:
    """Take a column's limit away."""
    del actor, reason
    note(limit.product, column=limit.value, most=limit.most)
    remove(limit)
    return limit


def limits_of(product: Product, group: str) -> dict[str, int]:
    """Return the limits of a board's columns by their values; one query."""
    return dict(ColumnLimit.objects.filter(product=product, group=group).values_list("value", "most"))


def _check(product: Product, group: str, value: str) -> None:
    if group not in GROUPS:
        refuse(group=gettext("A board is arranged by horizon, status, goal or release."))
    known = value in CHOICES[group] if group in CHOICES else value == "none" or _is_id(value)
    if group == "goal" and known and value != "none":
        known = Goal.objects.filter(product=product, pk=value, archived_at=None).exists()
    if not known:
        refuse(value=gettext("There is no such column by %(group)s.") % {"group": field_words(None, group)})


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


PHRASES["column.limited"] = "set the"
PHRASES["column.freed"] = "took a limit off a column of"
TEXTS["roadmap.columnlimit"] = again(
    r"limit of (?P<value>.*) at (?P<most>\d+)", _("limit of %(value)s at %(most)s"), value=Horizon
)
