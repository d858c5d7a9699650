"""The what and when: items, what they serve, what they wait for, and what people say about them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import TenantModel, TenantQuerySet, User
from apps.core.reading import MARKDOWN_LIMIT
from apps.core.search import words_in
from apps.core.validators import no_null, not_blank, sensible_date
from apps.roadmap import scoring
from apps.vision.models import Goal, Product

if TYPE_CHECKING:
    from apps.core.actors import Actor


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


class Decision(TenantModel):
    """A question settled, with the reason and the goal that it leans on; of a whole roadmap or of one item of it."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    question = models.CharField(max_length=300, validators=[no_null, not_blank])
    answer = models.TextField(max_length=2_000, validators=[no_null, not_blank], help_text=_("What was settled."))
    reason = models.TextField(max_length=2_000, validators=[no_null, not_blank], help_text=_("Why so."))
    goal = models.ForeignKey(
        Goal, models.SET_NULL, null=True, blank=True, related_name="+", help_text=_("The goal that it leans on.")
    )
    item = models.ForeignKey(Item, models.CASCADE, null=True, blank=True, related_name="decisions")
    decided_on = models.DateField(validators=[sensible_date])
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-decided_on", "-id")
        indexes = (
            GinIndex(fields=("question",), opclasses=("gin_trgm_ops",), name="decision_like"),
            GinIndex(words_in("question", "answer", "reason"), name="decision_words"),
        )

    def __str__(self) -> str:
        return self.question


class ColumnLimit(TenantModel):
    """How many open items a column of the board is meant to hold at most; more are shown as too many, and never refused."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    group = models.CharField(
        max_length=10, validators=[no_null], help_text=_("By what the board is arranged: horizon, status, goal or release.")
    )
    value = models.CharField(max_length=40, validators=[no_null], help_text=_("Which of its columns: a value, an id, or none."))
    most = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(999)], help_text=_("Open items, 1 to 999.")
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("product", "group", "value"), name="column_limit_once",
                violation_error_message=_("This column has a limit already."),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"limit of {self.value} at {self.most}"


class Comment(TenantModel):
    """What somebody said about an item, in markdown. A withdrawn comment keeps its place without its words."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="comments")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    body = models.TextField(max_length=20_000, validators=[no_null, not_blank])
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    untracked = unsaid = frozenset({"body"})  # a comment's words live in one place, so that withdrawing removes them

    class Meta:
        ordering = ("id",)
        indexes = (GinIndex(words_in("body"), name="comment_words"),)

    def __str__(self) -> str:
        return f"comment on {self.item.title}"


class Mention(models.Model):
    """That a comment names a member. Its id grows with time within a workspace, so that what is seen is all up to one of them."""

    id = models.BigAutoField(primary_key=True)
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions")
    user = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("comment", "user"), name="mention_once"),)
        indexes = (models.Index(fields=("user", "id"), name="mention_newest"),)

    def __str__(self) -> str:
        return f"{self.user} in {self.comment}"


class Follow(TenantModel):
    """That somebody chose to follow an item, or (not `on`) to be left alone with it."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    on = models.BooleanField(default=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("item", "user"), name="follow_once"),)

    def __str__(self) -> str:
        return f"{self.user} on {self.item.title}"


class SavedViews(TenantQuerySet["SavedView"]):
    def visible_to(self, actor: Actor) -> Self:
        """Keep what is shared with the members, and the actor's own."""
        return super().visible_to(actor).filter(Q(shared=True) | Q(owner_id=getattr(actor.user, "pk", None)))


class SavedView(TenantModel):
    """An address of the roadmap under a name: filters, grouping, zoom and columns; one's own, or shared with all members."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    name = models.CharField(max_length=60, validators=[no_null, not_blank])
    query = models.TextField(max_length=4_000, blank=True, validators=[no_null])
    shared = models.BooleanField(default=False, help_text=_("Every member of the workspace sees it."))
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[Any] = SavedViews.as_manager()
    untracked = unsaid = frozenset({"name", "query"})  # what is private stays out of the history that all can read

    class Meta:
        ordering = (Lower("name"), "id")
        constraints = (
            models.UniqueConstraint(
                "product", "owner", Lower("name"), name="view_name_once",
                violation_error_message=_("You have a view of this name here; choose another."),
            ),
        )  # fmt: skip
        indexes = (
            GinIndex(fields=("name",), opclasses=("gin_trgm_ops",), name="view_like"),
            GinIndex(words_in("name"), name="view_words"),
        )

    def __str__(self) -> str:
        return self.name if self.shared else "(private)"


class DefaultView(TenantModel):
    """The view with which a roadmap opens: for one person, or without a person for everybody who chose none."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("product", "user"), name="default_view_once", nulls_distinct=False),)

    def __str__(self) -> str:
        return str(self.view)


class Method(models.TextChoices):
    """How a scorecard's number is made; `scoring` has the formulas and where they are from."""

    VALUE_EFFORT = "value_effort", _("Value and effort")
    RICE = "rice", _("RICE")
    WSJF = "wsjf", _("WSJF")
    OWN = "own", pgettext_lazy("method of scoring", "Own")


class Scorecard(TenantModel):
    """A prioritisation method of a product: the factors by which its items are rated, and how they make one number.

    `factors` is a list of `scoring.Factor`; those of the named methods are theirs, those of one's own can be changed.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    name = models.CharField(max_length=80, validators=[no_null, not_blank])
    method = models.CharField(max_length=12, choices=Method, default=Method.VALUE_EFFORT)
    factors = models.JSONField(default=list, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("created_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("product", "name"), name="scorecard_name",
                violation_error_message=_("Another scorecard of this product has this name, perhaps an archived one."),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def rated_by(self) -> list[scoring.Factor]:
        """The factors, ready to count with; those of a named method are called as the reader's language calls them."""
        found = [scoring.Factor.of(each) for each in self.factors]
        return found if self.method == Method.OWN else [each.spoken() for each in found]

    @property
    def formula(self) -> str:
        return scoring.formula(self.method, self.rated_by)


class Score(TenantModel):
    """How an item is rated on a scorecard: `ratings` is `{factor's key: number as text}`.

    `number` follows from them; there is none while a factor is not rated.
    """

    item = models.ForeignKey(Item, models.CASCADE, related_name="scores")
    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="scores")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    ratings = models.JSONField(default=dict, blank=True)
    number = models.DecimalField(max_digits=26, decimal_places=scoring.PLACES, null=True, blank=True)

    by_member = frozenset({"ratings"})
    uncounted = frozenset({"number"})

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("item", "scorecard"), name="score_once", violation_error_message=_("The item is rated here already.")
            ),
        )
        indexes = (models.Index(fields=("scorecard", "number"), name="score_order"),)

    def __str__(self) -> str:
        return f"{self.item.title} by {self.scorecard.name}"

    def counted(self, ratings: dict[str, Any]) -> Decimal | None:
        """Return the number that these ratings make."""
        return scoring.number(self.scorecard.method, self.scorecard.rated_by, ratings)
