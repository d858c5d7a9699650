"""The page behind the link of an invitation."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts import actions, queries
from apps.accounts.http import session_actor
from apps.accounts.models import Invitation, User, digest
from apps.accounts.views.home import front_page
from apps.core.htmx import go, page, status_of, submit


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, secret: str) -> HttpResponse:
    """Say who invites whom to what; POST accepts. A look changes nothing, whoever looks."""
    invitation = get_object_or_404(Invitation.objects.select_related("workspace", "invited_by"), secret_hash=digest(secret))
    if not invitation.is_open():
        return page(request, "accounts/invitation_over.html", {"invitation": invitation}, status=410)
    if request.method == "POST" and request.user.is_authenticated:
        return _accept(request, invitation, secret)
    if not request.user.is_authenticated:
        # The mail arrived there: signing up with this very address needs no second proof.
        get_adapter().stash_verified_email(request, invitation.email)
    return _page(request, invitation, forms.Form())


def _accept(request: HttpRequest, invitation: Invitation, secret: str) -> HttpResponse:
    form = forms.Form({})  # no field: it carries a refusal
    if submit(form, actions.accept_invitation, session_actor(request), invitation, secret=secret):
        messages.success(request, gettext("Welcome to %(name)s.") % {"name": invitation.workspace.name})
        return go(request, front_page(invitation.workspace))
    return _page(request, invitation, form)


def _page(request: HttpRequest, invitation: Invitation, form: forms.Form) -> HttpResponse:
    user = request.user
    context = {
        "invitation": invitation,
        "form": form,
        "theirs": isinstance(user, User) and user.email.casefold() == invitation.email.casefold(),
        "known": User.objects.filter(email=invitation.email.lower()).exists(),
        "back": urlencode({"next": request.path, "email": invitation.email}),
    }
    response = page(request, "accounts/invitation.html", context, status=status_of(form) if form.errors else 200)
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


@require_POST
@login_required
def accept(request: HttpRequest, invitation: UUID) -> HttpResponse:
    """Accept without the link, by an address that was verified before."""
    mine = queries.invitations_for(request.user) if isinstance(request.user, User) else Invitation.objects.none()
    found = get_object_or_404(mine, pk=invitation)
    actions.accept_invitation(session_actor(request), found)
    messages.success(request, gettext("Welcome to %(name)s.") % {"name": found.workspace.name})
    return go(request, reverse("accounts:workspace", args=[found.workspace.slug]))
