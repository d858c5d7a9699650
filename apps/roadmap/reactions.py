"""What follows from what happens on the roadmap: whom a comment names, and who else follows its item, hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.accounts.models import Membership
from apps.core.actions import reacts_to
from apps.core.outbox import enqueue
from apps.roadmap.following import followers
from apps.roadmap.mentions import keep
from apps.roadmap.models import Comment

if TYPE_CHECKING:
    from apps.core.actors import Actor
    from apps.core.models import Change


@reacts_to("comment.created", "comment.edited")
def tell_of(change: Change, actor: Actor) -> None:
    """Note whom the words name; mail them and, of a new comment, who follows the item, one mail each and none to its author."""
    comment = Comment.objects.select_related("item").get(pk=change.object_id)
    named = keep(comment)
    if actor.at is not None:  # replayed history is no news
        return
    others = {each.user for each in followers(comment.item)} if change.verb == "comment.created" else set()
    wanting = Membership.objects.filter(workspace_id=comment.workspace_id, user__in=named | others, comment_mail=True)
    for membership in wanting.exclude(user=comment.author_id).select_related("user"):
        about = {"comment": str(comment.pk), "user": str(membership.user_id), "named": membership.user in named}
        enqueue(membership.user.email, "comment", str(comment.pk), about, workspace_id=comment.workspace_id)
