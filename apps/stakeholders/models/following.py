"""What people follow, the digests they got, and the ledger of what each was told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import TenantModel
from apps.core.models import Mail
from apps.core.validators import sensible_date
from apps.core.wording import TEXTS, again
from apps.milestones.models import Milestone
from apps.roadmap.models import Item
from apps.stakeholders.models.people import Audience, Stakeholder
from apps.vision.models import Goal, Product

if TYPE_CHECKING:
    from datetime import date, datetime


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


TEXTS["stakeholders.subscription"] = again(r"(?P<person>.*), (?P<often>\w+)", "%(person)s (%(often)s)", often=Frequency)
TEXTS["stakeholders.digest"] = again(r"Digest of (?P<day>\S+) for (?P<person>.*)", _("Digest of %(day)s for %(person)s"))
