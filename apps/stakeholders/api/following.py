"""Subscriptions, digests and the statements of the told ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django_filters import DateFilter, UUIDFilter
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from apps.accounts.models import Workspace
from apps.core.api.filters import InProduct, InWorkspace, given
from apps.core.api.resources import Listing, Resource
from apps.core.api.shapes import Shape
from apps.core.api.writing import Reasoned, Written
from apps.milestones.models import Milestone
from apps.roadmap.models import Item
from apps.stakeholders import actions
from apps.stakeholders.models import (
    Audience,
    Digest,
    Frequency,
    Stakeholder,
    Subscription,
    Told,
)
from apps.stakeholders.narrowing import CHOICES
from apps.vision.models import Goal

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse
    from rest_framework.request import Request

_ID = "019a3c5e-0000-7000-8000-000000000001"


def _ids(name: str, one: str) -> ArraySubquery:
    """Return the expression of the ids of one kind of choice, in order."""
    rows = getattr(Subscription, name).through.objects.filter(subscription=OuterRef("pk"))
    return ArraySubquery(rows.order_by(one).values(f"{one}_id"))


class SubscriptionShape(Shape):
    """What a stakeholder follows, how often, and at which hour of their own day."""

    path = "subscriptions"
    product = serializers.UUIDField()
    audience = serializers.UUIDField()
    stakeholder = serializers.UUIDField()
    frequency = serializers.ChoiceField(Frequency.choices)
    weekday = serializers.IntegerField(help_text="0 is Monday.")
    hour = serializers.IntegerField()
    goals = serializers.ListField(child=serializers.UUIDField(), help_text="Narrowed to what serves these goals.")
    milestones = serializers.ListField(child=serializers.UUIDField(), help_text="Narrowed to what stands in these.")
    items = serializers.ListField(child=serializers.UUIDField(), help_text="Narrowed to these items.")
    promises = serializers.BooleanField(help_text="Narrowed to what they were promised; without any of these four: everything.")
    still_true = serializers.BooleanField(help_text="Also a mail when nothing changed: that all is still true.")
    asked_at = serializers.DateTimeField(allow_null=True, help_text="When they were last asked for their yes.")
    confirmed_at = serializers.DateTimeField(allow_null=True, help_text="Null: nothing is sent before they said yes.")
    paused_at = serializers.DateTimeField(allow_null=True)
    paused_until = serializers.DateField(
        allow_null=True, help_text="The first day with digests again; null: until it is resumed."
    )
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_by = serializers.CharField()

    sql = {name: _ids(name, one) for name, one in CHOICES.items()}


class SubscriptionPatch(Reasoned):
    frequency = serializers.ChoiceField(Frequency.choices, required=False)
    weekday = serializers.IntegerField(required=False, min_value=0, max_value=6)
    hour = serializers.IntegerField(required=False, min_value=0, max_value=23)
    goals = serializers.ListField(child=serializers.UUIDField(), required=False)
    items = serializers.ListField(child=serializers.UUIDField(), required=False)
    milestones = serializers.ListField(child=serializers.UUIDField(), required=False)
    promises = serializers.BooleanField(required=False)
    still_true = serializers.BooleanField(required=False)


class SubscriptionIn(SubscriptionPatch):
    audience = serializers.UUIDField()
    stakeholder = serializers.UUIDField()


class PauseIn(Reasoned):
    until = serializers.DateField(required=False, allow_null=True, help_text="Left out: until it is resumed.")


class SubscriptionFilter(InProduct):
    audience = UUIDFilter(field_name="audience_id")
    stakeholder = UUIDFilter(field_name="stakeholder_id")
    ended = given("ended_at")
    paused = given("paused_at")
    confirmed = given("confirmed_at")


class SubscriptionResource(Written):
    """Subscriptions."""

    model, shape, filterset_class = Subscription, SubscriptionShape, SubscriptionFilter
    noun, parent, body, subset = "subscription", ("audience", Audience), SubscriptionIn, SubscriptionPatch
    creates, edits, removes = actions.subscribe, actions.edit_subscription, actions.end_subscription
    references = {"stakeholder": Stakeholder, "goals": Goal, "items": Item, "milestones": Milestone}
    example = {"audience": _ID, "stakeholder": _ID, "frequency": "weekly", "weekday": 0, "hour": 9}

    @extend_schema(request=Reasoned, responses=SubscriptionShape, examples=[OpenApiExample("Ask again", {}, request_only=True)])
    @action(detail=True, methods=["post"])
    def ask(self, request: Request, pk: str) -> HttpResponse:
        """Send the mail once more that asks somebody outside for their yes; at the most once an hour."""
        del request
        return self.done(actions.ask_again, pk, self.values(Reasoned))

    @extend_schema(
        request=PauseIn,
        responses=SubscriptionShape,
        examples=[OpenApiExample("Until the holidays are over", {"until": "2027-01-07"}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> HttpResponse:
        """Let the person have no digest before a day of their own calendar, or until it is resumed."""
        del request
        return self.done(actions.pause_subscription, pk, self.values(PauseIn))

    @extend_schema(request=Reasoned, responses=SubscriptionShape, examples=[OpenApiExample("Go on", {}, request_only=True)])
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> HttpResponse:
        """Let the digests go on with the next that falls due."""
        del request
        return self.done(actions.resume_subscription, pk, self.values(Reasoned))


class LineShape(serializers.Serializer[Any]):
    """One line of a digest: what was told, what is true, how far apart, why."""

    kind = serializers.CharField()
    item_id = serializers.UUIDField()
    title = serializers.CharField()
    told = serializers.CharField()
    now = serializers.CharField()
    days = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField()
    goal = serializers.CharField()


class DigestShape(Shape):
    """One mail with what changed against what a stakeholder was told, and why."""

    path = "digests"
    product = serializers.UUIDField()
    subscription = serializers.UUIDField()
    stakeholder = serializers.UUIDField()
    period = serializers.DateField()
    as_of = serializers.DateTimeField()
    lines = LineShape(many=True)
    unchanged = serializers.IntegerField(help_text="How many other items are still as told.")
    state = serializers.CharField(allow_null=True, help_text="What became of the mail.")

    sql = {"state": F("mail__state")}


class DigestFilter(InProduct):
    subscription = UUIDFilter(field_name="subscription_id")
    stakeholder = UUIDFilter(field_name="stakeholder_id")
    after = DateFilter(field_name="period", lookup_expr="gte")


class DigestResource(Resource):
    """Digests that were made."""

    model, shape, filterset_class = Digest, DigestShape, DigestFilter


class ToldShape(Shape):
    """One statement of the told ledger."""

    id = serializers.IntegerField()  # type: ignore[assignment]
    version = None  # type: ignore[assignment]
    url = None  # type: ignore[assignment]
    stakeholder = serializers.UUIDField()
    item = serializers.UUIDField()
    digest = serializers.UUIDField(allow_null=True)
    link = serializers.UUIDField(allow_null=True, help_text="The person's own share link on whose page they read it.")
    said = serializers.JSONField(help_text="The item exactly as shown.")
    committed = serializers.BooleanField(help_text="It gave a date to which the room was committed.")
    at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True, help_text="Null: it did not arrive, or nobody can know.")


class ToldFilter(InWorkspace):
    stakeholder = UUIDFilter(field_name="stakeholder_id")
    item = UUIDFilter(field_name="item_id")
    confirmed = given("confirmed_at")


class ToldResource(Listing):
    """The told ledger: what each was told, when, and whether it arrived."""

    model, shape, filterset_class = Told, ToldShape, ToldFilter

    def rows(self) -> QuerySet[Any]:
        """Return the statements made in the actor's workspaces."""
        return Told.objects.filter(workspace__in=Workspace.objects.visible_to(self.actor()))
