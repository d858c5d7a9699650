"""The built-in mailbox: where mails arrive as long as there is no mail server.

In the demo everybody who is signed in sees every mail. Elsewhere owners see those of their workspaces. Mails of accounts,
such as password resets, belong to no workspace and open an account: only the operator (`is_staff`) sees them.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Concatenate, cast
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.csp import CSP
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from apps.core.htmx import page
from apps.core.mail import parts
from apps.core.models import Mail, MailState
from apps.core.provider import leaves

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

# A mail brings its own styles, and nothing else may load or run.
_OF_MAILS: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:"],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
}


def mailbox_is_open() -> bool:
    """Say whether there is such a page: in the demo, and wherever no server takes the mails."""
    return settings.DEMO or not leaves()


def seen_by(user: Any) -> QuerySet[Mail]:
    """Return the mails that this person may read here."""
    mails: QuerySet[Mail] = Mail.objects.all()
    if settings.DEMO:
        return mails
    mine = Q(workspace__memberships__user=user.pk, workspace__memberships__role="owner")
    return mails.filter(mine | Q(workspace=None) if user.is_staff else mine)


def for_readers[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let signed-in people in where the mailbox is; elsewhere there is no such page."""

    @functools.wraps(view)
    def enter(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not mailbox_is_open():
            raise Http404
        inside: HttpResponse = login_required(view)(request, *args, **kwargs)
        return inside

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponse]", enter)


@require_safe
@for_readers
def mailbox(request: HttpRequest) -> HttpResponse:
    """List the mails that the visitor may read, newest first; 404 for those who may read none, ever."""
    if not (settings.DEMO or request.user.is_staff or _owns(request.user)):
        raise Http404
    written = seen_by(request.user).exclude(state=MailState.CANCELLED)
    mails = Paginator(written.defer("raw", "payload").order_by("-created_at", "-pk"), 100)
    return page(request, "core/mailbox.html", {"nav": "mailbox", "mails": mails.get_page(request.GET.get("page"))})


def _owns(user: Any) -> bool:
    workspaces = apps.get_model(settings.WORKSPACE_MODEL)._default_manager
    return bool(workspaces.filter(memberships__user=user.pk, memberships__role="owner").exists())


@require_safe
@for_readers
def mail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one mail with its headers and both its parts."""
    found = get_object_or_404(seen_by(request.user), pk=pk)
    return page(request, "core/mail.html", {"nav": "mailbox", "mail": found, **parts(found)})


@require_safe
@xframe_options_sameorigin
@csp_override(_OF_MAILS)
@for_readers
def body(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Return a mail's HTML part as it is, for a frame that lets nothing run; its links leave the frame."""
    html = str(parts(get_object_or_404(seen_by(request.user), pk=pk))["html"])
    outward = '<base target="_top">'
    return HttpResponse(html.replace("<head>", f"<head>{outward}", 1) if "<head>" in html else html + outward)
