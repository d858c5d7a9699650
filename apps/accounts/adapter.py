"""What allauth asks us: who may sign up, and what a new person is called."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter


class Adapter(DefaultAccountAdapter):
    """Anybody may sign up; what they then may do, memberships say."""
