"""What people do about subscriptions: who follows what, how often, until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.actions import action, create, moment, note, refuse, save, save_set
from apps.core.wording import PHRASES
from apps.stakeholders import rules
from apps.stakeholders.actions.consent import ask, asks
from apps.stakeholders.actions.telling import check_open, member
from apps.stakeholders.models import AudienceMember, Digest, Subscription
from apps.stakeholders.schedule import local_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from apps.core.actors import Actor
    from apps.milestones.models import Milestone
    from apps.roadmap.models import Item
    from apps.stakeholders.models import Audience, Stakeholder
    from apps.vision.models import Goal


class Rhythm(TypedDict, total=False):
    """How often a digest comes and when on the reader's own day, narrowed to promises or not, and if also without news."""

    frequency: str
    weekday: int
    hour: int
    promises: bool
    still_true: bool


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
    """Let a person follow an audience's view, or only some of it (`narrowing.wanted`); who is outside is asked first."""
    del reason
    check_open(audience, stakeholder)
    if not AudienceMember.objects.filter(audience=audience, stakeholder=stakeholder).exists():
        create(member(audience, stakeholder))
    made = create(
        Subscription(
            workspace_id=audience.workspace_id, product_id=audience.product_id, audience=audience, stakeholder=stakeholder,
            created_at=moment(), **_consent(actor, stakeholder), **rhythm,
        )
    )  # fmt: skip
    _follow(made, goals=goals, items=items, milestones=milestones)
    if made.confirmed_at is None:
        ask(made)
    note(made)
    return made


def _consent(actor: Actor, stakeholder: Stakeholder) -> dict[str, datetime]:
    return {"asked_at": moment()} if asks(actor, stakeholder) else {"confirmed_at": moment()}


@action("subscription.edited", may=rules.edit_or_by_link)
def edit_subscription(
    actor: Actor,
    subscription: Subscription,
    *,
    goals: Iterable[Goal] | None = None,
    items: Iterable[Item] | None = None,
    milestones: Iterable[Milestone] | None = None,
    time_zone: str | None = None,
    language: str | None = None,
    version: int | None = None,
    reason: str = "",
    **rhythm: Unpack[Rhythm],
) -> Subscription:
    """Change how often a digest comes, and what it follows; time zone and language are the person's, for all their mails."""
    del actor, version, reason
    save(subscription, **rhythm)
    own = {"time_zone": time_zone, "language": language}
    if told := {name: value for name, value in own.items() if value is not None}:
        save(subscription.stakeholder, **told)
    _follow(subscription, goals=goals, items=items, milestones=milestones)
    return subscription


@action("subscription.paused", may=rules.edit_or_by_link)
def pause_subscription(
    actor: Actor, subscription: Subscription, *, until: date | None = None, version: int | None = None, reason: str = ""
) -> Subscription:
    """Let a person have no digest before that day of their own calendar, or until it is resumed."""
    del actor, version, reason
    return pause(subscription, until)


@action("subscription.resumed", may=rules.edit_or_by_link)
def resume_subscription(
    actor: Actor, subscription: Subscription, *, version: int | None = None, reason: str = ""
) -> Subscription:
    """Let the digests go on with the next that falls due; resuming what is not paused changes nothing."""
    del actor, version, reason
    return resume(subscription)


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


@action("digest.sent", may=rules.system, savepoint=False)
def record_digest(actor: Actor, subscription: Subscription, *, digest: Digest) -> Digest:
    """Put on record that a digest was accepted by the mail server: from now on it counts as told."""
    del actor
    subscription.stakeholder = digest.stakeholder
    digest.told.update(confirmed_at=moment())
    note(
        subscription, digest=str(digest.pk), stakeholder=digest.stakeholder.name, lines=len(digest.lines),
        period=digest.period,
    )  # fmt: skip
    return digest


@action("digest.returned", may=rules.system)
def take_back_digest(actor: Actor, subscription: Subscription, *, digest: Digest) -> Digest:
    """Put on record that a digest came back after it was accepted: it told nobody anything, and what it said is told again."""
    del actor
    digest.told.update(confirmed_at=None)
    note(subscription, digest=str(digest.pk), stakeholder=digest.stakeholder.name, period=digest.period)
    return digest


def pause(subscription: Subscription, until: date | None) -> Subscription:
    """Pause it, as part of an action."""
    _check_going(subscription)
    if until and until <= local_day(moment(), subscription.stakeholder.time_zone):
        refuse(until=gettext("Choose a day to come, or leave it open to pause until it is resumed."))
    return save(subscription, paused_at=moment(), paused_until=until)


def resume(subscription: Subscription) -> Subscription:
    """Let it go on, as part of an action."""
    _check_going(subscription)
    if subscription.paused_at is None:
        return subscription
    return save(subscription, paused_at=None, paused_until=None, resumed_at=moment())


def _check_going(subscription: Subscription) -> None:
    if subscription.ended_at:
        refuse(subscription=gettext("This subscription has ended; let the person follow the audience anew."))


_OTHERS = {
    "goals": _("Choose goals of the audience's product."),
    "items": _("Choose items of the audience's product."),
    "milestones": _("Choose milestones of the audience's product."),
}


def _follow(subscription: Subscription, **chosen: Iterable[Goal | Item | Milestone] | None) -> None:
    """Narrow a subscription; what is None stays as it is."""
    for name, wanted in chosen.items():
        if wanted is None:
            continue
        several: list[Any] = list(wanted)
        if any(each.product_id != subscription.product_id for each in several):
            refuse(**{name: _OTHERS[name]})
        save_set(subscription, name, several)


PHRASES.update(
    {
        "subscription.created": "subscribed",
        "subscription.edited": "changed the subscription of",
        "subscription.paused": "paused the digests of",
        "subscription.resumed": "resumed the digests of",
        "subscription.ended": "ended the subscription of",
        "subscription.left": "ended the subscription of",
        "digest.sent": "sent a digest to",
        "digest.returned": "got back the digest to",
    }
)
