"""What every answer to somebody without an account carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.utils.translation import override

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from apps.stakeholders.models import Stakeholder


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


def spoken_to(person: Stakeholder, view: Callable[..., HttpResponse], *args: Any) -> HttpResponse:
    """Answer a person in the language in which they are written to, whatever their browser asks for."""
    with override(person.language):
        response = view(*args)
    response["Content-Language"] = person.language
    return response
