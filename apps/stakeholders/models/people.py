"""Who is told, and what each group of them may see."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import TenantModel, User, known_zone
from apps.core.validators import no_null, not_blank, sensible_date
from apps.core.wording import TEXTS, again
from apps.vision.models import Goal, Product


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


TEXTS["stakeholders.audiencemember"] = again(r"(?P<person>.*) in (?P<audience>.*)", _("%(person)s in %(audience)s"))
