"""The demo's mailbox: every mail that was sent or waits, since the demo has no mail server."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Concatenate, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.csp import CSP
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from apps.core.htmx import page
from apps.core.mail import parts
from apps.core.models import Mail, MailState

if TYPE_CHECKING:
    from collections.abc import Callable

# A mail brings its own styles, and nothing else may load or run.
_OF_MAILS: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:"],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
}


def in_demo[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let signed-in people in, in the demo; elsewhere there is no such page."""

    @functools.wraps(view)
    def enter(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        inside: HttpResponse = login_required(view)(request, *args, **kwargs)
        return inside

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", enter)


@require_safe
@in_demo
def mailbox(request: HttpRequest) -> HttpResponse:
    """List all mails, newest first."""
    written = Mail.objects.exclude(state=MailState.CANCELLED)
    mails = Paginator(written.defer("raw", "payload").order_by("-created_at", "-pk"), 100)
    return page(request, "core/mailbox.html", {"nav": "mailbox", "mails": mails.get_page(request.GET.get("page"))})


@require_safe
@in_demo
def mail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one mail with its headers and both its parts."""
    found = get_object_or_404(Mail, pk=pk)
    return page(request, "core/mail.html", {"nav": "mailbox", "mail": found, **parts(found)})


@require_safe
@xframe_options_sameorigin
@csp_override(_OF_MAILS)
@in_demo
def body(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Return a mail's HTML part as it is, for a frame that lets nothing run; its links leave the frame."""
    del request
    html = str(parts(get_object_or_404(Mail, pk=pk))["html"])
    outward = '<base target="_top">'
    return HttpResponse(html.replace("<head>", f"<head>{outward}", 1) if "<head>" in html else html + outward)
