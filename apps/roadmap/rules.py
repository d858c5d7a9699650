"""Who may do what to items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext

from apps.accounts import rules
from apps.core.errors import Denied
from apps.vision.rules import edit, edit_product

if TYPE_CHECKING:
    from apps.core.actors import Actor
    from apps.core.models import Tracked
    from apps.roadmap.models import Comment, Decision, Item, SavedView, Score, Scorecard

__all__ = [
    "add_item", "add_scorecard", "comment", "edit", "edit_comment", "edit_item", "edit_score", "edit_scorecard", "edit_view",
    "have_own", "open_view", "read", "share_views",
    "withdraw_comment",
]  # fmt: skip

read = rules.read
comment = rules.comment
add_item = add_scorecard = edit_product
share_views = rules.edit


def edit_item(actor: Actor, item: Item) -> bool | Denied:
    """Editors, while the item is not archived."""
    if item.archived_at:
        return Denied(gettext("This item is archived; restore it first."))
    return edit(actor, item)


def edit_scorecard(actor: Actor, scorecard: Scorecard) -> bool | Denied:
    """Editors, while the scorecard is not archived."""
    if scorecard.archived_at:
        return Denied(gettext("This scorecard is archived; restore it first."))
    return edit(actor, scorecard)


def edit_score(actor: Actor, score: Score) -> bool | Denied:
    """Editors, while neither the item nor the scorecard is archived."""
    verdict = edit_scorecard(actor, score.scorecard)
    return verdict and edit_item(actor, score.item)


def edit_decision(actor: Actor, decision: Decision) -> bool | Denied:
    """Editors, while the decision is not put away."""
    if decision.archived_at:
        return Denied(gettext("This decision is put away; restore it first."))
    return edit(actor, decision)


def edit_comment(actor: Actor, comment: Comment) -> bool | Denied:
    """Only its author, while they may comment."""
    if comment.author_id != getattr(actor.user, "pk", None):
        return Denied(gettext("Only the author changes a comment."))
    return rules.comment(actor, comment)


def withdraw_comment(actor: Actor, comment: Comment) -> bool | Denied:
    """The author, or an owner who keeps the room clean."""
    return edit_comment(actor, comment) or rules.own(actor, comment)


def have_own(actor: Actor, obj: Tracked) -> bool | Denied:
    """Every member, for what is theirs alone and changes nothing for others."""
    member = rules.read(actor, obj)
    if not member:
        return member
    return actor.has_scope("write") or Denied(gettext("This token lacks the scope write; make one that has it."))


def edit_view(actor: Actor, view: SavedView) -> bool | Denied:
    """Whoever saved it; a shared one also the editors."""
    if view.owner_id is not None and view.owner_id == getattr(actor.user, "pk", None):
        return have_own(actor, view)
    return share_views(actor, view) if view.shared else Denied(gettext("This view is somebody else's own."))


def open_view(actor: Actor, view: SavedView) -> bool | Denied:
    """Every member who sees the view."""
    if view.shared or (view.owner_id is not None and view.owner_id == getattr(actor.user, "pk", None)):
        return have_own(actor, view)
    return Denied(gettext("This view is somebody else's own."))
