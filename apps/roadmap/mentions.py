"""Who is named in a text: `@Maya Okafor`, `@maya` where one Maya is a member, or what stands before the @ of an address."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from apps.accounts.models import User

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)


def mentionable(workspace_id: UUID) -> QuerySet[User]:
    """Return the people who can be named: the members, by name."""
    return User.objects.filter(memberships__workspace=workspace_id, is_active=True).order_by("name", "email")


def mentioned(text: str, people: Iterable[User]) -> set[User]:
    """Return the people that a text names; of several who share a whole name all, of several who share a short one nobody."""
    names: dict[str, set[User]] = defaultdict(set)
    short: dict[str, set[User]] = defaultdict(set)
    for person in people:
        names[str(person).lower()].add(person)
        for name in (str(person).partition(" ")[0], person.email.partition("@")[0]):
            short[name.lower()].add(person)
    meant = {name: who for name, who in short.items() if len(who) == 1} | names
    if "@" not in text or not meant:
        return set()
    longest_first = "|".join(re.escape(name) for name in sorted(meant, key=len, reverse=True))
    found = re.findall(rf"(?<![\w@./])@({longest_first})(?!\w|[.-]\w)", _CODE.sub(" ", text), re.IGNORECASE)
    return {person for name in found for person in meant.get(name.lower(), ())}
