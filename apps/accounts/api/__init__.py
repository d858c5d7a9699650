"""The REST door: workspaces, people, invitations, tokens, mails, and the stream of changes."""

from apps.accounts.api.access import InvitationResource, TokenResource
from apps.accounts.api.people import PersonResource
from apps.accounts.api.stream import ChangeResource, MailResource
from apps.accounts.api.workspaces import MembershipResource, WorkspaceResource

routes: list[tuple[str, type]] = [
    ("workspaces", WorkspaceResource),
    ("people", PersonResource),
    ("memberships", MembershipResource),
    ("invitations", InvitationResource),
    ("tokens", TokenResource),
    ("mails", MailResource),
    ("changes", ChangeResource),
]
