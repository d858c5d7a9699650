"""What is made in the background: the mails of this app, rendered when they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from apps.accounts.models import Invitation, User, digest
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
    with translation.override(_language(invitation)):
        return _invitation(invitation, secret, mail.recipient)


def _language(invitation: Invitation) -> str:
    """Return the language of who is invited where we know it, else of who invites."""
    own = User.objects.filter(email=invitation.email.lower()).values_list("language", flat=True).first()
    return own or getattr(invitation.invited_by, "language", "") or settings.LANGUAGE_CODE


def _invitation(invitation: Invitation, secret: str, recipient: str) -> EmailMessage:
    link = f"{settings.BASE_URL}{reverse('accounts:invitation', args=[secret])}"
    host = plain(str(invitation.invited_by or invitation.workspace))
    context = {"invitation": invitation, "link": link, "host": host, "workspace": plain(invitation.workspace.name)}
    message = EmailMultiAlternatives(
        gettext("%(host)s invites you to %(workspace)s") % context,
        render_to_string("accounts/mail/invitation.txt", context),
        settings.DEFAULT_FROM_EMAIL,
        [recipient],
    )
    message.attach_alternative(render_to_string("accounts/mail/invitation.html", context), "text/html")
    return message


KINDS["invitation"] = Kind(render=render_invitation, secret=True)
