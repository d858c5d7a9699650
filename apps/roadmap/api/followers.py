"""Who follows an item, by REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers

from apps.core.api.idempotency import once
from apps.core.api.resources import Writing, chosen, find, json_answer
from apps.roadmap.api.shapes import ItemShape
from apps.roadmap.following import follow_item, followers, unfollow_item
from apps.roadmap.models import Item

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request


class FollowerShape(serializers.Serializer[Any]):
    user = serializers.UUIDField()
    name = serializers.CharField()
    why = serializers.CharField(help_text="owns it, added it, commented, or follows.")


class FollowersShape(serializers.Serializer[Any]):
    results = FollowerShape(many=True)


class FollowIn(serializers.Serializer[Any]):
    """Whether one follows an item oneself."""

    item = serializers.UUIDField()
    follow = serializers.BooleanField(default=True)


class FollowerResource(Writing):
    """Who hears of the comments on an item."""

    model, shape = Item, ItemShape

    @extend_schema(
        responses=FollowersShape, parameters=[OpenApiParameter("item", str, required=True, description="The item's id.")]
    )
    def list(self, request: Request) -> HttpResponse:
        """Return the followers of an item, and why each of them is one."""
        return _answer(find(Item.objects.visible_to(self.actor()), request.query_params.get("item")))

    @extend_schema(
        request=FollowIn,
        responses={200: FollowersShape},
        examples=[OpenApiExample("Follow", {"item": "019a3c5e-0000-7000-8000-000000000001", "follow": True}, request_only=True)],
    )
    def create(self, request: Request) -> HttpResponse:
        """Follow an item oneself, or no longer; answers with who follows it then."""
        values = self.values(FollowIn)
        item = chosen(self, Item, "item", values["item"])
        act = follow_item if values["follow"] else unfollow_item
        return once(request, lambda: _answer(act(self.actor(), item)))


def _answer(item: Item) -> HttpResponse:
    return json_answer({"results": [each.as_json() for each in followers(item)]})
