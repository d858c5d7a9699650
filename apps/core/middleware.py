"""What no request may contain, refused before all else, what is said while the database is away, and the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import RequestDataTooBig, ValidationError
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, HttpResponseBadRequest, UnreadablePostError
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext, gettext_lazy

from apps.core.errors import Stale

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

TOO_MUCH = gettext_lazy("The request is larger than 2.5 MB; send less at once.")


def guard(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse NUL anywhere in address or form with 400; word the refusals that no form shows; 503 while the database is away."""

    def answer(request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "\x00" in request.path or "%00" in query or "\x00" in query:
            return _bad(gettext("Remove the NUL character from the address."))
        return get_response(request)

    answer.process_view = _look_at_form  # type: ignore[attr-defined]
    answer.process_exception = _word  # type: ignore[attr-defined]
    return answer


def own_locale(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer in the language and on the clock that the person chose; else in the browser's language and in UTC.

    Pages that need no sign-in do not ask who looks at them.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        with translation.override(translation.get_language_from_request(request)), timezone.override(None):
            response = get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
        patch_vary_headers(response, ("Accept-Language",))
        return response

    answer.process_view = _speak  # type: ignore[attr-defined]
    return answer


def _speak(request: HttpRequest, view: Callable[..., HttpResponse], *_rest: object) -> None:
    if getattr(view, "login_required", True) and request.user.is_authenticated:
        translation.activate(request.user.language or translation.get_language())
        timezone.activate(request.user.time_zone)


def _look_at_form(request: HttpRequest, *_rest: object) -> HttpResponse | None:
    is_form = request.method == "POST" and request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}
    if not is_form or request.path.startswith("/api/"):
        return None
    try:
        sent = request.POST
    except RequestDataTooBig:
        request._mark_post_parse_error()  # type: ignore[attr-defined]
        return HttpResponse(render_to_string("413.html", {"exception": TOO_MUCH}), status=413)
    except UnreadablePostError:
        return _to_nobody()
    if any("\x00" in value for values in sent.lists() for value in [values[0], *values[1]]):
        return _bad(gettext("Remove the invisible NUL character from the form."))
    return None


def _word(_request: HttpRequest, error: Exception) -> HttpResponse | None:
    if isinstance(error, UnreadablePostError):
        return _to_nobody()
    if isinstance(error, OperationalError | InterfaceError):
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "5"})
    if isinstance(error, ValidationError):  # of an action behind a button: no form shows it
        return HttpResponse(render_to_string("422.html", {"exception": " ".join(error.messages)}), status=422)
    if isinstance(error, Stale):
        return HttpResponse(
            render_to_string("422.html", {"exception": gettext("%(refusal)s Reload to see it.") % {"refusal": error}}), status=409
        )
    return None


def _to_nobody() -> HttpResponse:
    """Answer a browser that left while it sent its form: nothing is wrong here, so nothing is logged."""
    answer = HttpResponse(status=400)
    answer._has_been_logged = True  # type: ignore[attr-defined]  # Django logs each answer of this kind once
    return answer


def _bad(text: str) -> HttpResponseBadRequest:
    return HttpResponseBadRequest(text, content_type="text/plain; charset=utf-8")
