"""What happened, and what was mailed: the stream of changes and the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django_filters import CharFilter, ChoiceFilter, FilterSet, NumberFilter, UUIDFilter
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from apps.accounts import actions
from apps.accounts.models import Workspace
from apps.accounts.queries import changes_seen_by, mails_seen_by
from apps.core.api.filters import InWorkspace
from apps.core.api.idempotency import once
from apps.core.api.resources import Listing, find
from apps.core.api.shapes import Shape
from apps.core.api.writing import Reasoned
from apps.core.models import Change, Mail, MailState
from apps.core.undo import TAKEN_BACK

if TYPE_CHECKING:
    from rest_framework.request import Request

LARGEST = 2**63 - 1


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
