"""The digests that an audience is about to get: what each line would say, and to how many people; sent to nobody yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from apps.stakeholders.ledger import Statement, in_force, through
from apps.stakeholders.models import Subscription, Told
from apps.stakeholders.narrowing import wanted
from apps.stakeholders.projection import project_each
from apps.stakeholders.told import Line, difference, explain, is_news, understood

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
    people = {each.stakeholder_id for each, _ in follows}
    shown = {item: view.shown for (_, item), view in project_each([audience]).items() if view.seen}
    told: dict[UUID, dict[UUID, Statement]] = {}
    for each in in_force(Told.objects.filter(through(audience), stakeholder__in=people)):
        told.setdefault(each.stakeholder_id, {})[each.item_id] = each
    counted: dict[tuple[Any, ...], Coming] = {}
    since: dict[UUID, datetime] = {}
    for subscription, items in follows:
        known = told.get(subscription.stakeholder_id, {})
        for line in _lines(subscription, known, shown if items is None else {item: shown[item] for item in items & shown.keys()}):
            key = (line.item_id, line.kind, line.told, line.was_titled)
            counted[key] = replace(counted[key], people=counted[key].people + 1) if key in counted else Coming(line, 1)
            if line.item_id in known:
                since[line.item_id] = max(known[line.item_id].at, since.get(line.item_id, known[line.item_id].at))
    if "reason" in audience.fields:
        explain(audience.workspace_id, [each.line for each in counted.values()], since)
    return sorted(counted.values(), key=lambda each: (ORDER.index(each.line.kind), -each.people, each.line.title))


def _lines(subscription: Subscription, known: dict[UUID, Statement], shown: dict[UUID, Shown]) -> list[Line]:
    """Return the lines that one reader's digest would have, none where it would not go out."""
    audience = subscription.audience
    lines = []
    for item, each in shown.items():
        said = known.get(item)
        if line := difference(understood(said.said, each, audience) if said else None, each):
            lines.append(line)
    unchanged = len((known.keys() & shown.keys()) - {line.item_id for line in lines})
    return lines if is_news(subscription, lines, unchanged) else []


def _followed(audience: Audience) -> list[tuple[Subscription, set[UUID] | None]]:
    """Return who follows the audience and hears of it these days, each with the items they follow of it, or None for all."""
    found = Subscription.objects.filter(
        audience=audience,
        ended_at=None,
        confirmed_at__isnull=False,
        stakeholder__archived_at=None,
        stakeholder__unreachable_at=None,
    )
    now = timezone.now()
    open_ones = [
        each
        for each in found.select_related("stakeholder", "audience")
        if not each.is_paused(now.astimezone(ZoneInfo(each.stakeholder.time_zone)).date())
    ]
    items = wanted(open_ones)
    return [(each, items[each.pk]) for each in open_ones]
