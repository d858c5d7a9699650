"""Who acts: a person at a door, a token, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.contrib.auth.models import AbstractBaseUser

type Via = Literal["web", "api", "mail", "page", "import", "system"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One who acts, as the change stream will name them.

    `scopes` is None for a session (everything its role allows) and the granted scopes for a token;
    `workspace_id` is the one workspace that a token opens, None where there is no such limit;
    `at` is set only while recorded history is replayed: the moment at which it happened.
    """

    user: AbstractBaseUser | None
    name: str
    via: Via = "web"
    scopes: frozenset[str] | None = None
    workspace_id: UUID | None = None
    request_id: str = ""
    at: datetime | None = None

    @classmethod
    def system(cls, name: str = "Lodestar", *, at: datetime | None = None) -> Self:
        """Return the actor of background work, which no role limits and only system rules admit."""
        return cls(user=None, name=name, via="system", at=at)

    @property
    def is_system(self) -> bool:
        return self.user is None and self.via == "system"

    def has_scope(self, scope: str) -> bool:
        return self.scopes is None or scope in self.scopes
