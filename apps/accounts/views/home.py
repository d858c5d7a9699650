"""The way in: from `/` to one's workspace, and to a first one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts import actions, queries
from apps.accounts.forms import NewWorkspace
from apps.accounts.http import Request, room, session_actor
from apps.accounts.models import User
from apps.core.htmx import go, page, status_of, submit

if TYPE_CHECKING:
    from apps.accounts.models import Workspace


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead everybody to where they left off: to sign-in, to their workspace, or to the choice among several."""
    if not isinstance(request.user, User):
        # The first visitor of a fresh instance becomes its owner.
        return HttpResponseRedirect(reverse("account_login" if User.objects.exists() else "account_signup"))
    memberships = list(queries.workspaces_of(request.user))
    invitations = list(queries.invitations_for(request.user))
    if len(memberships) == 1 and not invitations:
        return HttpResponseRedirect(front_page(memberships[0].workspace))
    context = {"memberships": memberships, "invitations": invitations, "form": NewWorkspace()}
    return page(request, "accounts/home.html", context)


def front_page(workspace: Workspace) -> str:
    """Return where a workspace begins: with its first product, as the settings say, or with making one."""
    found: str | None = import_string(settings.WORKSPACE_FRONT_PAGE)(workspace)
    return found or reverse("accounts:workspace", args=[workspace.slug])


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_workspace(request: HttpRequest) -> HttpResponse:
    """Make a workspace and go there."""
    form = NewWorkspace(request.POST or None)
    if request.method == "POST":
        made = submit(form, actions.create_workspace, session_actor(request), None)
        if made:
            return go(request, front_page(made))
    return page(request, "accounts/new_workspace.html", {"form": form}, status=status_of(form) if form.errors else 200)


@require_safe
@room
def workspace(request: Request) -> HttpResponse:
    """Show the products of a workspace, or how to make the first."""
    return page(request, "accounts/workspace.html", {"nav": "workspace"})
