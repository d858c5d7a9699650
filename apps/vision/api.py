"""The REST door of the why: products, visions, their versions and sign-offs, goals, key results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django_filters import CharFilter, ChoiceFilter, UUIDFilter
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from apps.accounts.models import User, Workspace
from apps.core.api.filters import InProduct, InWorkspace, given
from apps.core.api.past import Past
from apps.core.api.resources import Resource, chosen
from apps.core.api.shapes import Shape
from apps.core.api.writing import Reasoned, Written
from apps.vision import actions
from apps.vision.models import Answer, Goal, KeyResult, Product, SignOff, VersionState, Vision, VisionVersion

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request

_WORKSPACE = "019a3c5e-0000-7000-8000-000000000001"
_PRODUCT = "019a3c5e-0000-7000-8000-000000000002"
_GOAL = "019a3c5e-0000-7000-8000-000000000003"
_USER = "019a3c5e-0000-7000-8000-000000000004"


class ProductShape(Shape):
    """What a vision and a roadmap are about."""

    path = "products"
    workspace = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField()
    key = serializers.CharField(help_text="Begins the names of its items, as in HAR-12.")
    description = serializers.CharField()
    review_weeks_now = serializers.IntegerField(help_text="Weeks without a review after which an item of now is stale.")
    review_weeks_next = serializers.IntegerField()
    review_weeks_later = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    archived_at = serializers.DateTimeField(allow_null=True)


class ProductPatch(Reasoned):
    name = serializers.CharField(required=False)
    slug = serializers.CharField(required=False)
    key = serializers.CharField(required=False)
    description = serializers.CharField(required=False, allow_blank=True)
    review_weeks_now = serializers.IntegerField(required=False, min_value=1, max_value=104)
    review_weeks_next = serializers.IntegerField(required=False, min_value=1, max_value=104)
    review_weeks_later = serializers.IntegerField(required=False, min_value=1, max_value=104)


class ProductIn(Reasoned):
    """A new product; slug and key follow from the name where they are not given."""

    workspace = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField(required=False)
    key = serializers.CharField(required=False)
    description = serializers.CharField(required=False, allow_blank=True)


class ProductFilter(InWorkspace):
    slug = CharFilter()
    key = CharFilter()
    archived = given("archived_at")


class ProductResource(Written):
    """Products."""

    model, shape, filterset_class = Product, ProductShape, ProductFilter
    noun, parent, body, subset = "product", ("workspace", Workspace), ProductIn, ProductPatch
    creates, edits, removes = actions.create_product, actions.edit_product, actions.archive_product
    example = {"workspace": _WORKSPACE, "name": "Harbor data platform", "key": "HAR"}

    @extend_schema(request=None, responses=ProductShape)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> HttpResponse:
        """Put an archived product back."""
        del request
        return self.done(actions.restore_product, pk)


class VisionShape(Shape):
    """The why of a product; its text is in versions."""

    path = "visions"
    product = serializers.UUIDField()
    current = serializers.UUIDField(allow_null=True, help_text="The newest version that was proposed.")


class VisionResource(Resource):
    """Visions; each product has one."""

    model, shape, filterset_class = Vision, VisionShape, InProduct


class VersionShape(Shape):
    """One numbered text of a vision; once proposed it never changes."""

    path = "vision-versions"
    vision = serializers.UUIDField()
    product = serializers.UUIDField()
    number = serializers.IntegerField()
    statement = serializers.CharField()
    goal = serializers.CharField()
    audience = serializers.CharField()
    value = serializers.CharField()
    state = serializers.ChoiceField(VersionState.choices)
    content_hash = serializers.CharField(help_text="SHA-256 over the four texts, each preceded by its length in bytes.")
    proposed_by = serializers.UUIDField(allow_null=True)
    proposed_at = serializers.DateTimeField(allow_null=True)
    agreed_at = serializers.DateTimeField(allow_null=True)
    signed = serializers.IntegerField(help_text="How many have signed.")
    asked = serializers.IntegerField(help_text="How many were asked to.")

    sql = {
        "signed": Count("sign_offs", filter=Q(sign_offs__answer=Answer.SIGNED)),
        "asked": Count("sign_offs"),
    }


class VersionPatch(Reasoned):
    statement = serializers.CharField(required=False)
    goal = serializers.CharField(required=False, trim_whitespace=False)
    audience = serializers.CharField(required=False, trim_whitespace=False)
    value = serializers.CharField(required=False, trim_whitespace=False)


class VersionIn(Reasoned):
    """The next version of a vision."""

    vision = serializers.UUIDField()
    statement = serializers.CharField()
    goal = serializers.CharField(trim_whitespace=False)
    audience = serializers.CharField(trim_whitespace=False)
    value = serializers.CharField(trim_whitespace=False)


class SignatoryIn(serializers.Serializer[Any]):
    user = serializers.UUIDField()
    title = serializers.CharField(required=False, allow_blank=True)


class ProposeIn(Reasoned):
    """Who is to sign."""

    signatories = serializers.ListField(child=SignatoryIn(), max_length=100)


class VersionFilter(InProduct):
    vision = UUIDFilter(field_name="vision_id")
    state = ChoiceFilter(choices=VersionState.choices)


class VersionResource(Written):
    """Versions of visions."""

    model, shape, filterset_class = VisionVersion, VersionShape, VersionFilter
    noun, parent, body, subset = "version of a vision", ("vision", Vision), VersionIn, VersionPatch
    creates, edits = actions.draft_version, actions.edit_draft
    example = {
        "vision": "019a3c5e-0000-7000-8000-000000000005",
        "statement": "Every analyst answers their own question in under a minute.",
        "goal": "Questions asked in plain words, over numbers that everyone already trusts.",
        "audience": "Analysts and operations leads who wait days for the data team.",
        "value": "Decisions the same day.",
    }

    @extend_schema(
        request=ProposeIn,
        responses=VersionShape,
        examples=[OpenApiExample("Two people", {"signatories": [{"user": _USER, "title": "Engineering"}]}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    def propose(self, request: Request, pk: str) -> HttpResponse:
        """Put a draft to those who are to sign it; the version before it is superseded."""
        del request
        version, values = self.visible(pk), self.values(ProposeIn)
        members = User.objects.filter(memberships__workspace_id=version.workspace_id)
        for each in values["signatories"]:
            each["user"] = chosen(self, members, "signatories", each["user"])
        return self.do(actions.propose_version, version, values)


class SignOffShape(Shape):
    """A named person's answer to one version."""

    path = "sign-offs"
    vision_version = serializers.UUIDField()
    product = serializers.UUIDField()
    user = serializers.UUIDField()
    title = serializers.CharField()
    answer = serializers.ChoiceField(Answer.choices)
    reason = serializers.CharField()
    signed_hash = serializers.CharField(help_text="The content hash of the text that was signed.")
    answered_at = serializers.DateTimeField(allow_null=True)


class ObjectIn(serializers.Serializer[Any]):
    reason = serializers.CharField(help_text="Why; an objection needs it.")


class SignOffFilter(InProduct):
    vision_version = UUIDFilter(field_name="vision_version_id")
    user = UUIDFilter(field_name="user_id")
    answer = ChoiceFilter(choices=Answer.choices)


class SignOffResource(Resource):
    """Agreements and objections."""

    model, shape, filterset_class = SignOff, SignOffShape, SignOffFilter

    @extend_schema(request=Reasoned, responses=SignOffShape, examples=[OpenApiExample("Agreed", {}, request_only=True)])
    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: str) -> HttpResponse:
        """Agree to the version, to its very hash."""
        del request
        return self.do(actions.sign, self.visible(pk), self.values(Reasoned))

    @extend_schema(
        request=ObjectIn,
        responses=SignOffShape,
        examples=[OpenApiExample("An objection", {"reason": "An hour is what we have today."}, request_only=True)],
    )
    @action(detail=True, methods=["post"], url_path="object")
    def object_to(self, request: Request, pk: str) -> HttpResponse:
        """Object to the version and say why."""
        del request
        return self.do(actions.object_to, self.visible(pk), self.values(ObjectIn))


class GoalShape(Shape):
    """An outcome that serves the vision."""

    path = "goals"
    product = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField()
    serves = serializers.CharField(help_text="The sentence of the vision that it serves.")
    weight = serializers.IntegerField(help_text="Target share of effort, percent.")
    colour = serializers.IntegerField()
    rank = serializers.CharField()
    archived_at = serializers.DateTimeField(allow_null=True)


class GoalPatch(Reasoned):
    name = serializers.CharField(required=False)
    description = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    serves = serializers.CharField(required=False, allow_blank=True)
    weight = serializers.IntegerField(required=False, min_value=0, max_value=100)
    colour = serializers.IntegerField(required=False, min_value=1, max_value=8)


class GoalIn(GoalPatch):
    product = serializers.UUIDField()
    name = serializers.CharField()


class GoalMove(Reasoned):
    after = serializers.UUIDField(required=False)
    before = serializers.UUIDField(required=False)


class GoalFilter(InProduct):
    archived = given("archived_at")


class GoalResource(Past, Written):
    """Goals."""

    model, shape, filterset_class = Goal, GoalShape, GoalFilter
    noun, parent, body, subset = "goal", ("product", Product), GoalIn, GoalPatch
    creates, edits, removes = actions.create_goal, actions.edit_goal, actions.archive_goal
    references = {"after": Goal, "before": Goal}
    example = {"product": _PRODUCT, "name": "Answers in a minute", "weight": 45}

    @extend_schema(
        request=GoalMove, responses=GoalShape, examples=[OpenApiExample("After another", {"after": _GOAL}, request_only=True)]
    )
    @action(detail=True, methods=["post"])
    def move(self, request: Request, pk: str) -> HttpResponse:
        """Put a goal right after or before another."""
        del request
        goal = self.visible(pk)
        return self.do(actions.move_goal, goal, self.resolved(self.values(GoalMove)))

    @extend_schema(request=None, responses=GoalShape)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> HttpResponse:
        """Take an archived goal up again."""
        del request
        return self.done(actions.restore_goal, pk)


class KeyResultShape(Shape):
    """A number that shows a goal is met."""

    path = "key-results"
    goal = serializers.UUIDField()
    product = serializers.UUIDField()
    name = serializers.CharField()
    unit = serializers.CharField()
    start = serializers.DecimalField(14, 2)
    current = serializers.DecimalField(14, 2)
    target = serializers.DecimalField(14, 2)


class KeyResultPatch(Reasoned):
    name = serializers.CharField(required=False)
    unit = serializers.CharField(required=False, allow_blank=True)
    start = serializers.DecimalField(14, 2, required=False)
    current = serializers.DecimalField(14, 2, required=False)
    target = serializers.DecimalField(14, 2, required=False)


class KeyResultIn(KeyResultPatch):
    goal = serializers.UUIDField()
    name = serializers.CharField()
    target = serializers.DecimalField(14, 2)


class KeyResultFilter(InProduct):
    goal = UUIDFilter(field_name="goal_id")


class KeyResultResource(Written):
    """Key results."""

    model, shape, filterset_class = KeyResult, KeyResultShape, KeyResultFilter
    noun, parent, body, subset = "key result", ("goal", Goal), KeyResultIn, KeyResultPatch
    creates, edits, removes = actions.create_key_result, actions.edit_key_result, actions.remove_key_result
    example = {"goal": _GOAL, "name": "Median time to answer", "unit": "min", "start": 9, "current": 4, "target": 1}


routes: list[tuple[str, Any]] = [
    ("products", ProductResource),
    ("visions", VisionResource),
    ("vision-versions", VersionResource),
    ("sign-offs", SignOffResource),
    ("goals", GoalResource),
    ("key-results", KeyResultResource),
]
