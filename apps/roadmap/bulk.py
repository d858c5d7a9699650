"""What people do to several items at once: one action, one reason, one undo; all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict, Unpack, cast

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from apps.core.actions import action, moment, note, of, refuse, save_all
from apps.core.wording import PHRASES, inside
from apps.roadmap import rules
from apps.roadmap.actions import ItemFields, completed
from apps.roadmap.models import Granularity, Item
from apps.roadmap.placing import place
from apps.roadmap.queries import WHOLE
from apps.roadmap.serving import Serves, serve
from apps.roadmap.timeframes import moved
from apps.roadmap.waiting import pushed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from apps.accounts.models import User
    from apps.core.actors import Actor
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


@dataclass(frozen=True, slots=True)
class Edit:
    """What one of several items is given; with the version that was seen, what others changed since is not overwritten."""

    item: Item
    fields: ItemFields
    goals: list[Serves] | None = None
    version: int | None = None


@action("items.edited", may=rules.add_item)
def edit_items(
    actor: Actor,
    product: Product,
    *,
    items: Iterable[Item] = (),
    edits: Iterable[Edit] = (),
    goal: Goal | None = None,
    milestone: str | None = None,
    shift: int = 0,
    archive: bool = False,
    reason: str = "",
    **fields: Unpack[SeveralFields],
) -> Product:
    """Give items of one roadmap the same fields, goal or milestone, shift them, archive them, or give each its own fields.

    A milestone comes by its id, empty for none; a shift is in days. The number of statements does not grow with the items, save
    where they get parents or smaller types. Errors name the item and the field. Raises `Stale` where an edit names a version and
    the same field was changed since.
    """
    del actor, reason
    own = {edit.item.pk: edit for edit in edits}
    if not (fields or goal or shift or archive or own or milestone is not None):
        refuse(__all__=gettext("Say what is to change."))
    if abs(shift) > FARTHEST:
        refuse(shift=gettext("Shift by at most %(days)s days.") % {"days": number_format(FARTHEST, force_grouping=True)})
    found = _fresh(product, [*items, *(edit.item for edit in own.values())])
    away = {"archived_at": moment()} if archive else {}
    given = {item.pk: {**fields, **(own[item.pk].fields if item.pk in own else {}), **away} for item in found}
    pairs = [(item, _values(item, given, shift)) for item in found]
    changed = {item.pk for item in save_all(pairs, {pk: edit.version for pk, edit in own.items() if edit.version})}
    if any("parent" in values for _, values in pairs):
        _refuse_circles(product)
    goals = {item.pk: [Serves(goal=goal, share=WHOLE)] for item in found} if goal else {}
    goals |= {pk: edit.goals for pk, edit in own.items() if edit.goals is not None}
    if goals:
        changed |= serve(found, goals)
    changed |= place(found, milestone)
    if changed:
        note(product, items=len(changed), shift=shift)
    return product


@action("item.dependants_shifted", may=rules.edit_item)
def shift_dependants(actor: Actor, item: Item, *, reason: str = "") -> Item:
    """Move all that waits for an item, directly or through others, to where it no longer starts too early (`waiting.pushed`)."""
    del actor, reason
    found = pushed(item)
    if not found:
        refuse(__all__=gettext("Nothing that waits for this item starts too early by now."))
    save_all((push.item, {"start": push.start, "end": push.end}) for push in found)
    note(item, items=len(found))
    return item


def _fresh(product: Product, items: Iterable[Item]) -> list[Item]:
    """Return the items as they are now, or refuse those that are archived, gone or of another roadmap."""
    wanted = {item.pk: item for item in items}
    if not wanted or len(wanted) > MOST:
        refuse(items=gettext("Choose 1 to %(most)s items.") % {"most": MOST})
    found = list(Item.objects.filter(pk__in=wanted, product=product).select_related("workspace", "parent").order_by("rank"))
    for pk in wanted.keys() - {item.pk for item in found}:
        refuse(items=gettext("%(name)s is not on this roadmap.") % {"name": wanted[pk]})
    for item in found:
        if item.archived_at:
            refuse(items=gettext("%(name)s is archived; restore it first.") % {"name": item})
    return found


def _values(item: Item, given: dict[UUID, dict[str, Any]], shift: int) -> dict[str, Any]:
    """Return what one of the items is given, of what each is; its error names it."""
    try:
        days = _shifted(item, shift) if shift else {}
        return completed(item, cast("ItemFields", given[item.pk] | days), given)
    except ValidationError as error:
        raise of(item, error) from error


def _shifted(item: Item, days: int) -> dict[str, Any]:
    if item.start is None or item.end is None:
        refuse(start=gettext("It is in the parking lot; give it dates first."))
    try:
        start, end = moved(item.start, item.end, item.granularity, days, item.workspace.year_begins)
    except OverflowError:
        refuse(start=gettext("That is beyond the calendar."))
    if start == item.start:
        said = ngettext(
            "It is planned by the %(period)s; %(count)s day is less than half of one.",
            "It is planned by the %(period)s; %(count)s days are less than half of one.",
            abs(days),
        )
        refuse(start=said % {"period": inside(Granularity(item.granularity).label, noun=True), "count": abs(days)})
    return {"start": start, "end": end}


def _refuse_circles(product: Product) -> None:
    """Refuse parents that are each fine alone and together make a circle."""
    parents = dict(Item.objects.filter(product=product, parent__isnull=False).values_list("pk", "parent_id"))
    fine: set[UUID] = set()
    for start in parents:
        way, here = set[Any](), start
        while here in parents and here not in fine:
            if here in way:
                refuse(parent=gettext("Together these parents would make a circle; an item cannot be inside itself."))
            way.add(here)
            here = parents[here]
        fine |= way


PHRASES["items.edited"] = "edited several items of"
PHRASES["item.dependants_shifted"] = "shifted what waits for"
