"""Reviews and what was said of each item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import HttpResponse
from django_filters import ChoiceFilter
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from apps.accounts.models import User, Workspace
from apps.core.api.filters import InProduct
from apps.core.api.idempotency import once
from apps.core.api.resources import chosen, json_answer
from apps.core.api.shapes import Shape
from apps.core.api.writing import Reasoned, Written
from apps.core.errors import Stale
from apps.roadmap.api.decisions import DecisionShape
from apps.roadmap.models import Decision, Item
from apps.stakeholders import actions
from apps.stakeholders.minutes import minutes_of, verdict_json, verdicts
from apps.stakeholders.models import (
    Review,
    ReviewState,
    Stakeholder,
    Verdict,
)
from apps.vision.models import Goal, Product

if TYPE_CHECKING:
    from rest_framework.request import Request

_ID = "019a3c5e-0000-7000-8000-000000000001"


_TAKING_PART = [
    ("attendees", Review.attendees.through.objects.filter(review=OuterRef("pk")), "user"),
    ("guests", Review.guests.through.objects.filter(review=OuterRef("pk")), "stakeholder"),
    ("decisions", Review.decisions.through.objects.filter(review=OuterRef("pk")), "decision"),
]


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
    attendees = serializers.ListField(child=serializers.UUIDField(), help_text="Members who take part.")
    guests = serializers.ListField(child=serializers.UUIDField(), help_text="Stakeholders who take part.")
    decisions = serializers.ListField(child=serializers.UUIDField(), help_text="Those made in it.")
    notes = serializers.CharField()
    held_at = serializers.DateTimeField(allow_null=True)
    baseline = serializers.UUIDField(allow_null=True, help_text="The moment of the roadmap that was kept when it was held.")

    sql = {name: ArraySubquery(through.order_by("id").values(of)) for name, through, of in _TAKING_PART}


class ReviewPatch(Reasoned):
    title = serializers.CharField(required=False)
    due_on = serializers.DateField(required=False)
    cadence_weeks = serializers.IntegerField(required=False, min_value=0, max_value=52)
    escalate_after = serializers.IntegerField(required=False, min_value=0, max_value=90)
    owner = serializers.UUIDField(required=False, allow_null=True)
    attendees = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=200)
    guests = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=200)


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


class VerdictShape(serializers.Serializer[Any]):
    """What a review said of one item."""

    item = serializers.UUIDField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    verdict = serializers.ChoiceField(Verdict.choices)
    note = serializers.CharField()
    by = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField(help_text="Send it as `seen` when the verdict is changed.")


class DecideIn(serializers.Serializer[Any]):
    question = serializers.CharField()
    answer = serializers.CharField()
    reason = serializers.CharField(max_length=2_000)
    goal = serializers.UUIDField(required=False, allow_null=True)
    item = serializers.UUIDField(required=False, allow_null=True)


class MovedShape(serializers.Serializer[Any]):
    """What became of an item since the last review."""

    kind = serializers.ChoiceField(["moved", "dropped", "added", "changed"])
    number = serializers.IntegerField()
    title = serializers.CharField()
    words = serializers.CharField()
    reason = serializers.CharField()


class MinutesShape(serializers.Serializer[Any]):
    """What a review came to."""

    title = serializers.CharField()
    held_at = serializers.DateTimeField(allow_null=True)
    since = serializers.DateTimeField(allow_null=True, help_text="When the review before it was held.")
    people = serializers.ListField(child=serializers.CharField())
    notes = serializers.CharField()
    verdicts = VerdictShape(many=True)
    decisions = serializers.ListField(child=serializers.UUIDField())
    moved = MovedShape(many=True)
    text = serializers.CharField(help_text="All of it as plain text.")


class HoldIn(serializers.Serializer[Any]):
    notes = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)


class ReviewFilter(InProduct):
    state = ChoiceFilter(choices=ReviewState.choices)


class ReviewResource(Written):
    """Reviews."""

    model, shape, filterset_class = Review, ReviewShape, ReviewFilter
    noun, parent, body, subset = "review", ("product", Product), ReviewIn, ReviewPatch
    creates, edits = actions.plan_review, actions.edit_review
    references = {"item": Item, "goal": Goal, "guests": Stakeholder}
    example = {"product": _ID, "title": "Roadmap review", "due_on": "2026-11-26", "cadence_weeks": 4}

    def resolved(self, values: dict[str, Any]) -> dict[str, Any]:
        """Turn the ids of the owner and the attendees into people whom the actor shares a workspace with."""
        values = super().resolved(values)
        shared = Workspace.objects.visible_to(self.actor()).values("pk")
        people = User.objects.filter(memberships__workspace__in=shared).distinct()
        if values.get("owner"):
            values["owner"] = chosen(self, people, "owner", values["owner"])
        if "attendees" in values:
            values["attendees"] = [chosen(self, people, "attendees", pk) for pk in values["attendees"]]
        return values

    @extend_schema(responses=VerdictShape(many=True))
    @action(detail=True, methods=["get"])
    def items(self, request: Request, pk: str) -> HttpResponse:
        """List what was said of each item so far."""
        del request
        return json_answer([verdict_json(each) for each in verdicts(self.visible(pk))])

    @extend_schema(
        request=VerdictIn,
        responses=ReviewShape,
        operation_id="reviews_items_create",
        examples=[OpenApiExample("Keep", {"item": _ID, "verdict": "keep", "note": "On course."}, request_only=True)],
    )
    @items.mapping.post
    def review_item(self, request: Request, pk: str) -> HttpResponse:
        """Say keep, change or drop of one item; 412 with both verdicts where somebody said otherwise since `seen`."""
        del request
        review = self.visible(pk)
        return self.do(_reviewed, review, self.resolved(self.values(VerdictIn)))

    @extend_schema(
        request=DecideIn,
        responses={201: DecisionShape},
        examples=[
            OpenApiExample(
                "No",
                {"question": "On-premises?", "answer": "No.", "reason": "Nine of ten meant where data lies."},
                request_only=True,
            )
        ],
    )
    @action(detail=True, methods=["post"])
    def decisions(self, request: Request, pk: str) -> HttpResponse:
        """Settle a question in the review; answers with the decision, which is in the collection of all of them."""
        del request
        review, values = self.visible(pk), self.resolved(self.values(DecideIn))

        def run() -> HttpResponse:
            made = actions.decide_in(self.actor(), review, **values)
            doc = Decision.objects.filter(pk=made.pk).annotate(doc=DecisionShape.document()).values_list("doc", flat=True).get()
            return HttpResponse(doc, status=201, content_type="application/json")

        return once(self.request, run)

    @extend_schema(responses=MinutesShape)
    @action(detail=True, methods=["get"])
    def minutes(self, request: Request, pk: str) -> HttpResponse:
        """Return what a review came to: who took part, what was said and settled, and what moved since the one before."""
        del request
        return json_answer(minutes_of(self.visible(pk)).as_json())

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
