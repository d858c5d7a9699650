"""Scorecards, and how items are rated by them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django_filters import BooleanFilter, ChoiceFilter, UUIDFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from apps.core.api.filters import InProduct, given
from apps.core.api.shapes import Shape
from apps.core.api.writing import Reasoned, Written
from apps.roadmap import rating
from apps.roadmap.models import Item, Method, Score, Scorecard
from apps.roadmap.scoring import FINEST, HEAVIEST, LARGEST, MOST_FACTORS, PLACES, Factor
from apps.vision.models import Product

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request

_PRODUCT, _CARD = "019a3c5e-0000-7000-8000-000000000001", "019a3c5e-0000-7000-8000-000000000002"
_ITEM = "019a3c5e-0000-7000-8000-000000000003"


class FactorShape(serializers.Serializer[Any]):
    """One thing by which items are rated."""

    key = serializers.CharField(help_text="Its name in ratings.")
    name = serializers.CharField()
    low = serializers.CharField(help_text="The lowest rating.")
    high = serializers.CharField(help_text="The highest rating.")
    weight = serializers.CharField()
    cost = serializers.BooleanField(help_text="Whether it divides.")
    percent = serializers.BooleanField(help_text="Whether 100 counts as one.")
    scale = serializers.CharField(help_text="What the ratings mean.")


class FactorIn(serializers.Serializer[Any]):
    """A factor of an own scorecard. Its key is f1, f2 and so on by its place, unless one is given."""

    key = serializers.RegexField(r"^f\d{1,2}$", required=False)
    name = serializers.CharField(max_length=60)
    low = serializers.DecimalField(12, FINEST, min_value=0, max_value=LARGEST, default=Decimal(1))
    high = serializers.DecimalField(12, FINEST, min_value=0, max_value=LARGEST, default=Decimal(10))
    weight = serializers.DecimalField(12, FINEST, min_value=0, max_value=HEAVIEST, default=Decimal(1))
    cost = serializers.BooleanField(default=False)


class ScorecardShape(Shape):
    """A prioritisation method of a product: what is rated, and how that makes a number."""

    path = "scorecards"
    workspace = serializers.UUIDField()
    product = serializers.UUIDField()
    name = serializers.CharField()
    method = serializers.ChoiceField(Method.choices)
    factors = serializers.ListField(child=FactorShape())
    created_at = serializers.DateTimeField()
    archived_at = serializers.DateTimeField(allow_null=True)


class ScorecardFields(Reasoned):
    name = serializers.CharField(required=False, max_length=80)
    factors = serializers.ListField(child=FactorIn(), required=False, max_length=MOST_FACTORS, help_text="Of an own method only.")


class ScorecardIn(ScorecardFields):
    product = serializers.UUIDField()
    method = serializers.ChoiceField(Method.choices, default=Method.VALUE_EFFORT)


class ScorecardFilter(InProduct):
    method = ChoiceFilter(choices=Method.choices)
    archived = given("archived_at")


class ScorecardResource(Written):
    """Scorecards of products."""

    model, shape, filterset_class = Scorecard, ScorecardShape, ScorecardFilter
    parent, body, subset = ("product", Product), ScorecardIn, ScorecardFields
    creates, edits, removes = rating.create_scorecard, rating.edit_scorecard, rating.archive_scorecard
    noun = "scorecard"
    example = {
        "name": "Ours", "product": _PRODUCT, "method": "own",
        "factors": [{"name": "Reach", "weight": "2"}, {"name": "Effort", "cost": True}],
    }  # fmt: skip

    def resolved(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return the body's values with the product and the factors that it describes."""
        if "factors" in values:
            values["factors"] = [_factor(n, each) for n, each in enumerate(values["factors"], 1)]
        return super().resolved(values)

    @extend_schema(request=None, responses=ScorecardShape)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> HttpResponse:
        """Take an archived scorecard up again."""
        del request
        return self.done(rating.restore_scorecard, pk)


def _factor(number: int, given_: dict[str, Any]) -> Factor:
    return Factor(
        given_.get("key") or f"f{number}", given_["name"], given_["low"], given_["high"], given_["weight"], cost=given_["cost"]
    )


class ScoreShape(Shape):
    """How an item is rated on a scorecard; the number is null while a factor is not rated."""

    path = "scores"
    product = serializers.UUIDField()
    item = serializers.UUIDField()
    scorecard = serializers.UUIDField()
    ratings = serializers.DictField(child=serializers.CharField(), help_text="Of each factor's key the rating, exact as text.")
    number = serializers.DecimalField(26, PLACES, allow_null=True)
    created_at = serializers.DateTimeField()


class ScoreFields(Reasoned):
    ratings = serializers.DictField(
        child=serializers.DecimalField(12, FINEST, allow_null=True, min_value=0, max_value=LARGEST),
        help_text="Of some factors' keys the rating; null takes it away, what is not named stays.",
    )


class ScoreIn(ScoreFields):
    item = serializers.UUIDField()
    scorecard = serializers.UUIDField()


class ScoreFilter(InProduct):
    item = UUIDFilter(field_name="item_id")
    scorecard = UUIDFilter(field_name="scorecard_id")
    numbered = given("number")
    archived = BooleanFilter(field_name="item__archived_at", lookup_expr="isnull", exclude=True)


class ScoreResource(Written):
    """Scores of items; a new one for an item that is rated already adds to its ratings."""

    model, shape, filterset_class = Score, ScoreShape, ScoreFilter
    parent, references, body, subset = ("item", Item), {"scorecard": Scorecard}, ScoreIn, ScoreFields
    creates, edits, removes = rating.rate_item, rating.edit_score, rating.remove_score
    noun = "score"
    example = {"ratings": {"value": "8", "effort": "3"}, "item": _ITEM, "scorecard": _CARD}
