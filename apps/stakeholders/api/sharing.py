"""Share links, and how often their pages are opened and read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, OuterRef, Q, Subquery, Sum
from django.db.models.expressions import ExpressionWrapper
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django_filters import UUIDFilter
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from apps.core.api.filters import InProduct
from apps.core.api.resources import json_answer
from apps.core.api.shapes import Shape
from apps.core.api.writing import Reasoned, Written
from apps.stakeholders import actions, embedding
from apps.stakeholders.models import Audience, Opening, ShareLink, Stakeholder

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request

_ID = "019a3c5e-0000-7000-8000-000000000001"


def _total(name: str) -> Coalesce:
    days = Opening.objects.filter(link=OuterRef("pk")).order_by().values("link").annotate(total=Sum(name)).values("total")
    return Coalesce(Subquery(days), 0)


class ShareLinkShape(Shape):
    """Opens an audience's view without an account."""

    path = "share-links"
    product = serializers.UUIDField()
    audience = serializers.UUIDField()
    stakeholder = serializers.UUIDField(allow_null=True, help_text="Whose own link it is; what they read counts as told.")
    name = serializers.CharField()
    has_password = serializers.BooleanField()
    embed_origins = serializers.ListField(
        child=serializers.CharField(), help_text="The sites whose pages may show the view in a frame; empty: none."
    )
    time_zone = serializers.CharField(help_text="In whose days it is counted how often the page was opened.")
    expires_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    opened = serializers.IntegerField(help_text="How often the page was opened, by people and by programs that check links.")
    read = serializers.IntegerField(help_text="How often a hand was on the page.")

    sql = {
        "has_password": ExpressionWrapper(~Q(password_hash=""), output_field=BooleanField()),
        "opened": _total("opened"),
        "read": _total("read"),
    }


class ShareLinkPatch(Reasoned):
    name = serializers.CharField(required=False)
    password = serializers.CharField(
        required=False, allow_blank=True, max_length=100, help_text="Empty: the page asks for none any more."
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    time_zone = serializers.CharField(required=False)
    embed_origins = serializers.ListField(child=serializers.CharField(), required=False)


class ShareLinkIn(ShareLinkPatch):
    audience = serializers.UUIDField()
    name = serializers.CharField()
    stakeholder = serializers.UUIDField(required=False, allow_null=True)


class SecretShape(ShareLinkShape):
    """A new link, with the address that opens it; it is shown this once."""

    open_url = serializers.CharField()


class EmbedShape(serializers.Serializer[Any]):
    """How the view is shown inside a page of another site."""

    embed_url = serializers.CharField(help_text="The address of the frame; it opens nothing but the embedded page.")
    snippet = serializers.CharField(help_text="The HTML to put into the page.")


class DayShape(serializers.Serializer[Any]):
    """How often a link's page was opened and read on one of its days."""

    day = serializers.DateField()
    opened = serializers.IntegerField()
    read = serializers.IntegerField()


class ShareLinkFilter(InProduct):
    audience = UUIDFilter(field_name="audience_id")
    stakeholder = UUIDFilter(field_name="stakeholder_id")


class ShareLinkResource(Written):
    """Share links."""

    model, shape, filterset_class = ShareLink, ShareLinkShape, ShareLinkFilter
    noun, parent, body, subset = "share link", ("audience", Audience), ShareLinkIn, ShareLinkPatch
    edits = actions.edit_share_link
    references = {"stakeholder": Stakeholder}
    example = {"name": "Acme", "expires_at": "2027-01-01T00:00:00Z"}

    @extend_schema(
        request=ShareLinkIn,
        responses={201: SecretShape},
        examples=[OpenApiExample("For a customer", {"audience": _ID, "name": "Acme"}, request_only=True)],
    )
    def create(self, request: Request) -> HttpResponse:
        """Make a share link; `open_url` is in this answer only."""
        values = self.resolved(self.values(ShareLinkIn))
        made = actions.create_share_link(self.actor(), values.pop("audience"), **values)
        document = {**self.document(made.pk), "open_url": request.build_absolute_uri(f"/s/{made.secret}")}
        return json_answer(document, status=201)

    @extend_schema(responses=DayShape(many=True))
    @action(detail=True, methods=["get"])
    def days(self, request: Request, pk: str) -> HttpResponse:
        """Say how often the link's page was opened and read, by day, the newest first."""
        del request
        days = Opening.objects.filter(link=self.visible(pk)).order_by("-day")
        return json_answer(list(days.values("day", "opened", "read")))

    @extend_schema(responses=EmbedShape)
    @action(detail=True, methods=["get"])
    def embed(self, request: Request, pk: str) -> HttpResponse:
        """Return what shows the link's view inside a page; 400 while the link names no site that may."""
        del request
        link = self.visible(pk)
        if not link.embed_origins:
            raise serializers.ValidationError({"embed_origins": [gettext("Name the sites that may show it first.")]})
        return json_answer({"embed_url": embedding.address(link), "snippet": embedding.snippet(link)})

    @extend_schema(request=None, responses=ShareLinkShape)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> HttpResponse:
        """Close a link at once."""
        del request
        return self.do(actions.revoke_share_link, self.visible(pk), {})
