"""Decisions: questions settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_filters import DateFilter, UUIDFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from apps.core.api.filters import InProduct, given
from apps.core.api.shapes import Shape
from apps.core.api.writing import Written
from apps.roadmap import deciding
from apps.roadmap.models import Decision, Item
from apps.vision.models import Goal, Product

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request

_ID = "019a3c5e-0000-7000-8000-000000000001"


class DecisionShape(Shape):
    """A question settled, with the reason and the goal that it leans on."""

    path = "decisions"
    product = serializers.UUIDField()
    question = serializers.CharField()
    answer = serializers.CharField()
    reason = serializers.CharField()
    goal = serializers.UUIDField(allow_null=True)
    item = serializers.UUIDField(allow_null=True, help_text="None: it is of the whole roadmap.")
    decided_on = serializers.DateField()
    by = serializers.UUIDField(allow_null=True)
    archived_at = serializers.DateTimeField(allow_null=True)


class DecisionPatch(serializers.Serializer[Any]):
    question = serializers.CharField(required=False)
    answer = serializers.CharField(required=False)
    reason = serializers.CharField(required=False, max_length=2_000, help_text="Why it was settled so.")
    goal = serializers.UUIDField(required=False, allow_null=True)
    item = serializers.UUIDField(required=False, allow_null=True)
    decided_on = serializers.DateField(required=False)


class DecisionIn(DecisionPatch):
    """A new decision, of today where no day is given."""

    product = serializers.UUIDField()
    question = serializers.CharField()
    answer = serializers.CharField()
    reason = serializers.CharField(max_length=2_000)


class DecisionFilter(InProduct):
    item = UUIDFilter(field_name="item_id")
    goal = UUIDFilter(field_name="goal_id")
    decided_after = DateFilter(field_name="decided_on", lookup_expr="gte")
    archived = given("archived_at")


class DecisionResource(Written):
    """Decisions."""

    model, shape, filterset_class = Decision, DecisionShape, DecisionFilter
    noun, parent, body, subset = "decision", ("product", Product), DecisionIn, DecisionPatch
    creates, edits, removes = deciding.decide, deciding.edit_decision, deciding.archive_decision
    references = {"goal": Goal, "item": Item}
    example = {
        "product": _ID,
        "question": "Do we build an on-premises edition?",
        "answer": "No; the EU region answers the need.",
        "reason": "Of ten customers who asked, nine meant where their data lies.",
    }

    @extend_schema(request=None, responses=DecisionShape)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> HttpResponse:
        """Let a decision hold again that was put away."""
        del request
        return self.done(deciding.restore_decision, pk)
