"""Webhooks and their messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django_filters import UUIDFilter
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from apps.core.api.filters import InProduct, given
from apps.core.api.resources import chosen, json_answer
from apps.core.api.shapes import Shape
from apps.core.api.writing import Reasoned, Written
from apps.stakeholders import actions
from apps.stakeholders.models import Audience, Delivery, DeliveryState, Webhook
from apps.stakeholders.webhooks import secret_of

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request

_ID = "019a3c5e-0000-7000-8000-000000000001"


class WebhookShape(Shape):
    """Posts to another system what changes in an audience's view."""

    path = "webhooks"
    product = serializers.UUIDField()
    audience = serializers.UUIDField()
    target = serializers.CharField(help_text="The address to which messages are posted.")
    enabled = serializers.BooleanField()
    disabled_why = serializers.CharField(help_text="Why the system disabled it; empty where it did not.")
    rotated_at = serializers.DateTimeField(allow_null=True, help_text="When it was given another secret.")
    archived_at = serializers.DateTimeField(allow_null=True)


class WebhookPatch(Reasoned):
    target = serializers.CharField(required=False, max_length=500)
    enabled = serializers.BooleanField(required=False)


class WebhookIn(Reasoned):
    audience = serializers.UUIDField()
    target = serializers.CharField(max_length=500)


class SecretWebhookShape(WebhookShape):
    """A webhook with its secret, which is shown this once."""

    secret = serializers.CharField()


class DeliveryShape(serializers.Serializer[Any]):
    """A message of a webhook, and what became of it."""

    id = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    state = serializers.ChoiceField(DeliveryState.choices)
    attempts = serializers.IntegerField()
    not_before = serializers.DateTimeField(help_text="When it is tried next, while it is queued.")
    status = serializers.IntegerField(allow_null=True, help_text="The receiver's last answer.")
    error = serializers.CharField()
    delivered_at = serializers.DateTimeField(allow_null=True)


class RedeliverIn(Reasoned):
    delivery = serializers.UUIDField()


class WebhookFilter(InProduct):
    audience = UUIDFilter(field_name="audience_id")
    archived = given("archived_at")


class WebhookResource(Written):
    """Webhooks, signed as Standard Webhooks says."""

    model, shape, filterset_class = Webhook, WebhookShape, WebhookFilter
    noun, parent, body, subset = "webhook", ("audience", Audience), WebhookIn, WebhookPatch
    edits, removes = actions.edit_webhook, actions.archive_webhook
    example = {"target": "https://hooks.example.com/roadmap", "enabled": True}

    @extend_schema(
        request=WebhookIn,
        responses={201: SecretWebhookShape},
        examples=[
            OpenApiExample("A receiver", {"audience": _ID, "target": "https://hooks.example.com/roadmap"}, request_only=True)
        ],
    )
    def create(self, request: Request) -> HttpResponse:
        """Make a webhook; its secret is in this answer only. The first message says all that the audience sees."""
        del request
        values = self.resolved(self.values(WebhookIn))
        made = actions.create_webhook(self.actor(), values.pop("audience"), **values)
        return self._with_secret(made, status=201)

    @extend_schema(request=None, responses=SecretWebhookShape)
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, pk: str) -> HttpResponse:
        """Give it another secret, which is in this answer only; for a day messages carry the signatures of both."""
        del request
        return self._with_secret(actions.rotate_webhook_secret(self.actor(), self.visible(pk)))

    def _with_secret(self, webhook: Webhook, status: int = 200) -> HttpResponse:
        return json_answer({**self.document(webhook.pk), "secret": secret_of(webhook)}, status=status)

    @extend_schema(responses=DeliveryShape(many=True))
    @action(detail=True, methods=["get"])
    def deliveries(self, request: Request, pk: str) -> HttpResponse:
        """Return its last 100 messages and what became of them, the newest first."""
        del request
        rows = Delivery.objects.filter(webhook=self.visible(pk)).order_by("-created_at", "-id")[:100]
        return json_answer(list(rows.values(*DeliveryShape().fields)))

    @extend_schema(
        request=RedeliverIn,
        responses=WebhookShape,
        examples=[OpenApiExample("A message", {"delivery": _ID}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    def redeliver(self, request: Request, pk: str) -> HttpResponse:
        """Post a message once more, the same one under the same id."""
        del request
        webhook, values = self.visible(pk), self.values(RedeliverIn)
        values["delivery"] = chosen(self, Delivery.objects.filter(webhook=webhook), "delivery", values["delivery"])
        return self.do(actions.redeliver, webhook, values)
