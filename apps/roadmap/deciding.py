"""What people do to decisions: settle a question, word it better, put it away."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack, cast

from django.utils.translation import gettext

from apps.core.actions import action, create, moment, note, refuse, save
from apps.core.wording import PHRASES
from apps.roadmap import rules
from apps.roadmap.models import Decision

if TYPE_CHECKING:
    from datetime import date

    from apps.accounts.models import User
    from apps.core.actors import Actor
    from apps.roadmap.models import Item
    from apps.vision.models import Goal, Product


class DecisionFields(TypedDict, total=False):
    """The fields of a decision that people write beside its reason, which is that of the change too; any subset."""

    question: str
    answer: str
    goal: Goal | None
    item: Item | None
    decided_on: date


@action("decision.made", may=rules.add_item)
def decide(actor: Actor, product: Product, *, reason: str = "", **fields: Unpack[DecisionFields]) -> Decision:
    """Put on record what was settled and why: of the whole roadmap, or of one item."""
    made = settled(actor, product, reason, fields)
    note(made)
    return made


@action("decision.edited", may=rules.edit_decision)
def edit_decision(
    actor: Actor, decision: Decision, *, version: int | None = None, reason: str = "", **fields: Unpack[DecisionFields]
) -> Decision:
    """Change any of a decision's fields; without a reason the one that it has stays."""
    del actor, version
    _check(decision.product, fields)
    return save(decision, **fields, reason=reason or decision.reason)


@action("decision.archived", may=rules.edit_decision)
def archive_decision(actor: Actor, decision: Decision, *, version: int | None = None, reason: str = "") -> Decision:
    """Put a decision away that does not hold any more; it can be read in the history."""
    del actor, version, reason
    return save(decision, archived_at=moment())


@action("decision.restored", may=rules.edit)
def restore_decision(actor: Actor, decision: Decision, *, version: int | None = None, reason: str = "") -> Decision:
    """Let a decision hold again that was put away."""
    del actor, version, reason
    return save(decision, archived_at=None)


def settled(actor: Actor, product: Product, reason: str, fields: DecisionFields) -> Decision:
    """Make a decision of today, where no other day is given; only inside an action's body."""
    _check(product, fields)
    day = fields.get("decided_on") or moment().date()
    return create(
        Decision(
            workspace_id=product.workspace_id, product=product, by=cast("User | None", actor.user), created_at=moment(),
            **{**fields, "reason": reason, "decided_on": day},
        )
    )  # fmt: skip


def _check(product: Product, fields: DecisionFields) -> None:
    goal, item = fields.get("goal"), fields.get("item")
    if goal and goal.product_id != product.pk:
        refuse(goal=gettext("Choose a goal of this product."))
    if item and item.product_id != product.pk:
        refuse(item=gettext("Choose an item of this roadmap."))


PHRASES["decision.made"] = "settled"
