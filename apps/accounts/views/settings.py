"""The settings of a workspace: its name, its people, and one's own tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts import actions, queries, rules
from apps.accounts.forms import ChangeRole, Invite, NewToken, WorkspaceSettings
from apps.accounts.http import Request, room
from apps.accounts.models import Role
from apps.core.htmx import go, page, status_of, submit
from apps.core.wording import inside

if TYPE_CHECKING:
    from apps.accounts.models import Membership


@require_http_methods(["GET", "HEAD", "POST"])
@room
def settings(request: Request) -> HttpResponse:
    """Show everything, or take the workspace's own fields."""
    if request.method != "POST":
        return _show(request)
    form = WorkspaceSettings(request.POST, obj=request.workspace)
    if submit(form, actions.edit_workspace, request.actor, request.workspace):
        return _back(request, gettext("Saved."))
    return _show(request, workspace_form=form)


@require_POST
@room
def invite(request: Request) -> HttpResponse:
    """Invite somebody by mail."""
    form = Invite(request.POST)
    made = submit(form, actions.invite_member, request.actor, request.workspace)
    if made:
        return _back(request, gettext("The invitation to %(address)s is on its way.") % {"address": made.email})
    return _show(request, invite_form=form)


@require_POST
@room
def withdraw(request: Request, invitation: UUID) -> HttpResponse:
    """Take an invitation back."""
    found = get_object_or_404(queries.invitations_seen_by(request.actor), workspace=request.workspace, pk=invitation)
    actions.withdraw_invitation(request.actor, found)
    return _back(request, gettext("The invitation to %(address)s is withdrawn.") % {"address": found.email})


@require_POST
@room
def change_role(request: Request, member: UUID) -> HttpResponse:
    """Give a member another role."""
    found = _member(request, member)
    form = ChangeRole(request.POST, obj=found)
    if form.is_valid() and "role" not in form.cleaned_data:  # nothing was chosen that was not so before
        return _back(request, gettext("%(who)s stays as they are.") % {"who": found.user})
    changed = submit(form, actions.change_role, request.actor, found)
    if not changed:
        return _show(request, member_form=form)
    said = {"who": found.user, "role": inside(changed.get_role_display(), noun=True)}
    return _back(request, gettext("%(who)s is %(role)s now.") % said)


@require_POST
@room
def choose_mail(request: Request) -> HttpResponse:
    """Say which mail one wants oneself."""
    actions.choose_mail(request.actor, request.membership, comment_mail=bool(request.POST.get("comment_mail")))
    return _back(request, gettext("Saved."))


@require_POST
@room
def remove(request: Request, member: UUID) -> HttpResponse:
    """End a membership."""
    found = _member(request, member)
    form = forms.Form({})  # no field: it carries a refusal
    submit(form, actions.remove_member, request.actor, found)
    if form.errors:
        return _show(request, member_form=form)
    if found.user_id == request.user.pk:
        messages.success(request, gettext("You left %(name)s.") % {"name": request.workspace.name})
        return go(request, reverse("accounts:home"))
    return _back(request, gettext("%(who)s is no longer a member.") % {"who": found.user})


@require_POST
@room
def new_token(request: Request) -> HttpResponse:
    """Make a token and show its text, this once."""
    form = NewToken(request.POST, scopes=rules.scopes_of(Role(request.membership.role)))
    made = submit(form, actions.create_token, request.actor, request.workspace)
    if made is None:
        return _show(request, token_form=form)
    response = _show(request, made=made)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@room
def revoke_token(request: Request, token: UUID) -> HttpResponse:
    """End a token."""
    found = get_object_or_404(queries.tokens_seen_by(request.actor), workspace=request.workspace, pk=token)
    actions.revoke_token(request.actor, found)
    return _back(request, gettext("The token %(name)s is revoked.") % {"name": found.name})


def _member(request: Request, pk: UUID) -> Membership:
    found: Membership = get_object_or_404(queries.members_of(request.workspace), pk=pk)
    return found


def _back(request: Request, text: str) -> HttpResponse:
    messages.success(request, text)
    return go(request, reverse("accounts:settings", args=[request.workspace.slug]))


def _show(request: Request, **given: Any) -> HttpResponse:
    """Render the page; a form that was refused keeps its text and gives the status."""
    workspace = request.workspace
    workspace.refresh_from_db()
    owner = request.membership.role == Role.OWNER
    refused = given.get("member_form")
    context = {
        "nav": "settings",
        "owner": owner,
        "roles": Role.choices,
        "members": [(each, _role_form(each, refused)) for each in queries.members_of(workspace)],
        "open_invitations": list(queries.open_invitations(workspace)) if owner else [],
        "tokens": list(queries.tokens_of(request.user, workspace)),
        "workspace_form": WorkspaceSettings(obj=workspace),
        "invite_form": Invite(),
        "token_form": NewToken(scopes=rules.scopes_of(Role(request.membership.role))),
        **given,
    }
    shown = next((form for form in given.values() if getattr(form, "errors", None)), None)
    return page(request, "accounts/settings.html", context, status=status_of(shown) if shown else 200)


def _role_form(member: Membership, refused: Any) -> ChangeRole | None:
    """Return the form of a member's role: the one that was refused keeps what was chosen."""
    return refused if isinstance(refused, ChangeRole) and refused.obj.pk == member.pk else None
