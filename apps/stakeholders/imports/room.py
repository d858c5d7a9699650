"""What a product has now, by the names that files use for it; kept true while rows are placed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.accounts.models import User
from apps.milestones.models import Milestone, Placement
from apps.roadmap.models import Contribution, Dependency, Item
from apps.stakeholders.models import Audience, Subscription
from apps.vision.models import Goal, Product

if TYPE_CHECKING:
    from uuid import UUID


def bare(name: str, strip: str) -> str:
    """Return a milestone's name as it is compared: without the mapping's prefix, in small letters."""
    return name.strip().casefold().removeprefix(strip.casefold())


class Room:
    """The items, goals, milestones and people of one product, read once.

    `served` is `{item id: {goal id: share}}`, `placed` is `{item id: milestone id}`, `links` are
    `(item id, other id, kind)`, `followed` is `{audience's external id: ids of the items its people follow}`.
    `reason` is given for every change, as a committed date needs one.
    """

    def __init__(self, product: Product, reason: str = "") -> None:
        self.product, self.reason = product, reason
        rows = Item.objects.filter(product=product).exclude(external_id="").select_related("product")
        self.items: dict[str, Item] = {item.external_id: item for item in rows}
        self.read_goals()
        self.milestones = list(Milestone.objects.filter(product=product, archived_at=None))
        members = User.objects.filter(memberships__workspace_id=product.workspace_id)
        self.people = {person.email.casefold(): person for person in members}
        self.served: dict[UUID, dict[UUID, int]] = {}
        for item, goal, share in Contribution.objects.filter(product=product).values_list("item", "goal", "share"):
            self.served.setdefault(item, {})[goal] = share
        self.placed: dict[UUID, UUID] = dict(Placement.objects.filter(product=product).values_list("item", "milestone"))
        self.links = set(Dependency.objects.filter(product=product).values_list("item", "other", "kind"))
        self._read_followed()

    def read_goals(self) -> None:
        """Read the goals anew, after a row was undone that may have made one."""
        rows = Goal.objects.filter(product=self.product, archived_at=None)
        self.goals: dict[str, Goal] = {goal.name: goal for goal in rows}

    def milestone(self, name: str, strip: str) -> Milestone | None:
        """Return the milestone of this name, the mapping's prefix left out on both sides."""
        wanted = bare(name, strip)
        return next((each for each in self.milestones if bare(each.name, strip) == wanted), None)

    def put(self, item: Item, milestone: Milestone | None) -> None:
        """Remember in which milestone an item is now."""
        if milestone:
            self.placed[item.pk] = milestone.pk
        else:
            self.placed.pop(item.pk, None)

    def _read_followed(self) -> None:
        audiences = Audience.objects.filter(product=self.product, archived_at=None).exclude(external_id="")
        self.audiences: dict[str, Audience] = {audience.external_id: audience for audience in audiences}
        rows = Subscription.objects.filter(product=self.product, ended_at=None, audience__in=audiences)
        self.subscriptions: dict[str, Subscription] = {
            each.audience.external_id: each for each in rows.select_related("audience")
        }
        self.followed: dict[str, set[UUID]] = {name: set() for name in self.subscriptions}
        for name, item in rows.filter(items__isnull=False).values_list("audience__external_id", "items"):
            self.followed[name].add(item)
