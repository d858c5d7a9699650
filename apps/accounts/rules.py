"""Who may, by role. Each rule asks the database anew, so that a right taken away is gone with the next action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.accounts.models import Membership, Role, Scope
from apps.core.errors import Denied

if TYPE_CHECKING:
    from uuid import UUID

    from apps.core.actors import Actor
    from apps.core.models import Tracked

_RANK = {Role.VIEWER: 0, Role.COMMENTER: 1, Role.EDITOR: 2, Role.OWNER: 3}


def role_of(actor: Actor, workspace_id: UUID) -> Role | None:
    """Return the actor's role in the workspace now, or None for a stranger or a token of another workspace."""
    if actor.user is None or actor.workspace_id not in (None, workspace_id):
        return None
    roles = Membership.objects.filter(workspace_id=workspace_id, user_id=actor.user.pk)
    role = roles.values_list("role", flat=True).first()
    return Role(role) if role else None


def _at_least(least: Role, scope: Scope, actor: Actor, obj: Tracked) -> bool | Denied:
    role = role_of(actor, obj.change_workspace())
    if role is None or _RANK[role] < _RANK[least]:
        return Denied(f"This needs the role {least.value} or above; you are {role.value if role else 'not a member'}.")
    if not actor.has_scope(scope):
        return Denied(f"This token lacks the scope {scope.value}; make one that has it.")
    return True


def anyone_signed_in(actor: Actor, _obj: object) -> bool | Denied:
    """Whoever is signed in, and not by a token that is bound to one workspace."""
    return actor.user is not None and actor.workspace_id is None


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
    return actor.is_system or Denied("Only Lodestar itself does this.")
