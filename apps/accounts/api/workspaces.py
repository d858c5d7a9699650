"""Workspaces, and who is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.http import HttpResponse
from django_filters import CharFilter, ChoiceFilter, FilterSet, UUIDFilter
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from apps.accounts import actions
from apps.accounts.models import Membership, Role, Weekday, Workspace
from apps.core.api.filters import InWorkspace
from apps.core.api.resources import Resource
from apps.core.api.shapes import Shape

if TYPE_CHECKING:
    from rest_framework.request import Request


class WorkspaceShape(Shape):
    """A workspace: the tenant."""

    path = "workspaces"
    name = serializers.CharField()
    slug = serializers.CharField(help_text="Its name in addresses.")
    seq = serializers.IntegerField(help_text="The number of its last change.")
    mail_paused = serializers.BooleanField(help_text="Nothing is mailed while this is true.")
    year_begins = serializers.IntegerField(help_text="The month, 1 to 12, with which its fiscal year begins.")
    week_begins = serializers.ChoiceField(Weekday.choices)
    created_at = serializers.DateTimeField()


class WorkspaceIn(serializers.Serializer[Any]):
    """A new workspace; without a slug it gets one made of the name."""

    name = serializers.CharField()
    slug = serializers.CharField(required=False)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2_000)


class WorkspacePatch(serializers.Serializer[Any]):
    name = serializers.CharField(required=False)
    mail_paused = serializers.BooleanField(required=False)
    year_begins = serializers.IntegerField(
        required=False, min_value=1, max_value=12, help_text="Quarters, half-years and years are counted from this month."
    )
    week_begins = serializers.ChoiceField(Weekday.choices, required=False)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2_000)


class WorkspaceFilter(FilterSet):
    slug = CharFilter()


class WorkspaceResource(Resource):
    """The workspaces of which one is a member."""

    model, shape, filterset_class = Workspace, WorkspaceShape, WorkspaceFilter

    @extend_schema(
        request=WorkspaceIn,
        responses={201: WorkspaceShape},
        examples=[OpenApiExample("A company", {"name": "Harbor", "slug": "harbor"}, request_only=True)],
    )
    def create(self, request: Request) -> HttpResponse:
        """Make a workspace and become its owner. Only from the browser's session: a token opens one workspace."""
        del request
        return self.do(actions.create_workspace, None, self.values(WorkspaceIn), status=201)

    @extend_schema(
        request=WorkspacePatch,
        responses=WorkspaceShape,
        examples=[OpenApiExample("Let mail out", {"mail_paused": False, "reason": "Restored and checked."}, request_only=True)],
    )
    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Rename a workspace, pause its mail, or say when its year and its weeks begin; no date moves by that."""
        del request
        values = {**self.values(WorkspacePatch, partial=True), "version": self.expected()}
        return self.do(actions.edit_workspace, self.visible(pk), values)


class MembershipShape(Shape):
    """A person in a workspace, with a role."""

    path = "memberships"
    workspace = serializers.UUIDField()
    user = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(Role.choices)
    comment_mail = serializers.BooleanField(help_text="A mail when mentioned, and about comments on what one follows.")
    created_at = serializers.DateTimeField()

    sql = {"name": F("user__name"), "email": F("user__email")}


class MembershipPatch(serializers.Serializer[Any]):
    role = serializers.ChoiceField(Role.choices)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2_000)


class MailChoice(serializers.Serializer[Any]):
    """Which mail one wants."""

    comment_mail = serializers.BooleanField()


class MembershipFilter(InWorkspace):
    user = UUIDFilter(field_name="user_id")
    role = ChoiceFilter(choices=Role.choices)


class MembershipResource(Resource):
    """Who is in a workspace. People join by an invitation."""

    model, shape, filterset_class = Membership, MembershipShape, MembershipFilter

    @extend_schema(
        request=MembershipPatch,
        responses=MembershipShape,
        examples=[OpenApiExample("May comment", {"role": "commenter"}, request_only=True)],
    )
    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Give a member another role. The last owner stays one."""
        del request
        member = self.visible(pk)
        return self.do(actions.change_role, member, {**self.values(MembershipPatch), "version": self.expected()})

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> HttpResponse:
        """End a membership, another's or one's own; the person's tokens end with it."""
        del request
        return self.gone(actions.remove_member, self.visible(pk), version=self.expected())

    @extend_schema(
        request=MailChoice,
        responses=MembershipShape,
        examples=[OpenApiExample("No mail about comments", {"comment_mail": False}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    def mail(self, request: Request, pk: str) -> HttpResponse:
        """Say whether one wants a mail when mentioned, and about comments on what one follows; each for themselves."""
        del request
        return self.do(actions.choose_mail, self.visible(pk), self.values(MailChoice))
