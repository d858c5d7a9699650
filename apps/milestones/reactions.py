"""What follows here from what happened on the roadmap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.core.actions import reacts_to, refuse
from apps.milestones.actions import PROMISED
from apps.milestones.models import Commitment, MilestoneState, Placement
from apps.milestones.transfer import torn

if TYPE_CHECKING:
    from apps.core.actors import Actor
    from apps.core.models import Change


@reacts_to("item.edited", "item.moved", "items.edited", "item.dependants_shifted", "change.undone")
def keep_promises(change: Change, actor: Actor) -> None:
    """Refuse that the end of an item in a committed milestone moves without a reason."""
    del actor
    moved = [pk for kind, pk, _, fields in change.entries() if kind == "roadmap.item" and "end" in fields]
    if not moved or change.reason.strip():
        return
    promised = Placement.objects.filter(
        item__in=moved,
        milestone__commitment=Commitment.COMMITTED,
        milestone__state=MilestoneState.PLANNED,
        milestone__archived_at=None,
    )
    if promised.exists():
        refuse(reason=PROMISED)


@reacts_to("change.undone")
def stay_whole(change: Change, actor: Actor) -> None:
    """Refuse to take a move to another product back where something ties the item to that product by now."""
    del actor
    moved = [pk for kind, pk, _, fields in change.entries() if kind == "roadmap.item" and "product" in fields]
    if moved and (why := torn(moved)):
        refuse(__all__=why)
