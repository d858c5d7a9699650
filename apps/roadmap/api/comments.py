"""What is said about items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.http import HttpResponse
from django_filters import BooleanFilter, CharFilter, UUIDFilter
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from apps.core.api.filters import InProduct
from apps.core.api.resources import Resource, actor_of, chosen, id_of
from apps.core.api.shapes import Shape
from apps.roadmap import actions
from apps.roadmap.mentions import mentions_of, see, unseen_by
from apps.roadmap.models import Comment, Item

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request

_ID = "019a3c5e-0000-7000-8000-000000000001"


class CommentShape(Shape):
    """What somebody said about an item."""

    path = "comments"
    product = serializers.UUIDField()
    item = serializers.UUIDField()
    author = serializers.UUIDField(allow_null=True)
    body = serializers.CharField(help_text="Markdown.")
    created_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class CommentIn(serializers.Serializer[Any]):
    item = serializers.UUIDField()
    body = serializers.CharField(trim_whitespace=False)


class CommentPatch(serializers.Serializer[Any]):
    body = serializers.CharField(trim_whitespace=False)


class CommentFilter(InProduct):
    item = UUIDFilter(field_name="item_id")
    author = UUIDFilter(field_name="author_id")
    mentions = CharFilter(method="naming", help_text="Those of others that name a member: `me`, or the member's id.")

    unread = BooleanFilter(method="looked_at", help_text="Whether they name whoever asks, who has not seen them on the list yet.")

    def naming(self, rows: QuerySet[Comment], _name: str, who: str) -> QuerySet[Comment]:
        """Keep the comments that name a member."""
        person = self._me() if who == "me" else id_of(who)
        return rows.filter(pk__in=mentions_of(person).values("comment")) if person else rows.none()

    def looked_at(self, rows: QuerySet[Comment], _name: str, unread: bool) -> QuerySet[Comment]:
        """Keep the comments that are new to whoever asks, or all others."""
        new = {"pk__in": unseen_by(self._me()).values("comment")}
        return rows.filter(**new) if unread else rows.exclude(**new)

    def _me(self) -> UUID | None:
        return getattr(actor_of(cast("Request", self.request)).user, "pk", None)


class CommentResource(Resource):
    """Comments on items."""

    model, shape, filterset_class = Comment, CommentShape, CommentFilter

    @extend_schema(
        request=CommentIn,
        responses={201: CommentShape},
        examples=[OpenApiExample("A question", {"item": _ID, "body": "Does this include **saved** queries?"}, request_only=True)],
    )
    def create(self, request: Request) -> HttpResponse:
        """Say something about an item."""
        del request
        values = self.values(CommentIn)
        item = chosen(self, Item, "item", values.pop("item"))
        return self.do(actions.comment_on, item, values, status=201)

    @extend_schema(
        request=CommentPatch,
        responses=CommentShape,
        examples=[OpenApiExample("Other words", {"body": "Does this include shared queries?"}, request_only=True)],
    )
    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Change one's own words."""
        del request
        comment = self.visible(pk)
        return self.do(actions.edit_comment, comment, {**self.values(CommentPatch, partial=True), "version": self.expected()})

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> HttpResponse:
        """Withdraw a comment: its words go, its place stays."""
        del request
        return self.gone(actions.withdraw_comment, self.visible(pk), version=self.expected())

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def seen(self, request: Request, pk: str) -> Response:
        """Note that one has seen the comments that name one, up to this one: none of them is unread any more."""
        del request
        see(self.actor(), self.visible(pk))
        return Response(status=204)
