"""A row that was read becomes true, through the actions, and only where it differs from what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast

from django.db import transaction
from django.utils.translation import gettext

from apps.core.actions import refuse
from apps.milestones.actions import create_milestone, edit_milestone, place_item, reach_milestone
from apps.milestones.models import MilestoneState
from apps.roadmap.actions import create_item, edit_item, restore_item, set_goals
from apps.roadmap.models import Status
from apps.roadmap.timeframes import first_day, last_day
from apps.stakeholders.imports.reading import described
from apps.vision.actions import create_goal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from apps.core.actors import Actor
    from apps.milestones.models import Milestone
    from apps.roadmap.models import Item
    from apps.roadmap.serving import Serves
    from apps.stakeholders.imports.mapping import Mapping
    from apps.stakeholders.imports.reading import Wanted
    from apps.stakeholders.imports.room import Room
    from apps.vision.models import Goal

type Outcome = Literal["created", "changed", "unchanged"]
NAME_LIMIT = 120  # characters of a goal's name


def place_wanted_item(room: Room, actor: Actor, mapping: Mapping, wanted: Wanted, today: date) -> Outcome:
    """Create or change the item of this row, all of it or nothing; a refusal leaves no trace of the row."""
    if not wanted.external_id:
        refuse(**{mapping.external_id: gettext("Give the row its id; without it a second import would double it.")})
    goals = wanted_goals(room, actor, mapping, wanted)
    milestone = _milestone(room, mapping, wanted)
    values = _item_values(room, mapping, wanted, milestone)
    item = room.items.get(wanted.external_id)
    with transaction.atomic():
        item, outcome = _write_item(room, actor, item, _shipped(values, item, milestone, today), goals, wanted)
        if mapping.milestone and room.placed.get(item.pk) != (milestone.pk if milestone else None):
            place_item(actor, item, milestone=milestone)
            outcome = "changed" if outcome == "unchanged" else outcome
    _learn(room, item, wanted, goals)
    if mapping.milestone:
        room.put(item, milestone)
    return outcome


def place_wanted_milestone(room: Room, actor: Actor, mapping: Mapping, wanted: Wanted, today: date) -> Outcome:
    """Create or change the milestone of this row; with `reached: past` one whose day has come counts as reached."""
    if not wanted.external_id:
        refuse(**{mapping.external_id: gettext("Give the row its id; without it a second import would double it.")})
    values = {name: value for name, value in wanted.fields.items() if value is not None}
    values["notes"] = described(mapping, wanted)
    known = next((each for each in room.milestones if each.external_id == wanted.external_id), None)
    with transaction.atomic():
        if known is None:
            made = create_milestone(actor, room.product, external_id=wanted.external_id, **values)
            outcome: Outcome = "created"
        else:
            made, outcome = known, "unchanged"
            if changed := _differing(known, values):
                made, outcome = edit_milestone(actor, known, reason=room.reason, **cast("Any", changed)), "changed"
        if mapping.reached and made.date and made.date <= today and made.state == MilestoneState.PLANNED:
            made = reach_milestone(actor, made, on=made.date)
            outcome = "changed" if outcome == "unchanged" else outcome
    room.milestones = [made if each.pk == made.pk else each for each in room.milestones] + ([made] if known is None else [])
    return outcome


def wanted_goals(room: Room, actor: Actor, mapping: Mapping, wanted: Wanted) -> list[Goal] | None:
    """Return the goals that the row names, making those that are new; None where the mapping does not speak of goals."""
    if wanted.goals is None or mapping.goals is None:
        return None
    found = []
    for name in wanted.goals:
        if name not in room.goals and mapping.goals.create and len(name) <= NAME_LIMIT:
            room.goals[name] = create_goal(actor, room.product, name=name)
        if goal := room.goals.get(name):
            found.append(goal)
        else:
            wanted.complain(
                mapping.goals.columns[0],
                name,
                gettext("There is no goal of this name."),
                gettext("Add the goal, or correct its name."),
            )
    return found


def _milestone(room: Room, mapping: Mapping, wanted: Wanted) -> Milestone | None:
    if mapping.milestone is None or not wanted.milestone:
        return None
    found = room.milestone(wanted.milestone, mapping.milestone.strip)
    if found is None:
        wanted.complain(
            mapping.milestone.column,
            wanted.milestone,
            gettext("There is no milestone of this name."),
            gettext("Import or add the milestone first."),
        )
    return found


def _item_values(room: Room, mapping: Mapping, wanted: Wanted, milestone: Milestone | None) -> dict[str, Any]:
    """Return the fields of the item that the row decides, completed by what follows from its milestone."""
    values = dict(wanted.fields)
    if "owner" in values:
        values["owner"] = _person(room, mapping, wanted, values["owner"])
    if mapping.milestone and mapping.milestone.timeframe:
        values |= _cycle(milestone, mapping.milestone.timeframe, room.product.workspace.year_begins)
    elif values.get("start") and values.get("end"):
        values["granularity"] = values.get("granularity") or "day"
        begins = room.product.workspace.year_begins
        values["start"] = first_day(values["start"], values["granularity"], begins)
        values["end"] = last_day(values["end"], values["granularity"], begins)
    elif "granularity" in values and not (values.get("start") or values.get("end")):
        values["granularity"] = ""  # without dates there is nothing to be exact about
    optional = {"start", "end", "owner", "confidence", "effort"}
    values = {name: value for name, value in values.items() if value is not None or name in optional}
    if mapping.describe or mapping.unplaced == "describe" or "description" in values:
        values["description"] = described(mapping, wanted)
    return values


def _cycle(milestone: Milestone | None, granularity: str, begins: int) -> dict[str, Any]:
    if milestone is None or milestone.date is None:
        return {"start": None, "end": None, "granularity": ""}
    start = min(milestone.starts or milestone.date, milestone.date)
    end = last_day(milestone.date, granularity, begins)
    return {"start": first_day(start, granularity, begins), "end": end, "granularity": granularity}


def _shipped(values: dict[str, Any], item: Item | None, milestone: Milestone | None, today: date) -> dict[str, Any]:
    """Add the day of shipping where an item becomes shipped: its milestone's day if that has come, else today."""
    becomes = values.get("status") == Status.SHIPPED and (item is None or item.status != Status.SHIPPED)
    if not becomes or values.get("shipped_on"):
        return values
    day = milestone.date if milestone and milestone.date and milestone.date <= today else today
    return {**values, "shipped_on": day}


def _person(room: Room, mapping: Mapping, wanted: Wanted, address: str | None) -> Any:
    person = room.people.get((address or "").casefold())
    if address and person is None:
        column = mapping.fields["owner"].column
        wanted.complain(column, address, gettext("No member has this address."), gettext("Invite them, or correct the address."))
    return person


def _write_item(
    room: Room, actor: Actor, item: Item | None, values: dict[str, Any], goals: Sequence[Goal] | None, wanted: Wanted
) -> tuple[Item, Outcome]:
    serves = _serves(goals or ())
    if item is None:
        made = create_item(actor, room.product, goals=serves, external_id=wanted.external_id, **cast("Any", values))
        return made, "created"
    outcome: Outcome = "unchanged"
    if item.archived_at:
        item, outcome = restore_item(actor, item), "changed"
    if changed := _differing(item, values):
        item, outcome = edit_item(actor, item, reason=room.reason, **cast("Any", _whole(changed, values))), "changed"
    if goals is not None and room.served.get(item.pk, {}) != {each["goal"].pk: each["share"] for each in serves}:
        set_goals(actor, item, goals=serves)
        outcome = "changed"
    return item, outcome


def _differing(known: Any, values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if getattr(known, name) != value}


def _whole(changed: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Add the rest of the timeframe to a part of it: start, end and granularity are one group."""
    group = {"start", "end", "granularity"}
    return changed | {name: values[name] for name in group & values.keys()} if group & changed.keys() else changed


def _serves(goals: Sequence[Goal]) -> list[Serves]:
    return [{"goal": goal, "share": 100 // len(goals)} for goal in goals]


def _learn(room: Room, item: Item, wanted: Wanted, goals: Sequence[Goal] | None) -> None:
    room.items[wanted.external_id] = item
    if goals is not None:
        room.served[item.pk] = {serves["goal"].pk: serves["share"] for serves in _serves(goals)}
