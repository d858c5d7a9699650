"""The digests that an audience is about to get: what each line would say, and to how many people; sent to nobody yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from apps.stakeholders.ledger import in_force
from apps.stakeholders.models import Subscription, Told
from apps.stakeholders.narrowing import wanted
from apps.stakeholders.projection import project_each
from apps.stakeholders.told import Line, difference, explain, understood

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from apps.stakeholders.models import Audience
    from apps.stakeholders.projection import Shown

ORDER = ("dropped", "moved", "status", "renamed", "goal", "shipped", "new")


@dataclass(slots=True)
class Coming:
    """A line of the next digests and how many people would read it."""

    line: Line
    people: int

    def as_json(self) -> dict[str, Any]:
        """Return it as REST tells it."""
        return {**self.line.as_json(), "people": self.people}


def waits(audience: Audience, period: date) -> bool:
    """Say whether the digest of that day waits for the author: held, or not approved so far."""
    if audience.held:
        return True
    return audience.approval and (audience.approved_through is None or period > audience.approved_through)


def next_digests(audience: Audience) -> list[Coming]:
    """Return the lines that the audience's followers would read if their digests went out now, the gravest first.

    What a person heard through another audience is not taken in here. A constant number of queries.
    """
    follows = _followed(audience)
    shown = {item: view.shown for (_, item), view in project_each([audience]).items() if view.seen}
    told: dict[tuple[UUID, UUID], tuple[dict[str, Any], datetime]] = {}
    for each in in_force(Told.objects.filter(digest__subscription__audience=audience, stakeholder__in=follows)):
        told[each.stakeholder_id, each.item_id] = each.said, each.at
    counted: dict[tuple[Any, ...], Coming] = {}
    since: dict[UUID, datetime] = {}
    for stakeholder, items in follows.items():
        for item in shown if items is None else items & shown.keys():
            said, at = told.get((stakeholder, item), (None, None))
            if line := _line(audience, said, shown[item]):
                key = (item, line.kind, line.told, line.was_titled)
                counted[key] = replace(counted[key], people=counted[key].people + 1) if key in counted else Coming(line, 1)
                if at:
                    since[item] = max(at, since.get(item, at))
    if "reason" in audience.fields:
        explain(audience.workspace_id, [each.line for each in counted.values()], since)
    return sorted(counted.values(), key=lambda each: (ORDER.index(each.line.kind), -each.people, each.line.title))


def _line(audience: Audience, said: dict[str, Any] | None, shown: Shown) -> Line | None:
    return difference(understood(said, shown, audience) if said else None, shown)


def _followed(audience: Audience) -> dict[UUID, set[UUID] | None]:
    """Return who follows the audience, each with the items they follow of it, or None for all."""
    open_ones = Subscription.objects.filter(audience=audience, ended_at=None, stakeholder__archived_at=None)
    people = {each.pk: each.stakeholder_id for each in open_ones}
    return {people[pk]: items for pk, items in wanted(open_ones).items()}
