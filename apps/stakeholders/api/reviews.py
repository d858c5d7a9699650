"""Reviews and what was said of each item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_filters import ChoiceFilter
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from apps.accounts.models import User, Workspace
from apps.core.api.filters import InProduct
from apps.core.api.resources import chosen
from apps.core.api.shapes import Shape
from apps.core.api.writing import Reasoned, Written
from apps.core.errors import Stale
from apps.roadmap.models import Item
from apps.stakeholders import actions
from apps.stakeholders.models import (
    Review,
    ReviewState,
    Verdict,
)
from apps.vision.models import Product

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request

_ID = "019a3c5e-0000-7000-8000-000000000001"


class ReviewShape(Shape):
    """A dated session that walks the roadmap."""

    path = "reviews"
    product = serializers.UUIDField()
    title = serializers.CharField()
    due_on = serializers.DateField()
    cadence_weeks = serializers.IntegerField()
    escalate_after = serializers.IntegerField(help_text="Days overdue after which the workspace's owners hear of it; 0: never.")
    state = serializers.ChoiceField(ReviewState.choices)
    owner = serializers.UUIDField(allow_null=True)
    notes = serializers.CharField()
    held_at = serializers.DateTimeField(allow_null=True)


class ReviewPatch(Reasoned):
    title = serializers.CharField(required=False)
    due_on = serializers.DateField(required=False)
    cadence_weeks = serializers.IntegerField(required=False, min_value=0, max_value=52)
    escalate_after = serializers.IntegerField(required=False, min_value=0, max_value=90)
    owner = serializers.UUIDField(required=False, allow_null=True)


class ReviewIn(ReviewPatch):
    product = serializers.UUIDField()
    title = serializers.CharField()
    due_on = serializers.DateField()


class VerdictIn(serializers.Serializer[Any]):
    item = serializers.UUIDField()
    verdict = serializers.ChoiceField(Verdict.choices)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2_000, help_text="A word on it; a drop needs one.")
    seen = serializers.IntegerField(
        required=False, min_value=0, help_text="The version of the verdict that you saw; 0 or nothing: none yet."
    )


class HoldIn(serializers.Serializer[Any]):
    notes = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)


class ReviewFilter(InProduct):
    state = ChoiceFilter(choices=ReviewState.choices)


class ReviewResource(Written):
    """Reviews."""

    model, shape, filterset_class = Review, ReviewShape, ReviewFilter
    noun, parent, body, subset = "review", ("product", Product), ReviewIn, ReviewPatch
    creates, edits = actions.plan_review, actions.edit_review
    references = {"item": Item}
    example = {"product": _ID, "title": "Roadmap review", "due_on": "2026-11-26", "cadence_weeks": 4}

    def resolved(self, values: dict[str, Any]) -> dict[str, Any]:
        """Turn the owner's id into a person whom the actor shares a workspace with."""
        values = super().resolved(values)
        if values.get("owner"):
            shared = Workspace.objects.visible_to(self.actor()).values("pk")
            values["owner"] = chosen(
                self, User.objects.filter(memberships__workspace__in=shared).distinct(), "owner", values["owner"]
            )
        return values

    @extend_schema(
        request=VerdictIn,
        responses=ReviewShape,
        examples=[OpenApiExample("Keep", {"item": _ID, "verdict": "keep", "note": "On course."}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    def items(self, request: Request, pk: str) -> HttpResponse:
        """Say keep, change or drop of one item; 412 with both verdicts where somebody said otherwise since `seen`."""
        del request
        review = self.visible(pk)
        return self.do(_reviewed, review, self.resolved(self.values(VerdictIn)))

    @extend_schema(
        request=HoldIn, responses=ReviewShape, examples=[OpenApiExample("Notes", {"notes": "All kept."}, request_only=True)]
    )
    @action(detail=True, methods=["post"])
    def hold(self, request: Request, pk: str) -> HttpResponse:
        """Put a review on record; with a cadence the next one is planned."""
        del request
        return self.done(actions.hold_review, pk, self.values(HoldIn))

    @extend_schema(request=Reasoned, responses=ReviewShape, examples=[OpenApiExample("Called off", {}, request_only=True)])
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> HttpResponse:
        """Call a review off; its reminders stop."""
        del request
        return self.done(actions.cancel_review, pk, self.values(Reasoned))


def _reviewed(actor: Any, review: Review, **values: Any) -> Review:
    try:
        actions.review_item(actor, review, **values)
    except Stale as error:
        raise Stale(review, error.conflicts) from error  # the resource shows reviews; the conflicts hold the verdicts
    return review
