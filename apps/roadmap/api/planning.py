"""Items and their dependencies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, DateFilter, Filter, NumberFilter, UUIDFilter
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from apps.accounts.models import User
from apps.core.api.filters import ChosenFilter, InProduct, given
from apps.core.api.idempotency import once
from apps.core.api.past import Past
from apps.core.api.resources import Resource, chosen
from apps.core.api.shapes import Shape
from apps.roadmap import actions
from apps.roadmap.api.shapes import BulkIn, EndIn, GoalsIn, ItemFields, ItemIn, ItemShape, MoveIn, PushShape, ReasonIn
from apps.roadmap.bulk import Edit, edit_items, shift_dependants
from apps.roadmap.models import (
    Dependency,
    DependencyKind,
    Health,
    Horizon,
    Item,
    ItemType,
    Status,
)
from apps.roadmap.past import served_then, strayed
from apps.roadmap.waiting import pushed
from apps.vision.models import Goal, Product

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from django.db.models import QuerySet
    from rest_framework.request import Request

    from apps.core.models import Change

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


class ItemResource(Past):
    """Items: what is coming, when and why."""

    model, shape, filterset_class = Item, ItemShape, ItemFilter

    def strayed(self, product: UUID) -> Iterable[UUID]:
        """Return the items that left a product for another, or came from one."""
        return strayed(product)

    def as_it_was(self, documents: dict[UUID, Any], changes: Sequence[Change]) -> None:
        """Give the items the goals that they served, and the keys that they had."""
        served = served_then(documents, changes)
        keys = {
            str(pk): key
            for pk, key in Product.objects.filter(pk__in={each["product"] for each in documents.values()}).values_list(
                "pk", "key"
            )
        }
        for pk, each in documents.items():
            each["goals"] = [{"goal": str(goal), "share": share} for share, goal in served.get(pk, ())]
            each["key"] = f"{keys[each['product']]}-{each['number']}"

    def holds(self, each: Filter, document: dict[str, Any], value: Any) -> bool:
        """Say whether an item of the past has what a filter asks for: its goals and words too."""
        if each.field_name == "contributions__goal_id":
            return bool(value.keeps({served["goal"] for served in document["goals"]} or {"none"}))
        if each.field_name == "q":
            return value.lower() in document["title"].lower() or value.lower() in document["description"].lower()
        return super().holds(each, document, value)

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
        if "milestone" in values:
            values["milestone"] = str(values["milestone"] or "")
        values = self._people_and_places(values, product.pk)
        wanted = list(dict.fromkeys([*same, *(each["item"] for each in own)]))
        items = {item.pk: item for item in Item.objects.visible_to(self.actor()).filter(pk__in=wanted)}
        if unknown := [pk for pk in wanted if pk not in items]:
            raise serializers.ValidationError({"items": [gettext("There is no item %(id)s here.") % {"id": unknown[0]}]})
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
                raise serializers.ValidationError(
                    {"goals": [gettext("There is no goal %(id)s in this product.") % {"id": unknown[0]}]}
                )
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
