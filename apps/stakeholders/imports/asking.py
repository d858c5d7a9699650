"""What the commands ask for in words: a product, and the member in whose name is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext

from apps.accounts.models import Membership, Role, User
from apps.stakeholders.imports.tables import Unreadable
from apps.vision.models import Product

if TYPE_CHECKING:
    from apps.accounts.models import Workspace


def named_product(name: str, workspace: str = "") -> Product:
    """Return the product of this slug, or of "workspace/slug"; `Unreadable` when there is none or more than one."""
    room, _, slug = name.rpartition("/")
    products = Product.objects.filter(slug=slug, archived_at=None).select_related("workspace")
    if room or workspace:
        products = products.filter(workspace__slug=room or workspace)
    found = list(products[:2])
    if not found:
        raise Unreadable(
            gettext("There is no product %(name)s; name it as workspace/product, by their addresses.") % {"name": repr(name)}
        )
    if len(found) > 1:
        raise Unreadable(
            gettext("Several workspaces have a product %(name)s; name it as workspace/%(slug)s.")
            % {"name": repr(name), "slug": slug}
        )
    return found[0]


def member(workspace: Workspace, email: str = "") -> User:
    """Return the member of this address, or the first owner; `Unreadable` when there is none."""
    members = Membership.objects.filter(workspace=workspace).select_related("user")
    chosen = members.filter(user__email__iexact=email) if email else members.filter(role=Role.OWNER)
    first = chosen.order_by("created_at").first()
    if first is None:
        said = {"who": email or gettext("An owner"), "workspace": workspace.name}
        raise Unreadable(gettext("%(who)s is no member of %(workspace)s; name a member with --by.") % said)
    return first.user
