"""Sessions and the people they belong to, read as Django does, by statements made once a process: every page begins so."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.accounts.models import User
from apps.core.prepared import prepared

if TYPE_CHECKING:
    from django.db.models import QuerySet


@prepared
def _session(key: str) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key)


@prepared
def _user(pk: UUID) -> QuerySet[User]:
    return User.objects.filter(pk=pk)


class SessionStore(db.SessionStore):
    """Django's sessions in the database."""

    def _get_session_from_db(self) -> Session | None:
        row = _session.first(self.session_key) if self.session_key else None
        if row is None or row.expire_date <= timezone.now():
            self._session_key = None
            return None
        return row


class Backend(AuthenticationBackend):
    """Who signs in by address and password, as allauth has it."""

    def get_user(self, user_id: UUID | str) -> User | None:
        user = _user.first(UUID(str(user_id)))
        return user if user is not None and self.user_can_authenticate(user) else None
