"""What the told ledger answers by REST: last told against what is true, whom an edit surprises, who is most out of date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.viewsets import ViewSet

from apps.accounts.models import Workspace
from apps.core.api.resources import actor_of, find, json_answer
from apps.milestones.models import Milestone
from apps.roadmap.models import Granularity, Horizon, Item, ItemType, Status
from apps.stakeholders import ledger
from apps.stakeholders.models import Audience, Stakeholder
from apps.stakeholders.surprise import as_edited

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpResponse
    from rest_framework.request import Request

KINDS = ("", "moved", "shipped", "dropped", "status", "renamed", "goal", "hidden")


class AnswerShape(serializers.Serializer[Any]):
    """What a person was last told of an item through an audience, and what is true now."""

    stakeholder = serializers.UUIDField()
    stakeholder_name = serializers.CharField()
    item = serializers.UUIDField()
    item_title = serializers.CharField()
    audience = serializers.UUIDField()
    audience_name = serializers.CharField()
    said = serializers.JSONField(help_text="The item exactly as it was shown.")
    told = serializers.CharField(help_text="What was told, in words.")
    at = serializers.DateTimeField(help_text="When it was told.")
    now = serializers.CharField(help_text="What is true, in the words of the same audience.")
    kind = serializers.ChoiceField(KINDS, allow_blank=True, help_text="How the two differ; empty: it is still true.")
    days = serializers.IntegerField(allow_null=True, help_text="How many days later it ends than was told; negative: earlier.")
    committed = serializers.BooleanField(help_text="The date was told as committed, or its milestone is.")
    channel = serializers.ChoiceField(("digest", "share page"), help_text="By what it was told.")


class AnswersShape(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = AnswerShape(many=True)


class StandingShape(serializers.Serializer[Any]):
    """How far what a person was told is from the truth."""

    stakeholder = serializers.UUIDField()
    stakeholder_name = serializers.CharField()
    told = serializers.IntegerField(help_text="How many statements to them are in force.")
    wrong = serializers.IntegerField(help_text="How many of them are not true any more.")
    since = serializers.DateTimeField(help_text="When the oldest of these was told.")
    days = serializers.IntegerField(allow_null=True, help_text="The furthest of them, in days.")
    worst = AnswerShape()


class StandingsShape(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = StandingShape(many=True)


class Planned(serializers.Serializer[Any]):
    """The fields of an edit that is not saved yet; an empty date is none."""

    title = serializers.CharField(required=False)
    type = serializers.ChoiceField(ItemType.choices, required=False)
    status = serializers.ChoiceField(Status.choices, required=False)
    horizon = serializers.ChoiceField(Horizon.choices, required=False)
    start = serializers.DateField(required=False, allow_null=True)
    end = serializers.DateField(required=False, allow_null=True)
    granularity = serializers.ChoiceField(Granularity.choices, required=False)
    shipped_on = serializers.DateField(required=False, allow_null=True)
    confidence = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=100)
    confidential = serializers.BooleanField(required=False)
    outside_title = serializers.CharField(required=False)


_ABOUT: dict[str, tuple[Any, Callable[[Any], list[ledger.Answer]]]] = {
    "stakeholder": (Stakeholder, ledger.of_person),
    "item": (Item, ledger.of_item),
    "milestone": (Milestone, ledger.of_milestone),
    "audience": (Audience, ledger.of_audience),
}


class LedgerResource(ViewSet):
    """What each was last told, against what is true now."""

    @extend_schema(
        responses=AnswersShape,
        parameters=[OpenApiParameter(name, str, description=f"The {name}'s id; give one of the four.") for name in _ABOUT],
    )
    def list(self, request: Request) -> HttpResponse:
        """Return what was last told to a person, of an item or of a milestone's items, or by an audience; the furthest first."""
        asked = [name for name in _ABOUT if request.query_params.get(name)]
        if len(asked) != 1:
            raise serializers.ValidationError({"": [gettext("Name one of %(names)s.") % {"names": ", ".join(_ABOUT)}]})
        model, answers = _ABOUT[asked[0]]
        about = find(model.objects.visible_to(actor_of(request)), request.query_params[asked[0]])
        return _all_of(answers(about))


class OutOfDateResource(ViewSet):
    """Who was told what is not true any more."""

    @extend_schema(
        responses=StandingsShape,
        parameters=[OpenApiParameter("workspace", str, required=True, description="The workspace's id.")],
    )
    def list(self, request: Request) -> HttpResponse:
        """Return the people who were told what is not true any more, the most misled first."""
        workspace = find(Workspace.objects.visible_to(actor_of(request)), request.query_params.get("workspace"))
        return _all_of(ledger.out_of_date(workspace))


class SurpriseResource(ViewSet):
    """Whom an edit would surprise, before it is saved."""

    route = "surprise"

    @extend_schema(
        responses=AnswersShape,
        parameters=[Planned, OpenApiParameter("item", str, OpenApiParameter.PATH, description="The item's id.")],
    )
    def list(self, request: Request, item: UUID) -> HttpResponse:
        """Return who was told otherwise than an edit of these fields would make it: the committed first, then the furthest."""
        found = find(Item.objects.visible_to(actor_of(request)), item)
        form = Planned(data={name: value or None for name, value in request.query_params.items() if name in Planned().fields})
        form.is_valid(raise_exception=True)
        return _all_of(ledger.surprised(found, as_edited(found, form.validated_data)))


def _all_of(rows: list[ledger.Answer] | list[ledger.Standing]) -> HttpResponse:
    return json_answer({"next": None, "previous": None, "results": [each.as_json() for each in rows]})
