"""What is counted over a whole roadmap or workspace: alignment and the portfolio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.viewsets import ViewSet

from apps.accounts.models import Workspace
from apps.core.api.resources import actor_of, find, json_answer
from apps.roadmap import queries
from apps.roadmap.scene.portfolio import rolled_up
from apps.vision.models import Product

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request

    from apps.roadmap.scene.portfolio import ProductLane, Rolled


class AlignedGoal(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    colour = serializers.IntegerField()
    target = serializers.IntegerField(help_text="Wished share of effort, percent.")
    share = serializers.IntegerField(help_text="Share of effort, percent.")
    items = serializers.IntegerField()
    gap = serializers.IntegerField(help_text="Points above (or below) the target.")


class LooseItem(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    effort = serializers.DecimalField(8, 2, allow_null=True)


class AlignmentShape(serializers.Serializer[Any]):
    goals = AlignedGoal(many=True)
    rest = serializers.IntegerField(help_text="Share of effort that no goal speaks for, percent.")
    unserved = AlignedGoal(many=True, help_text="Goals that nothing serves.")
    loose = LooseItem(many=True, help_text="Items that serve no goal.")


class AlignmentResource(ViewSet):
    """How the effort on a roadmap is spread over the goals of its vision."""

    @extend_schema(
        responses=AlignmentShape, parameters=[OpenApiParameter("product", str, required=True, description="The product's id.")]
    )
    def list(self, request: Request) -> HttpResponse:
        """Count items that serve no goal, goals that nothing serves, and effort against target."""
        product = find(Product.objects.visible_to(actor_of(request)), request.query_params.get("product"))
        return json_answer(queries.alignment(product))


class RolledShape(serializers.Serializer[Any]):
    product = serializers.UUIDField()
    item = serializers.UUIDField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    status = serializers.CharField()
    start = serializers.DateField(allow_null=True, help_text="Its own, or the first day of what is in it.")
    end = serializers.DateField(allow_null=True, help_text="Its own, or the last day of what is in it.")
    progress = serializers.IntegerField(help_text="Done, in percent of the effort of what is in it.")
    items = serializers.IntegerField(help_text="How many items are in it, at its ends.")
    done = serializers.IntegerField(help_text="How many of them shipped.")


class PortfolioShape(serializers.Serializer[Any]):
    results = RolledShape(many=True)


class PortfolioResource(ViewSet):
    """The initiatives of every product of a workspace, rolled up from what is in them."""

    @extend_schema(
        responses=PortfolioShape,
        parameters=[OpenApiParameter("workspace", str, required=True, description="The workspace's id.")],
    )
    def list(self, request: Request) -> HttpResponse:
        """List the initiatives, product by product."""
        workspace = find(Workspace.objects.visible_to(actor_of(request)), request.query_params.get("workspace"))
        return json_answer({"results": [_rolled(lane, each) for lane in rolled_up(workspace) for each in lane.rolled]})


def _rolled(lane: ProductLane, each: Rolled) -> dict[str, Any]:
    own = {name: each.item[name] for name in ("number", "title", "status")}
    rolled = {"start": each.start, "end": each.end, "progress": each.progress, "items": each.items, "done": each.done}
    return {"product": lane.product.pk, "item": each.item["id"], **own, **rolled}
