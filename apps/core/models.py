"""What every tracked object has, and the stream of what happened to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import uuid_utils.compat
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from apps.core.fence import Keep


def new_id() -> UUID:
    """Return a UUID of version 7: unguessable enough to hide counts, ordered by time for the index."""
    return uuid_utils.compat.uuid7()


class Tracked(models.Model):
    """An object whose every change is recorded; only actions write it.

    `version` counts the edits of the object's own fields. `field_groups` names fields that make sense
    only together, so that two people editing one group are told of each other.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    read_at: int | None = None  # the number of the workspace's newest change when it was read, where that was read too
    last_change: Change | None = None  # on what an action returned: the change that it made

    field_groups: ClassVar[tuple[tuple[str, ...], ...]] = ()
    # Fields that are kept out of the change stream: secrets and counters.
    untracked: ClassVar[frozenset[str]] = frozenset()
    # Of those, the ones of which the stream says that they changed, though never what they said: words that can be taken back.
    unsaid: ClassVar[frozenset[str]] = frozenset()
    # Fields whose change does not count as an edit, so that a move refuses nobody's words.
    uncounted: ClassVar[frozenset[str]] = frozenset()
    # Fields that hold `{member: value}`: two people who change other members of one both win.
    by_member: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True

    def change_scope(self) -> UUID | None:
        """Return the id of the product in which a change of this object is news, or None."""
        return getattr(self, "product_id", None)

    def change_workspace(self) -> UUID:
        """Return the id of the workspace in whose stream a change of this object belongs."""
        workspace_id: UUID = getattr(self, "workspace_id", None) or self.pk
        return workspace_id


class Change(models.Model):
    """One action, once, for ever: who did what to which object, from what to what, and why.

    `fields` is `{name: [before, after]}` of the object, both null where its words are kept out of the stream;
    `also` lists the other objects that the same action wrote, each `{"type", "id", "text", "version", "fields"}`,
    and with `"detail": {name: [before, after]}` where something changed of it that no field shows;
    `touches` holds all their ids.
    `seq` numbers the changes of one workspace without a gap, in the order in which they were committed.
    """

    workspace = models.ForeignKey(settings.WORKSPACE_MODEL, models.CASCADE, related_name="+")
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    actor_name = models.CharField(max_length=200)
    via = models.CharField(max_length=10)
    verb = models.CharField(max_length=60)
    scope = models.UUIDField(null=True)
    object_type = models.CharField(max_length=60)
    object_id = models.UUIDField()
    object_text = models.CharField(max_length=300)
    version = models.PositiveIntegerField(null=True)
    fields = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    also = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    touches = ArrayField(models.UUIDField())
    detail = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("workspace", "seq")
        constraints = (models.UniqueConstraint(fields=("workspace", "seq"), name="change_seq_once"),)
        indexes = (
            GinIndex(fields=("touches",), name="change_touches"),
            models.Index(fields=("workspace", "scope", "seq"), name="change_scope_seq"),
        )

    def __str__(self) -> str:
        return f"{self.seq} {self.verb} {self.object_text}"

    def fields_of(self, object_id: UUID) -> dict[str, list[Any]]:
        """Return `{name: [before, after]}` of one of the objects that this change touched."""
        return dict(self.fields if self.object_id == object_id else self._entry(object_id).get("fields", {}))

    def detail_of(self, object_id: UUID) -> dict[str, list[Any]]:
        """Return `{name: [before, after]}` of what changed of another object than its own, and no field shows."""
        return dict(self._entry(object_id).get("detail", {}))

    def entries(self) -> list[tuple[str, UUID, str, dict[str, list[Any]]]]:
        """Return all that this change touched as (type, id, text, fields), its own object first."""
        others = [(each["type"], UUID(str(each["id"])), each["text"], each["fields"]) for each in self.also]
        return [(self.object_type, self.object_id, self.object_text, self.fields), *others]

    def version_of(self, object_id: UUID) -> int | None:
        """Return the version that one of the touched objects had afterwards."""
        if self.object_id == object_id:
            return self.version
        return self._entry(object_id).get("version")

    def _entry(self, object_id: UUID) -> dict[str, Any]:
        return next((entry for entry in self.also if entry["id"] == str(object_id)), {})


class IdempotencyKey(models.Model):
    """The answer to one POST, kept for a day so that a repeated request gets it again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "key"), name="idempotency_key_once"),)

    def __str__(self) -> str:
        return self.key


class Heartbeat(models.Model):
    """When a background process was last seen working."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class MailState(models.TextChoices):
    """Where a mail is on its way. `dot`: the whole text was handed over, the answer is not known yet."""

    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    DOT = "dot", _("Dot")
    SENT = "sent", _("Sent")
    UNCONFIRMED = "unconfirmed", _("Unconfirmed")
    BOUNCED = "bounced", _("Bounced")
    DEAD = "dead", _("Dead")
    CANCELLED = "cancelled", _("Cancelled")


class Mail(models.Model):
    """One mail to one address, kept before, while and after it is sent. See `core.outbox`.

    Unique on (recipient, kind, period), so that planning twice plans once. `payload` is what the kind's
    renderer needs; `raw` holds the bytes that the server has or may have; `attempts` and `lease_until` fence two workers.
    `keep` is what the mail that is being made leaves once its text is with the server, and `sent_at` is set before where it is to
    count as sent at a moment that it was made up for (`core.outbox`).
    """

    keep: Keep | None = None

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(settings.WORKSPACE_MODEL, models.CASCADE, null=True, related_name="+")
    recipient = models.EmailField()
    kind = models.CharField(max_length=40)
    period = models.CharField(max_length=80)
    payload = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    state = models.CharField(max_length=12, choices=MailState, default=MailState.QUEUED)
    subject = models.CharField(max_length=300, blank=True)
    raw = models.BinaryField(null=True)
    message_id = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = (models.UniqueConstraint(fields=("recipient", "kind", "period"), name="mail_once"),)
        indexes = (
            models.Index(fields=("not_before",), name="mail_waiting", condition=models.Q(state__in=("queued", "sending", "dot"))),
        )

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient}"
