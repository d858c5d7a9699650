"""Ways in: invitations and API tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from django.db.models import QuerySet
from django.http import HttpResponse
from django_filters import CharFilter, UUIDFilter
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers

from apps.accounts import actions
from apps.accounts.models import ApiToken, Invitation, Role, Scope, Workspace
from apps.accounts.queries import invitations_seen_by, tokens_seen_by
from apps.core.api.filters import InWorkspace, given
from apps.core.api.resources import Resource, chosen, json_answer
from apps.core.api.shapes import Shape

if TYPE_CHECKING:
    from rest_framework.request import Request

_WORKSPACE = "019a3c5e-0000-7000-8000-000000000001"


class InvitationShape(Shape):
    """An offer of a role to one address. Its link is in the mail alone."""

    path = "invitations"
    workspace = serializers.UUIDField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(Role.choices)
    invited_by = serializers.UUIDField(allow_null=True)
    expires_at = serializers.DateTimeField()
    accepted_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class InvitationIn(serializers.Serializer[Any]):
    workspace = serializers.UUIDField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(Role.choices, default=Role.EDITOR)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2_000)


class InvitationFilter(InWorkspace):
    email = CharFilter(lookup_expr="iexact")
    accepted = given("accepted_at")
    withdrawn = given("revoked_at")


class InvitationResource(Resource):
    """The invitations of the workspaces that one owns."""

    model, shape, filterset_class = Invitation, InvitationShape, InvitationFilter

    def rows(self) -> QuerySet[Any]:
        return invitations_seen_by(self.actor())

    @extend_schema(
        request=InvitationIn,
        responses={201: InvitationShape},
        examples=[OpenApiExample("An editor", {"workspace": _WORKSPACE, "email": "maya@example.com"}, request_only=True)],
    )
    def create(self, request: Request) -> HttpResponse:
        """Mail somebody a link to join; it works once, for that address, for 14 days."""
        del request
        values = self.values(InvitationIn)
        workspace = chosen(self, Workspace, "workspace", values.pop("workspace"))
        return self.do(actions.invite_member, workspace, values, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> HttpResponse:
        """Withdraw an invitation; its link stops working at once."""
        del request
        return self.gone(actions.withdraw_invitation, self.visible(pk), version=self.expected())


class TokenShape(Shape):
    """A key to the REST API for one workspace, without the key itself."""

    path = "tokens"
    workspace = serializers.UUIDField()
    user = serializers.UUIDField()
    name = serializers.CharField()
    prefix = serializers.CharField(help_text="How its text begins, after lode_.")
    scopes = serializers.ListField(child=serializers.ChoiceField(Scope.choices))
    expires_at = serializers.DateTimeField(allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="Within five minutes.")
    revoked_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class NewTokenShape(TokenShape):
    """A new token, with its text: this once and never again, not even when the request is repeated."""

    text = serializers.CharField(required=False, help_text="Send it as Authorization: Bearer TEXT.")


class TokenIn(serializers.Serializer[Any]):
    workspace = serializers.UUIDField()
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(Scope.choices), default=[Scope.READ.value], allow_empty=False)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2_000)


class TokenFilter(InWorkspace):
    user = UUIDFilter(field_name="user_id")
    revoked = given("revoked_at")


class TokenResource(Resource):
    """One's own tokens, and in workspaces that one owns everybody's."""

    model, shape, filterset_class = ApiToken, TokenShape, TokenFilter

    def rows(self) -> QuerySet[Any]:
        return tokens_seen_by(self.actor())

    @extend_schema(
        request=TokenIn,
        responses={201: NewTokenShape},
        examples=[
            OpenApiExample(
                "For a dashboard", {"workspace": _WORKSPACE, "name": "Dashboard", "scopes": ["read"]}, request_only=True
            )
        ],
    )
    def create(self, request: Request) -> HttpResponse:
        """Make a token for oneself, with no more than one's role allows. Its text is in this answer alone."""
        del request
        values = self.values(TokenIn)
        workspace = chosen(self, Workspace, "workspace", values.pop("workspace"))
        made: list[ApiToken] = []

        def keep(*args: Any, **kwargs: Any) -> ApiToken:
            made.append(actions.create_token(*args, **kwargs))
            return made[0]

        answer = self.do(keep, workspace, values, status=201)
        return _with_text(answer, made[0].text) if made else answer

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> HttpResponse:
        """Revoke a token: its person, or an owner."""
        del request
        return self.gone(actions.revoke_token, self.visible(pk), version=self.expected())


def _with_text(answer: HttpResponse, text: str) -> HttpResponse:
    """Return the answer with the token's text; what `Idempotency-Key` remembered of it has none."""
    full = json_answer({**orjson.loads(answer.content), "text": text}, answer.status_code)
    for name in ("ETag", "Location"):
        full[name] = answer[name]
    full["Cache-Control"] = "no-store"
    return full
