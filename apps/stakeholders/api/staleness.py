"""How overdue the items of a roadmap are for review."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.viewsets import ViewSet

from apps.core.api.resources import actor_of, find, json_answer
from apps.roadmap.models import Horizon
from apps.stakeholders.debt import debt
from apps.stakeholders.queries import last_reviewed
from apps.stakeholders.staleness import staleness
from apps.vision.models import Product

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request


class StaleShape(serializers.Serializer[Any]):
    """When the next review of an open item is due."""

    item = serializers.UUIDField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    horizon = serializers.ChoiceField(Horizon.choices)
    days = serializers.IntegerField(help_text="Since the last held review looked at it, or since it was made.")
    due_on = serializers.DateField(help_text="The last day on which it is fresh; by its horizon and the product's weeks.")
    overdue = serializers.IntegerField(help_text="Days since then; negative while it is fresh.")
    seen_at = serializers.DateTimeField(allow_null=True)
    stale = serializers.BooleanField()


class StalenessShape(serializers.Serializer[Any]):
    last_reviewed = serializers.DateTimeField(allow_null=True)
    stale = serializers.IntegerField(help_text="How many items are overdue.")
    results = StaleShape(many=True)


class DebtPoint(serializers.Serializer[Any]):
    day = serializers.DateField()
    stale = serializers.IntegerField(help_text="How many open items were overdue for review.")
    open = serializers.IntegerField()


class DebtShape(serializers.Serializer[Any]):
    results = DebtPoint(many=True)


class DebtResource(ViewSet):
    """Review debt over time."""

    @extend_schema(
        responses=DebtShape, parameters=[OpenApiParameter("product", str, required=True, description="The product's id.")]
    )
    def list(self, request: Request) -> HttpResponse:
        """Return the last half-year by weeks, the oldest first: how many open items were overdue for review."""
        product = find(Product.objects.visible_to(actor_of(request)), request.query_params.get("product"))
        return json_answer({"results": [asdict(each) for each in debt([product], timezone.localdate())[product.pk]]})


class StalenessResource(ViewSet):
    """How fresh a roadmap is."""

    @extend_schema(
        responses=StalenessShape, parameters=[OpenApiParameter("product", str, required=True, description="The product's id.")]
    )
    def list(self, request: Request) -> HttpResponse:
        """List the open items of a roadmap by when their next review is due, the longest overdue first."""
        product = find(Product.objects.visible_to(actor_of(request)), request.query_params.get("product"))
        rows = [each.as_json() for each in staleness(product, timezone.localdate())]
        stale = sum(row["stale"] for row in rows)
        return json_answer({"last_reviewed": last_reviewed(product), "stale": stale, "results": rows})
