"""Saved views by REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django_filters import BooleanFilter
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from apps.core.api.filters import InProduct
from apps.core.api.shapes import Shape
from apps.core.api.writing import Written
from apps.roadmap import saved
from apps.roadmap.models import DefaultView, SavedView
from apps.vision.models import Product

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request


class ViewShape(Shape):
    """A saved view: an address of the roadmap under a name."""

    path = "views"
    workspace = serializers.UUIDField()
    product = serializers.UUIDField()
    name = serializers.CharField()
    query = serializers.CharField(help_text="What follows the question mark in the roadmap's address.")
    shared = serializers.BooleanField(help_text="Every member of the workspace sees it.")
    owner = serializers.UUIDField(allow_null=True, help_text="Who saved it.")
    opens_first = serializers.BooleanField(help_text="The roadmap opens with it for everybody who has chosen no other.")
    created_at = serializers.DateTimeField()

    sql = {"opens_first": Exists(DefaultView.objects.filter(view=OuterRef("pk"), user=None))}


class ViewFields(serializers.Serializer[Any]):
    name = serializers.CharField(required=False)
    query = serializers.CharField(required=False, allow_blank=True, max_length=4_000)
    shared = serializers.BooleanField(required=False)


class ViewIn(ViewFields):
    product = serializers.UUIDField()
    name = serializers.CharField()


class OpensIn(serializers.Serializer[Any]):
    """For whom the roadmap opens with a view."""

    everybody = serializers.BooleanField(default=False)


class ViewFilter(InProduct):
    shared = BooleanFilter()


class ViewResource(Written):
    """Saved views: one's own, and those that are shared."""

    model, shape, filterset_class = SavedView, ViewShape, ViewFilter
    parent = ("product", Product)
    body, subset = ViewIn, ViewFields
    creates, edits, removes = saved.save_view, saved.edit_view, saved.delete_view
    noun = "view"
    example = {
        "product": "019a3c5e-0000-7000-8000-000000000001",
        "name": "At risk",
        "query": "view=board&health=at_risk,off_track",
        "shared": True,
    }

    @extend_schema(
        request=OpensIn,
        responses=ViewShape,
        examples=[OpenApiExample("For everybody", {"everybody": True}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    def default(self, request: Request, pk: str) -> HttpResponse:
        """Open the roadmap with this view: for oneself, or for everybody who has chosen none."""
        return self._open(request, pk, chosen=True)

    @extend_schema(
        request=OpensIn,
        responses=ViewShape,
        examples=[OpenApiExample("For oneself", {"everybody": False}, request_only=True)],
    )
    @action(detail=True, methods=["post"], url_path="no-default")
    def no_default(self, request: Request, pk: str) -> HttpResponse:
        """Open the roadmap with no saved view any more; nothing happens where another view is chosen."""
        return self._open(request, pk, chosen=False)

    def _open(self, request: Request, pk: str, *, chosen: bool) -> HttpResponse:
        del request
        view, everybody = self.visible(pk), self.values(OpensIn)["everybody"]
        return self.do(saved.open_with, view, {"everybody": everybody, "chosen": chosen})
