"""Checking a file that was taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.viewsets import ViewSet

from apps.core.api.resources import actor_of, json_answer
from apps.stakeholders import takeaway

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request


class VerifyIn(serializers.Serializer[Any]):
    content = serializers.CharField(trim_whitespace=False, help_text="The file's text, every character of it.")


class GenuineShape(serializers.Serializer[Any]):
    """Whether a file is exactly as this instance made it."""

    genuine = serializers.BooleanField()
    about = serializers.CharField(help_text="What the file is; empty where it is not genuine.")
    why = serializers.CharField(help_text="Why it is not; empty where it is.")


class TakeawayResource(ViewSet):
    """Files that were taken away."""

    @extend_schema(
        request=VerifyIn,
        responses=GenuineShape,
        examples=[OpenApiExample("A file", {"content": "<!DOCTYPE html>..."}, request_only=True)],
    )
    @action(detail=False, methods=["post"])
    def verify(self, request: Request) -> HttpResponse:
        """Say whether a file is exactly as this instance made it. As every POST it needs a token that writes."""
        if not actor_of(request).has_scope("write"):
            raise PermissionDenied(gettext("This token reads only; make one with the scope write."))
        form = VerifyIn(data=request.data)
        form.is_valid(raise_exception=True)
        return json_answer(takeaway.verify(form.validated_data["content"].encode()).as_json())
