"""A vision to test with, made through the actions."""

from __future__ import annotations

from typing import Any

from apps.vision import actions
from apps.vision.models import SignOff, VisionVersion
from tests.people import Room

TEXTS = {
    "statement": "Every analyst answers their own question in under an hour.",
    "goal": "Questions in plain words. Numbers that everyone trusts.",
    "audience": "Analysts who wait days.",
    "value": "Decisions the same day.",
}


def draft(room: Room, **texts: str) -> VisionVersion:
    return actions.draft_version(room.actor(), room.product.vision, **{**TEXTS, **texts})


def propose(room: Room, *roles: str, **texts: str) -> VisionVersion:
    """Propose a new version to the people of these roles, each with the role as title."""
    asked: list[Any] = [{"user": getattr(room, role), "title": role.title()} for role in roles or ("owner", "viewer")]
    return actions.propose_version(room.actor(), draft(room, **texts), signatories=asked)


def answer_of(room: Room, version: VisionVersion, role: str) -> SignOff:
    return SignOff.objects.get(vision_version=version, user=getattr(room, role))


def sign(room: Room, version: VisionVersion, *roles: str) -> VisionVersion:
    """Let these people sign, and return the version as it then is."""
    for role in roles:
        actions.sign(room.actor(role), answer_of(room, version, role))
    version.refresh_from_db()
    return version
