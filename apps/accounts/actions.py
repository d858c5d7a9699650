"""What people do to workspaces, members, invitations and tokens."""

from __future__ import annotations

from copy import copy
from datetime import timedelta
from typing import TYPE_CHECKING, TypedDict, Unpack

from allauth.account.models import EmailAddress
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext

from apps.accounts import rules
from apps.accounts.models import ApiToken, Invitation, Membership, Role, Scope, User, Workspace, digest
from apps.accounts.tokens import invitation_secret, new_token
from apps.core import outbox
from apps.core.actions import action, create, moment, note, refuse, remove, save
from apps.core.errors import Denied, Refused
from apps.core.models import MailState
from apps.core.outbox import enqueue
from apps.core.undo import UNDONE, take_back
from apps.core.wording import PHRASES, inside

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from apps.core.actors import Actor
    from apps.core.models import Change, Mail

INVITATION_LASTS = timedelta(days=14)
MOST_INVITATIONS = 100  # a day and workspace, so that nobody uses us to mail strangers


class WorkspaceFields(TypedDict, total=False):
    """The fields of a workspace that its owners edit; any subset."""

    name: str
    mail_paused: bool
    year_begins: int
    week_begins: str


class PersonFields(TypedDict, total=False):
    """What people say of themselves; any subset. Without a language it is the one that the browser asks for."""

    name: str
    time_zone: str
    language: str


@action("workspace.created", may=rules.anyone_signed_in, opens_workspace=True)
def create_workspace(actor: Actor, *, name: str, slug: str = "", reason: str = "") -> Workspace:
    """Make a workspace whose owner is the actor; without a slug it gets a free one made of the name."""
    del reason
    user = _person(actor)
    workspace = create(Workspace(name=name, slug=slug or _free_slug(name), created_at=moment()))
    create(Membership(workspace=workspace, user=user, role=Role.OWNER, created_at=moment()))
    return workspace


@action("workspace.edited", may=rules.own)
def edit_workspace(
    actor: Actor, workspace: Workspace, *, version: int | None = None, reason: str = "", **fields: Unpack[WorkspaceFields]
) -> Workspace:
    """Rename a workspace, pause its mail and let it go out again, or say when its year and its weeks begin."""
    del actor, version, reason
    return save(workspace, **fields)


@action("workspace.mail_held", may=rules.system)
def hold_mail(actor: Actor, workspace: Workspace, *, reason: str = "") -> Workspace:
    """Pause a workspace's mail until an owner lets it go out, as after a restore: nobody is told anything twice."""
    del actor, reason
    return save(workspace, mail_paused=True)


@action("mail.resent", may=rules.own)
def resend_mail(actor: Actor, workspace: Workspace, *, mail: Mail, reason: str = "") -> Mail:
    """Let a mail go out once more whose arrival is unconfirmed, or that was given up; always under its Message-ID."""
    del actor, reason
    if mail.workspace_id != workspace.pk:
        refuse(mail=gettext("This mail is not of this workspace."))
    if not outbox.resend(mail):
        state = {"state": inside(MailState(mail.state).label)}
        refuse(__all__=gettext("Only unconfirmed and dead mails are sent again; this one is %(state)s.") % state)
    note(workspace, mail=mail.pk, kind=mail.kind)
    mail.refresh_from_db()
    return mail


@action(UNDONE, may=rules.edit)
def undo_change(actor: Actor, workspace: Workspace, *, change: Change, reason: str = "") -> Workspace:
    """Take one's own change back, an undo too: what it wrote is again as it was before, or the refusal says why not."""
    del reason
    if change.workspace_id != workspace.pk:
        refuse(change=gettext("This change is not of this workspace."))
    take_back(actor, change)
    return workspace


@action("invitation.sent", may=rules.own)
def invite_member(actor: Actor, workspace: Workspace, *, email: str, role: str = Role.EDITOR, reason: str = "") -> Invitation:
    """Offer a role to an address and mail it a link that works once, for 14 days.

    The invitation returned carries the link's secret as `link_secret`; it is kept nowhere else.
    """
    del reason
    address = email.strip().lower()
    if Membership.objects.filter(workspace=workspace, user__email=address).exists():
        refuse(email=gettext("This person is a member already."))
    today = Invitation.objects.filter(workspace=workspace, created_at__gt=timezone.now() - timedelta(days=1))
    if today.count() >= MOST_INVITATIONS:
        most = {"most": MOST_INVITATIONS}
        refuse(email=gettext("A workspace sends %(most)s invitations a day; go on tomorrow.") % most)
    _clear_lapsed(workspace, address)
    invitation = Invitation(workspace=workspace, email=address, role=role, created_at=moment())
    secret = invitation_secret(invitation)
    invitation.secret_hash = digest(secret)
    invitation.invited_by = _person(actor)
    invitation.expires_at = moment() + INVITATION_LASTS
    create(invitation)
    enqueue(address, "invitation", str(invitation.pk), {"invitation": invitation.pk}, workspace_id=workspace.pk)
    invitation.link_secret = secret
    return invitation


@action("invitation.withdrawn", may=rules.own)
def withdraw_invitation(actor: Actor, invitation: Invitation, *, version: int | None = None, reason: str = "") -> Invitation:
    """Take an invitation back; its link stops working at once."""
    del actor, version, reason
    if invitation.accepted_at:
        refuse(__all__=gettext("This invitation was accepted already; remove the member instead."))
    return invitation if invitation.revoked_at else save(invitation, revoked_at=moment())


@action("invitation.accepted", may=rules.be_invited)
def accept_invitation(actor: Actor, invitation: Invitation, *, secret: str = "", reason: str = "") -> Membership:
    """Join the workspace. The address must be the actor's own, and proven: verified before, or by the mailed link."""
    del reason
    if not invitation.is_open(moment()):
        refuse(__all__=gettext("This invitation was used, withdrawn or has expired; ask for a new one."))
    user = _person(actor)
    if digest(secret) == invitation.secret_hash:
        _note_verified(user)
    elif not EmailAddress.objects.filter(user=user, email__iexact=invitation.email, verified=True).exists():
        refuse(email=gettext("Open the link in the mail, or verify this address first."))
    save(invitation, accepted_at=moment())
    member = Membership.objects.filter(workspace_id=invitation.workspace_id, user=user).first()
    joined: Membership = member or create(
        Membership(workspace_id=invitation.workspace_id, user=user, role=invitation.role, created_at=moment())
    )
    return joined


@action("membership.role_changed", may=rules.own)
def change_role(actor: Actor, membership: Membership, *, role: str, version: int | None = None, reason: str = "") -> Membership:
    """Give a member another role; the last owner stays one."""
    del actor, version, reason
    if role != Role.OWNER:
        _keep_an_owner(membership)
    return save(membership, role=role)


@action("membership.removed", may=rules.remove_member)
def remove_member(actor: Actor, membership: Membership, *, version: int | None = None, reason: str = "") -> None:
    """End a membership, another's or one's own, and revoke this person's tokens here."""
    del actor, version, reason
    _keep_an_owner(membership)
    for token in ApiToken.objects.filter(workspace_id=membership.workspace_id, user_id=membership.user_id, revoked_at=None):
        save(token, revoked_at=moment())
    remove(membership)


@action("membership.mail_chosen", may=rules.own_membership)
def choose_mail(actor: Actor, membership: Membership, *, comment_mail: bool, reason: str = "") -> Membership:
    """Say whether one wants a mail when one is mentioned, or when an item that one follows is commented on."""
    del actor, reason
    return save(membership, comment_mail=comment_mail)


@action("token.created", may=rules.make_token)
def create_token(
    actor: Actor, workspace: Workspace, *, name: str, scopes: Iterable[str] = (Scope.READ,),
    expires_at: datetime | None = None, reason: str = "",
) -> ApiToken:  # fmt: skip
    """Make a key to the REST API for oneself. The token returned carries its `text`, which is kept nowhere else."""
    del reason
    if expires_at and expires_at <= timezone.now():
        refuse(expires_at=gettext("Choose a moment in the future."))
    text, prefix, secret_hash = new_token()
    token = ApiToken(
        workspace=workspace, user=_person(actor), name=name, prefix=prefix, secret_hash=secret_hash,
        scopes=_granted(actor, workspace, set(scopes)), expires_at=expires_at, created_at=moment(),
    )  # fmt: skip
    create(token)
    token.text = text
    return token


@action("token.revoked", may=rules.revoke_token)
def revoke_token(actor: Actor, token: ApiToken, *, version: int | None = None, reason: str = "") -> ApiToken:
    """End a token at once."""
    del actor, version, reason
    return token if token.revoked_at else save(token, revoked_at=moment())


def edit_person(actor: Actor, *, reason: str = "", **fields: Unpack[PersonFields]) -> User:
    """Change what one says of oneself, and return oneself as one is now.

    A person is of no workspace, so this is in no workspace's history, and no token does it: it opens one workspace.
    Raises `Refused` or, with the fields as keys, `ValidationError`.
    """
    del reason
    allowed = rules.anyone_signed_in(actor, None)
    if isinstance(allowed, Denied):
        raise Refused(allowed.why)
    person = copy(_person(actor))
    for name, value in fields.items():
        setattr(person, name, value)
    person.clean_fields(exclude={field.name for field in person._meta.fields} - fields.keys())
    person.save(update_fields=[*fields])
    return person


def _person(actor: Actor) -> User:
    """Return the actor's person; the rules have seen to it that there is one."""
    if not isinstance(actor.user, User):
        raise ObjectDoesNotExist
    return actor.user


def _free_slug(name: str) -> str:
    """Return a slug made of the name that no workspace has: harbor, harbor-2 and so on."""
    stem = slugify(name)[:44].strip("-_").replace("_", "-") or "workspace"
    taken = set(Workspace.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := stem if n == 1 else f"{stem}-{n}") not in taken)


def _clear_lapsed(workspace: Workspace, address: str) -> None:
    """Withdraw an invitation that nobody used in time, so that the address can be invited anew."""
    lapsed = Invitation.objects.filter(
        workspace=workspace, email__iexact=address, accepted_at=None, revoked_at=None, expires_at__lte=timezone.now()
    )
    for invitation in lapsed:
        save(invitation, revoked_at=moment())


def _note_verified(user: User) -> None:
    """Remember that a mail to the person's address arrived."""
    primary = not EmailAddress.objects.filter(user=user, primary=True).exclude(email__iexact=user.email).exists()
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": primary})


def _keep_an_owner(membership: Membership) -> None:
    """Refuse to lose the last owner; the lock on the workspace keeps two owners from leaving at the same time."""
    owners = Membership.objects.filter(workspace_id=membership.workspace_id, role=Role.OWNER, user__is_active=True)
    if membership.role == Role.OWNER and not owners.exclude(pk=membership.pk).exists():
        refuse(role=gettext("A workspace keeps at least one owner; make somebody else an owner first."))


def _granted(actor: Actor, workspace: Workspace, wanted: set[str]) -> list[str]:
    """Return the scopes in order, always with reading; refuse what the role, or the token that asks, does not have."""
    role = rules.role_of(actor, workspace.pk)
    unknown = wanted - set(Scope.values)
    if unknown:
        names = {"unknown": ", ".join(sorted(unknown)), "known": ", ".join(Scope.values)}
        refuse(scopes=gettext("There is no scope %(unknown)s; choose from %(known)s.") % names)
    above = {scope for scope in wanted if not (role and scope in rules.scopes_of(role) and actor.has_scope(scope))}
    if above:
        refuse(scopes=gettext("Your role does not reach %(scopes)s; leave it out.") % {"scopes": ", ".join(sorted(above))})
    return [scope for scope in Scope.values if scope in wanted | {Scope.READ.value}]


PHRASES.update(
    {
        "workspace.created": "opened the workspace",
        "workspace.mail_held": "held back the mail of",
        "mail.resent": "sent a mail of … once more",
        "invitation.sent": "invited",
        "invitation.withdrawn": "withdrew the invitation of",
        "invitation.accepted": "accepted the invitation for",
        "membership.role_changed": "changed the role of",
        "membership.mail_chosen": "chose the mail of",
        "membership.removed": "ended the membership of",
        "token.created": "made the API token",
        "token.revoked": "revoked the API token",
    }
)
