"""What items look like by REST, and what is sent to make and change them."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, F, OuterRef, Value
from django.db.models.functions import Cast, Concat
from rest_framework import serializers

from apps.core.api.shapes import JsonArray, Shape
from apps.roadmap.bulk import FARTHEST, MOST
from apps.roadmap.models import Contribution, Granularity, Health, Horizon, ItemType, Status


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
    milestone = serializers.UUIDField(required=False, allow_null=True, help_text="The one that they stand in; null for none.")
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
