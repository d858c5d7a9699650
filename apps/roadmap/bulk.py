"""What people do to several items at once: one action, one reason, one undo; all of it or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, Unpack, cast

from django.core.exceptions import ValidationError

from apps.core.actions import action, create_all, moment, note, of, refuse, remove_all, save_all
from apps.core.wording import PHRASES
from apps.roadmap import rules
from apps.roadmap.actions import completed
from apps.roadmap.models import Contribution, Granularity, Item
from apps.roadmap.timeframes import moved
from apps.roadmap.waiting import pushed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from apps.accounts.models import User
    from apps.core.actors import Actor
    from apps.roadmap.actions import ItemFields
    from apps.vision.models import Goal, Product

MOST = 500  # items at once
FARTHEST = 3_660  # days


class SeveralFields(TypedDict, total=False):
    """The fields that several items are given at once; any subset."""

    type: str
    status: str
    health: str
    horizon: str
    owner: User | None
    confidential: bool


@action("items.edited", may=rules.add_item)
def edit_items(
    actor: Actor,
    product: Product,
    *,
    items: Iterable[Item],
    goal: Goal | None = None,
    shift: int = 0,
    archive: bool = False,
    reason: str = "",
    **fields: Unpack[SeveralFields],
) -> Product:
    """Give items of one roadmap the same fields or goal, shift them by days, or archive them.

    The number of statements does not grow with the items. Errors name the item and the field.
    """
    del actor, reason
    if not (fields or goal or shift or archive):
        refuse(__all__="Say what is to change.")
    if abs(shift) > FARTHEST:
        refuse(shift=f"Shift by at most {FARTHEST:,} days.")
    found = _fresh(product, items)
    pairs = [(item, _values(item, cast("ItemFields", fields), shift, archive=archive)) for item in found]
    changed = {item.pk for item in save_all(pairs)}
    if goal is not None:
        changed |= _serve_one(found, goal)
    if changed:
        note(product, items=len(changed), shift=shift)
    return product


@action("item.dependants_shifted", may=rules.edit_item)
def shift_dependants(actor: Actor, item: Item, *, reason: str = "") -> Item:
    """Move all that waits for an item, directly or through others, to where it no longer starts too early (`waiting.pushed`)."""
    del actor, reason
    found = pushed(item)
    if not found:
        refuse(__all__="Nothing that waits for this item starts too early by now.")
    save_all((push.item, {"start": push.start, "end": push.end}) for push in found)
    note(item, items=len(found))
    return item


def _fresh(product: Product, items: Iterable[Item]) -> list[Item]:
    """Return the items as they are now, or refuse those that are archived, gone or of another roadmap."""
    wanted = {item.pk: item for item in items}
    if not wanted or len(wanted) > MOST:
        refuse(items=f"Choose 1 to {MOST} items.")
    found = list(Item.objects.filter(pk__in=wanted, product=product).order_by("rank"))
    for pk in wanted.keys() - {item.pk for item in found}:
        refuse(items=f"{wanted[pk]} is not on this roadmap.")
    for item in found:
        if item.archived_at:
            refuse(items=f"{item} is archived; restore it first.")
    return found


def _values(item: Item, fields: ItemFields, shift: int, *, archive: bool) -> dict[str, Any]:
    """Return what one of the items is given; its error names it."""
    values: dict[str, Any] = dict(fields)
    try:
        if shift:
            values |= _shifted(item, shift)
        values = completed(item, cast("ItemFields", values))
    except ValidationError as error:
        raise of(item, error) from error
    return values | ({"archived_at": moment()} if archive else {})


def _shifted(item: Item, days: int) -> dict[str, Any]:
    if item.start is None or item.end is None:
        refuse(start="It is in the parking lot; give it dates first.")
    try:
        start, end = moved(item.start, item.end, item.granularity, days)
    except OverflowError:
        refuse(start="That is beyond the calendar.")
    if start == item.start:
        period = Granularity(item.granularity).label.lower()
        refuse(start=f"It is planned by the {period}; {abs(days)} days are less than half of one.")
    return {"start": start, "end": end}


def _serve_one(items: list[Item], goal: Goal) -> set[UUID]:
    """Let the items serve this goal and no other; return the ids of those that did not before."""
    if goal.product_id != items[0].product_id or goal.archived_at:
        refuse(goal="Choose a goal of this product that is not archived.")
    served = list(Contribution.objects.filter(item__in=items).select_related("goal"))
    others = [each for each in served if each.goal_id != goal.pk]
    remove_all(others)
    kept = {each.item_id: each for each in served if each.goal_id == goal.pk}
    raised = save_all((each, {"share": 100}) for each in kept.values())
    made = create_all(
        Contribution(workspace_id=item.workspace_id, product_id=item.product_id, item=item, goal=goal, share=100)
        for item in items
        if item.pk not in kept
    )
    return {each.item_id for each in (*others, *raised, *made)}


PHRASES["items.edited"] = "edited several items of"
PHRASES["item.dependants_shifted"] = "shifted what waits for"
