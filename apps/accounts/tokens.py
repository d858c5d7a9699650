"""Secrets: API tokens `lode_PREFIX_SECRET`, and the links of invitations. Only hashes are kept."""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.crypto import salted_hmac

from apps.accounts.models import ApiToken, digest, new_secret
from apps.core.prepared import prepared

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from apps.accounts.models import Invitation

_SHAPE = re.compile(r"lode_([0-9a-f]{8})_([\w-]{43})")
_USED_EVERY = timedelta(minutes=5)  # how exact `last_used_at` is; a write per request would cost more than it tells


def new_token() -> tuple[str, str, str]:
    """Return the text to show once, its prefix, and the hash to keep."""
    prefix, secret = secrets.token_hex(4), new_secret()
    return f"lode_{prefix}_{secret}", prefix, digest(secret)


@prepared
def _by_prefix(prefix: str) -> QuerySet[ApiToken]:
    rows: QuerySet[ApiToken] = ApiToken.objects.select_related("user").filter(prefix=prefix, user__is_active=True)
    return rows


def token_of(text: str) -> ApiToken | None:
    """Return the open token that the text is, with its user, and note that it was used; else None."""
    found = _SHAPE.fullmatch(text)
    if found is None:
        return None
    token = _by_prefix.first(found[1])
    if token is None or not hmac.compare_digest(token.secret_hash, digest(found[2])) or not token.is_open():
        return None
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > _USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def invitation_secret(invitation: Invitation) -> str:
    """Return the 43 characters of an invitation's link.

    They are made of the invitation's id with the instance's own key, so that the mail can be written when it is sent
    although the database keeps the hash alone.
    """
    made = salted_hmac("lodestar.invitation", invitation.pk.hex, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")
