"""Which goals items serve, and with what share each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from django.utils.translation import gettext

from apps.core.actions import create_all, note_of, refuse, remove_all, save_all
from apps.core.wording import NOTED, FieldWords, field_words, percent, value_words
from apps.roadmap.models import Contribution
from apps.roadmap.queries import WHOLE
from apps.vision.models import Goal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from apps.roadmap.models import Item


class Serves(TypedDict):
    """That an item serves a goal, with a share in percent of the item."""

    goal: Goal
    share: int


def serve(items: list[Item], wanted: Mapping[UUID, list[Serves]]) -> set[UUID]:
    """Let items serve these goals, by the item's id, and no other; return the ids of those that did not before.

    It is part of the action under way.
    """
    by_id = {item.pk: item for item in items}
    shares = {pk: {serves["goal"].pk: serves["share"] for serves in goals} for pk, goals in wanted.items()}
    if any(len(shares[pk]) != len(goals) for pk, goals in wanted.items()):
        refuse(goals=gettext("Name each goal once."))
    before: dict[UUID, dict[Goal, Contribution]] = {pk: {} for pk in wanted}
    for each in Contribution.objects.filter(item__in=wanted).select_related("goal").order_by("goal__rank"):
        before[each.item_id][each.goal] = each
    new = [(by_id[pk], serves) for pk, goals in wanted.items() for serves in goals if serves["goal"] not in before[pk]]
    if any(serves["goal"].product_id != item.product_id or serves["goal"].archived_at for item, serves in new):
        refuse(goals=gettext("Choose goals of this product that are not archived."))
    served = [each for goals in before.values() for each in goals.values()]
    was = {pk: {goal.name: each.share for goal, each in goals.items()} for pk, goals in before.items()}
    removed = [each for each in served if each.goal_id not in shares[each.item_id]]
    remove_all(removed)
    kept = [each for each in served if each.goal_id in shares[each.item_id]]
    changed = save_all((each, {"share": shares[each.item_id][each.goal_id]}) for each in kept)
    made = create_all(
        Contribution(
            workspace_id=item.workspace_id, product_id=item.product_id, item=item, goal=serves["goal"], share=serves["share"]
        )
        for item, serves in new
    )
    otherwise = {each.item_id for each in (*removed, *changed, *made)}
    for pk in otherwise:
        goals = sorted(wanted[pk], key=lambda serves: serves["goal"].rank)
        note_of(by_id[pk], goals=[was[pk], {serves["goal"].name: serves["share"] for serves in goals}])
    return otherwise


def swapped(item: Item | None, goal: Goal | None) -> list[Serves]:
    """Return the goals of an item, or of a new one, with this one in the place of its first, in whose lane it is; none for None.

    The others keep their shares, less what would keep the item out of the new lane.
    """
    if goal is None:
        return []
    served = list(item.contributions.select_related("goal").order_by("-share", "goal__rank")) if item else []
    if not served:
        return [Serves(goal=goal, share=WHOLE)]
    share = min(WHOLE, served[0].share + sum(each.share for each in served[1:] if each.goal == goal))
    rest = [Serves(goal=each.goal, share=each.share - (each.share == share)) for each in served[1:] if each.goal != goal]
    return [Serves(goal=goal, share=share), *rest]


def _goals_said(detail: dict[str, Any]) -> FieldWords:
    """Say which goals an item served and serves, each with its share where that is not the whole."""
    before, after = (
        ", ".join(goal if share == WHOLE else f"{goal} {percent(share)}" for goal, share in goals.items())
        for goals in detail["goals"]
    )
    none = value_words(None, "goals", None)
    return FieldWords(field_words(None, "goals"), before or none, after or none)


NOTED["goals"] = _goals_said
