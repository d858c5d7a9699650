"""Signed addresses for the readers of digests, who need no account: the link is the credential, bound to their address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from apps.stakeholders.models import Subscription

if TYPE_CHECKING:
    from apps.stakeholders.models import Stakeholder

type Purpose = Literal["own", "confirm"]


def _signer(purpose: Purpose, reader: Stakeholder) -> signing.Signer:
    return signing.Signer(salt=f"{purpose} {reader.email}")


def token_for(subscription: Subscription, purpose: Purpose) -> str:
    """Return what only somebody can have who was sent it at the address that the reader has today."""
    return _signer(purpose, subscription.stakeholder).sign(str(subscription.pk))


def link_to(subscription: Subscription, purpose: Purpose) -> str:
    """Return the whole address of the page on which a reader manages (`own`) or confirms what they get."""
    return settings.BASE_URL + reverse(f"stakeholders:{purpose}", args=[token_for(subscription, purpose)])


def subscription_by(token: str, purpose: Purpose) -> Subscription | None:
    """Return the subscription of a link, or None for one that is not ours, is for something else or for an older address."""
    try:
        pk = UUID(token.rpartition(":")[0])
    except ValueError:
        return None
    found = Subscription.objects.select_related("stakeholder", "audience__product__workspace", "product", "workspace")
    subscription: Subscription | None = found.filter(pk=pk).first()
    if subscription is None:
        return None
    try:
        _signer(purpose, subscription.stakeholder).unsign(token)
    except signing.BadSignature:
        return None
    return subscription
