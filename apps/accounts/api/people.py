"""Whoever asks, as a person: their name, language and clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from apps.accounts import actions
from apps.core.api.resources import Door, json_answer

if TYPE_CHECKING:
    from rest_framework.request import Request


class Person(serializers.Serializer[Any]):
    """Who asks: one's name, and the clock and the language of one's pages."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField()
    time_zone = serializers.CharField(help_text="Its IANA name, as Europe/Berlin.")
    language = serializers.ChoiceField([("", "as the browser asks"), *settings.LANGUAGES])


class PersonPatch(serializers.Serializer[Any]):
    name = serializers.CharField(required=False, max_length=100)
    time_zone = serializers.CharField(required=False, max_length=64)
    language = serializers.ChoiceField(settings.LANGUAGES, required=False, allow_blank=True)


class PersonResource(Door):
    """Oneself. Others are seen as members of the workspaces that one shares with them."""

    @extend_schema(responses=Person)
    @action(detail=False)
    def me(self, request: Request) -> HttpResponse:
        """Return who asks."""
        return json_answer({name: getattr(request.user, name) for name in Person._declared_fields})

    @extend_schema(
        request=PersonPatch,
        responses=Person,
        examples=[OpenApiExample("In German", {"language": "de", "time_zone": "Europe/Berlin"}, request_only=True)],
    )
    @me.mapping.patch
    def edit_me(self, request: Request) -> HttpResponse:
        """Change one's name, time zone or language. Only from the browser's session: a token opens one workspace."""
        del request
        person = actions.edit_person(self.actor(), **self.values(PersonPatch, partial=True))
        return json_answer({name: getattr(person, name) for name in Person._declared_fields})
