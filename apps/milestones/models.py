"""By when: milestones and releases, what belongs to them, and what was promised."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import TenantModel, User
from apps.core.reading import MARKDOWN_LIMIT
from apps.core.search import words_in
from apps.core.validators import no_null, not_blank, sensible_date
from apps.roadmap.models import Granularity, Item
from apps.vision.models import Product


class Kind(models.TextChoices):
    MILESTONE = "milestone", _("Milestone")
    RELEASE = "release", _("Release")


class Commitment(models.TextChoices):
    """How a date is meant. A committed date moves only with a reason."""

    COMMITTED = "committed", pgettext_lazy("commitment", "Committed")
    TARGET = "target", pgettext_lazy("commitment", "Target")
    ASPIRATION = "aspiration", pgettext_lazy("commitment", "Aspiration")


class MilestoneState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    REACHED = "reached", _("Reached")
    DROPPED = "dropped", _("Dropped")


class Milestone(TenantModel):
    """A point in time with a meaning; a release is what reaches users together. The date is its last day."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.MILESTONE)
    name = models.CharField(max_length=120, validators=[no_null, not_blank])
    date = models.DateField(null=True, blank=True, validators=[sensible_date])
    starts = models.DateField(null=True, blank=True, validators=[sensible_date], help_text="When the work of its cycle begins.")
    granularity = models.CharField(max_length=8, choices=Granularity, default=Granularity.DAY)
    commitment = models.CharField(max_length=10, choices=Commitment, default=Commitment.TARGET)
    state = models.CharField(max_length=10, choices=MilestoneState, default=MilestoneState.PLANNED)
    reached_on = models.DateField(null=True, blank=True, validators=[sensible_date])
    notes = models.TextField(max_length=MARKDOWN_LIMIT, blank=True, validators=[no_null], help_text="Release notes, in markdown.")
    external_id = models.CharField(max_length=100, blank=True, validators=[no_null])
    archived_at = models.DateTimeField(null=True, blank=True)

    field_groups: ClassVar[tuple[tuple[str, ...], ...]] = (("date", "granularity"), ("state", "reached_on"))

    class Meta:
        ordering = ("date", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("product", "name"), condition=Q(archived_at=None), name="milestone_name",
                violation_error_message=_("There is a milestone of this name; choose another."),
            ),
            models.CheckConstraint(
                condition=Q(date__gte=models.F("starts")), name="milestone_date_after_starts",
                violation_error_message=_("The date must not be before the start of its cycle."),
            ),
            models.CheckConstraint(
                condition=~Q(commitment=Commitment.COMMITTED) | Q(date__isnull=False), name="milestone_committed_date",
                violation_error_message=_("A commitment needs its date."),
            ),
        )  # fmt: skip
        indexes = (
            GinIndex(fields=("name",), opclasses=("gin_trgm_ops",), name="milestone_like"),
            GinIndex(words_in("name", "notes"), name="milestone_words"),
        )

    def __str__(self) -> str:
        return self.name


class Placement(TenantModel):
    """That an item belongs to a milestone; an item is in one at the most."""

    milestone = models.ForeignKey(Milestone, models.CASCADE, related_name="placements")
    item = models.OneToOneField(Item, models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.item.title} in {self.milestone.name}"


class Baseline(TenantModel):
    """A moment of a roadmap that was kept to compare with. The change stream knows what was then; here is only its name."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    name = models.CharField(max_length=160, validators=[no_null, not_blank])
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return self.name

    @property
    def moment(self) -> str:
        """Its moment as the roadmap's address holds it."""
        return self.at.isoformat()
