"""What OpenAPI must also say: every refusal, as a problem document."""

from __future__ import annotations

from typing import Any

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
