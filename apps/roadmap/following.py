"""Who follows an item: those who chose to, and of themselves its owner, who added it and who commented on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.core.actions import action, create, moment, note, save
from apps.core.models import Change
from apps.core.wording import PHRASES
from apps.roadmap import rules
from apps.roadmap.models import Comment, Follow, Item

if TYPE_CHECKING:
    from uuid import UUID

    from apps.core.actors import Actor


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody who hears of comments on an item, and why."""

    user: User
    why: str

    def as_json(self) -> dict[str, Any]:
        return {"user": self.user.pk, "name": str(self.user), "why": self.why}


@action("item.followed", may=rules.have_own)
def follow_item(actor: Actor, item: Item) -> Item:
    """Follow an item oneself."""
    return _choose(actor, item, on=True)


@action("item.unfollowed", may=rules.have_own)
def unfollow_item(actor: Actor, item: Item) -> Item:
    """Follow an item no longer, and not of oneself either."""
    return _choose(actor, item, on=False)


def _choose(actor: Actor, item: Item, *, on: bool) -> Item:
    user = cast("User", actor.user)
    note(item)
    if chosen := Follow.objects.filter(item=item, user=user).first():
        save(chosen, on=on)
    else:
        create(Follow(workspace_id=item.workspace_id, item=item, user=user, on=on, created_at=moment()))
    return item


def followers(item: Item) -> list[Follower]:
    """Return the members who follow an item, by name; two queries."""
    chosen = Follow.objects.filter(item=item, user=OuterRef("pk"))
    said = Comment.objects.filter(item=item, author=OuterRef("pk"), withdrawn_at=None)
    maker = _maker(item)
    members = User.objects.filter(memberships__workspace=item.workspace_id, is_active=True)
    found = members.annotate(chose=Exists(chosen.filter(on=True)), commented=Exists(said)).exclude(
        Exists(chosen.filter(on=False))
    )
    mine = found.filter(Q(pk__in=[pk for pk in (item.owner_id, maker) if pk]) | Q(chose=True) | Q(commented=True))
    return [Follower(user, _why(user, item, maker)) for user in mine.order_by("name", "email")]


def _maker(item: Item) -> UUID | None:
    made = Change.objects.filter(
        workspace_id=item.workspace_id,
        touches__contains=[item.pk],
        object_id=item.pk,
        verb__in=("item.created", "item.duplicated"),
    )
    return made.order_by("seq").values_list("actor_id", flat=True).first()


def _why(user: Any, item: Item, maker: UUID | None) -> str:
    if user.pk == item.owner_id:
        return gettext("owns it")
    if user.pk == maker:
        return gettext("added it")
    return gettext("commented") if user.commented else gettext("follows")


PHRASES["item.followed"] = "follows"
PHRASES["item.unfollowed"] = "no longer follows"
