"""Who may do what to the people who are told, and to reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext

from apps.accounts import rules
from apps.core.errors import Denied
from apps.vision.rules import edit_product

if TYPE_CHECKING:
    from apps.core.actors import Actor
    from apps.core.models import Tracked

__all__ = ["by_link", "by_page", "edit", "edit_or_by_link", "edit_product", "read", "system"]

read = rules.read
edit = rules.edit
system = rules.system


def by_link(actor: Actor, obj: object) -> bool | Denied:
    """The person whom a signed link in a mail names, who has no account; or the system."""
    del obj
    if actor.is_system or (actor.user is None and actor.via == "mail"):
        return True
    return Denied(gettext("Only the link in the mail does this."))


def edit_or_by_link(actor: Actor, obj: Tracked) -> bool | Denied:
    """Whoever may edit here, and the person themselves, by the link in their mails."""
    return True if by_link(actor, obj) else edit(actor, obj)


def by_page(actor: Actor, obj: object) -> bool | Denied:
    """The person whose own share link's page was read, who has no account; or the system."""
    del obj
    if actor.is_system or (actor.user is None and actor.via == "page"):
        return True
    return Denied(gettext("Only reading the link's page does this."))
