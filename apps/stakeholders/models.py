"""Who cares: the people who are told, what each may see, and what each was told."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import TenantModel, User, known_zone
from apps.core.models import Mail, new_id
from apps.core.reading import MARKDOWN_LIMIT
from apps.core.validators import no_null, not_blank, sensible_date
from apps.core.wording import TEXTS, again
from apps.milestones.models import Baseline, Milestone
from apps.roadmap.models import Decision, Item
from apps.vision.models import Goal, Product

if TYPE_CHECKING:
    from datetime import date, datetime


class Side(models.TextChoices):
    INSIDE = "inside", _("Inside")
    OUTSIDE = "outside", _("Outside")


class Stakeholder(TenantModel):
    """A person, inside or outside, who is told. May have no account.

    What is written to them, and their own pages, are in `language`, whatever their browser asks for.
    From `unreachable_at` nothing is written to them: their address was refused for good (`actions/reaching.py`).
    """

    name = models.CharField(max_length=100, validators=[no_null, not_blank])
    email = models.EmailField()
    organisation = models.CharField(max_length=100, blank=True, validators=[no_null])
    side = models.CharField(max_length=7, choices=Side, default=Side.OUTSIDE)
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    time_zone = models.CharField(max_length=64, default="UTC", validators=[known_zone])
    language = models.CharField(
        max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE, db_default=settings.LANGUAGE_CODE
    )
    bounces = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    unreachable_at = models.DateTimeField(null=True, blank=True, editable=False)
    unreachable_why = models.CharField(max_length=500, blank=True, db_default="", editable=False)
    archived_at = models.DateTimeField(null=True, blank=True)

    field_groups = (("unreachable_at", "unreachable_why"),)
    untracked = frozenset({"bounces"})
    uncounted = frozenset({"bounces", "unreachable_at", "unreachable_why"})

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                "workspace", Lower("email"), condition=Q(archived_at=None), name="stakeholder_email",
                violation_error_message=_("Somebody with this address is a stakeholder already."),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Precision(models.TextChoices):
    """How exactly an audience sees a date; `horizon` shows now, next or later and no date at all."""

    DAY = "day", _("Day")
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    HALF = "half", _("Half-year")
    YEAR = "year", _("Year")
    HORIZON = "horizon", _("Now, next, later")


def default_fields() -> list[str]:
    return ["title", "timeframe", "status", "goals", "vision", "reason"]


class Audience(TenantModel):
    """A group of stakeholders and its projection: which items of a product, which fields, how exact a date.

    `statuses`, `types` and `goals` narrow the items; empty means all. Confidential and archived items are never in.
    `fields` holds names from `projection.PUBLIC`; what is not named is not shown. One inside is told in the room's own words
    and as exactly as `precision` allows; to one outside an unsure date is told less exactly (`projection.finest`).
    Feeds, webhooks, embedded pages and files speak its `language`; a page does where its visitor's browser asks for none of ours.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    name = models.CharField(max_length=100, validators=[no_null, not_blank])
    description = models.TextField(max_length=2_000, blank=True, validators=[no_null])
    side = models.CharField(max_length=7, choices=Side, default=Side.OUTSIDE)
    precision = models.CharField(max_length=8, choices=Precision, default=Precision.QUARTER)
    fields = ArrayField(models.CharField(max_length=30), default=default_fields)
    statuses = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    types = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    goals = models.ManyToManyField(Goal, related_name="+", blank=True)
    language = models.CharField(
        max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE, db_default=settings.LANGUAGE_CODE
    )
    digest_word = models.TextField(
        max_length=2_000, blank=True, validators=[no_null], help_text=_("What its digests say on top, in your own words.")
    )
    held = models.BooleanField(default=False, help_text=_("No digest goes out."))
    approval = models.BooleanField(default=False, help_text=_("Digests wait until somebody approves them."))
    approved_through = models.DateField(null=True, blank=True, validators=[sensible_date])
    external_id = models.CharField(max_length=100, blank=True, validators=[no_null])
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("product", "name"), condition=Q(archived_at=None), name="audience_name",
                violation_error_message=_("There is an audience of this name; choose another."),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.name


class AudienceMember(TenantModel):
    """That a stakeholder belongs to an audience."""

    audience = models.ForeignKey(Audience, models.CASCADE, related_name="members")
    stakeholder = models.ForeignKey(Stakeholder, models.CASCADE, related_name="audiences")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("audience", "stakeholder"),
                name="audience_member_once",
                violation_error_message=_("This person is in the audience already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.stakeholder.name} in {self.audience.name}"


class Frequency(models.TextChoices):
    """How often a digest comes; `material`: on a day on which there is something material to say (`told.Line.material`)."""

    DAILY = "daily", _("Daily")
    WEEKLY = "weekly", _("Weekly")
    MONTHLY = "monthly", _("Monthly")
    MATERIAL = "material", _("On material change")


class Subscription(TenantModel):
    """What a stakeholder follows as part of an audience, how often, and at which hour of their own day.

    Weekly digests go out on `weekday` (0 is Monday), monthly ones on the first such weekday of the month.
    Daily ones and those on material change are due each day; none is sent with nothing new in it, unless `still_true` asks to
    be told that all is as it was. From `paused_at` no digest is due before the day `paused_until`, or before it is resumed.
    Nothing is sent before `confirmed_at`: somebody outside is asked by a mail (`asked_at`) and says yes themselves.
    `goals`, `items`, `milestones` and `promises` narrow it (`narrowing.wanted`); without any of them all that the audience
    sees is followed.
    """

    stakeholder = models.ForeignKey(Stakeholder, models.CASCADE, related_name="subscriptions")
    audience = models.ForeignKey(Audience, models.CASCADE, related_name="subscriptions")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    frequency = models.CharField(max_length=8, choices=Frequency, default=Frequency.WEEKLY)
    weekday = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(6)])
    hour = models.PositiveSmallIntegerField(default=9, validators=[MaxValueValidator(23)])
    goals = models.ManyToManyField(Goal, related_name="+", blank=True)
    items = models.ManyToManyField(Item, related_name="+", blank=True)
    milestones = models.ManyToManyField(Milestone, related_name="+", blank=True)
    promises = models.BooleanField(
        default=False, db_default=False, help_text=_("Whatever they were promised, wherever it stands by now.")
    )
    still_true = models.BooleanField(
        default=False, db_default=False, help_text=_("Also a mail when nothing changed: that all is still true.")
    )
    asked_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateField(null=True, blank=True, validators=[sensible_date])
    resumed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=100, blank=True)
    last_period = models.DateField(null=True, blank=True, editable=False)

    field_groups = (("paused_at", "paused_until", "resumed_at"),)
    untracked = frozenset({"last_period"})

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("stakeholder", "audience"), condition=Q(ended_at=None), name="subscription_once",
                violation_error_message=_("This person follows this audience already."),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.stakeholder.name}, {self.frequency}"

    def clean(self) -> None:
        if self.still_true and self.frequency == Frequency.MATERIAL:
            raise ValidationError(
                {"still_true": gettext("Choose daily, weekly or monthly to be told that all is still true, or no such mail.")}
            )

    @property
    def since(self) -> datetime:
        """From when on digests are due: what fell due before is not made up for."""
        return max(filter(None, (self.created_at, self.confirmed_at, self.resumed_at)))

    def is_paused(self, day: date) -> bool:
        """Say whether no digest of that local date is wanted."""
        return self.paused_at is not None and (self.paused_until is None or day < self.paused_until)


class Digest(TenantModel):
    """One mail with what changed against what a stakeholder was told, and why.

    `lines` is what it says, frozen when it was rendered, in one language whichever the mail speaks; `period` is the local
    date for which it was due.
    """

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="digests")
    stakeholder = models.ForeignKey(Stakeholder, models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    period = models.DateField()
    as_of = models.DateTimeField()
    lines = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    unchanged = models.PositiveIntegerField(default=0)
    mail = models.OneToOneField(Mail, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("-period", "-id")
        constraints = (models.UniqueConstraint(fields=("subscription", "period"), name="digest_once"),)

    def __str__(self) -> str:
        return f"Digest of {self.period} for {self.stakeholder.name}"


class Told(models.Model):
    """The told ledger, append-only: what a stakeholder was told of an item, when and by what: a digest or a share link's page.

    `said` is the projected item exactly as shown. A row counts only from `confirmed_at`: a bounced or
    unconfirmed mail did not tell. The newest confirmed row is what they were last told. `committed` says that it gave a
    date to which the room was committed at that moment, whether or not its reader was shown the word.
    """

    workspace = models.ForeignKey("accounts.Workspace", models.CASCADE, related_name="+")
    stakeholder = models.ForeignKey(Stakeholder, models.CASCADE, related_name="told")
    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    digest = models.ForeignKey(Digest, models.CASCADE, null=True, related_name="told")
    link = models.ForeignKey("ShareLink", models.CASCADE, null=True, related_name="told")
    said = models.JSONField(encoder=DjangoJSONEncoder)
    committed = models.BooleanField(default=False, db_default=False)
    at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("at", "id")
        indexes = (models.Index(fields=("stakeholder", "item", "-at"), name="told_last"),)

    def __str__(self) -> str:
        return f"{self.stakeholder_id} was told of {self.item_id}"


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


class ReviewState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled")


class Review(TenantModel):
    """A dated session that walks the roadmap. Holding it plans the next one, `cadence_weeks` later (0: none).

    `attendees` are members and `guests` stakeholders who take part; `decisions` are those made in it.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    title = models.CharField(max_length=120, validators=[no_null, not_blank])
    due_on = models.DateField(validators=[sensible_date])
    cadence_weeks = models.PositiveSmallIntegerField(default=4, validators=[MaxValueValidator(52)])
    escalate_after = models.PositiveSmallIntegerField(
        default=7,
        validators=[MaxValueValidator(90)],
        help_text=_("Days overdue after which the workspace's owners hear of it; 0: never."),
    )
    state = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.PLANNED)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    attendees = models.ManyToManyField(User, related_name="+", blank=True)
    guests = models.ManyToManyField(Stakeholder, related_name="+", blank=True)
    decisions = models.ManyToManyField(Decision, related_name="+", blank=True)
    notes = models.TextField(max_length=MARKDOWN_LIMIT, blank=True, validators=[no_null])
    held_at = models.DateTimeField(null=True, blank=True)
    baseline = models.ForeignKey(Baseline, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-due_on", "-id")

    def __str__(self) -> str:
        return self.title


class Verdict(models.TextChoices):
    KEEP = "keep", _("Keep")
    CHANGE = "change", _("Change")
    DROP = "drop", _("Drop")


class ReviewedItem(TenantModel):
    """What a review said of one item: keep, change or drop, by whom, and a word."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="reviewed")
    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=6, choices=Verdict)
    note = models.TextField(max_length=2_000, blank=True, validators=[no_null])
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    field_groups = (("verdict", "note"),)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("review", "item"),
                name="reviewed_once",
                violation_error_message=_("This review looked at the item already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.item.title}: {self.verdict}"


TEXTS |= {
    "stakeholders.audiencemember": again(r"(?P<person>.*) in (?P<audience>.*)", _("%(person)s in %(audience)s")),
    "stakeholders.subscription": again(r"(?P<person>.*), (?P<often>\w+)", "%(person)s (%(often)s)", often=Frequency),
    "stakeholders.digest": again(r"Digest of (?P<day>\S+) for (?P<person>.*)", _("Digest of %(day)s for %(person)s")),
    "stakeholders.revieweditem": again(r"(?P<item>.*): (?P<verdict>\w+)", "%(item)s (%(verdict)s)", verdict=Verdict),
}
