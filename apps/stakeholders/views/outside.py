"""What people without an account open: an audience's view by link, and the end of their mails."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import digest as hashed
from apps.core.actors import Actor
from apps.core.htmx import page
from apps.stakeholders import actions, embedding, openings
from apps.stakeholders.digests import subscription_of
from apps.stakeholders.forms.sharing import PasswordForm
from apps.stakeholders.models import Audience, ShareLink, Subscription
from apps.stakeholders.projection import project
from apps.stakeholders.showing import views_of
from apps.stakeholders.views.discretion import discreet, language_for, spoken_in
from apps.stakeholders.views.files import answer_with

KEPT = 30 * 24 * 3600  # seconds for which a browser remembers that it came by the link
MOST_TRIES, TRIES_KEPT = 30, 600  # wrong passwords of one link, in seconds


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
    _remember(response, link, "came")
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@discreet
def shared(request: HttpRequest, link: UUID) -> HttpResponse:
    """Show an audience's view to whoever came by its link and, where one is set, knows the password."""
    found = _came_by(request, link)
    return spoken_in(language_for(found, request), _opened, request, found)


def _opened(request: HttpRequest, found: ShareLink) -> HttpResponse:
    if _may_look(request, found):
        if request.method == "GET":
            openings.count(found, opened=1)
        view = views_of([found.audience])[0]
        return page(request, "stakeholders/shared.html", {**view, "link": found, "seal": openings.seal(found, view["shown"])})
    form = PasswordForm(request.POST or None)
    tries = f"share-password-{found.pk}"
    if request.method == "POST" and cache.get(tries, 0) >= MOST_TRIES:
        form.is_valid()
        form.add_error("password", gettext("Too many wrong passwords; wait ten minutes and try again."))
        return page(request, "stakeholders/password.html", {"form": form}, status=429)
    if request.method == "POST" and form.is_valid():
        if check_password(form.cleaned_data["password"], found.password_hash):
            response = HttpResponseRedirect(request.path)
            _remember(response, found, _unlocked(found))
            return response
        cache.add(tries, 0, TRIES_KEPT)
        cache.incr(tries)
        form.add_error("password", gettext("That is not the password; ask whoever gave you the link."))
    return page(request, "stakeholders/password.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@discreet
def read(request: HttpRequest, link: UUID) -> HttpResponse:
    """Note that a hand was on a link's page; of a person's own link, what it showed counts as told from now on.

    409 where it shows something else by now: nothing is noted, since nobody can know which of the two was read.
    """
    found = _came_by(request, link)
    if not _may_look(request, found):
        raise Http404
    shown = project(found.audience)
    still = openings.unchanged(found, shown, request.POST.get("seal", ""))
    if not still:
        return _back(request, found, 409)
    openings.count(found, read=1)
    if found.stakeholder:
        actions.read_share_link(Actor(user=None, name=found.stakeholder.name, via="page"), found, shown=shown)
    return _back(request, found, 204)


def _back(request: HttpRequest, link: ShareLink, status: int) -> HttpResponse:
    """Answer the page's script with a status, and the button with the page."""
    if request.POST.get("by") == "script":
        return HttpResponse(status=status)
    return HttpResponseRedirect(reverse("stakeholders:shared", args=[link.pk]))


def _came_by(request: HttpRequest, link: UUID) -> ShareLink:
    """Return the open link that this browser came by, or 404."""
    rows = ShareLink.objects.select_related("audience__product", "stakeholder")
    found: ShareLink = get_object_or_404(rows, pk=link)
    if not request.get_signed_cookie(_cookie(found), "", max_age=KEPT) or not found.is_open() or found.audience.archived_at:
        raise Http404
    return found


def _may_look(request: HttpRequest, link: ShareLink) -> bool:
    state = request.get_signed_cookie(_cookie(link), "", max_age=KEPT)
    return not link.password_hash or constant_time_compare(state or "", _unlocked(link))


def _unlocked(link: ShareLink) -> str:
    """Return what a browser keeps that knew the password; another password makes it worthless."""
    return f"unlocked-{hashed(link.password_hash)}"


def _remember(response: HttpResponse, link: ShareLink, state: str) -> None:
    place = reverse("stakeholders:shared", args=[link.pk])
    response.set_signed_cookie(
        _cookie(link), state, max_age=KEPT, path=place, httponly=True, samesite="Lax", secure=settings.SECURE
    )


@require_safe
@discreet
def keep(request: HttpRequest, link: UUID) -> HttpResponse:
    """Hand out what a link's page shows as a signed file."""
    found = _came_by(request, link)
    if not _may_look(request, found):
        raise Http404
    return spoken_in(language_for(found, request), answer_with, found.audience)


@require_safe
@xframe_options_exempt  # the policy says which sites may
@discreet
def embed(request: HttpRequest, token: str) -> HttpResponse:
    """Show an audience's view inside a page of a site that the link allows, without anything around it and without script."""
    rows = ShareLink.objects.select_related("audience__product")
    found = get_object_or_404(rows, pk=embedding.link_of(token), stakeholder=None, password_hash="")
    if not found.embed_origins or not found.is_open() or found.audience.archived_at:
        raise Http404
    if request.headers.get("Sec-Fetch-Dest") == "document":
        raise PermissionDenied(gettext("This page is shown only inside the pages that embed it."))
    if request.method == "GET":
        openings.count(found, opened=1)
    response = spoken_in(found.audience.language, _embedded, found)
    response._csp_config = embedding.policy(found)  # type: ignore[attr-defined]  # as Django's own decorator says it
    return response


def _embedded(link: ShareLink) -> HttpResponse:
    return HttpResponse(render_to_string("stakeholders/embedded.html", views_of([link.audience])[0]))


@require_safe
@discreet
def reader(request: HttpRequest, token: str) -> HttpResponse:
    """Show a reader of digests the roadmap as their audience sees it, by the signed link of their mails."""
    subscription = _by_link(token, reader=True)
    return spoken_in(subscription.stakeholder.language, _view, request, subscription.audience)


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
    context = {"subscription": subscription, "ended": subscription.ended_at}
    return spoken_in(subscription.stakeholder.language, page, request, "stakeholders/unsubscribe.html", context)


def _by_link(token: str, *, reader: bool) -> Subscription:
    pk = subscription_of(token, reader=reader)
    found = Subscription.objects.select_related("stakeholder", "audience__product", "product")
    subscription: Subscription = get_object_or_404(found, pk=pk)
    if reader and (subscription.ended_at or subscription.audience.archived_at or subscription.stakeholder.archived_at):
        raise Http404
    return subscription


def _cookie(link: ShareLink) -> str:
    return f"lodestar_share_{link.pk.hex}"
