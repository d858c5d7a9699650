"""Search by REST: one list over all kinds, best first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.viewsets import ViewSet

from apps.core.api.resources import actor_of, json_answer
from apps.core.search import LONGEST, MOST, Hit, find_words

if TYPE_CHECKING:
    from django.http import HttpResponse
    from rest_framework.request import Request

KINDS = ("item", "goal", "milestone", "comment", "view", "vision")


class Question(serializers.Serializer[Any]):
    """What is looked for, and where."""

    q = serializers.CharField(
        max_length=LONGEST, help_text='Words; "quoted" together, `or` between, a minus before what must not be there; or HAR-12.'
    )
    kind = serializers.ChoiceField(KINDS, required=False, help_text="Only this kind.")
    workspace = serializers.UUIDField(required=False, help_text="Only in this workspace.")
    product = serializers.UUIDField(required=False, help_text="Only in this product.")
    limit = serializers.IntegerField(required=False, min_value=1, max_value=MOST, default=20)


class HitShape(serializers.Serializer[Any]):
    """Something found."""

    kind = serializers.ChoiceField(KINDS)
    id = serializers.UUIDField()
    name = serializers.CharField(help_text="What it is called; of a comment, its item.")
    key = serializers.CharField(help_text="Of items and comments, the item's name as in HAR-12; else empty.")
    product_name = serializers.CharField()
    title_html = serializers.CharField(help_text="The name as HTML, escaped, found words in <mark>.")
    excerpt_html = serializers.CharField(help_text="What the text says around the found words, as HTML in the same way.")
    score = serializers.FloatField(help_text="How well it fits; only to compare within one answer.")
    page = serializers.CharField(help_text="The address of its page.")


class FoundShape(serializers.Serializer[Any]):
    """The hits, and of each kind how many there are."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    counts = serializers.DictField(child=serializers.IntegerField(), help_text=f"By kind; {MOST + 1} stands for more.")
    results = HitShape(many=True)


EXAMPLE = {
    "next": None,
    "previous": None,
    "counts": {"item": 1},
    "results": [
        {
            "kind": "item",
            "id": "019a3c5e-0000-7000-8000-000000000012",
            "name": "Natural-language query",
            "key": "HAR-12",
            "product_name": "Harbor platform",
            "title_html": "<mark>Natural</mark>-language query",
            "excerpt_html": "Ask the dashboard in plain words.",
            "score": 1.4,
            "page": "https://lodestar.example/w/harbor/p/platform/items/12/",
        }
    ],
}


class SearchResource(ViewSet):
    """Finds items, goals, milestones, visions and comments by their words."""

    @extend_schema(
        parameters=[Question], responses=FoundShape, examples=[OpenApiExample("natral", value=EXAMPLE, response_only=True)]
    )
    def list(self, request: Request) -> HttpResponse:
        """Return what you may see of all that the words match, best first; titles match with typing errors too."""
        form = Question(data=request.query_params.dict())
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        within = Q(**{f"{name}_id": asked[name] for name in ("workspace", "product") if name in asked})
        found = find_words(actor_of(request), asked["q"], within=within, kind=asked.get("kind", ""), most=asked["limit"])
        results = [_as_json(hit) for hit in found.hits]
        return json_answer({"next": None, "previous": None, "counts": found.counts, "results": results})


def _as_json(hit: Hit) -> dict[str, Any]:
    return {
        "kind": hit.kind.name,
        "id": hit.id,
        "name": hit.name,
        "key": hit.key,
        "product_name": hit.product,
        "title_html": str(hit.title),
        "excerpt_html": str(hit.excerpt),
        "score": round(hit.score, 4),
        "page": f"{settings.BASE_URL}{hit.page}",
    }


routes: list[tuple[str, Any]] = [("search", SearchResource)]
