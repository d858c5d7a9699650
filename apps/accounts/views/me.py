"""One's own settings: name, time zone and language."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from apps.accounts.actions import edit_person
from apps.accounts.forms import OwnSettings
from apps.accounts.http import session_actor
from apps.core.htmx import go, page, status_of, submit

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from apps.accounts.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def me(request: HttpRequest) -> HttpResponse:
    """Show what one says of oneself, and take what was changed."""
    form = OwnSettings(cast("User", request.user), request.POST if request.method == "POST" else None)
    if request.method == "POST" and (person := submit(form, edit_person, session_actor(request), None)):
        with translation.override(person.language or translation.get_language_from_request(request)):
            messages.success(request, gettext("Saved."))
        return go(request, reverse("accounts:me"))
    return page(request, "accounts/me.html", {"form": form}, status=status_of(form) if form.errors else 200)
