"""Items and their dependencies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.db.models import CharField, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpResponse
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, DateFilter, NumberFilter, UUIDFilter
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from apps.accounts.models import User
from apps.core.api.filters import ChosenFilter, InProduct, given
from apps.core.api.idempotency import once
from apps.core.api.resources import Resource, chosen
from apps.core.api.shapes import JsonArray, Shape
from apps.roadmap import actions
from apps.roadmap.bulk import FARTHEST, MOST, Edit, edit_items, shift_dependants
from apps.roadmap.models import (
    Contribution,
    Dependency,
    DependencyKind,
    Granularity,
    Health,
    Horizon,
    Item,
    ItemType,
    Status,
)
from apps.roadmap.waiting import pushed
from apps.vision.models import Goal, Product

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request

_ID, _OTHER = "019a3c5e-0000-7000-8000-000000000001", "019a3c5e-0000-7000-8000-000000000002"
EXAMPLE = {
    "product": _ID,
    "title": "Natural-language query",
    "type": "feature",
    "status": "in_progress",
    "horizon": "now",
    "start": "2026-08-01",
    "end": "2026-12-19",
    "granularity": "day",
    "confidence": 70,
    "goals": [{"goal": "019a3c5e-0000-7000-8000-000000000002", "share": 100}],
    "reason": "Asked for by every trial customer.",
}


class ServesShape(serializers.Serializer[Any]):
    """That the item serves a goal."""

    goal = serializers.UUIDField()
    share = serializers.IntegerField(min_value=1, max_value=100, help_text="Percent of the item.")


class ItemShape(Shape):
    """An item, with the goals that it serves."""

    path = "items"
    workspace = serializers.UUIDField()
    product = serializers.UUIDField()
    key = serializers.CharField(help_text="Its name in speech, as in HAR-12.")
    number = serializers.IntegerField()
    type = serializers.ChoiceField(ItemType.choices)
    parent = serializers.UUIDField(allow_null=True)  # type: ignore[assignment]
    title = serializers.CharField()
    description = serializers.CharField(help_text="Markdown.")
    status = serializers.ChoiceField(Status.choices)
    health = serializers.ChoiceField(Health.choices, allow_blank=True)
    confidence = serializers.IntegerField(allow_null=True, help_text="Percent sure of the date.")
    horizon = serializers.ChoiceField(Horizon.choices)
    start = serializers.DateField(allow_null=True)
    end = serializers.DateField(allow_null=True)
    granularity = serializers.ChoiceField(Granularity.choices, allow_blank=True)
    owner = serializers.UUIDField(allow_null=True)
    progress = serializers.IntegerField()
    effort = serializers.DecimalField(8, 2, allow_null=True)
    shipped_on = serializers.DateField(allow_null=True)
    confidential = serializers.BooleanField(help_text="Never shown to any audience.")
    outside_title = serializers.CharField(help_text="What audiences outside know it as; empty: by its title.")
    outside_summary = serializers.CharField(help_text="What audiences that see the summary are told about it.")
    rank = serializers.CharField(help_text="Sort by it, as text; never compute with it.")
    external_id = serializers.CharField()
    goals = serializers.ListField(child=ServesShape())
    created_at = serializers.DateTimeField()
    archived_at = serializers.DateTimeField(allow_null=True)

    sql = {
        "key": Concat(F("product__key"), Value("-"), Cast("number", CharField()), output_field=CharField()),
        "goals": JsonArray(
            Contribution.objects.filter(item=OuterRef("pk")).order_by("-share", "goal_id"),
            {"goal": F("goal_id"), "share": F("share")},
        ),
    }


class ItemFields(serializers.Serializer[Any]):
    """What PATCH takes: any subset."""

    type = serializers.ChoiceField(ItemType.choices, required=False)
    title = serializers.CharField(required=False)
    description = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    status = serializers.ChoiceField(Status.choices, required=False)
    health = serializers.ChoiceField(Health.choices, required=False, allow_blank=True)
    confidence = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=100)
    horizon = serializers.ChoiceField(Horizon.choices, required=False)
    start = serializers.DateField(required=False, allow_null=True)
    end = serializers.DateField(required=False, allow_null=True)
    granularity = serializers.ChoiceField(Granularity.choices, required=False, allow_blank=True)
    owner = serializers.UUIDField(required=False, allow_null=True)
    parent = serializers.UUIDField(required=False, allow_null=True)  # type: ignore[assignment]
    progress = serializers.IntegerField(required=False, min_value=0, max_value=100)
    effort = serializers.DecimalField(8, 2, required=False, allow_null=True, min_value=0)
    shipped_on = serializers.DateField(required=False, allow_null=True)
    confidential = serializers.BooleanField(required=False)
    outside_title = serializers.CharField(required=False, allow_blank=True)
    outside_summary = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    external_id = serializers.CharField(required=False, allow_blank=True)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2_000)


class ItemIn(ItemFields):
    """What a new item may be given; the product and a title are needed."""

    product = serializers.UUIDField()
    title = serializers.CharField()
    goals = serializers.ListField(child=ServesShape(), required=False)


class MoveIn(serializers.Serializer[Any]):
    """Where an item goes: right after or right before another."""

    after = serializers.UUIDField(required=False)
    before = serializers.UUIDField(required=False)
    horizon = serializers.ChoiceField(Horizon.choices, required=False)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2_000)


class EditIn(ItemFields):
    """What one of several items is given; with the version that was seen, what others changed since is refused with a 412."""

    item = serializers.UUIDField()
    version = serializers.IntegerField(required=False, min_value=1)
    goals = serializers.ListField(child=ServesShape(), required=False)
    reason = None  # type: ignore[assignment]  # one for all of them


class EndIn(serializers.Serializer[Any]):
    """When an item would end."""

    end = serializers.DateField(required=False, help_text="As if the item ended on this day; nothing is written.")


class BulkIn(serializers.Serializer[Any]):
    """What several items of one product are given at once: all the same, each its own, or both."""

    product = serializers.UUIDField()
    items = serializers.ListField(child=serializers.UUIDField(), required=False, allow_empty=False, max_length=MOST)
    edits = serializers.ListField(child=EditIn(), required=False, allow_empty=False, max_length=MOST)
    type = serializers.ChoiceField(ItemType.choices, required=False)
    status = serializers.ChoiceField(Status.choices, required=False)
    health = serializers.ChoiceField(Health.choices, required=False, allow_blank=True)
    horizon = serializers.ChoiceField(Horizon.choices, required=False)
    owner = serializers.UUIDField(required=False, allow_null=True)
    confidential = serializers.BooleanField(required=False)
    goal = serializers.UUIDField(required=False, help_text="The one goal that they serve from now on.")
    shift_days = serializers.IntegerField(required=False, min_value=-FARTHEST, max_value=FARTHEST)
    archive = serializers.BooleanField(required=False)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2_000)


class GoalsIn(serializers.Serializer[Any]):
    """All the goals that an item serves."""

    goals = serializers.ListField(child=ServesShape())
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2_000)


class ReasonIn(serializers.Serializer[Any]):
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2_000)


class PushShape(serializers.Serializer[Any]):
    """That an item has to start later, because what blocks it ends too late."""

    item = serializers.UUIDField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    days = serializers.IntegerField(help_text="By how many days its start moves.")
    start = serializers.DateField()
    end = serializers.DateField()
    granularity = serializers.ChoiceField(Granularity.choices)


class ItemFilter(InProduct):
    """Which items: by any of these, together."""

    parent = ChosenFilter("parent_id", none=True)
    owner = ChosenFilter("owner_id", none=True)
    goal = ChosenFilter("contributions__goal_id", none=True, several=True)
    number = NumberFilter(max_value=2**31 - 1, min_value=1)
    type = ChosenFilter("type", values=ItemType.values)
    status = ChosenFilter("status", values=Status.values)
    health = ChosenFilter("health", values=Health.values)
    horizon = ChosenFilter("horizon", values=Horizon.values)
    confidence_min = NumberFilter(field_name="confidence", lookup_expr="gte", min_value=0, max_value=100)
    ends_after = DateFilter(field_name="end", lookup_expr="gte")
    ends_before = DateFilter(field_name="end", lookup_expr="lte")
    scheduled = given("start")
    archived = given("archived_at")
    confidential = BooleanFilter()
    external_id = CharFilter()
    q = CharFilter(method="search", help_text="Words in title or description.")

    def search(self, rows: QuerySet[Item], _name: str, words: str) -> QuerySet[Item]:
        """Keep the items that have the words in title or description."""
        return rows.filter(Q(title__icontains=words) | Q(description__icontains=words))


class ItemResource(Resource):
    """Items: what is coming, when and why."""

    model, shape, filterset_class = Item, ItemShape, ItemFilter

    @extend_schema(request=ItemIn, responses={201: ItemShape}, examples=[OpenApiExample("A feature", EXAMPLE, request_only=True)])
    def create(self, request: Request) -> HttpResponse:
        """Add an item at the end of a product's roadmap."""
        del request
        values = self.values(ItemIn)
        product = chosen(self, Product, "product", values.pop("product"))
        return self.do(actions.create_item, product, self._people_and_places(values, product.pk), status=201)

    @extend_schema(
        request=ItemFields,
        responses=ItemShape,
        examples=[OpenApiExample("A date moves", {"end": "2027-01-31", "reason": "The parser is rewritten."}, request_only=True)],
    )
    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Change any fields of an item; give the reason when a date moves."""
        del request
        item = self.visible(pk)
        values = {**self.values(ItemFields, partial=True), "version": self.expected()}
        return self.do(actions.edit_item, item, self._people_and_places(values, item.product_id))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> HttpResponse:
        """Archive an item; it keeps its history and can be restored."""
        del request
        return self.gone(actions.archive_item, self.visible(pk), version=self.expected())

    @extend_schema(request=None, responses=ItemShape)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> HttpResponse:
        """Put an archived item back."""
        del request
        return self.do(actions.restore_item, self.visible(pk), {})

    @extend_schema(request=None, responses={201: ItemShape})
    @action(detail=True, methods=["post"])
    def duplicate(self, request: Request, pk: str) -> HttpResponse:
        """Copy an item with its facts, words and goals; the copy comes right after it, and its history begins anew."""
        del request
        return self.do(actions.duplicate_item, self.visible(pk), {}, status=201)

    @extend_schema(responses=PushShape(many=True), parameters=[EndIn])
    @action(detail=True, methods=["get"])
    def dependants(self, request: Request, pk: str) -> Response:
        """List what waits for an item, directly or through others, and starts too early, with where it has to move."""
        asked = EndIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response([push.as_json() for push in pushed(self.visible(pk), asked.validated_data.get("end"))])

    @extend_schema(
        request=ReasonIn,
        responses=ItemShape,
        operation_id="items_dependants_shift",
        examples=[OpenApiExample("With the reason", {"reason": "The parser is rewritten."}, request_only=True)],
    )
    @dependants.mapping.post
    def shift_dependants(self, request: Request, pk: str) -> HttpResponse:
        """Move all of these as one change with one undo; answers with the item for which they wait."""
        del request
        return self.do(shift_dependants, self.visible(pk), self.values(ReasonIn))

    @extend_schema(
        request=BulkIn,
        responses=ItemShape(many=True),
        examples=[
            OpenApiExample(
                "Two weeks later",
                {"product": _ID, "items": [_ID, _OTHER], "shift_days": 14, "reason": "The team grows later."},
                request_only=True,
            ),
            OpenApiExample(
                "Each its own",
                {"product": _ID, "edits": [{"item": _ID, "version": 3, "confidence": 80}, {"item": _OTHER, "status": "planned"}]},
                request_only=True,
            ),
        ],
    )
    @action(detail=False, methods=["post"])
    def bulk(self, request: Request) -> HttpResponse:
        """Change several items of one product as one change with one undo, all or none; answers with the items.

        An error names the item and the field. What the change is called in the stream: items.edited.
        """
        del request
        values = self.values(BulkIn)
        product = chosen(self, Product, "product", values.pop("product"))
        own, shift = values.pop("edits", []), values.pop("shift_days", 0)
        same = values.pop("items", [])
        if values.get("goal"):
            values["goal"] = chosen(self, Goal, "goal", values["goal"])
        values = self._people_and_places(values, product.pk)
        wanted = list(dict.fromkeys([*same, *(each["item"] for each in own)]))
        items = {item.pk: item for item in Item.objects.visible_to(self.actor()).filter(pk__in=wanted)}
        if unknown := [pk for pk in wanted if pk not in items]:
            raise serializers.ValidationError({"items": [f"There is no item {unknown[0]} here."]})
        edits = [self._edit(items, each, product.pk) for each in own]

        def run() -> HttpResponse:
            edit_items(self.actor(), product, items=[items[pk] for pk in same], edits=edits, shift=shift, **values)
            docs = Item.objects.filter(pk__in=wanted).annotate(doc=ItemShape.document()).values_list("doc", flat=True)
            return HttpResponse(f"[{','.join(docs)}]", content_type="application/json")

        return once(self.request, run)

    @extend_schema(
        request=MoveIn,
        responses=ItemShape,
        examples=[OpenApiExample("Right after another", {"after": _ID}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> HttpResponse:
        """Put an item right after or before another; the order is the same for everybody."""
        del request
        item, values = self.visible(pk), self.values(MoveIn)
        for name in ("after", "before"):
            if name in values:
                values[name] = chosen(self, Item, name, values[name])
        return self.do(actions.move_item, item, values)

    @extend_schema(
        request=GoalsIn,
        responses=ItemShape,
        examples=[OpenApiExample("One goal", {"goals": [{"goal": _ID, "share": 100}]}, request_only=True)],
    )
    @action(detail=True, methods=["put"])
    def goals(self, request: Request, pk: str) -> HttpResponse:
        """Say which goals an item serves, and how much of it."""
        del request
        item = self.visible(pk)
        values = self._people_and_places(self.values(GoalsIn), item.product_id)
        return self.do(actions.set_goals, item, values)

    def _edit(self, items: dict[UUID, Item], values: dict[str, Any], product: UUID) -> Edit:
        fields = self._people_and_places(dict(values), product)
        item, version, goals = items[fields.pop("item")], fields.pop("version", None), fields.pop("goals", None)
        return Edit(item, cast("actions.ItemFields", fields), goals, version)

    def _people_and_places(self, values: dict[str, Any], product: UUID) -> dict[str, Any]:
        """Turn the ids of a body into what they name, as far as the actor can see it."""
        if values.get("owner"):
            members = User.objects.filter(memberships__workspace__in=Product.objects.filter(pk=product).values("workspace"))
            values["owner"] = chosen(self, members, "owner", values["owner"])
        if values.get("parent"):
            values["parent"] = chosen(self, Item, "parent", values["parent"])
        if "goals" in values:
            mine = {goal.pk: goal for goal in Goal.objects.visible_to(self.actor()).filter(product_id=product, archived_at=None)}
            unknown = [serves["goal"] for serves in values["goals"] if serves["goal"] not in mine]
            if unknown:
                raise serializers.ValidationError({"goals": [f"There is no goal {unknown[0]} in this product."]})
            values["goals"] = [{"goal": mine[s["goal"]], "share": s["share"]} for s in values["goals"]]
        return values


class DependencyShape(Shape):
    """That one item blocks, moves with or relates to another."""

    path = "dependencies"
    product = serializers.UUIDField()
    item = serializers.UUIDField()
    other = serializers.UUIDField()
    kind = serializers.ChoiceField(DependencyKind.choices)


class DependencyIn(serializers.Serializer[Any]):
    item = serializers.UUIDField()
    other = serializers.UUIDField()
    kind = serializers.ChoiceField(DependencyKind.choices, default=DependencyKind.BLOCKS)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2_000)


class DependencyFilter(InProduct):
    item = UUIDFilter(field_name="item_id")
    other = UUIDFilter(field_name="other_id")
    kind = ChoiceFilter(choices=DependencyKind.choices)


class DependencyResource(Resource):
    """Dependencies between items."""

    model, shape, filterset_class = Dependency, DependencyShape, DependencyFilter

    @extend_schema(
        request=DependencyIn,
        responses={201: DependencyShape},
        examples=[OpenApiExample("One blocks another", {"item": _ID, "other": _OTHER, "kind": "blocks"}, request_only=True)],
    )
    def create(self, request: Request) -> HttpResponse:
        """Link two items; a circle of blocking is refused."""
        del request
        values = self.values(DependencyIn)
        item = chosen(self, Item, "item", values.pop("item"))
        values["other"] = chosen(self, Item, "other", values["other"])
        return self.do(actions.link_items, item, values, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> HttpResponse:
        """Take a dependency away."""
        del request
        return self.gone(actions.unlink_items, self.visible(pk))
