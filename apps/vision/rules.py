"""Who may do what to products, visions, goals and key results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.db.models import Exists
from django.utils.translation import gettext, gettext_lazy

from apps.accounts import rules
from apps.accounts.models import Membership, Role, Scope
from apps.core.errors import Denied
from apps.core.prepared import prepared
from apps.vision.models import Product

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from apps.core.actors import Actor
    from apps.vision.models import SignOff

ARCHIVED = gettext_lazy("This product is archived; restore it first.")

restore_product = make_product = rules.edit
read = rules.read


def edit(actor: Actor, obj: Any) -> bool | Denied:
    """Editors, while the product to which the object belongs is not archived."""
    role, archived = standing(actor, obj)
    return rules.enough(Role.EDITOR, Scope.WRITE, actor, role) and (Denied(ARCHIVED) if archived else True)


def standing(actor: Actor, obj: Any) -> tuple[Role | None, bool]:
    """Return the actor's role where the object is, and whether its product is archived: one look for both, as each edit asks."""
    if actor.user is None or actor.workspace_id not in (None, obj.workspace_id):
        return None, False
    role, archived = _standing.first(obj.product_id, obj.workspace_id, actor.user.pk) or (None, False)
    return Role(role) if role else None, archived


@prepared
def _standing(product_id: UUID, workspace_id: UUID, user_id: UUID) -> QuerySet[Membership, tuple[str, bool]]:
    archived = Exists(Product.objects.filter(pk=product_id, archived_at__isnull=False))
    roles = Membership.objects.filter(workspace_id=workspace_id, user_id=user_id)
    return cast("QuerySet[Membership, tuple[str, bool]]", roles.values_list("role", archived))


def not_archived(product_id: UUID) -> bool | Denied:
    """Nothing of an archived product changes."""
    return Denied(ARCHIVED) if _archived.first(product_id) else True


@prepared
def _archived(product_id: UUID) -> QuerySet[Product, UUID]:
    archived = Product.objects.filter(pk=product_id, archived_at__isnull=False)
    return archived.values_list("pk", flat=True)


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
        return Denied(gettext("Only the person named here can sign or object."))
    if not actor.has_scope(Scope.WRITE):
        return rules.lacks(Scope.WRITE)
    return not_archived(sign_off.product_id)
