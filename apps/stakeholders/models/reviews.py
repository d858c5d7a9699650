"""Reviews, and what they said of each item."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import TenantModel, User
from apps.core.reading import MARKDOWN_LIMIT
from apps.core.validators import no_null, not_blank, sensible_date
from apps.core.wording import TEXTS, again
from apps.milestones.models import Baseline
from apps.roadmap.models import Decision, Item
from apps.stakeholders.models.people import Stakeholder
from apps.vision.models import Product


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


TEXTS["stakeholders.revieweditem"] = again(r"(?P<item>.*): (?P<verdict>\w+)", "%(item)s (%(verdict)s)", verdict=Verdict)
