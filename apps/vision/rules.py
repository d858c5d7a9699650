"""Who may do what to products, visions, goals and key results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps.accounts import rules
from apps.core.errors import Denied
from apps.vision.models import Product

if TYPE_CHECKING:
    from uuid import UUID

    from apps.core.actors import Actor
    from apps.vision.models import SignOff

ARCHIVED = "This product is archived; restore it first."

restore_product = make_product = rules.edit
read = rules.read


def edit(actor: Actor, obj: Any) -> bool | Denied:
    """Editors, while the product to which the object belongs is not archived."""
    member = rules.edit(actor, obj)
    return member and not_archived(obj.product_id)


def not_archived(product_id: UUID) -> bool | Denied:
    """Nothing of an archived product changes."""
    archived = Product.objects.filter(pk=product_id, archived_at__isnull=False).exists()
    return Denied(ARCHIVED) if archived else True


def edit_product(actor: Actor, product: Product) -> bool | Denied:
    """Editors, while the product is not archived."""
    if product.archived_at:
        return Denied(ARCHIVED)
    return rules.edit(actor, product)


def answer(actor: Actor, sign_off: SignOff) -> bool | Denied:
    """Only the named person signs or objects, whatever their role."""
    member = rules.read(actor, sign_off)
    if not member:
        return member
    if sign_off.user_id != getattr(actor.user, "pk", None):
        return Denied("Only the person named here can sign or object.")
    if not actor.has_scope("write"):
        return Denied("This token lacks the scope write; make one that has it.")
    return not_archived(sign_off.product_id)
