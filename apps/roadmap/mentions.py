"""Who is named in a text: `@Maya Okafor`, `@maya` where one Maya is a member, or what stands before the @ of an address."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery

from apps.accounts.models import Membership, User
from apps.core.errors import Denied, Refused
from apps.roadmap import rules
from apps.roadmap.models import Mention

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from apps.accounts.models import Workspace
    from apps.core.actors import Actor
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


def keep(comment: Comment) -> set[User]:
    """Note whom a comment names as it stands now, and return them. Who was named before and still is keeps the same mention."""
    named = mentioned(comment.body, mentionable(comment.workspace_id)) if "@" in comment.body else set()
    Mention.objects.filter(comment=comment).exclude(user__in=named).delete()
    Mention.objects.bulk_create((Mention(comment=comment, user=each) for each in named), ignore_conflicts=True)
    return named


def mentions_of(user: Any) -> QuerySet[Mention]:
    """Return where somebody is named by others, withdrawn words left out."""
    return Mention.objects.filter(user=user, comment__withdrawn_at=None).exclude(comment__author=user)


def unseen_by(user: Any) -> QuerySet[Mention]:
    """Return those of them that this person has not looked at yet."""
    mine = Membership.objects.filter(user=user, workspace=OuterRef("comment__workspace"))
    return mentions_of(user).filter(pk__gt=Subquery(mine.values("mentions_seen")))


def unseen(workspace: Workspace, user: UUID) -> int:
    """Return how many mentions in a workspace somebody has not looked at; one query."""
    return unseen_by(user).filter(comment__workspace=workspace).count()


def see(actor: Actor, until: Comment) -> None:
    """Note that somebody looked at the comments that name them, up to this one.

    It is of no news to anybody else, so it is in no history. Raises `Refused`.
    """
    verdict = rules.have_own(actor, until)
    if isinstance(verdict, Denied):
        raise Refused(verdict.why)
    person: Any = actor.user
    newest = Subquery(Mention.objects.filter(comment=until, user=person).values("pk"))
    mine = Membership.objects.filter(workspace=until.workspace_id, user=person)
    mine.filter(mentions_seen__lt=newest).update(mentions_seen=newest)


def _meant(people: Iterable[User]) -> dict[str, set[User]]:
    """Return whom each name means, in lower case: whole names, and short ones that only one person has."""
    whole: dict[str, set[User]] = defaultdict(set)
    short: dict[str, set[User]] = defaultdict(set)
    for person in people:
        whole[str(person).lower()].add(person)
        for name in (str(person).partition(" ")[0], person.email.partition("@")[0]):
            short[name.lower()].add(person)
    return {name: who for name, who in short.items() if len(who) == 1} | whole
