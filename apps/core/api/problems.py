"""RFC 9457 problem details: one shape for every refusal of the REST door."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig, ValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext, gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from apps.core.errors import Gone, Stale

if TYPE_CHECKING:
    from collections.abc import Callable

MEDIA_TYPE = "application/problem+json"
_AWAY = gettext_lazy("The database is not available; try again shortly.")


def problem(status: int, detail: str, *, kind: str = "", headers: dict[str, str] | None = None, **more: Any) -> Response:
    """Return a problem document: `type`, `title`, `status`, `detail` and what is particular to it."""
    title = HTTPStatus(status).phrase
    name = kind or title.lower().replace(" ", "-")
    body = {"type": f"urn:lodestar:problem:{name}", "title": title, "status": status, "detail": detail, **more}
    return Response(body, status=status, headers=headers, content_type=MEDIA_TYPE)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn every refusal into a problem document; None lets a real fault be a 500."""
    set_rollback()
    if isinstance(error, Stale):
        return _stale(error, context)
    for kinds, answer in _ANSWERS:
        if isinstance(error, kinds):
            return answer(error)
    return None


def _invalid(errors: dict[str, list[str]]) -> Response:
    first = next(iter(errors.items()), ("", [gettext("The request is invalid.")]))
    return problem(400, f"{first[0]}: {first[1][0]}" if first[0] else first[1][0], kind="invalid", errors=errors)


def _stale(error: Stale, context: dict[str, Any]) -> Response:
    view = context.get("view")
    current = view.document(error.current.pk) if view is not None and hasattr(view, "document") else None
    conflicts = [{"field": c.field, "yours": c.yours, "theirs": c.theirs, "by": c.by, "at": c.at} for c in error.conflicts]
    return problem(412, str(error), kind="stale", conflicts=conflicts, current=current)


def _rest_framework(error: exceptions.APIException) -> Response:
    headers = {}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    return problem(error.status_code, str(error.detail), headers=headers)


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    if hasattr(error, "error_dict"):
        return {("" if k == NON_FIELD_ERRORS else k): v for k, v in error.message_dict.items()}
    return {"": error.messages}


def _flat(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Return `{"field" or "list.0.field": [texts]}` of DRF's nested errors."""
    if isinstance(detail, dict):
        pairs = [(f"{path}.{key}" if path else str(key), value) for key, value in detail.items()]
    elif isinstance(detail, list) and any(isinstance(each, dict | list) for each in detail):
        pairs = [(f"{path}.{index}" if path else str(index), value) for index, value in enumerate(detail) if value]
    else:
        texts = detail if isinstance(detail, list) else [detail]
        return {path.replace("non_field_errors", "").strip("."): [str(text) for text in texts]}
    flat: dict[str, list[str]] = {}
    for key, value in pairs:
        flat |= _flat(value, key)
    return flat


_ANSWERS: tuple[tuple[tuple[type[Exception], ...], Callable[[Any], Response]], ...] = (
    ((ValidationError,), lambda error: _invalid(_by_field(error))),
    ((exceptions.ValidationError,), lambda error: _invalid(_flat(error.detail))),
    ((Http404, exceptions.NotFound, Gone), lambda _error: problem(404, gettext("There is nothing here that you can see."))),
    ((PermissionDenied, exceptions.PermissionDenied), lambda error: problem(403, str(error) or gettext("You may not do this."))),
    ((RequestDataTooBig,), lambda _error: problem(413, gettext("The request is larger than 2.5 MB; send less at once."))),
    ((OperationalError, InterfaceError), lambda _error: problem(503, str(_AWAY), headers={"Retry-After": "5"})),
    ((exceptions.APIException,), _rest_framework),
)
