"""What OpenAPI must also say: every refusal, as a problem document."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

_PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem details.",
    "properties": {
        "type": {"type": "string", "examples": ["urn:lodestar:problem:invalid"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "examples": ["end: The end must not be before the start."]},
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        "conflicts": {"type": "array", "items": {"type": "object"}},
        "current": {"type": ["object", "null"]},
    },
    "required": ["type", "title", "status", "detail"],
}
_ALWAYS = {
    "400": "Invalid.",
    "401": "Not signed in.",
    "403": "Not allowed.",
    "404": "Not here, or not yours to see.",
    "503": "The database is away.",
}
_BY_METHOD = {
    "post": {"409": "In progress.", "413": "Too large.", "415": "Send application/json."},
    "patch": {
        "412": "Changed since you looked.",
        "413": "Too large.",
        "415": "Send application/json.",
        "428": "If-Match is missing.",
    },
    "delete": {"412": "Changed since you looked.", "428": "If-Match is missing."},
}


def document_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the refusals to every operation of the schema."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = _PROBLEM
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for methods in result["paths"].values():
        for method, operation in methods.items():
            for status, text in (_ALWAYS | _BY_METHOD.get(method, {})).items():
                operation["responses"].setdefault(status, {"description": text, "content": content})
    return result


_AS_OF = "As it was at this moment of the past, a day (its end) or a time, as in `2026-09-01`; a list needs a `product` too."


class Schema(AutoSchema):
    """Describes a resource by its shape and its filters, which no serializer of rows would tell."""

    types: ClassVar[tuple[tuple[type[django_filters.Filter], type], ...]] = (
        (django_filters.BooleanFilter, bool),
        (django_filters.NumberFilter, int),
    )

    view: Any

    def _shape(self) -> Any:
        return getattr(self.view, "shape", None) if getattr(self.view, "action", "") in {"list", "retrieve"} else None

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self.view.action == "list" if self._shape() else bool(super()._is_list_view(serializer))

    def get_response_serializers(self) -> Any:
        """Return the resource's shape."""
        shape = self._shape()
        return shape(many=self.view.action == "list") if shape else super().get_response_serializers()

    def get_override_parameters(self) -> list[Any]:
        """Return the query's filters and, for what is read, the choice of members."""
        shape = self._shape()
        if shape is None:
            return []
        found = [OpenApiParameter("fields", str, description="Only these members, separated by commas.")]
        if getattr(self.view, "has_past", False):
            found.append(OpenApiParameter("as_of", str, description=_AS_OF))
        if self.view.action == "list" and self.view.filterset_class:
            filters = self.view.filterset_class.base_filters.items()
            found += [self._parameter(name, each) for name, each in filters]
        return found

    def _parameter(self, name: str, each: django_filters.Filter) -> OpenApiParameter:
        kind = next((kind for cls, kind in self.types if isinstance(each, cls)), str)
        choices = [str(value) for value, _ in each.extra.get("choices", ())]
        return OpenApiParameter(name, kind, description=str(each.extra.get("help_text", "")), enum=choices or None)
