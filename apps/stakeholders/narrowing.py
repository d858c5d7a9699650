"""What a subscription is narrowed to, and what of it can be chosen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import F, Value
from django.utils.translation import gettext, ngettext

from apps.milestones.models import Milestone, Placement
from apps.roadmap.models import Contribution, Status
from apps.stakeholders.models import Subscription, Told
from apps.stakeholders.projection import project
from apps.vision.models import Goal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

CHOICES = {"goals": "goal", "items": "item", "milestones": "milestone"}
_OVER = (Status.SHIPPED, Status.DROPPED)


def wanted(subscriptions: Iterable[Subscription]) -> dict[UUID, set[UUID] | None]:
    """Return the items that each subscription follows, or None for all that its audience shows; in at most four queries.

    An item is followed that was chosen itself, that serves a chosen goal or stands in a chosen milestone today, or that
    the reader was promised: any confirmed statement to them, through whichever audience, that gave them a date of it while
    it was open and stood in a committed milestone. A promise is never forgotten: its item stays followed when it leaves the
    milestone or the milestone is no longer committed. What leaves the narrowing is not spoken of any more: no line says that
    it was dropped. Narrowed to promises alone, who was promised nothing follows nothing.
    """
    several = list(subscriptions)
    chosen = _chosen([each.pk for each in several])
    serving = _pairs(Contribution.objects.filter(goal__in=_all(chosen, "goals")).values_list("goal", "item"))
    standing = _pairs(Placement.objects.filter(milestone__in=_all(chosen, "milestones")).values_list("milestone", "item"))
    promised = _promised(several)
    found: dict[UUID, set[UUID] | None] = {}
    for each in several:
        mine = chosen.get(each.pk, {})
        if not mine and not each.promises:
            found[each.pk] = None
            continue
        items = set(mine.get("items", ()))
        items = items.union(*(serving.get(goal, ()) for goal in mine.get("goals", ())))
        items = items.union(*(standing.get(milestone, ()) for milestone in mine.get("milestones", ())))
        found[each.pk] = items | promised.get(each.stakeholder_id, set()) if each.promises else items
    return found


def _chosen(subscriptions: list[UUID]) -> dict[UUID, dict[str, set[UUID]]]:
    """Return `{subscription: {name of the choice: ids}}`; one query for all three kinds."""
    rows = [
        getattr(Subscription, name).through.objects.filter(subscription__in=subscriptions)
        .order_by().values_list("subscription", one, Value(name))
        for name, one in CHOICES.items()
    ]  # fmt: skip
    found: dict[UUID, dict[str, set[UUID]]] = {}
    for subscription, pk, name in rows[0].union(*rows[1:], all=True):
        found.setdefault(subscription, {}).setdefault(name, set()).add(pk)
    return found


def _all(chosen: dict[UUID, dict[str, set[UUID]]], name: str) -> set[UUID]:
    return set().union(*(each.get(name, set()) for each in chosen.values()))


def _pairs(rows: Iterable[tuple[Any, Any]]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    for one, other in rows:
        found.setdefault(one, set()).add(other)
    return found


def _promised(subscriptions: list[Subscription]) -> dict[UUID, set[UUID]]:
    """Return the items that each of these readers was promised, by reader."""
    people = {each.stakeholder_id for each in subscriptions if each.promises}
    kept = Told.objects.filter(stakeholder__in=people, committed=True, confirmed_at__isnull=False)
    return _pairs(kept.order_by().values_list("stakeholder", "item").distinct())


@dataclass(slots=True)
class Offer:
    """What a subscription can be narrowed to, by id, in words; `hidden` is what is chosen but not for its reader to know."""

    goals: dict[UUID, str] = field(default_factory=dict)
    milestones: dict[UUID, str] = field(default_factory=dict)
    items: dict[UUID, str] = field(default_factory=dict)
    hidden: dict[str, set[UUID]] = field(default_factory=dict)


def offer(subscription: Subscription, *, to_reader: bool) -> Offer:
    """Return what can be chosen: open items that the audience shows, in its words, and the goals and milestones of those.

    Its reader is offered the goals and milestones that the audience is shown; inside, all open ones of the product can be
    chosen. What is chosen already stays on offer.
    """
    audience, chosen = subscription.audience, _chosen([subscription.pk]).get(subscription.pk, {})
    shown = project(audience)
    kept = {name: chosen.get(name, set()) for name in CHOICES}
    found = Offer(items={each.item_id: each.title for each in shown if each.status not in _OVER or each.item_id in kept["items"]})
    if to_reader:
        found.goals = {goal.id: goal.name for each in shown for goal in each.goals}
        if "milestone" in audience.fields:
            placed = Placement.objects.filter(item__in=[each.item_id for each in shown]).order_by(
                "milestone__date", "milestone_id"
            )
            found.milestones = dict(placed.values_list("milestone", "milestone__name"))
    else:
        goals, milestones = (
            Goal.objects.filter(product=audience.product_id),
            Milestone.objects.filter(product=audience.product_id),
        )
        found.goals = dict((goals.filter(archived_at=None) | goals.filter(pk__in=kept["goals"])).values_list("pk", "name"))
        open_ones = milestones.filter(archived_at=None, state="planned") | milestones.filter(pk__in=kept["milestones"])
        found.milestones = dict(open_ones.order_by(F("date").asc(nulls_last=True), "pk").values_list("pk", "name"))
    found.hidden = {name: ids - getattr(found, name).keys() for name, ids in kept.items()}
    return found


_COUNTED: dict[str, Callable[[int], str]] = {
    "goals": lambda n: ngettext("%(n)d goal", "%(n)d goals", n),
    "milestones": lambda n: ngettext("%(n)d milestone", "%(n)d milestones", n),
    "items": lambda n: ngettext("%(n)d item", "%(n)d items", n),
}


def in_words(subscription: Subscription) -> str:
    """Return what a subscription follows, in a few words; its choices are best fetched before."""
    counted = [(name, len(getattr(subscription, name).all())) for name in ("goals", "milestones", "items")]
    parts = [_COUNTED[name](count) % {"n": count} for name, count in counted if count]
    if subscription.promises:
        parts.append(gettext("what was promised"))
    return ", ".join(parts) or gettext("everything")
