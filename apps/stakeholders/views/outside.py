"""What people without an account open: an audience's view by link, and the end of their mails."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import digest as hashed
from apps.core.actors import Actor
from apps.core.htmx import page
from apps.stakeholders import actions
from apps.stakeholders.digests import subscription_of
from apps.stakeholders.forms import PasswordForm
from apps.stakeholders.models import Audience, ShareLink, Subscription
from apps.stakeholders.views.discretion import discreet
from apps.stakeholders.views.preview import views_of

if TYPE_CHECKING:
    pass

KEPT = 30 * 24 * 3600  # seconds for which a browser remembers that it came by the link


@require_safe
@discreet
def share(request: HttpRequest, token: str) -> HttpResponse:
    """Open a share link: remember in this browser that it came by it, and go to an address without the secret."""
    del request
    link = get_object_or_404(ShareLink.objects.select_related("audience"), secret_hash=hashed(token))
    if not link.is_open() or link.audience.archived_at:
        raise Http404
    place = reverse("stakeholders:shared", args=[link.pk])
    response = HttpResponseRedirect(place)
    response.set_signed_cookie(
        _cookie(link), "came", max_age=KEPT, path=place, httponly=True, samesite="Lax", secure=settings.SECURE
    )
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@discreet
def shared(request: HttpRequest, link: UUID) -> HttpResponse:
    """Show an audience's view to whoever came by its link and, where one is set, knows the password."""
    found = get_object_or_404(ShareLink.objects.select_related("audience__product"), pk=link)
    state = request.get_signed_cookie(_cookie(found), "", max_age=KEPT)
    if not state or not found.is_open() or found.audience.archived_at:
        raise Http404
    if not found.password_hash or state == "unlocked":
        return _view(request, found.audience)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if check_password(form.cleaned_data["password"], found.password_hash):
            response = HttpResponseRedirect(request.path)
            response.set_signed_cookie(
                _cookie(found), "unlocked", max_age=KEPT, path=request.path, httponly=True, samesite="Lax", secure=settings.SECURE
            )
            return response
        form.add_error("password", "That is not the password; ask whoever gave you the link.")
    return page(request, "stakeholders/password.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@discreet
def reader(request: HttpRequest, token: str) -> HttpResponse:
    """Show a reader of digests the roadmap as their audience sees it, by the signed link of their mails."""
    return _view(request, _by_link(token, reader=True).audience)


def _view(request: HttpRequest, audience: Audience) -> HttpResponse:
    return page(request, "stakeholders/shared.html", views_of([audience])[0])


@csrf_exempt  # the signed link is the credential, and mail programs post without a cookie (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
@discreet
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask before ending a subscription; only POST ends it, so that no link scanner does. Ending twice is ending once."""
    subscription = _by_link(token, reader=False)
    if request.method == "POST":
        subscription = actions.unsubscribe(Actor(user=None, name=subscription.stakeholder.name, via="mail"), subscription)
    return page(request, "stakeholders/unsubscribe.html", {"subscription": subscription, "ended": subscription.ended_at})


def _by_link(token: str, *, reader: bool) -> Subscription:
    pk = subscription_of(token, reader=reader)
    found = Subscription.objects.select_related("stakeholder", "audience__product", "product")
    subscription: Subscription = get_object_or_404(found, pk=pk)
    if reader and (subscription.ended_at or subscription.audience.archived_at or subscription.stakeholder.archived_at):
        raise Http404
    return subscription


def _cookie(link: ShareLink) -> str:
    return f"lodestar_share_{link.pk.hex}"
