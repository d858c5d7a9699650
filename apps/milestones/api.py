"""The REST door of milestones, and of which items are in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_filters import ChoiceFilter, DateFilter, UUIDFilter
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from apps.core.api.filters import InProduct, given
from apps.core.api.past import Past
from apps.core.api.resources import Resource, Writing, chosen, find, json_answer
from apps.core.api.shapes import Shape
from apps.core.api.writing import Reasoned, Written
from apps.milestones import actions, queries
from apps.milestones.models import Baseline, Commitment, Kind, Milestone, MilestoneState, Placement
from apps.milestones.transfer import planned, transfer_item
from apps.roadmap.api.shapes import ItemShape
from apps.roadmap.models import Granularity, Item
from apps.vision.models import Product

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request

_ID = "019a3c5e-0000-7000-8000-000000000001"


class MilestoneShape(Shape):
    """A point in time with a meaning; a release is what reaches users together."""

    path = "milestones"
    product = serializers.UUIDField()
    kind = serializers.ChoiceField(Kind.choices)
    name = serializers.CharField()
    date = serializers.DateField(allow_null=True)
    starts = serializers.DateField(allow_null=True)
    granularity = serializers.ChoiceField(Granularity.choices)
    commitment = serializers.ChoiceField(Commitment.choices)
    state = serializers.ChoiceField(MilestoneState.choices)
    reached_on = serializers.DateField(allow_null=True)
    notes = serializers.CharField(help_text="Release notes, markdown.")
    external_id = serializers.CharField()
    archived_at = serializers.DateTimeField(allow_null=True)


class MilestonePatch(Reasoned):
    kind = serializers.ChoiceField(Kind.choices, required=False)
    name = serializers.CharField(required=False)
    date = serializers.DateField(required=False, allow_null=True)
    starts = serializers.DateField(required=False, allow_null=True)
    granularity = serializers.ChoiceField(Granularity.choices, required=False)
    commitment = serializers.ChoiceField(Commitment.choices, required=False)
    notes = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    external_id = serializers.CharField(required=False, allow_blank=True)


class MilestoneIn(MilestonePatch):
    product = serializers.UUIDField()
    name = serializers.CharField()


class ReachedIn(Reasoned):
    on = serializers.DateField(required=False, help_text="Today where it is not given.")


class DroppedIn(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2_000)


class MoveShape(serializers.Serializer[Any]):
    before = serializers.DateField(allow_null=True)
    after = serializers.DateField(allow_null=True)
    days = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = serializers.CharField()
    reason = serializers.CharField()


class SlipShape(serializers.Serializer[Any]):
    """A date now against the same date before."""

    first = serializers.DateField(allow_null=True)
    before = serializers.DateField(allow_null=True, help_text="The date before the last move.")
    now = serializers.DateField(allow_null=True)
    days = serializers.IntegerField(help_text="From the first date to now.")
    moves = MoveShape(many=True)


class MilestoneFilter(InProduct):
    kind = ChoiceFilter(choices=Kind.choices)
    commitment = ChoiceFilter(choices=Commitment.choices)
    state = ChoiceFilter(choices=MilestoneState.choices)
    after = DateFilter(field_name="date", lookup_expr="gte")
    before = DateFilter(field_name="date", lookup_expr="lte")
    archived = given("archived_at")


class MilestoneResource(Past, Written):
    """Milestones and releases."""

    model, shape, filterset_class = Milestone, MilestoneShape, MilestoneFilter
    noun, parent, body, subset = "milestone", ("product", Product), MilestoneIn, MilestonePatch
    creates, edits, removes = actions.create_milestone, actions.edit_milestone, actions.archive_milestone
    example = {
        "product": _ID,
        "name": "2.0 GA",
        "date": "2026-12-19",
        "commitment": "committed",
        "reason": "Agreed with support.",
    }

    @extend_schema(
        request=ReachedIn, responses=MilestoneShape, examples=[OpenApiExample("A day", {"on": "2026-12-19"}, request_only=True)]
    )
    @action(detail=True, methods=["post"])
    def reach(self, request: Request, pk: str) -> HttpResponse:
        """Note that a milestone was reached."""
        del request
        return self.done(actions.reach_milestone, pk, self.values(ReachedIn))

    @extend_schema(request=Reasoned, responses=MilestoneShape, examples=[OpenApiExample("Open again", {}, request_only=True)])
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> HttpResponse:
        """Take back that a milestone was reached or dropped."""
        del request
        return self.done(actions.reopen_milestone, pk, self.values(Reasoned))

    @extend_schema(
        request=DroppedIn,
        responses=MilestoneShape,
        examples=[OpenApiExample("Given up", {"reason": "Nobody needs it."}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, pk: str) -> HttpResponse:
        """Give a milestone up, and say why."""
        del request
        return self.done(actions.drop_milestone, pk, self.values(DroppedIn))

    @extend_schema(request=None, responses=MilestoneShape)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> HttpResponse:
        """Put an archived milestone back."""
        del request
        return self.done(actions.restore_milestone, pk)

    @extend_schema(responses=SlipShape)
    @action(detail=True, methods=["get"])
    def slip(self, request: Request, pk: str) -> HttpResponse:
        """Show how a milestone's date moved, from the change stream."""
        del request
        milestone = self.visible(pk)
        slip = queries.slips(milestone.workspace_id, [milestone.pk]).get(milestone.pk)
        if slip is None:
            return json_answer({"first": None, "before": None, "now": None, "days": 0, "moves": []})
        moves = [{"days": move.days, **{name: getattr(move, name) for name in move.__slots__}} for move in slip.moves]
        return json_answer({"first": slip.first, "before": slip.before, "now": slip.now, "days": slip.days, "moves": moves})


class PlacementShape(Shape):
    """That an item belongs to a milestone."""

    path = "placements"
    product = serializers.UUIDField()
    item = serializers.UUIDField()
    milestone = serializers.UUIDField()


class PlacementIn(Reasoned):
    item = serializers.UUIDField()
    milestone = serializers.UUIDField()


class PlacementFilter(InProduct):
    item = UUIDFilter(field_name="item_id")
    milestone = UUIDFilter(field_name="milestone_id")


class PlacementResource(Resource):
    """Which items are in which milestone."""

    model, shape, filterset_class = Placement, PlacementShape, PlacementFilter

    @extend_schema(
        request=PlacementIn,
        responses={201: PlacementShape},
        examples=[OpenApiExample("An item in a milestone", {"item": _ID, "milestone": _ID}, request_only=True)],
    )
    def create(self, request: Request) -> HttpResponse:
        """Put an item into a milestone; it leaves the one it was in."""
        del request
        values = self.values(PlacementIn)
        item = chosen(self, Item, "item", values.pop("item"))
        values["milestone"] = chosen(self, Milestone, "milestone", values["milestone"])
        return self.do(_placed, item, values, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> HttpResponse:
        """Take an item out of its milestone."""
        del request
        return self.gone(actions.place_item, self.visible(pk).item, milestone=None)


def _placed(actor: Any, item: Item, **values: Any) -> Placement:
    placed: Placement = Placement.objects.get(item=actions.place_item(actor, item, **values))
    return placed


class TransferIn(Reasoned):
    """Which item goes to which other product."""

    item = serializers.UUIDField()
    product = serializers.UUIDField()
    children = serializers.BooleanField(default=True, help_text="With all that it contains; else that stays.")


class NamedShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    title = serializers.CharField()


class TieShape(serializers.Serializer[Any]):
    item = serializers.UUIDField()
    name = serializers.CharField()
    becomes = serializers.UUIDField(allow_null=True, help_text="What has the same name there; null: it is let go.")


class AcrossShape(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    item = serializers.UUIDField()
    other = serializers.UUIDField()


class TransferShape(serializers.Serializer[Any]):
    """What a move to another product does."""

    items = NamedShape(many=True, help_text="What moves.")
    left = NamedShape(many=True, help_text="Children that stay.")
    leaves_parent = serializers.UUIDField(allow_null=True)
    goals = TieShape(many=True)
    milestones = TieShape(many=True)
    scores = TieShape(many=True, help_text="Ratings that are let go.")
    dependencies_across = AcrossShape(many=True, help_text="Dependencies that lead from one product to the other then.")


class TransferResource(Writing):
    """Items that move to another product of the workspace."""

    model, shape = Item, ItemShape

    @extend_schema(
        responses=TransferShape,
        parameters=[
            OpenApiParameter("item", str, required=True, description="The item's id."),
            OpenApiParameter("product", str, required=True, description="The id of the product to which it would move."),
            OpenApiParameter("children", bool, description="With all that it contains, as usual; else that stays."),
        ],
    )
    def list(self, request: Request) -> HttpResponse:
        """Say what a move to another product would do; nothing is written."""
        asked = request.query_params
        item = find(Item.objects.visible_to(self.actor()), asked.get("item"))
        product = find(Product.objects.visible_to(self.actor()).filter(workspace=item.workspace_id), asked.get("product"))
        return json_answer(planned(item, product, children=asked.get("children", "true") != "false").as_json())

    @extend_schema(
        request=TransferIn,
        responses={200: ItemShape},
        examples=[OpenApiExample("With what it contains", {"item": _ID, "product": _ID}, request_only=True)],
    )
    def create(self, request: Request) -> HttpResponse:
        """Move an item to another product: its id stays, its number is new, and its old address leads to the new one."""
        del request
        values = self.values(TransferIn)
        item = chosen(self, Item, "item", values.pop("item"))
        values["product"] = chosen(self, Product, "product", values["product"])
        return self.do(transfer_item, item, values)


class BaselineShape(Shape):
    """A moment of a roadmap that was kept to compare with, as in `?compare=` of its page."""

    path = "baselines"
    product = serializers.UUIDField()
    name = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.UUIDField(allow_null=True)
    archived_at = serializers.DateTimeField(allow_null=True)


class BaselinePatch(Reasoned):
    name = serializers.CharField(required=False)


class BaselineIn(Reasoned):
    product = serializers.UUIDField()
    name = serializers.CharField()
    at = serializers.DateTimeField(required=False, help_text="A moment that has passed; now where it is not given.")


class BaselineFilter(InProduct):
    archived = given("archived_at")


class BaselineResource(Written):
    """Baselines."""

    model, shape, filterset_class = Baseline, BaselineShape, BaselineFilter
    noun, parent, body, subset = "baseline", ("product", Product), BaselineIn, BaselinePatch
    creates, edits, removes = actions.keep_baseline, actions.edit_baseline, actions.archive_baseline
    example = {"product": _ID, "name": "What the board agreed to"}

    @extend_schema(request=None, responses=BaselineShape)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> HttpResponse:
        """Put a baseline back among the choices."""
        del request
        return self.done(actions.restore_baseline, pk)


routes: list[tuple[str, Any]] = [
    ("milestones", MilestoneResource),
    ("placements", PlacementResource),
    ("transfers", TransferResource),
    ("baselines", BaselineResource),
]
