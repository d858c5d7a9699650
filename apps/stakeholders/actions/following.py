"""What people do about subscriptions: who follows what, how often, until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from apps.core.actions import action, create, moment, note, refuse, save, save_set
from apps.core.wording import PHRASES
from apps.stakeholders import rules
from apps.stakeholders.actions.telling import check_open, member
from apps.stakeholders.models import AudienceMember, Digest, Subscription

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps.core.actors import Actor
    from apps.milestones.models import Milestone
    from apps.roadmap.models import Item
    from apps.stakeholders.models import Audience, Stakeholder
    from apps.vision.models import Goal


class Rhythm(TypedDict, total=False):
    """How often a digest comes, when on the reader's own day, and whether it is narrowed to what they were promised."""

    frequency: str
    weekday: int
    hour: int
    promises: bool


@action("subscription.created", may=rules.edit)
def subscribe(
    actor: Actor,
    audience: Audience,
    *,
    stakeholder: Stakeholder,
    goals: Iterable[Goal] = (),
    items: Iterable[Item] = (),
    milestones: Iterable[Milestone] = (),
    reason: str = "",
    **rhythm: Unpack[Rhythm],
) -> Subscription:
    """Let a person follow an audience's view, or only some of it (`narrowing.wanted`)."""
    del actor, reason
    check_open(audience, stakeholder)
    if not AudienceMember.objects.filter(audience=audience, stakeholder=stakeholder).exists():
        create(member(audience, stakeholder))
    made = create(
        Subscription(
            workspace_id=audience.workspace_id, product_id=audience.product_id, audience=audience, stakeholder=stakeholder,
            created_at=moment(), **rhythm,
        )
    )  # fmt: skip
    _follow(made, goals=goals, items=items, milestones=milestones)
    note(made)
    return made


@action("subscription.edited", may=rules.edit)
def edit_subscription(
    actor: Actor,
    subscription: Subscription,
    *,
    goals: Iterable[Goal] | None = None,
    items: Iterable[Item] | None = None,
    milestones: Iterable[Milestone] | None = None,
    version: int | None = None,
    reason: str = "",
    **rhythm: Unpack[Rhythm],
) -> Subscription:
    """Change how often a digest comes, and what it follows."""
    del actor, version, reason
    save(subscription, **rhythm)
    _follow(subscription, goals=goals, items=items, milestones=milestones)
    return subscription


@action("subscription.ended", may=rules.edit)
def end_subscription(actor: Actor, subscription: Subscription, *, version: int | None = None, reason: str = "") -> Subscription:
    """End a subscription; ending it twice is ending it once."""
    del version, reason
    if subscription.ended_at:
        return subscription
    return save(subscription, ended_at=moment(), ended_by=actor.name[:100])


@action("subscription.left", may=rules.by_link)
def unsubscribe(actor: Actor, subscription: Subscription) -> Subscription:
    """End a subscription at the wish of the person who gets its mails."""
    del actor
    if subscription.ended_at:
        return subscription
    return save(subscription, ended_at=moment(), ended_by=subscription.stakeholder.name)


@action("digest.sent", may=rules.system)
def record_digest(actor: Actor, subscription: Subscription, *, digest: Digest) -> Digest:
    """Put on record that a digest was accepted by the mail server: from now on it counts as told."""
    del actor
    digest.told.update(confirmed_at=moment())
    note(
        subscription, digest=str(digest.pk), stakeholder=subscription.stakeholder.name, lines=len(digest.lines),
        period=digest.period,
    )  # fmt: skip
    return digest


def _follow(subscription: Subscription, **chosen: Iterable[Goal | Item | Milestone] | None) -> None:
    """Narrow a subscription; what is None stays as it is."""
    for name, wanted in chosen.items():
        if wanted is None:
            continue
        several: list[Any] = list(wanted)
        if any(each.product_id != subscription.product_id for each in several):
            refuse(**{name: f"Choose {name} of the audience's product."})
        save_set(subscription, name, several)


PHRASES.update(
    {
        "subscription.created": "subscribed",
        "subscription.edited": "changed the subscription of",
        "subscription.ended": "ended the subscription of",
        "subscription.left": "ended the subscription of",
        "digest.sent": "sent a digest to",
    }
)
