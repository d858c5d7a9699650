"""People who are told, audiences and what they see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import override
from django_filters import CharFilter, ChoiceFilter, UUIDFilter
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from apps.accounts.models import Workspace
from apps.core.api.filters import InProduct, InWorkspace, given
from apps.core.api.resources import json_answer
from apps.core.api.shapes import Shape
from apps.core.api.writing import Reasoned, Written
from apps.roadmap.models import ItemType, Status
from apps.stakeholders import actions, takeaway
from apps.stakeholders.coming import next_digests
from apps.stakeholders.models import (
    Audience,
    Precision,
    Side,
    Stakeholder,
)
from apps.stakeholders.projection import PUBLIC, project, project_each, visions_of
from apps.vision.models import Goal, Product

if TYPE_CHECKING:
    from rest_framework.request import Request

_ID = "019a3c5e-0000-7000-8000-000000000001"


class StakeholderShape(Shape):
    """A person, inside or outside, who is told."""

    path = "stakeholders"
    workspace = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField()
    organisation = serializers.CharField()
    side = serializers.ChoiceField(Side.choices)
    user = serializers.UUIDField(allow_null=True, help_text="The member of the same address, if there is one.")
    time_zone = serializers.CharField()
    language = serializers.ChoiceField(settings.LANGUAGES, help_text="In which they are written to.")
    unreachable_at = serializers.DateTimeField(allow_null=True, help_text="Since then nothing is written to that address.")
    unreachable_why = serializers.CharField(help_text="What the mail server answered.")
    archived_at = serializers.DateTimeField(allow_null=True)


class StakeholderPatch(Reasoned):
    name = serializers.CharField(required=False)
    email = serializers.EmailField(required=False)
    organisation = serializers.CharField(required=False, allow_blank=True)
    side = serializers.ChoiceField(Side.choices, required=False)
    time_zone = serializers.CharField(required=False)
    language = serializers.ChoiceField(settings.LANGUAGES, required=False)


class StakeholderIn(StakeholderPatch):
    workspace = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField()


class StakeholderFilter(InWorkspace):
    audience = UUIDFilter(field_name="audiences__audience_id")
    side = ChoiceFilter(choices=Side.choices)
    email = CharFilter(lookup_expr="iexact")
    archived = given("archived_at")
    unreachable = given("unreachable_at")


class ShownShape(serializers.Serializer[Any]):
    """One item exactly as an audience sees it."""

    item_id = serializers.UUIDField()
    title = serializers.CharField()
    summary = serializers.CharField()
    status = serializers.CharField()
    commitment = serializers.CharField()
    precision = serializers.CharField(help_text="The most exact date that this audience may be told of it.")
    when = serializers.DictField()
    goals = serializers.ListField(child=serializers.DictField())


class SeenShape(serializers.Serializer[Any]):
    """What a person sees as part of one audience."""

    audience = serializers.UUIDField()
    audience_name = serializers.CharField()
    vision = serializers.CharField(help_text="The statement of the vision; empty where it is not shown.")
    items = ShownShape(many=True)


class StakeholderResource(Written):
    """The people who are told."""

    model, shape, filterset_class = Stakeholder, StakeholderShape, StakeholderFilter
    noun, parent, body, subset = "stakeholder", ("workspace", Workspace), StakeholderIn, StakeholderPatch
    creates, edits, removes = actions.create_stakeholder, actions.edit_stakeholder, actions.archive_stakeholder
    example = {"workspace": _ID, "name": "Acme", "email": "roadmap@acme.test", "side": "outside", "time_zone": "Europe/Berlin"}

    @extend_schema(
        request=Reasoned,
        responses=StakeholderShape,
        examples=[OpenApiExample("Why", {"reason": "They have a mailbox again."}, request_only=True)],
    )
    @action(detail=True, methods=["post"], url_path="try-again")
    def try_again(self, request: Request, pk: str) -> HttpResponse:
        """Write again to a person whose address was refused."""
        del request
        return self.done(actions.try_again, pk, self.values(Reasoned))

    @extend_schema(responses=SeenShape(many=True))
    @action(detail=True, methods=["get"])
    def preview(self, request: Request, pk: str) -> HttpResponse:
        """Show what a person sees, for each audience that they belong to, exactly as it goes out."""
        del request
        audiences = Audience.objects.filter(members__stakeholder=self.visible(pk), archived_at=None).order_by(
            "product", "name", "id"
        )
        views = list(project_each(found := list(audiences)).items())
        seen = {each.pk: [view.shown.as_json() for (pk, _), view in views if pk == each.pk and view.seen] for each in found}
        visions = visions_of(found)
        return json_answer(
            [
                {"audience": each.pk, "audience_name": each.name, "vision": visions[each.pk], "items": seen[each.pk]}
                for each in found
            ]
        )


class AudienceShape(Shape):
    """A group of stakeholders and what it sees."""

    path = "audiences"
    product = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField()
    side = serializers.ChoiceField(Side.choices, help_text="Outside: outside words, and unsure dates less exactly.")
    precision = serializers.ChoiceField(Precision.choices, help_text="No date is shown more exactly.")
    fields = serializers.ListField(child=serializers.ChoiceField(sorted(PUBLIC)))  # type: ignore[assignment]
    statuses = serializers.ListField(child=serializers.ChoiceField(Status.choices))
    types = serializers.ListField(child=serializers.ChoiceField(ItemType.choices))
    language = serializers.ChoiceField(
        settings.LANGUAGES, help_text="In which its feeds, webhooks, files and embedded pages speak."
    )
    digest_word = serializers.CharField(help_text="What its digests say on top.")
    held = serializers.BooleanField(help_text="No digest goes out.")
    approval = serializers.BooleanField(help_text="Digests wait until somebody approves them.")
    approved_through = serializers.DateField(allow_null=True, help_text="Digests due until this day go out.")
    external_id = serializers.CharField()
    archived_at = serializers.DateTimeField(allow_null=True)


class AudienceFields(Reasoned):
    """What an audience sees."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # Declared here: as class attributes `fields` would hide what a serializer calls by that name.
        return {
            **super().get_fields(),
            "name": serializers.CharField(required=False),
            "description": serializers.CharField(required=False, allow_blank=True),
            "side": serializers.ChoiceField(Side.choices, required=False),
            "precision": serializers.ChoiceField(Precision.choices, required=False),
            "fields": serializers.ListField(child=serializers.ChoiceField(sorted(PUBLIC)), required=False),
            "statuses": serializers.ListField(child=serializers.ChoiceField(Status.choices), required=False),
            "types": serializers.ListField(child=serializers.ChoiceField(ItemType.choices), required=False),
            "goals": serializers.ListField(child=serializers.UUIDField(), required=False),
            "language": serializers.ChoiceField(settings.LANGUAGES, required=False),
            "digest_word": serializers.CharField(required=False, allow_blank=True, trim_whitespace=False),
            "held": serializers.BooleanField(required=False),
            "approval": serializers.BooleanField(required=False),
            "external_id": serializers.CharField(required=False, allow_blank=True),
        }


class AudienceIn(AudienceFields):
    """A new audience of a product."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {**super().get_fields(), "product": serializers.UUIDField(), "name": serializers.CharField()}


class AudienceFilter(InProduct):
    archived = given("archived_at")


class MemberIn(Reasoned):
    stakeholder = serializers.UUIDField()


class ComingShape(serializers.Serializer[Any]):
    """A line of an audience's next digests, and how many people would read it."""

    kind = serializers.CharField()
    item_id = serializers.UUIDField()
    title = serializers.CharField()
    told = serializers.CharField()
    now = serializers.CharField()
    days = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField()
    goal = serializers.CharField()
    people = serializers.IntegerField()


class ApproveIn(Reasoned):
    through = serializers.DateField()


class AudienceResource(Written):
    """Audiences."""

    model, shape, filterset_class = Audience, AudienceShape, AudienceFilter
    noun, parent, body, subset = "audience", ("product", Product), AudienceIn, AudienceFields
    creates, edits, removes = actions.create_audience, actions.edit_audience, actions.archive_audience
    references = {"goals": Goal, "stakeholder": Stakeholder}
    example = {"product": _ID, "name": "Customers", "precision": "quarter", "fields": ["title", "timeframe", "status", "goals"]}

    @extend_schema(responses=ShownShape(many=True))
    @action(detail=True, methods=["get"])
    def preview(self, request: Request, pk: str) -> HttpResponse:
        """Show what the audience sees, exactly as it goes out."""
        del request
        return json_answer([each.as_json() for each in project(self.visible(pk))])

    @extend_schema(responses={(200, "text/html"): OpenApiTypes.STR})
    @action(detail=True, methods=["get"])
    def takeaway(self, request: Request, pk: str) -> HttpResponse:
        """Return what the audience sees as one signed HTML file, exactly as it goes out."""
        del request
        audience = self.visible(pk)
        with override(audience.language):
            return HttpResponse(takeaway.file_of(audience), content_type="text/html; charset=utf-8")

    @extend_schema(responses=ComingShape(many=True))
    @action(detail=True, methods=["get"], url_path="next-digests")
    def next_digests(self, request: Request, pk: str) -> HttpResponse:
        """Say what the audience's next digests would say, line by line, and to how many people."""
        del request
        return json_answer([each.as_json() for each in next_digests(self.visible(pk))])

    @extend_schema(
        request=ApproveIn,
        responses=AudienceShape,
        examples=[OpenApiExample("A week", {"through": "2026-11-30"}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> HttpResponse:
        """Let the digests that are due until a day go out."""
        del request
        return self.do(actions.approve_digests, self.visible(pk), self.values(ApproveIn))

    @extend_schema(
        request=MemberIn, responses=AudienceShape, examples=[OpenApiExample("A person", {"stakeholder": _ID}, request_only=True)]
    )
    @action(detail=True, methods=["post"])
    def add(self, request: Request, pk: str) -> HttpResponse:
        """Put a person into the audience."""
        del request
        audience = self.visible(pk)
        self.do(_added, audience, self.resolved(self.values(MemberIn)))
        return self.answer(audience.pk)

    @extend_schema(
        request=MemberIn, responses=AudienceShape, examples=[OpenApiExample("A person", {"stakeholder": _ID}, request_only=True)]
    )
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, pk: str) -> HttpResponse:
        """Take a person out of the audience."""
        del request
        return self.do(actions.remove_from_audience, self.visible(pk), self.resolved(self.values(MemberIn)))


def _added(actor: Any, audience: Audience, **values: Any) -> Audience:
    actions.add_to_audience(actor, audience, **values)
    return audience
