"""How items are rated: scorecards and scores."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import TenantModel
from apps.core.validators import no_null, not_blank
from apps.roadmap import scoring
from apps.roadmap.models.items import Item
from apps.vision.models import Product


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
