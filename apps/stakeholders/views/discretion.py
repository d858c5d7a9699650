"""What every answer to somebody without an account carries."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.utils.translation import get_supported_language_variant, override
from django.utils.translation.trans_real import parse_accept_lang_header

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from apps.stakeholders.models import ShareLink


def discreet(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keep what a link opens out of caches and indexes; who opens it need not be anybody here, and is not looked up.

    The house's `same-origin` keeps it out of other sites' referrers; with `no-referrer` a browser would post `Origin: null`,
    and every form here would be refused as forged.
    """

    @login_not_required
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        response = view(request, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response["Cache-Control"] = "private, no-store"
        return response

    return answer


def spoken_in(language: str, view: Callable[..., HttpResponse], *args: Any) -> HttpResponse:
    """Answer in this language, whatever was asked for."""
    with override(language):
        response = view(*args)
    response["Content-Language"] = language
    return response


def language_for(link: ShareLink, request: HttpRequest | None = None) -> str:
    """Return the language of what a link opens: its person's own, else what the browser asks for, else the audience's.

    Programs ask for nothing: without a request it is one language for whoever asks.
    """
    if link.stakeholder:
        return link.stakeholder.language
    return (_asked_for(request) if request else "") or link.audience.language


def _asked_for(request: HttpRequest) -> str:
    """Return the first language that a browser asks for and we speak, or nothing."""
    for language, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        with suppress(LookupError):
            return get_supported_language_variant(language)
    return ""
