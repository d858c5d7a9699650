"""The REST door: workspaces, memberships, invitations, tokens, mails, and the stream of changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django_filters import CharFilter, ChoiceFilter, FilterSet, NumberFilter, UUIDFilter
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from apps.accounts import actions
from apps.accounts.models import ApiToken, Invitation, Membership, Role, Scope, Weekday, Workspace
from apps.accounts.queries import changes_seen_by, invitations_seen_by, mails_seen_by, tokens_seen_by
from apps.core.api.filters import InWorkspace, given
from apps.core.api.idempotency import once
from apps.core.api.resources import Door, Listing, Resource, chosen, find, json_answer
from apps.core.api.shapes import Shape
from apps.core.api.writing import Reasoned
from apps.core.models import Change, Mail, MailState
from apps.core.undo import TAKEN_BACK

if TYPE_CHECKING:
    from rest_framework.request import Request

LARGEST = 2**63 - 1
_WORKSPACE = "019a3c5e-0000-7000-8000-000000000001"


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


class Person(serializers.Serializer[Any]):
    """Who asks: one's name, and the clock and the language of one's pages."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField()
    time_zone = serializers.CharField(help_text="Its IANA name, as Europe/Berlin.")
    language = serializers.ChoiceField([("", "as the browser asks"), *settings.LANGUAGES])


class PersonPatch(serializers.Serializer[Any]):
    name = serializers.CharField(required=False, max_length=100)
    time_zone = serializers.CharField(required=False, max_length=64)
    language = serializers.ChoiceField(settings.LANGUAGES, required=False, allow_blank=True)


class PersonResource(Door):
    """Oneself. Others are seen as members of the workspaces that one shares with them."""

    @extend_schema(responses=Person)
    @action(detail=False)
    def me(self, request: Request) -> HttpResponse:
        """Return who asks."""
        return json_answer({name: getattr(request.user, name) for name in Person._declared_fields})

    @extend_schema(
        request=PersonPatch,
        responses=Person,
        examples=[OpenApiExample("In German", {"language": "de", "time_zone": "Europe/Berlin"}, request_only=True)],
    )
    @me.mapping.patch
    def edit_me(self, request: Request) -> HttpResponse:
        """Change one's name, time zone or language. Only from the browser's session: a token opens one workspace."""
        del request
        person = actions.edit_person(self.actor(), **self.values(PersonPatch, partial=True))
        return json_answer({name: getattr(person, name) for name in Person._declared_fields})


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


class MailShape(Shape):
    """A mail on its way: to whom, of what kind, how far it is, and what the server said. Never its text."""

    version = None  # type: ignore[assignment]
    url = None  # type: ignore[assignment]
    workspace = serializers.UUIDField()
    recipient = serializers.EmailField()
    kind = serializers.CharField(help_text="digest, review-reminder or invitation.")
    subject = serializers.CharField(help_text="Empty before it is rendered.")
    state = serializers.ChoiceField(MailState.choices)
    attempts = serializers.IntegerField()
    error = serializers.CharField(help_text="The server's answer, or what else went wrong, at the last try.")
    created_at = serializers.DateTimeField()
    not_before = serializers.DateTimeField(help_text="A queued one is tried then.")
    sent_at = serializers.DateTimeField(allow_null=True)
    message_id = serializers.CharField()


class MailFilter(InWorkspace):
    state = ChoiceFilter(choices=MailState.choices)
    kind = CharFilter()
    recipient = CharFilter(lookup_expr="iexact")


class MailResource(Listing):
    """The mails of the workspaces that one owns."""

    model, shape, filterset_class = Mail, MailShape, MailFilter

    def rows(self) -> QuerySet[Any]:
        return mails_seen_by(self.actor())

    @extend_schema(request=None, responses=MailShape)
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, pk: str) -> HttpResponse:
        """Let an unconfirmed or dead mail go out once more, under the same Message-ID."""
        mail = find(self.rows().select_related("workspace"), pk)
        shown = self.rows().annotate(doc=MailShape.document()).values_list("doc", flat=True)

        def run() -> HttpResponse:
            actions.resend_mail(self.actor(), mail.workspace, mail=mail)
            return HttpResponse(shown.get(pk=pk), content_type="application/json")

        return once(request, run)


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


class ChangeShape(Shape):
    """One change: who did what to which object, from what to what, and why."""

    id = None  # type: ignore[assignment]
    url = None  # type: ignore[assignment]
    workspace = serializers.UUIDField()
    seq = serializers.IntegerField(help_text="Its number in the workspace, without a gap.")
    at = serializers.DateTimeField()
    actor = serializers.UUIDField(allow_null=True)
    actor_name = serializers.CharField()
    via = serializers.CharField(help_text="web, api, mail, import or system.")
    verb = serializers.CharField(help_text="For example item.edited.")
    product = serializers.UUIDField(allow_null=True)
    object_type = serializers.CharField()
    object_id = serializers.UUIDField()
    object_text = serializers.CharField(help_text="What the object was called then.")
    version = serializers.IntegerField(allow_null=True, help_text="The object's version afterwards.")
    fields = serializers.DictField(help_text="Each field's [before, after].")  # type: ignore[assignment]
    also = serializers.ListField(child=serializers.DictField(), help_text="The other objects that were written with it.")
    detail = serializers.DictField()
    reason = serializers.CharField()

    sql = {"product": F("scope"), "object_id": F("object_id")}


class ChangeFilter(FilterSet):
    """Which changes of one workspace."""

    after = NumberFilter(field_name="seq", lookup_expr="gt", min_value=0, max_value=LARGEST)
    object = UUIDFilter(method="touching")
    verb = CharFilter(method="by_verb")
    product = UUIDFilter(field_name="scope")
    actor = UUIDFilter(field_name="actor_id")

    def touching(self, rows: QuerySet[Change], _name: str, object_id: UUID) -> QuerySet[Change]:
        return rows.filter(touches__contains=[object_id])

    def by_verb(self, rows: QuerySet[Change], _name: str, verb: str) -> QuerySet[Change]:
        return rows.filter(Q(verb=verb) | Q(verb__startswith=f"{verb}."))


class ChangeResource(Listing):
    """The change stream of one workspace."""

    model, shape, filterset_class, ordering = Change, ChangeShape, ChangeFilter, "seq"

    @extend_schema(
        parameters=[
            OpenApiParameter("workspace", str, required=True, description="Id or slug; a token may leave it out."),
            OpenApiParameter("after", int, description="Only changes of a greater seq."),
            OpenApiParameter("object", UUID, description="Only changes that touched this object."),
            OpenApiParameter("verb", str, description="One verb such as item.edited, or all of a noun: item."),
            OpenApiParameter("product", UUID, description="Only news of this product."),
            OpenApiParameter("actor", UUID, description="Only what this person did."),
        ],
        responses=ChangeShape(many=True),
    )
    def list(self, request: Request) -> HttpResponse:
        """Return the changes of one workspace in their order; the last `seq` is the next request's `after`."""
        return super().list(request)

    @extend_schema(
        request=Reasoned,
        parameters=[OpenApiParameter("workspace", str, description="Id or slug; a token may leave it out.")],
        responses={201: ChangeShape},
        examples=[OpenApiExample("With a reason", {"reason": "It was the wrong item."}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> HttpResponse:
        """Take one's own change back, named by its seq; answers with the new change. To redo, undo that one."""
        if not pk.isdecimal() or int(pk) > LARGEST:
            raise Http404
        change = get_object_or_404(self.rows().select_related("workspace"), seq=pk)
        form = Reasoned(data=request.data)
        form.is_valid(raise_exception=True)
        reason = form.validated_data.get("reason") or TAKEN_BACK

        def run() -> HttpResponse:
            done = actions.undo_change(self.actor(), change.workspace, change=change, reason=reason).last_change
            shown = Change.objects.filter(pk=done.pk if done else 0).annotate(doc=ChangeShape.document())
            return HttpResponse(shown.values_list("doc", flat=True).get(), status=201, content_type="application/json")

        return once(request, run)

    def rows(self) -> QuerySet[Any]:
        mine = Workspace.objects.visible_to(self.actor())
        wanted = self.request.query_params.get("workspace", "")
        if not wanted and not self.actor().workspace_id:
            raise serializers.ValidationError({"workspace": [gettext("Say which workspace, by id or slug.")]})
        workspace = (mine.filter(_named(wanted)) if wanted else mine).first()
        if workspace is None:
            raise Http404
        return changes_seen_by(self.actor()).filter(workspace=workspace)


def _named(wanted: str) -> Q:
    try:
        return Q(pk=UUID(wanted))
    except ValueError:
        return Q(slug=wanted)


routes: list[tuple[str, type]] = [
    ("workspaces", WorkspaceResource),
    ("people", PersonResource),
    ("memberships", MembershipResource),
    ("invitations", InvitationResource),
    ("tokens", TokenResource),
    ("mails", MailResource),
    ("changes", ChangeResource),
]
