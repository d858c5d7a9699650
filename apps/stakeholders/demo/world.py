"""What has been made of the demo so far, by the names that its data uses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from apps.core.actors import Actor

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from apps.accounts.models import User, Workspace
    from apps.milestones.models import Milestone
    from apps.roadmap.models import Item, Scorecard
    from apps.stakeholders.demo.calendar import Clock
    from apps.stakeholders.models import Audience, Review, Subscription
    from apps.vision.models import Goal, KeyResult, Product, VisionVersion


@dataclass(slots=True)
class World:
    """One workspace with its product, as far as the demo was played."""

    clock: Clock
    people: dict[str, User]
    workspace: Workspace
    product: Product
    goals: dict[str, Goal] = field(default_factory=dict)
    results: dict[str, KeyResult] = field(default_factory=dict)
    versions: list[VisionVersion] = field(default_factory=list)
    items: dict[str, Item] = field(default_factory=dict)
    milestones: dict[str, Milestone] = field(default_factory=dict)
    audiences: dict[str, Audience] = field(default_factory=dict)
    subscriptions: list[Subscription] = field(default_factory=list)
    scorecards: dict[str, Scorecard] = field(default_factory=dict)
    review: Review | None = None

    def actor(self, nick: str, at: datetime) -> Actor:
        """Return one of the people, acting at that moment."""
        return Actor(user=self.people[nick], name=self.people[nick].name, at=at)


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """Something that happens at a moment; of one moment in the order in which they were written."""

    at: datetime
    order: int
    do: Callable[[World, datetime], object] = field(compare=False)
