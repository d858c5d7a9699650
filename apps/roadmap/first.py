"""The first steps of a new product: what there is to do before its roadmap tells anybody anything, and what is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts import rules
from apps.accounts.models import Invitation, Membership
from apps.core.actions import action, note, save
from apps.core.wording import PHRASES
from apps.roadmap.models import Item
from apps.vision.models import Goal, Product, Vision

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Q
    from django_stubs_ext import StrOrPromise

    from apps.core.actors import Actor

NEW = timedelta(days=30)  # so long a product is new
_MINE = OuterRef("pk")


@dataclass(frozen=True, slots=True)
class Step:
    """A thing to do, where one does it, and whether it is done."""

    words: StrOrPromise
    url: str
    done: bool


@dataclass(frozen=True, slots=True)
class Way:
    """How a step is found: its words, whether a product (`OuterRef("pk")`) has done it, and the address of the page for it."""

    words: StrOrPromise
    done: Exists | Q
    url: Callable[[Product], str]


def _inside(name: str) -> Callable[[Product], str]:
    return lambda product: reverse(name, args=[product.workspace.slug, product.slug])


# In their order; an app above adds its own.
STEPS: dict[str, Way] = {
    "vision": Way(
        _("Write the vision"), Exists(Vision.objects.filter(product=_MINE, current__isnull=False)), _inside("vision:propose")
    ),
    "goals": Way(_("Add goals"), Exists(Goal.objects.filter(product=_MINE, archived_at=None)), _inside("vision:page")),
    "items": Way(_("Add items"), Exists(Item.objects.filter(product=_MINE, archived_at=None)), _inside("roadmap:new")),
    "invite": Way(
        _("Invite somebody"),
        Exists(Invitation.objects.filter(workspace=OuterRef("workspace"), revoked_at=None))
        | Exists(Membership.objects.filter(workspace=OuterRef("workspace"))[1:2]),
        lambda product: reverse("accounts:settings", args=[product.workspace.slug]),
    ),
}


@action("membership.steps_hidden", may=rules.own_membership)
def hide_steps(actor: Actor, membership: Membership, *, product: Product) -> Membership:
    """Show this person the first steps of a product no more."""
    del actor
    note(product)
    return save(membership, steps_hidden=sorted({*membership.steps_hidden, product.pk}))


def first_steps(product: Product) -> list[Step]:
    """Return the steps of a new product, done and to do; none where all are done or it is not new. One query at most."""
    if timezone.now() - product.created_at > NEW:
        return []
    found: Any = Product.objects.filter(pk=product.pk).annotate(**{f"did_{name}": way.done for name, way in STEPS.items()}).get()
    steps = [Step(way.words, way.url(product), getattr(found, f"did_{name}")) for name, way in STEPS.items()]
    return [] if all(step.done for step in steps) else steps


PHRASES["membership.steps_hidden"] = "hid the first steps of"
