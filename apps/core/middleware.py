"""What no request may contain, refused before anything else looks at it; and what to say while the database is away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, HttpResponseBadRequest
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest


def guard(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse NUL anywhere in address or form with 400, and answer 503 while the database is away."""

    def answer(request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "\x00" in request.path or "%00" in query or "\x00" in query:
            return _bad("Remove the NUL character from the address.")
        return get_response(request)

    def process_view(request: HttpRequest, *_rest: object) -> HttpResponse | None:
        is_form = request.method == "POST" and request.content_type in {
            "application/x-www-form-urlencoded",
            "multipart/form-data",
        }
        if is_form and any("\x00" in value for values in request.POST.lists() for value in [values[0], *values[1]]):
            return _bad("Remove the invisible NUL character from the form.")
        return None

    def process_exception(_request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError | InterfaceError):
            return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "5"})
        return None

    answer.process_view = process_view  # type: ignore[attr-defined]
    answer.process_exception = process_exception  # type: ignore[attr-defined]
    return answer


def _bad(text: str) -> HttpResponseBadRequest:
    return HttpResponseBadRequest(text, content_type="text/plain; charset=utf-8")
