"""What the pages and lists of this app read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.accounts.models import ApiToken, Invitation, Membership, Role, Workspace
from apps.core.models import Change, Mail

if TYPE_CHECKING:
    from uuid import UUID

    from apps.accounts.models import User
    from apps.core.actors import Actor


def _id_of(actor: Actor) -> Any:
    return actor.user.pk if actor.user else None


def owned_by(actor: Actor) -> QuerySet[Any]:
    """Return the ids of the workspaces that the actor owns, as far as the actor's token reaches."""
    rows: QuerySet[Any] = Membership.objects.visible_to(actor).filter(user_id=_id_of(actor), role=Role.OWNER)
    ids: QuerySet[Any] = rows.values("workspace_id")
    return ids


def invitations_seen_by(actor: Actor) -> QuerySet[Invitation]:
    """Return the invitations of the workspaces that the actor owns: addresses are nobody else's business."""
    return Invitation.objects.filter(workspace_id__in=owned_by(actor))


def mails_seen_by(actor: Actor) -> QuerySet[Mail]:
    """Return the mails of the workspaces that the actor owns, without their texts."""
    return Mail.objects.filter(workspace_id__in=owned_by(actor)).defer("raw", "payload")


def mail_counts(workspace: Workspace) -> dict[str, int]:
    """Return how many mails of a workspace are in each state, in one query."""
    rows = Mail.objects.filter(workspace=workspace).order_by().values_list("state").annotate(models.Count("pk"))
    return dict(rows)


def tokens_seen_by(actor: Actor) -> QuerySet[ApiToken]:
    """Return the actor's own tokens and, for an owner, everybody's of the workspace."""
    rows: QuerySet[ApiToken] = ApiToken.objects.visible_to(actor)
    return rows.filter(Q(user_id=_id_of(actor)) | Q(workspace_id__in=owned_by(actor)))


def changes_seen_by(actor: Actor) -> QuerySet[Change]:
    """Return the changes of the actor's workspaces."""
    return Change.objects.filter(workspace_id__in=Workspace.objects.visible_to(actor).values("pk"))


def workspaces_of(user: User) -> QuerySet[Membership]:
    """Return a person's memberships with their workspaces, by name."""
    rows: QuerySet[Membership] = Membership.objects.filter(user=user).select_related("workspace").order_by("workspace__name")
    return rows.fetch_mode(models.FETCH_RAISE)


def invitations_for(user: User) -> QuerySet[Invitation]:
    """Return the open invitations to an address that the person has proven to be theirs."""
    proven = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True)
    if not proven.exists():
        return Invitation.objects.none()
    rows: QuerySet[Invitation] = Invitation.objects.filter(
        email__iexact=user.email, accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    )
    return rows.select_related("workspace", "invited_by")


def members_of(workspace: Workspace) -> QuerySet[Membership]:
    """Return everybody in a workspace, owners first, then by name."""
    order = [models.When(role=role, then=models.Value(rank)) for rank, role in enumerate(Role.values)]
    rows: QuerySet[Membership] = Membership.objects.filter(workspace=workspace).select_related("user")
    return rows.order_by(models.Case(*order, default=9), "user__name", "user__email").fetch_mode(models.FETCH_RAISE)


def open_invitations(workspace: Workspace) -> QuerySet[Invitation]:
    """Return what was offered and neither accepted nor withdrawn, lapsed ones too."""
    rows: QuerySet[Invitation] = Invitation.objects.filter(workspace=workspace, accepted_at=None, revoked_at=None)
    return rows.select_related("invited_by").order_by("-created_at")


def tokens_of(user: User, workspace: Workspace) -> QuerySet[ApiToken]:
    """Return a person's tokens for a workspace that were not revoked."""
    rows: QuerySet[ApiToken] = ApiToken.objects.filter(workspace=workspace, user=user, revoked_at=None)
    return rows.order_by("-created_at")


def activity(
    workspace: Workspace, *, before: int | None = None, noun: str = "", actor_id: UUID | None = None, limit: int = 50
) -> tuple[list[Change], int | None]:
    """Return one page of the workspace's changes, newest first, and the seq before which the next page begins."""
    rows = Change.objects.filter(workspace=workspace).order_by("-seq")
    if before is not None:
        rows = rows.filter(seq__lt=before)
    if noun:
        rows = rows.filter(verb__startswith=f"{noun}.")
    if actor_id:
        rows = rows.filter(actor_id=actor_id)
    found = list(rows[: limit + 1])
    return found[:limit], found[limit - 1].seq if len(found) > limit else None
