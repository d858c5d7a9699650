"""Who may do what to items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.accounts import rules
from apps.core.errors import Denied
from apps.vision.rules import edit, edit_product

if TYPE_CHECKING:
    from apps.core.actors import Actor
    from apps.roadmap.models import Comment, Item

__all__ = ["add_item", "comment", "edit", "edit_comment", "edit_item", "read", "withdraw_comment"]

read = rules.read
comment = rules.comment
add_item = edit_product


def edit_item(actor: Actor, item: Item) -> bool | Denied:
    """Editors, while the item is not archived."""
    if item.archived_at:
        return Denied("This item is archived; restore it first.")
    return edit(actor, item)


def edit_comment(actor: Actor, comment: Comment) -> bool | Denied:
    """Only its author, while they may comment."""
    if comment.author_id != getattr(actor.user, "pk", None):
        return Denied("Only the author changes a comment.")
    return rules.comment(actor, comment)


def withdraw_comment(actor: Actor, comment: Comment) -> bool | Denied:
    """The author, or an owner who keeps the room clean."""
    return edit_comment(actor, comment) or rules.own(actor, comment)
