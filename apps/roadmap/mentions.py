"""Who is named in a text: `@Maya Okafor`, `@maya` where one Maya is a member, or what stands before the @ of an address."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Cast

from apps.accounts.models import User

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from apps.roadmap.models import Comment

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)


def mentionable(workspace_id: UUID) -> QuerySet[User]:
    """Return the people who can be named: the members, by name."""
    return User.objects.filter(memberships__workspace=workspace_id, is_active=True).order_by("name", "email")


def mentioned(text: str, people: Iterable[User]) -> set[User]:
    """Return the people that a text names; of several who share a whole name all, of several who share a short one nobody."""
    meant = _meant(people)
    found = names(meant)
    if "@" not in text or found is None:
        return set()
    return {person for name in found.findall(_CODE.sub(" ", text)) for person in meant.get(name.lower(), ())}


def names(meant: Iterable[str]) -> re.Pattern[str] | None:
    """Return what finds any of these names behind an @, the longest first; None where there are none."""
    longest_first = "|".join(re.escape(name) for name in sorted(meant, key=len, reverse=True))
    return re.compile(rf"(?<![\w@./])@({longest_first})(?!\w|[.-]\w)", re.IGNORECASE) if longest_first else None


def names_of(people: Iterable[User]) -> re.Pattern[str] | None:
    """Return what finds a mention of any of these people in a text."""
    return names(_meant(people))


def mentioning(rows: QuerySet[Comment], person: User, people: Iterable[User]) -> QuerySet[Comment]:
    """Keep the comments that name a person, as `mentioned` reads them among these people."""
    meant = _meant(people)
    own = [name for name, who in meant.items() if person in who]
    found = [re.escape(name) + _unless_longer(name, meant) for name in sorted(own, key=len, reverse=True)]
    if not found:
        return rows.none()
    said = Func(F("body"), Value(_CODE.pattern.replace(r"\Z", "$")), Value(" "), Value("g"), function="regexp_replace")
    return rows.annotate(said=Cast(said, TextField())).filter(
        withdrawn_at=None, body__contains="@", said__iregex=rf"(?<![\w@./])@({'|'.join(found)})(?!\w|[.-]\w)"
    )


def _meant(people: Iterable[User]) -> dict[str, set[User]]:
    """Return whom each name means, in lower case: whole names, and short ones that only one person has."""
    whole: dict[str, set[User]] = defaultdict(set)
    short: dict[str, set[User]] = defaultdict(set)
    for person in people:
        whole[str(person).lower()].add(person)
        for name in (str(person).partition(" ")[0], person.email.partition("@")[0]):
            short[name.lower()].add(person)
    return {name: who for name, who in short.items() if len(who) == 1} | whole


def _unless_longer(name: str, meant: Iterable[str]) -> str:
    """Return what keeps a name from being found where a longer one that begins with it stands."""
    rest = "|".join(re.escape(each[len(name) :]) for each in meant if each != name and each.startswith(name))
    return rf"(?!(?:{rest})(?!\w|[.-]\w))" if rest else ""
