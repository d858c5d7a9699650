"""Who may do what to products, visions, goals and key results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.accounts import rules
from apps.core.errors import Denied

if TYPE_CHECKING:
    from apps.core.actors import Actor
    from apps.vision.models import Product, SignOff

edit = rules.edit
read = rules.read


def edit_product(actor: Actor, product: Product) -> bool | Denied:
    """Editors, while the product is not archived."""
    if product.archived_at:
        return Denied("This product is archived; restore it first.")
    return rules.edit(actor, product)


def answer(actor: Actor, sign_off: SignOff) -> bool | Denied:
    """Only the named person signs or objects, whatever their role."""
    member = rules.read(actor, sign_off)
    if not member:
        return member
    if sign_off.user_id != getattr(actor.user, "pk", None):
        return Denied("Only the person named here can sign or object.")
    return actor.has_scope("write") or Denied("This token lacks the scope write; make one that has it.")
