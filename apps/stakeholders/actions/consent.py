"""That somebody outside gets no digest before they said yes themselves: who is asked, and by which mail."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from apps.core.actions import action, moment, refuse, save
from apps.core.outbox import enqueue
from apps.core.wording import PHRASES
from apps.stakeholders import rules
from apps.stakeholders.models import Side, Subscription

if TYPE_CHECKING:
    from apps.core.actors import Actor
    from apps.stakeholders.models import Stakeholder

CONFIRMATION = "confirmation"  # the outbox's kind of these mails
PATIENCE = timedelta(hours=1)


def asks(actor: Actor, stakeholder: Stakeholder) -> bool:
    """Say whether a new subscription of this person waits for their own yes.

    A colleague inside is not asked. Neither is whom an import or a replay of history brings, or the system itself (the
    demo): whoever imports takes over people who follow already, and answers for that (docs/operations.md).
    """
    return stakeholder.side == Side.OUTSIDE and actor.at is None and actor.via != "import" and not actor.is_system


def ask(subscription: Subscription) -> None:
    """Put the mail that asks into the outbox, as part of an action that just noted when."""
    period = f"{subscription.pk}:{moment().isoformat()}"
    payload = {"subscription": str(subscription.pk)}
    enqueue(subscription.stakeholder.email, CONFIRMATION, period, payload, workspace_id=subscription.workspace_id)


def ask_anew(actor: Actor, stakeholder: Stakeholder) -> None:
    """Ask a person outside again at a new address: the yes that was given at the old one does not count there."""
    if not asks(actor, stakeholder):
        return
    for subscription in Subscription.objects.filter(stakeholder=stakeholder, ended_at=None).select_related("stakeholder"):
        ask(save(subscription, confirmed_at=None, asked_at=moment()))


@action("subscription.asked", may=rules.edit)
def ask_again(actor: Actor, subscription: Subscription, *, version: int | None = None, reason: str = "") -> Subscription:
    """Send the mail that asks for a yes once more, at the most once an hour."""
    del actor, version, reason
    if subscription.ended_at:
        refuse(subscription=gettext("This subscription has ended; let the person follow the audience anew."))
    if subscription.confirmed_at:
        refuse(subscription=gettext("%(person)s has confirmed it already.") % {"person": subscription.stakeholder.name})
    if subscription.stakeholder.unreachable_at:
        refuse(subscription=gettext("Their address was refused; correct it, or let mail go there again."))
    if subscription.asked_at and moment() - subscription.asked_at < PATIENCE:
        refuse(subscription=gettext("They were asked less than an hour ago; give that mail time to be read."))
    ask(save(subscription, asked_at=moment()))
    return subscription


@action("subscription.confirmed", may=rules.by_link)
def confirm_subscription(actor: Actor, subscription: Subscription) -> Subscription:
    """Say yes to the digests, by the link in the mail that asked; saying it twice is saying it once."""
    del actor
    if subscription.ended_at:
        refuse(subscription=gettext("This subscription has ended; ask whoever invited you to add you again."))
    if subscription.confirmed_at:
        return subscription
    return save(subscription, confirmed_at=moment())


PHRASES.update(
    {
        "subscription.asked": "asked for the confirmation of",
        "subscription.confirmed": "confirmed the subscription of",
    }
)
