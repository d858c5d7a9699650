"""What is open to others without an account: share links, how often they are opened, and webhooks."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import TenantModel, known_zone
from apps.core.models import new_id
from apps.core.validators import no_null, not_blank
from apps.stakeholders.models.people import Audience, Stakeholder
from apps.vision.models import Product


class ShareLink(TenantModel):
    """Opens one audience's view without an account. Only the hash of its secret is kept.

    With a `stakeholder` it is theirs alone: what they read on its page counts as told. Its days are those of `time_zone`.
    """

    audience = models.ForeignKey(Audience, models.CASCADE, related_name="share_links")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    stakeholder = models.ForeignKey(Stakeholder, models.CASCADE, null=True, blank=True, related_name="share_links")
    name = models.CharField(max_length=100, validators=[no_null, not_blank])
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    password_hash = models.CharField(max_length=200, blank=True, editable=False)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[known_zone])
    embed_origins = ArrayField(
        models.CharField(max_length=260), default=list, blank=True, help_text=_("The sites whose pages may show the view.")
    )
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    untracked = frozenset({"secret_hash", "password_hash"})
    unsaid = frozenset({"password_hash"})
    secret: str = ""  # only on the object that was just made; nothing keeps it

    @property
    def zone(self) -> ZoneInfo:
        """The zone in whose days its page is counted."""
        return ZoneInfo(self.time_zone)

    def is_open(self) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())

    def __str__(self) -> str:
        return self.name


class Opening(models.Model):
    """How often a share link's page was `opened` on a day, and how often a hand was on it: `read`. Programs open, people read."""

    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="+")
    link = models.ForeignKey(ShareLink, models.CASCADE, related_name="openings")
    day = models.DateField()
    opened = models.PositiveIntegerField(default=0)
    read = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-day",)
        constraints = (models.UniqueConstraint(fields=("link", "day"), name="opening_once"),)

    def __str__(self) -> str:
        return f"{self.day}: {self.opened}"


class Webhook(TenantModel):
    """Posts to another system what changes in an audience's view, the same as its digests say. Its secret is kept nowhere.

    `told` is what the receiver has acknowledged, by item: `{"said": ..., "at": ...}`; `seen_seq` up to which change was compared.
    """

    audience = models.ForeignKey(Audience, models.CASCADE, related_name="webhooks")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    target = models.CharField(max_length=500, validators=[no_null, not_blank])
    enabled = models.BooleanField(default=True)
    disabled_why = models.CharField(max_length=500, blank=True, validators=[no_null])
    secret_number = models.PositiveIntegerField(default=1, editable=False)
    rotated_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    told = models.JSONField(default=dict, encoder=DjangoJSONEncoder, editable=False, blank=True)
    seen_seq = models.BigIntegerField(default=-1, editable=False)

    untracked = frozenset({"told", "seen_seq", "secret_number"})

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.target


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Delivery(models.Model):
    """One message of a webhook, a row before it is anything else. Its body stands from when the receiver may have it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="+")
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    body = models.TextField(blank=True)
    said = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=500, blank=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = (models.Index(fields=("state", "not_before"), name="delivery_due"),)
        constraints = (
            models.UniqueConstraint(
                fields=("webhook",), condition=Q(state__in=("queued", "sending")), name="delivery_one_open",
                violation_error_message=_("A message of this webhook is on its way already."),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.webhook_id}: {self.state}"
