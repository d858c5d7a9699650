"""The REST door of stakeholders: people, audiences, subscriptions, share links, digests, the told ledger, reviews."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, DateFilter, FilterSet, UUIDFilter
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from apps.accounts.models import User, Workspace
from apps.core.api.resources import Listing, Resource, chosen, json_answer
from apps.core.api.shapes import Shape
from apps.core.api.writing import Reasoned, Written
from apps.core.errors import Stale
from apps.roadmap.models import Item, ItemType, Status
from apps.stakeholders import actions
from apps.stakeholders.coming import next_digests
from apps.stakeholders.models import (
    Audience,
    Digest,
    Frequency,
    Precision,
    Review,
    ReviewState,
    ShareLink,
    Side,
    Stakeholder,
    Subscription,
    Told,
    Verdict,
)
from apps.stakeholders.projection import PUBLIC, project, project_each, visions_of
from apps.vision.models import Goal, Product

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse
    from rest_framework.request import Request

_ID = "019a3c5e-0000-7000-8000-000000000001"


class StakeholderShape(Shape):
    """A person, inside or outside, who is told."""

    path = "stakeholders"
    workspace = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField()
    organisation = serializers.CharField()
    side = serializers.ChoiceField(Side.choices)
    user = serializers.UUIDField(allow_null=True, help_text="The member of the same address, if there is one.")
    time_zone = serializers.CharField()
    archived_at = serializers.DateTimeField(allow_null=True)


class StakeholderPatch(Reasoned):
    name = serializers.CharField(required=False)
    email = serializers.EmailField(required=False)
    organisation = serializers.CharField(required=False, allow_blank=True)
    side = serializers.ChoiceField(Side.choices, required=False)
    time_zone = serializers.CharField(required=False)


class StakeholderIn(StakeholderPatch):
    workspace = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField()


class StakeholderFilter(FilterSet):
    workspace = UUIDFilter(field_name="workspace_id")
    audience = UUIDFilter(field_name="audiences__audience_id")
    side = ChoiceFilter(choices=Side.choices)
    email = CharFilter(lookup_expr="iexact")
    archived = BooleanFilter(field_name="archived_at", lookup_expr="isnull", exclude=True)


class ShownShape(serializers.Serializer[Any]):
    """One item exactly as an audience sees it."""

    item_id = serializers.UUIDField()
    title = serializers.CharField()
    summary = serializers.CharField()
    status = serializers.CharField()
    commitment = serializers.CharField()
    precision = serializers.CharField(help_text="The most exact date that this audience may be told of it.")
    when = serializers.DictField()
    goals = serializers.ListField(child=serializers.DictField())


class SeenShape(serializers.Serializer[Any]):
    """What a person sees as part of one audience."""

    audience = serializers.UUIDField()
    audience_name = serializers.CharField()
    vision = serializers.CharField(help_text="The statement of the vision; empty where it is not shown.")
    items = ShownShape(many=True)


class StakeholderResource(Written):
    """The people who are told."""

    model, shape, filterset_class = Stakeholder, StakeholderShape, StakeholderFilter
    noun, parent, body, subset = "stakeholder", ("workspace", Workspace), StakeholderIn, StakeholderPatch
    creates, edits, removes = actions.create_stakeholder, actions.edit_stakeholder, actions.archive_stakeholder
    example = {"workspace": _ID, "name": "Acme", "email": "roadmap@acme.test", "side": "outside", "time_zone": "Europe/Berlin"}

    @extend_schema(responses=SeenShape(many=True))
    @action(detail=True, methods=["get"])
    def preview(self, request: Request, pk: str) -> HttpResponse:
        """Show what a person sees, for each audience that they belong to, exactly as it goes out."""
        del request
        audiences = Audience.objects.filter(members__stakeholder=self.visible(pk), archived_at=None).order_by(
            "product", "name", "id"
        )
        views = list(project_each(found := list(audiences)).items())
        seen = {each.pk: [asdict(view.shown) for (pk, _), view in views if pk == each.pk and view.seen] for each in found}
        visions = visions_of(found)
        return json_answer(
            [
                {"audience": each.pk, "audience_name": each.name, "vision": visions[each.pk], "items": seen[each.pk]}
                for each in found
            ]
        )


class AudienceShape(Shape):
    """A group of stakeholders and what it sees."""

    path = "audiences"
    product = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField()
    side = serializers.ChoiceField(Side.choices, help_text="Outside: outside words, and unsure dates less exactly.")
    precision = serializers.ChoiceField(Precision.choices, help_text="No date is shown more exactly.")
    fields = serializers.ListField(child=serializers.ChoiceField(sorted(PUBLIC)))  # type: ignore[assignment]
    statuses = serializers.ListField(child=serializers.ChoiceField(Status.choices))
    types = serializers.ListField(child=serializers.ChoiceField(ItemType.choices))
    digest_word = serializers.CharField(help_text="What its digests say on top.")
    held = serializers.BooleanField(help_text="No digest goes out.")
    approval = serializers.BooleanField(help_text="Digests wait until somebody approves them.")
    approved_through = serializers.DateField(allow_null=True, help_text="Digests due until this day go out.")
    external_id = serializers.CharField()
    archived_at = serializers.DateTimeField(allow_null=True)


class AudienceFields(Reasoned):
    """What an audience sees."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # Declared here: as class attributes `fields` would hide what a serializer calls by that name.
        return {
            **super().get_fields(),
            "name": serializers.CharField(required=False),
            "description": serializers.CharField(required=False, allow_blank=True),
            "side": serializers.ChoiceField(Side.choices, required=False),
            "precision": serializers.ChoiceField(Precision.choices, required=False),
            "fields": serializers.ListField(child=serializers.ChoiceField(sorted(PUBLIC)), required=False),
            "statuses": serializers.ListField(child=serializers.ChoiceField(Status.choices), required=False),
            "types": serializers.ListField(child=serializers.ChoiceField(ItemType.choices), required=False),
            "goals": serializers.ListField(child=serializers.UUIDField(), required=False),
            "digest_word": serializers.CharField(required=False, allow_blank=True, trim_whitespace=False),
            "held": serializers.BooleanField(required=False),
            "approval": serializers.BooleanField(required=False),
            "external_id": serializers.CharField(required=False, allow_blank=True),
        }


class AudienceIn(AudienceFields):
    """A new audience of a product."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {**super().get_fields(), "product": serializers.UUIDField(), "name": serializers.CharField()}


class AudienceFilter(FilterSet):
    workspace = UUIDFilter(field_name="workspace_id")
    product = UUIDFilter(field_name="product_id")
    archived = BooleanFilter(field_name="archived_at", lookup_expr="isnull", exclude=True)


class MemberIn(Reasoned):
    stakeholder = serializers.UUIDField()


class ComingShape(serializers.Serializer[Any]):
    """A line of an audience's next digests, and how many people would read it."""

    kind = serializers.CharField()
    item_id = serializers.UUIDField()
    title = serializers.CharField()
    told = serializers.CharField()
    now = serializers.CharField()
    days = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField()
    goal = serializers.CharField()
    people = serializers.IntegerField()


class ApproveIn(Reasoned):
    through = serializers.DateField()


class AudienceResource(Written):
    """Audiences."""

    model, shape, filterset_class = Audience, AudienceShape, AudienceFilter
    noun, parent, body, subset = "audience", ("product", Product), AudienceIn, AudienceFields
    creates, edits, removes = actions.create_audience, actions.edit_audience, actions.archive_audience
    references = {"goals": Goal, "stakeholder": Stakeholder}
    example = {"product": _ID, "name": "Customers", "precision": "quarter", "fields": ["title", "timeframe", "status", "goals"]}

    @extend_schema(responses=ShownShape(many=True))
    @action(detail=True, methods=["get"])
    def preview(self, request: Request, pk: str) -> HttpResponse:
        """Show what the audience sees, exactly as it goes out."""
        del request
        return json_answer([asdict(each) for each in project(self.visible(pk))])

    @extend_schema(responses=ComingShape(many=True))
    @action(detail=True, methods=["get"], url_path="next-digests")
    def next_digests(self, request: Request, pk: str) -> HttpResponse:
        """Say what the audience's next digests would say, line by line, and to how many people."""
        del request
        return json_answer([each.as_json() for each in next_digests(self.visible(pk))])

    @extend_schema(
        request=ApproveIn,
        responses=AudienceShape,
        examples=[OpenApiExample("A week", {"through": "2026-11-30"}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> HttpResponse:
        """Let the digests that are due until a day go out."""
        del request
        return self.do(actions.approve_digests, self.visible(pk), self.values(ApproveIn))

    @extend_schema(
        request=MemberIn, responses=AudienceShape, examples=[OpenApiExample("A person", {"stakeholder": _ID}, request_only=True)]
    )
    @action(detail=True, methods=["post"])
    def add(self, request: Request, pk: str) -> HttpResponse:
        """Put a person into the audience."""
        del request
        audience = self.visible(pk)
        self.do(_added, audience, self.resolved(self.values(MemberIn)))
        return self.answer(audience.pk)

    @extend_schema(
        request=MemberIn, responses=AudienceShape, examples=[OpenApiExample("A person", {"stakeholder": _ID}, request_only=True)]
    )
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, pk: str) -> HttpResponse:
        """Take a person out of the audience."""
        del request
        return self.do(actions.remove_from_audience, self.visible(pk), self.resolved(self.values(MemberIn)))


def _added(actor: Any, audience: Audience, **values: Any) -> Audience:
    actions.add_to_audience(actor, audience, **values)
    return audience


class SubscriptionShape(Shape):
    """What a stakeholder follows, how often, and at which hour of their own day."""

    path = "subscriptions"
    product = serializers.UUIDField()
    audience = serializers.UUIDField()
    stakeholder = serializers.UUIDField()
    frequency = serializers.ChoiceField(Frequency.choices)
    weekday = serializers.IntegerField(help_text="0 is Monday.")
    hour = serializers.IntegerField()
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_by = serializers.CharField()


class SubscriptionPatch(Reasoned):
    frequency = serializers.ChoiceField(Frequency.choices, required=False)
    weekday = serializers.IntegerField(required=False, min_value=0, max_value=6)
    hour = serializers.IntegerField(required=False, min_value=0, max_value=23)
    goals = serializers.ListField(child=serializers.UUIDField(), required=False)
    items = serializers.ListField(child=serializers.UUIDField(), required=False)


class SubscriptionIn(SubscriptionPatch):
    audience = serializers.UUIDField()
    stakeholder = serializers.UUIDField()


class SubscriptionFilter(FilterSet):
    workspace = UUIDFilter(field_name="workspace_id")
    product = UUIDFilter(field_name="product_id")
    audience = UUIDFilter(field_name="audience_id")
    stakeholder = UUIDFilter(field_name="stakeholder_id")
    ended = BooleanFilter(field_name="ended_at", lookup_expr="isnull", exclude=True)


class SubscriptionResource(Written):
    """Subscriptions."""

    model, shape, filterset_class = Subscription, SubscriptionShape, SubscriptionFilter
    noun, parent, body, subset = "subscription", ("audience", Audience), SubscriptionIn, SubscriptionPatch
    creates, edits, removes = actions.subscribe, actions.edit_subscription, actions.end_subscription
    references = {"stakeholder": Stakeholder, "goals": Goal, "items": Item}
    example = {"audience": _ID, "stakeholder": _ID, "frequency": "weekly", "weekday": 0, "hour": 9}


class ShareLinkShape(Shape):
    """Opens an audience's view without an account."""

    path = "share-links"
    product = serializers.UUIDField()
    audience = serializers.UUIDField()
    name = serializers.CharField()
    expires_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)


class ShareLinkIn(Reasoned):
    audience = serializers.UUIDField()
    name = serializers.CharField()
    password = serializers.CharField(required=False, allow_blank=True, max_length=100)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)


class SecretShape(ShareLinkShape):
    """A new link, with the address that opens it; it is shown this once."""

    open_url = serializers.CharField()


class ShareLinkFilter(FilterSet):
    workspace = UUIDFilter(field_name="workspace_id")
    product = UUIDFilter(field_name="product_id")
    audience = UUIDFilter(field_name="audience_id")


class ShareLinkResource(Resource):
    """Share links."""

    model, shape, filterset_class = ShareLink, ShareLinkShape, ShareLinkFilter

    @extend_schema(
        request=ShareLinkIn,
        responses={201: SecretShape},
        examples=[OpenApiExample("For a customer", {"audience": _ID, "name": "Acme"}, request_only=True)],
    )
    def create(self, request: Request) -> HttpResponse:
        """Make a share link; `open_url` is in this answer only."""
        values = self.values(ShareLinkIn)
        audience = chosen(self, Audience, "audience", values.pop("audience"))
        made = actions.create_share_link(self.actor(), audience, **values)
        document = {**self.document(made.pk), "open_url": request.build_absolute_uri(f"/s/{made.secret}")}
        return json_answer(document, status=201)

    @extend_schema(request=None, responses=ShareLinkShape)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> HttpResponse:
        """Close a link at once."""
        del request
        return self.do(actions.revoke_share_link, self.visible(pk), {})


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


class DigestFilter(FilterSet):
    workspace = UUIDFilter(field_name="workspace_id")
    product = UUIDFilter(field_name="product_id")
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
    said = serializers.JSONField(help_text="The item exactly as shown.")
    at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True, help_text="Null: it did not arrive, or nobody can know.")


class ToldFilter(FilterSet):
    workspace = UUIDFilter(field_name="workspace_id")
    stakeholder = UUIDFilter(field_name="stakeholder_id")
    item = UUIDFilter(field_name="item_id")
    confirmed = BooleanFilter(field_name="confirmed_at", lookup_expr="isnull", exclude=True)


class ToldResource(Listing):
    """The told ledger: what each was told, when, and whether it arrived."""

    model, shape, filterset_class = Told, ToldShape, ToldFilter

    def rows(self) -> QuerySet[Any]:
        """Return the statements made in the actor's workspaces."""
        return Told.objects.filter(workspace__in=Workspace.objects.visible_to(self.actor()))


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


class ReviewFilter(FilterSet):
    workspace = UUIDFilter(field_name="workspace_id")
    product = UUIDFilter(field_name="product_id")
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
