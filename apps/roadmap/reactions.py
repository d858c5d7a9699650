"""What follows from what happens on the roadmap: who is mentioned, or follows an item, gets a mail about a comment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.accounts.models import Membership
from apps.core.actions import reacts_to
from apps.core.outbox import enqueue
from apps.roadmap.following import followers
from apps.roadmap.mentions import mentionable, mentioned
from apps.roadmap.models import Comment

if TYPE_CHECKING:
    from apps.core.actors import Actor
    from apps.core.models import Change


@reacts_to("comment.created", "comment.edited")
def mail_about(change: Change, actor: Actor) -> None:
    """Queue one mail for each person: whom the words name and, of a new comment, who follows the item; never its author."""
    if actor.at is not None:  # replayed history is no news
        return
    comment = Comment.objects.select_related("item").get(pk=change.object_id)
    named = mentioned(comment.body, mentionable(comment.workspace_id))
    others = {each.user for each in followers(comment.item)} if change.verb == "comment.created" else set()
    wanting = Membership.objects.filter(workspace_id=comment.workspace_id, user__in=named | others, comment_mail=True)
    for membership in wanting.exclude(user=comment.author_id).select_related("user"):
        about = {"comment": str(comment.pk), "user": str(membership.user_id), "named": membership.user in named}
        enqueue(membership.user.email, "comment", str(comment.pk), about, workspace_id=comment.workspace_id)
