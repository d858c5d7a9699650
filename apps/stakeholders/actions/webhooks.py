"""What people do about webhooks, and what the system does about one whose receiver is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from django.conf import settings
from django.utils.translation import gettext

from apps.core.actions import action, create, moment, note, refuse, save
from apps.core.posting import Refused, target_of
from apps.core.wording import PHRASES
from apps.stakeholders import rules
from apps.stakeholders.models import Delivery, DeliveryState, Webhook

if TYPE_CHECKING:
    from apps.core.actors import Actor
    from apps.stakeholders.models import Audience


class WebhookFields(TypedDict, total=False):
    """The fields of a webhook that people edit; any subset."""

    target: str
    enabled: bool


@action("webhook.created", may=rules.edit)
def create_webhook(actor: Actor, audience: Audience, *, reason: str = "", **fields: Unpack[WebhookFields]) -> Webhook:
    """Post to another system what changes in an audience's view. The first message says all that it shows."""
    del actor, reason
    if audience.archived_at:
        refuse(audience=gettext("This audience is dissolved; choose another."))
    made = Webhook(
        workspace_id=audience.workspace_id, product_id=audience.product_id, audience=audience, created_at=moment(),
        **_checked(fields),
    )  # fmt: skip
    return create(made)


@action("webhook.edited", may=rules.edit)
def edit_webhook(
    actor: Actor, webhook: Webhook, *, version: int | None = None, reason: str = "", **fields: Unpack[WebhookFields]
) -> Webhook:
    """Change a webhook's address, or enable or disable it; enabled again it goes on from what was acknowledged last."""
    del actor, version, reason
    _check_there(webhook)
    values: dict[str, Any] = dict(_checked(fields))
    if "enabled" in fields:
        values["disabled_why"] = ""
    return save(webhook, **values)


@action("webhook.secret_rotated", may=rules.edit)
def rotate_webhook_secret(actor: Actor, webhook: Webhook, *, version: int | None = None, reason: str = "") -> Webhook:
    """Give a webhook a new secret; for a day messages carry the signatures of both."""
    del actor, version, reason
    _check_there(webhook)
    return save(webhook, secret_number=webhook.secret_number + 1, rotated_at=moment())


@action("webhook.removed", may=rules.edit)
def archive_webhook(actor: Actor, webhook: Webhook, *, version: int | None = None, reason: str = "") -> Webhook:
    """Post nothing to it any more; what was delivered stays on record."""
    del actor, version, reason
    Delivery.objects.filter(webhook=webhook, state=DeliveryState.QUEUED).update(state=DeliveryState.CANCELLED)
    archived = save(webhook, archived_at=moment())
    note(archived)
    return archived


@action("webhook.redelivered", may=rules.edit)
def redeliver(actor: Actor, webhook: Webhook, *, delivery: Delivery, reason: str = "") -> Webhook:
    """Post a message once more, the same one under the same id."""
    del actor, reason
    _check_there(webhook)
    if not webhook.enabled:
        refuse(delivery=gettext("This webhook is disabled; enable it first."))
    if delivery.webhook_id != webhook.pk or not delivery.body:
        refuse(delivery=gettext("There is nothing to post again; choose a message that was tried."))
    queued = {"state": DeliveryState.QUEUED, "attempts": 0, "not_before": moment(), "error": "", "lease_until": None}
    over = (DeliveryState.DELIVERED, DeliveryState.FAILED)
    if not Delivery.objects.filter(pk=delivery.pk, state__in=over).update(**queued):
        refuse(delivery=gettext("This message is on its way already."))
    note(webhook, delivery=str(delivery.pk))
    return webhook


@action("webhook.disabled", may=rules.system)
def disable_webhook(actor: Actor, webhook: Webhook, *, why: str) -> Webhook:
    """Stop posting to a receiver that is gone."""
    del actor
    return save(webhook, enabled=False, disabled_why=why[:500])


def _checked(fields: WebhookFields) -> WebhookFields:
    """Return the fields, refusing an address to which we do not post."""
    if "target" in fields:
        try:
            target_of(fields["target"], private=settings.WEBHOOK_PRIVATE_NETWORKS)
        except Refused as error:
            refuse(target=str(error))
    return fields


def _check_there(webhook: Webhook) -> None:
    if webhook.archived_at:
        refuse(target=gettext("This webhook was taken away; make a new one."))


PHRASES.update(
    {
        "webhook.created": "made the webhook",
        "webhook.edited": "changed the webhook",
        "webhook.secret_rotated": "gave a new secret to the webhook",
        "webhook.removed": "took away the webhook",
        "webhook.redelivered": "posted once more to",
        "webhook.disabled": "stopped posting to",
    }
)
