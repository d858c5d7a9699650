"""Webhooks: the news of an audience's view, posted to another system and tried again until it was accepted, or given up.

Standard Webhooks says how it is signed. What is compared with is what the receiver acknowledged, so that nothing is lost while
it is away; one message of a webhook is on its way at a time, so that they arrive in order. A message is composed at each try,
with what the audience may see at that moment, until the receiver may have it: then its bytes and its id stay.
"""

from __future__ import annotations

import base64
import logging
import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from json import dumps
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import override
from standardwebhooks import Webhook as Signer

from apps.core.actors import Actor
from apps.core.posting import Failed, Refused, post
from apps.stakeholders.actions import disable_webhook
from apps.stakeholders.coming import ORDER, waits
from apps.stakeholders.models import Delivery, DeliveryState, Webhook
from apps.stakeholders.projection import project
from apps.stakeholders.queries import last_reviewed
from apps.stakeholders.told import difference, explain, understood

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from apps.stakeholders.told import Line

log = logging.getLogger(__name__)
OPEN = (DeliveryState.QUEUED, DeliveryState.SENDING)
LEASE = timedelta(minutes=2)
ROUND = 15  # seconds after which a round begins no further try
BOTH = timedelta(days=1)  # for how long both secrets sign after one was exchanged
# How long to wait after each try in vain; after the last one the webhook is disabled, some three days on.
PAUSES = tuple(timedelta(seconds=each) for each in (5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400))


@dataclass(frozen=True, slots=True)
class News:
    """What there is to tell a receiver: the message, and what it will have been told by it, by item."""

    body: str
    said: dict[str, Any]


def secret_of(webhook: Webhook, number: int | None = None) -> str:
    """Return a webhook's secret: derived from `SECRET_KEY`, so that neither the database nor a backup holds it."""
    info = f"lodestar webhook {webhook.pk} {number or webhook.secret_number}".encode()
    key = HKDF(SHA256(), 32, salt=None, info=info).derive(settings.SECRET_KEY.encode())
    return f"whsec_{base64.b64encode(key).decode()}"


def headers_of(webhook: Webhook, delivery: Delivery, at: datetime) -> dict[str, str]:
    """Return the headers of a message as Standard Webhooks has them; for a day two signatures after the secret was exchanged."""
    number = webhook.secret_number
    both = number > 1 and webhook.rotated_at is not None and at - webhook.rotated_at < BOTH
    name = f"msg_{delivery.pk.hex}"
    signers = [Signer(secret_of(webhook, each)) for each in ([number, number - 1] if both else [number])]
    return {
        "Content-Type": "application/json",
        "User-Agent": "Lodestar",
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(each.sign(name, at, delivery.body) for each in signers),
    }


def news_of(webhook: Webhook, at: datetime) -> News | None:
    """Compare what the audience is shown now with what the receiver acknowledged; None where it knows all of it.

    A program reads it: its words are in the audience's language, and what it knows is compared whatever that is.
    """
    with override(webhook.audience.language):
        return _news_of(webhook, at)


def _news_of(webhook: Webhook, at: datetime) -> News | None:
    audience = webhook.audience
    shown = {each.item_id: each for each in project(audience)}
    told = {UUID(pk): kept for pk, kept in webhook.told.items()}
    known = {pk: understood(told[pk]["said"], each, audience) if pk in told else None for pk, each in shown.items()}
    lines = [line for pk, each in shown.items() if (line := difference(known[pk], each))]
    if not lines:
        return None
    if "reason" in audience.fields:
        explain(webhook.workspace_id, lines, {pk: datetime.fromisoformat(kept["at"]) for pk, kept in told.items()})
    lines.sort(key=lambda line: ORDER.index(line.kind))
    data = {
        "audience": audience.name, "product": audience.product.name, "as_of": at,
        "last_reviewed": last_reviewed(audience.product),
        "lines": [_line(webhook, line) for line in lines],
    }  # fmt: skip
    body = dumps({"type": "roadmap.changed", "timestamp": at, "data": data}, cls=DjangoJSONEncoder, ensure_ascii=False)
    return News(body, {str(line.item_id): {"said": shown[line.item_id].said(), "at": at} for line in lines})


def _line(webhook: Webhook, line: Line) -> dict[str, Any]:
    """Return a line as it goes out: the item by an id that is the same in each message, and is none of the room's keys."""
    said = {name: value for name, value in line.as_json().items() if name not in ("item_id", "colour", "serves")}
    return {"item": uuid5(webhook.pk, str(line.item_id)), **said}


def plan() -> int:
    """Put a message into the queue for each webhook that has news; returns how many are new. Any number may plan at once."""
    due = Webhook.objects.filter(
        enabled=True, archived_at=None, audience__archived_at=None, audience__held=False, workspace__mail_paused=False
    ).exclude(seen_seq=F("workspace__seq"))
    waiting = due.exclude(pk__in=Delivery.objects.filter(state__in=OPEN).values("webhook"))
    return sum(_plan(pk) for pk in waiting.values_list("pk", flat=True))


def _plan(pk: UUID) -> bool:
    with transaction.atomic():
        locked = Webhook.objects.select_for_update(skip_locked=True, of=("self",))
        webhook = locked.select_related("audience__product", "workspace").filter(pk=pk).first()
        if webhook is None or waits(webhook.audience, timezone.localdate()):
            return False
        found = news_of(webhook, timezone.now()) is not None
        Webhook.objects.filter(pk=pk).update(seen_seq=webhook.workspace.seq)
        if found:
            Delivery.objects.create(workspace_id=webhook.workspace_id, webhook=webhook)
    return found


def deliver(limit: int = 200, seconds: float = ROUND) -> int:
    """Post what is due and return how many were tried, none begun after so many seconds. Any number may run at once."""
    Delivery.objects.filter(state=DeliveryState.SENDING, lease_until__lt=timezone.now()).update(
        state=DeliveryState.QUEUED, lease_until=None
    )
    tried, until = 0, time.monotonic() + seconds
    while tried < limit and time.monotonic() < until and (delivery := _claim()):
        tried += 1
        try:
            _try(delivery)
        except Exception as error:  # a mistake in one must not stop the others
            log.exception("message %s of webhook %s could not be made", delivery.pk, delivery.webhook_id)
            _in_vain(delivery, f"It could not be made: {type(error).__name__}: {error}")
    return tried


def _claim() -> Delivery | None:
    now = timezone.now()
    due = Delivery.objects.filter(
        state=DeliveryState.QUEUED, not_before__lte=now, workspace__mail_paused=False, webhook__enabled=True,
        webhook__archived_at=None,
    )  # fmt: skip
    with transaction.atomic():
        found = due.select_for_update(skip_locked=True, of=("self",)).order_by("not_before").first()
        if found is None:
            return None
        found.state, found.attempts, found.lease_until = DeliveryState.SENDING, found.attempts + 1, now + LEASE
        found.save(update_fields=["state", "attempts", "lease_until"])
    return found


def _try(delivery: Delivery) -> None:
    rows = Webhook.objects.select_related("audience__product", "workspace")
    webhook, at = rows.get(pk=delivery.webhook_id), timezone.now()
    if not delivery.body and not _compose(webhook, delivery, at):
        _end(delivery, state=DeliveryState.CANCELLED)
        return
    try:
        status = post(
            webhook.target, delivery.body.encode(), headers_of(webhook, delivery, at),
            private=settings.WEBHOOK_PRIVATE_NETWORKS, before=lambda: _keep(delivery),
        )  # fmt: skip
    except (Refused, Failed) as error:
        _in_vain(delivery, str(error))
        return
    if 200 <= status < 300:
        _accepted(delivery, status)
    else:
        _in_vain(delivery, _said(status), status)


def _compose(webhook: Webhook, delivery: Delivery, at: datetime) -> bool:
    news = None if webhook.audience.archived_at else news_of(webhook, at)
    if news:
        delivery.body, delivery.said = news.body, news.said
    return news is not None


def _keep(delivery: Delivery) -> None:
    """Keep the bytes that the receiver is about to have: whatever comes of it, only these go out under this id."""
    _mine(delivery).update(body=delivery.body, said=delivery.said)


def _said(status: int) -> str:
    if 300 <= status < 400:
        return f"The receiver answered {status}: it has moved. Give the address to which it leads; it is not followed."
    return f"The receiver answered {status}."


def _mine(delivery: Delivery) -> QuerySet[Delivery]:
    """Return the row as long as this worker's claim on it stands."""
    return Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.SENDING, attempts=delivery.attempts)


def _end(delivery: Delivery, **values: Any) -> bool:
    return bool(_mine(delivery).update(lease_until=None, **values))


def _accepted(delivery: Delivery, status: int) -> None:
    """Count it as told; what the receiver was told later already stands."""
    with transaction.atomic():
        webhook = Webhook.objects.select_for_update(of=("self",)).get(pk=delivery.webhook_id)
        if not _end(delivery, state=DeliveryState.DELIVERED, status=status, error="", delivered_at=timezone.now()):
            return
        said = Delivery.objects.values_list("said", flat=True).get(pk=delivery.pk)
        newer = {pk: kept for pk, kept in said.items() if pk not in webhook.told or webhook.told[pk]["at"] <= kept["at"]}
        Webhook.objects.filter(pk=webhook.pk).update(told=webhook.told | newer, seen_seq=-1)


def _in_vain(delivery: Delivery, why: str, status: int | None = None) -> None:
    """Try again later; a receiver that says it is gone, or was away for all the pauses, is posted to no more."""
    over = status == 410 or delivery.attempts > len(PAUSES)
    state = DeliveryState.FAILED if over else DeliveryState.QUEUED
    pause = timedelta(0) if over else PAUSES[delivery.attempts - 1] * random.uniform(0.9, 1.1)  # noqa: S311 - jitter, not a secret
    if not _end(delivery, state=state, error=why[:500], status=status, not_before=timezone.now() + pause) or not over:
        return
    gone = "The receiver answered 410, that it is gone." if status == 410 else f"It was tried {delivery.attempts} times. {why}"
    disable_webhook(Actor.system(), delivery.webhook, why=gone)
