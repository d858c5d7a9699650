"""The limits of a board's columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_filters import CharFilter
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers

from apps.core.api.filters import InProduct
from apps.core.api.resources import Resource, chosen
from apps.core.api.shapes import Shape
from apps.roadmap import limits
from apps.roadmap.models import ColumnLimit
from apps.vision.models import Product

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request


class ColumnLimitShape(Shape):
    """How many open items a column of the board is meant to hold."""

    path = "column-limits"
    product = serializers.UUIDField()
    group = serializers.ChoiceField(limits.GROUPS, help_text="By what the board is arranged.")
    value = serializers.CharField(help_text="Which of its columns: a value, an id, or none.")
    most = serializers.IntegerField()


class ColumnLimitIn(serializers.Serializer[Any]):
    """A column and its limit."""

    product = serializers.UUIDField()
    group = serializers.ChoiceField(limits.GROUPS)
    value = serializers.CharField(max_length=40)
    most = serializers.IntegerField(min_value=1, max_value=999)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2_000)


class ColumnLimitFilter(InProduct):
    group = CharFilter()
    value = CharFilter()


class ColumnLimitResource(Resource):
    """The limits of a board's columns; what exceeds one is shown, and never refused."""

    model, shape, filterset_class = ColumnLimit, ColumnLimitShape, ColumnLimitFilter

    @extend_schema(
        request=ColumnLimitIn,
        responses={201: ColumnLimitShape},
        examples=[
            OpenApiExample(
                "Five things now",
                {"product": "019a3c5e-0000-7000-8000-000000000001", "group": "horizon", "value": "now", "most": 5},
                request_only=True,
            )
        ],
    )
    def create(self, request: Request) -> HttpResponse:
        """Set the limit of a column, in place of the one that it has."""
        del request
        values = self.values(ColumnLimitIn)
        product = chosen(self, Product, "product", values.pop("product"))
        return self.do(limits.limit_column, product, values, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> HttpResponse:
        """Take a column's limit away."""
        del request
        return self.gone(limits.free_column, self.visible(pk))
