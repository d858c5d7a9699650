"""What is made in the background: the mails of this app, rendered when they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from apps.accounts.models import Invitation, digest
from apps.accounts.tokens import invitation_secret
from apps.core.outbox import KINDS, Kind
from apps.core.reading import plain

if TYPE_CHECKING:
    from django.core.mail import EmailMessage

    from apps.core.models import Mail


def render_invitation(mail: Mail) -> EmailMessage | None:
    """Return the mail with the link, or None when the invitation is no longer open."""
    invitation = Invitation.objects.select_related("workspace", "invited_by").filter(pk=mail.payload.get("invitation")).first()
    if invitation is None or not invitation.is_open():
        return None
    secret = invitation_secret(invitation)
    if digest(secret) != invitation.secret_hash:  # the instance's key was changed since; the link could not work
        return None
    link = f"{settings.BASE_URL}{reverse('accounts:invitation', args=[secret])}"
    host = plain(str(invitation.invited_by or invitation.workspace))
    context = {"invitation": invitation, "link": link, "host": host, "workspace": plain(invitation.workspace.name)}
    message = EmailMultiAlternatives(
        f"{host} invites you to {context['workspace']}",
        render_to_string("accounts/mail/invitation.txt", context),
        settings.DEFAULT_FROM_EMAIL,
        [mail.recipient],
    )
    message.attach_alternative(render_to_string("accounts/mail/invitation.html", context), "text/html")
    return message


KINDS["invitation"] = Kind(render=render_invitation, secret=True)
