"""How people look at a roadmap: the limits of its columns, and saved views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import TenantModel, TenantQuerySet, User
from apps.core.search import words_in
from apps.core.validators import no_null, not_blank
from apps.vision.models import Product

if TYPE_CHECKING:
    from apps.core.actors import Actor


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
