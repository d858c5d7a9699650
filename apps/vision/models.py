"""The why: products, their visions in numbered versions with sign-offs, goals and key results."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import TenantModel, User, slug_shape
from apps.core.reading import MARKDOWN_LIMIT
from apps.core.search import words_in
from apps.core.validators import no_null, not_blank
from apps.core.wording import TEXTS, again

if TYPE_CHECKING:
    from uuid import UUID

key_shape = RegexValidator(r"\A[A-Z][A-Z0-9]{1,9}\Z", _("Use 2 to 10 capital letters and digits, beginning with a letter."))


SOME_WEEKS = (MinValueValidator(1), MaxValueValidator(104))


class Product(TenantModel):
    """What a vision and a roadmap are about. Its key begins the name of each of its items, as in HAR-12.

    After `review_weeks_…` without a review an item of that horizon is stale.
    """

    name = models.CharField(max_length=80, validators=[no_null, not_blank])
    slug = models.CharField(max_length=50, validators=[slug_shape])
    key = models.CharField(max_length=10, validators=[key_shape])
    description = models.TextField(blank=True, max_length=2_000, validators=[no_null])
    items_made = models.PositiveIntegerField(default=0, editable=False)
    review_weeks_now = models.PositiveSmallIntegerField(default=4, db_default=4, validators=SOME_WEEKS)
    review_weeks_next = models.PositiveSmallIntegerField(default=12, db_default=12, validators=SOME_WEEKS)
    review_weeks_later = models.PositiveSmallIntegerField(default=26, db_default=26, validators=SOME_WEEKS)
    archived_at = models.DateTimeField(null=True, blank=True)

    untracked = frozenset({"items_made"})

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=("workspace", "slug"),
                name="product_slug",
                violation_error_message=_("Another product has this address; choose another."),
            ),
            models.UniqueConstraint(
                fields=("workspace", "key"),
                name="product_key",
                violation_error_message=_("Another product has this key; choose another."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def change_scope(self) -> UUID | None:
        return self.pk


class Vision(TenantModel):
    """The why of one product. Its text lives in versions; `current` is the newest that was proposed."""

    product = models.OneToOneField(Product, models.CASCADE, related_name="vision")
    current = models.ForeignKey("VisionVersion", models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"Vision of {self.product.name}"


class VersionState(models.TextChoices):
    """A version's way: written, put to the signatories, agreed by all of them, or replaced by a newer one."""

    DRAFT = "draft", pgettext_lazy("version", "Draft")
    PROPOSED = "proposed", pgettext_lazy("version", "Proposed")
    AGREED = "agreed", pgettext_lazy("version", "Agreed")
    SUPERSEDED = "superseded", pgettext_lazy("version", "Superseded")


class VisionVersion(TenantModel):
    """One numbered text of a vision. Once proposed it never changes; another character is another version."""

    vision = models.ForeignKey(Vision, models.CASCADE, related_name="versions")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    statement = models.CharField(
        max_length=300, validators=[no_null, not_blank], help_text="One sentence: what the product aims for."
    )
    goal = models.TextField(max_length=4_000, validators=[no_null, not_blank], help_text="What it is for.")
    audience = models.TextField(max_length=4_000, validators=[no_null, not_blank], help_text="Whom it serves.")
    value = models.TextField(max_length=4_000, validators=[no_null, not_blank], help_text="What it is worth to them.")
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    content_hash = models.CharField(max_length=64, editable=False)
    proposed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)

    # It follows from the texts: two people who edit two texts of a draft do not collide in it.
    untracked = frozenset({"content_hash"})

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("vision", "number"), name="vision_version_number"),)
        indexes = (
            GinIndex(fields=("statement",), opclasses=("gin_trgm_ops",), name="vision_like"),
            GinIndex(words_in("statement", "goal", "audience", "value"), name="vision_words"),
        )

    def __str__(self) -> str:
        return f"v{self.number} of the vision"

    def hashed(self) -> str:
        """Return the SHA-256, in hex, of the four texts, each preceded by its length in bytes."""
        texts = (text.encode() for text in (self.statement, self.goal, self.audience, self.value))
        return hashlib.sha256(b"".join(b"%d:%s" % (len(text), text) for text in texts)).hexdigest()


class Answer(models.TextChoices):
    """What a signatory said to a version."""

    WAITING = "waiting", _("Waiting")
    SIGNED = "signed", _("Signed")
    OBJECTED = "objected", _("Objected")


class SignOff(TenantModel):
    """A named person's agreement or objection to one version."""

    vision_version = models.ForeignKey(VisionVersion, models.CASCADE, related_name="sign_offs")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    title = models.CharField(
        max_length=80, blank=True, validators=[no_null], help_text="In what capacity, for example Engineering."
    )
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.WAITING)
    reason = models.TextField(max_length=2_000, blank=True, validators=[no_null])
    signed_hash = models.CharField(max_length=64, blank=True, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("answered_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("vision_version", "user"),
                name="sign_off_once",
                violation_error_message=_("This person is a signatory already."),
            ),
            models.CheckConstraint(
                condition=~models.Q(answer=Answer.OBJECTED) | ~models.Q(reason=""),
                name="objection_reason",
                violation_error_message=_("Say why: an objection needs its reason."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.answer}"


class Goal(TenantModel):
    """An outcome that serves the vision, with its target share of the effort in percent."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="goals")
    name = models.CharField(max_length=120, validators=[no_null, not_blank])
    description = models.TextField(max_length=MARKDOWN_LIMIT, blank=True, validators=[no_null])
    serves = models.CharField(
        max_length=300, blank=True, validators=[no_null], help_text="The sentence of the vision that it serves."
    )
    weight = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(100)], help_text="Target share of effort, in percent."
    )
    colour = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(8)])
    rank = models.CharField(max_length=64, db_collation="C", editable=False)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("rank",)
        constraints = (
            models.UniqueConstraint(fields=("product", "rank"), name="goal_rank"),
            models.UniqueConstraint(
                fields=("product", "name"),
                name="goal_name",
                violation_error_message=_("There is a goal of this name; choose another."),
            ),
        )
        indexes = (
            GinIndex(fields=("name",), opclasses=("gin_trgm_ops",), name="goal_like"),
            GinIndex(words_in("name", "description", "serves"), name="goal_words"),
        )

    def __str__(self) -> str:
        return self.name


class KeyResult(TenantModel):
    """A number that shows a goal is met: where it began, where it is, where it should be, in `unit`."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="key_results")
    product = models.ForeignKey(Product, models.CASCADE, related_name="+")
    name = models.CharField(max_length=160, validators=[no_null, not_blank])
    unit = models.CharField(max_length=20, blank=True, validators=[no_null])
    start = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    current = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    target = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(start=models.F("target")), name="key_result_moves",
                violation_error_message=_("The target must differ from the start."),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def progress(self) -> int:
        """Return how far it is from start to target, 0 to 100 percent."""
        done = (self.current - self.start) / (self.target - self.start) * 100
        return max(0, min(100, round(done)))


TEXTS["vision.visionversion"] = again(r"v(?P<number>\d+) of the vision", _("v%(number)s of the vision"))
