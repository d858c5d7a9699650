"""Who may, by role. Each rule asks the database anew, so that a right taken away is gone with the next action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext

from apps.accounts.models import Membership, Role, Scope
from apps.core.errors import Denied
from apps.core.prepared import prepared
from apps.core.wording import inside

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from apps.accounts.models import ApiToken, Invitation
    from apps.core.actors import Actor
    from apps.core.models import Tracked

_RANK = {Role.VIEWER: 0, Role.COMMENTER: 1, Role.EDITOR: 2, Role.OWNER: 3}


def role_of(actor: Actor, workspace_id: UUID) -> Role | None:
    """Return the actor's role in the workspace now, or None for a stranger or a token of another workspace."""
    if actor.user is None or actor.workspace_id not in (None, workspace_id):
        return None
    role = _role.first(workspace_id, actor.user.pk)
    return Role(role) if role else None


@prepared
def _role(workspace_id: UUID, user_id: UUID) -> QuerySet[Membership, str]:
    roles = Membership.objects.filter(workspace_id=workspace_id, user_id=user_id)
    return roles.values_list("role", flat=True)


def enough(least: Role, scope: Scope, actor: Actor, role: Role | None) -> bool | Denied:
    """Say whether a role, and the scope of a token, are enough, and if not what is missing."""
    if role is None or _RANK[role] < _RANK[least]:
        if role is None:
            return Denied(
                gettext("This needs the role %(least)s or above; you are not a member.")
                % {"least": inside(least.label, noun=True)}
            )
        roles = {"least": inside(least.label, noun=True), "role": inside(role.label, noun=True)}
        return Denied(gettext("This needs the role %(least)s or above; you are %(role)s.") % roles)
    if not actor.has_scope(scope):
        return lacks(scope)
    return True


def lacks(scope: Scope) -> Denied:
    """Return that a token may not what it was asked to do."""
    return Denied(gettext("This token lacks the scope %(scope)s; make one that has it.") % {"scope": scope.value})


def _at_least(least: Role, scope: Scope, actor: Actor, obj: Tracked) -> bool | Denied:
    return enough(least, scope, actor, role_of(actor, obj.change_workspace()))


def anyone_signed_in(actor: Actor, _obj: object) -> bool | Denied:
    """Whoever is signed in, and not by a token that is bound to one workspace."""
    if actor.user is None:
        return Denied(gettext("Sign in first."))
    return actor.workspace_id is None or Denied(gettext("A token opens one workspace only; do this in the browser."))


def read(actor: Actor, obj: Tracked) -> bool | Denied:
    return _at_least(Role.VIEWER, Scope.READ, actor, obj)


def comment(actor: Actor, obj: Tracked) -> bool | Denied:
    return _at_least(Role.COMMENTER, Scope.WRITE, actor, obj)


def edit(actor: Actor, obj: Tracked) -> bool | Denied:
    return _at_least(Role.EDITOR, Scope.WRITE, actor, obj)


def own(actor: Actor, obj: Tracked) -> bool | Denied:
    return _at_least(Role.OWNER, Scope.ADMIN, actor, obj)


def system(actor: Actor, _obj: object) -> bool | Denied:
    """Only background work, never a person or a token."""
    return actor.is_system or Denied(gettext("Only Lodestar itself does this."))


def scopes_of(role: Role) -> frozenset[str]:
    """Return what a token of a person with this role may be given."""
    if role == Role.OWNER:
        return frozenset(Scope.values)
    return frozenset({Scope.READ.value} if role == Role.VIEWER else {Scope.READ.value, Scope.WRITE.value})


def be_invited(actor: Actor, invitation: Invitation) -> bool | Denied:
    """Whoever signed in with the address that was invited, and nobody who merely has the link."""
    signed_in = anyone_signed_in(actor, invitation)
    if not signed_in:
        return signed_in
    own_address = str(getattr(actor.user, "email", "")).casefold()
    return own_address == invitation.email.casefold() or Denied(
        gettext("This invitation is for %(address)s; sign in with that address.") % {"address": invitation.email}
    )


def remove_member(actor: Actor, membership: Membership) -> bool | Denied:
    """Owners, and everybody their own membership."""
    if membership.user_id == getattr(actor.user, "pk", None) and role_of(actor, membership.workspace_id):
        return actor.has_scope(Scope.ADMIN) or lacks(Scope.ADMIN)
    return own(actor, membership)


def own_membership(actor: Actor, membership: Membership) -> bool | Denied:
    """Only its own person, whatever their role."""
    if membership.user_id != getattr(actor.user, "pk", None):
        return Denied(gettext("Everybody chooses their own mail."))
    member = read(actor, membership)
    if not member:
        return member
    return actor.has_scope(Scope.WRITE) or lacks(Scope.WRITE)


def make_token(actor: Actor, workspace: Tracked) -> bool | Denied:
    """Every member for themselves; with a token only one of the scope admin."""
    member = read(actor, workspace)
    if not member:
        return member
    return actor.has_scope(Scope.ADMIN) or Denied(gettext("This token lacks the scope admin; make tokens in the settings."))


def revoke_token(actor: Actor, token: ApiToken) -> bool | Denied:
    """Its own person, and the owners."""
    if token.user_id == getattr(actor.user, "pk", None):
        return make_token(actor, token)
    return own(actor, token)
