"""Items, what they serve and what they wait for."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import TenantModel, User
from apps.core.reading import MARKDOWN_LIMIT
from apps.core.search import words_in
from apps.core.validators import no_null, not_blank, sensible_date
from apps.vision.models import Goal, Product


class ItemType(models.TextChoices):
    INITIATIVE = "initiative", _("Initiative")
    EPIC = "epic", _("Epic")
    FEATURE = "feature", _("Feature")
    IMPROVEMENT = "improvement", _("Improvement")


class Status(models.TextChoices):
    """Where an item is in its life. Parked and dropped items keep their place in history."""

    PROPOSED = "proposed", _("Proposed")
    PLANNED = "planned", _("Planned")
    IN_PROGRESS = "in_progress", _("In progress")
    SHIPPED = "shipped", _("Shipped")
    PARKED = "parked", _("Parked")
    DROPPED = "dropped", _("Dropped")


class Health(models.TextChoices):
    ON_TRACK = "on_track", _("On track")
    AT_RISK = "at_risk", _("At risk")
    OFF_TRACK = "off_track", _("Off track")


class Horizon(models.TextChoices):
    NOW = "now", pgettext_lazy("horizon", "Now")
    NEXT = "next", pgettext_lazy("horizon", "Next")
    LATER = "later", pgettext_lazy("horizon", "Later")


class Granularity(models.TextChoices):
    """How exact a timeframe is meant. Start and end are kept as the first and the last day of it."""

    DAY = "day", _("Day")
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    HALF = "half", _("Half-year")
    YEAR = "year", _("Year")


class Item(TenantModel):
    """One thing on a roadmap. Without a timeframe it is in the parking lot; its name is as in HAR-12."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(editable=False)
    type = models.CharField(max_length=12, choices=ItemType, default=ItemType.FEATURE)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    title = models.CharField(max_length=200, validators=[no_null, not_blank])
    description = models.TextField(max_length=MARKDOWN_LIMIT, blank=True, validators=[no_null])
    status = models.CharField(max_length=12, choices=Status, default=Status.PROPOSED)
    health = models.CharField(max_length=10, choices=Health, blank=True)
    confidence = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(100)], help_text=_("How sure the date is, in percent.")
    )
    horizon = models.CharField(max_length=5, choices=Horizon, default=Horizon.LATER)
    start = models.DateField(null=True, blank=True, validators=[sensible_date])
    end = models.DateField(null=True, blank=True, validators=[sensible_date])
    granularity = models.CharField(max_length=8, choices=Granularity, blank=True)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    progress = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(100)], help_text=_("Done, in percent."))
    effort = models.DecimalField(
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("In the team's own unit."),
    )
    shipped_on = models.DateField(null=True, blank=True, validators=[sensible_date])
    confidential = models.BooleanField(default=False, help_text=_("Never shown to any audience."))
    outside_title = models.CharField(
        max_length=200, blank=True, validators=[no_null], help_text=_("What audiences outside know it as; empty: by its title.")
    )
    outside_summary = models.TextField(
        max_length=2_000,
        blank=True,
        validators=[no_null],
        help_text=_("What audiences are told about it; the description stays inside."),
    )
    rank = models.CharField(max_length=100, db_collation="C", editable=False)
    external_id = models.CharField(max_length=100, blank=True, validators=[no_null], help_text=_("What an import knows it by."))
    archived_at = models.DateTimeField(null=True, blank=True)

    field_groups: ClassVar[tuple[tuple[str, ...], ...]] = (("start", "end", "granularity"), ("status", "shipped_on"))
    uncounted = frozenset({"rank"})

    class Meta:
        ordering = ("rank",)
        constraints = (
            models.UniqueConstraint(fields=("product", "number"), name="item_number"),
            models.UniqueConstraint(fields=("product", "rank"), name="item_rank"),
            models.UniqueConstraint(
                fields=("product", "external_id"), condition=~Q(external_id=""), name="item_external_id",
                violation_error_message=_("Another item has this external id."),
            ),
            models.CheckConstraint(
                condition=Q(end__gte=F("start")), name="item_end_after_start",
                violation_error_message=_("The end must not be before the start."),
            ),
            models.CheckConstraint(
                condition=Q(start=None, end=None, granularity="")
                | (Q(start__isnull=False, end__isnull=False) & ~Q(granularity="")),
                name="item_timeframe_whole",
                violation_error_message=_("Give start, end and granularity together, or none of them for the parking lot."),
            ),
        )  # fmt: skip
        indexes = (
            models.Index(fields=("product", "archived_at", "rank"), name="item_roadmap"),
            GinIndex(fields=("title",), opclasses=("gin_trgm_ops",), name="item_like"),
            GinIndex(words_in("title", "description"), name="item_words"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """The item's name in speech and addresses, as in HAR-12. Needs the product."""
        return f"{self.product.key}-{self.number}"

    def clean(self) -> None:
        if self.start and self.end and self.end < self.start:
            raise ValidationError({"end": _("The end must not be before the start.")})


class FormerNumber(models.Model):
    """What an item was called on a roadmap that it left, so that its old address still leads to it."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("product", "number"), name="former_number_once"),)

    def __str__(self) -> str:
        return f"{self.product.key}-{self.number}"


class Contribution(TenantModel):
    """How much of an item serves a goal, in percent of the item."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="contributions")
    goal = models.ForeignKey(Goal, models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    share = models.PositiveSmallIntegerField(default=100, validators=[MinValueValidator(1), MaxValueValidator(100)])

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("item", "goal"), name="contribution_once", violation_error_message=_("The item serves this goal already.")
            ),
        )

    def __str__(self) -> str:
        return f"{self.share}% for {self.goal.name}"


class DependencyKind(models.TextChoices):
    BLOCKS = "blocks", _("Blocks")
    MOVES_WITH = "moves_with", _("Moves with")
    RELATES_TO = "relates_to", _("Relates to")


class Dependency(TenantModel):
    """One item blocks, moves with or relates to another. Blocking makes no circle."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="dependencies")
    other = models.ForeignKey(Item, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=DependencyKind, default=DependencyKind.BLOCKS)
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("item", "other", "kind"),
                name="dependency_once",
                violation_error_message=_("This dependency exists already."),
            ),
            models.CheckConstraint(
                condition=~Q(item=F("other")),
                name="dependency_other",
                violation_error_message=_("An item cannot depend on itself."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.item.title} {self.kind.replace('_', ' ')} {self.other.title}"
