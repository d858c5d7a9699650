"""What pages and endpoints read of the people who are told, and of reviews."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, Max, OuterRef, Q, StringAgg, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Workspace
from apps.core.prepared import prepared
from apps.roadmap.first import Way
from apps.roadmap.models import Dependency, DependencyKind, Status
from apps.stakeholders.models import Audience, AudienceMember, Review, ReviewState, ShareLink, Stakeholder, Told

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from apps.roadmap.models import Item
    from apps.vision.models import Product

# The step of a new product that leads out of the workspace.
TELL = Way(
    _("Tell somebody"),
    Exists(AudienceMember.objects.filter(product=OuterRef("pk"))) | Exists(ShareLink.objects.filter(product=OuterRef("pk"))),
    lambda product: reverse("stakeholders:new_audience", args=[product.workspace.slug, product.slug]),
)


def people(workspace: Workspace) -> list[Stakeholder]:
    """Return everybody who is told, with `audience_names` and `last_told`, in one query."""
    last = Told.objects.filter(stakeholder=OuterRef("pk"), confirmed_at__isnull=False).order_by("-at").values("at")[:1]
    rows = Stakeholder.objects.filter(workspace=workspace, archived_at=None).annotate(
        audience_names=StringAgg("audiences__audience__name", Value(", "), order_by="audiences__audience__name"),
        last_told=Subquery(last),
    )
    return list(rows.order_by("name", "id"))


def unreachable(workspace: Workspace) -> list[Stakeholder]:
    """Return whom no mail reaches any more, the newest first, in one query."""
    found = Stakeholder.objects.filter(workspace=workspace, archived_at=None, unreachable_at__isnull=False)
    return list(found.order_by("-unreachable_at", "name"))


def audiences(workspace: Workspace) -> list[Audience]:
    """Return the audiences, each with how many `people` are in it, in one query."""
    rows = Audience.objects.filter(workspace=workspace, archived_at=None).select_related("product")
    return list(rows.annotate(people=Count("members")).order_by("product__name", "name"))


def open_blocks(item: Item) -> dict[str, list[Item]]:
    """Return the open items that this one `waits_for` and those that it `holds_up`, in one query."""
    done = (Status.SHIPPED, Status.DROPPED)
    rows = Dependency.objects.filter(Q(item=item) | Q(other=item), kind=DependencyKind.BLOCKS).select_related("item", "other")
    found: dict[str, list[Item]] = {"waits_for": [], "holds_up": []}
    for each in rows:
        name, other = ("holds_up", each.other) if each.item_id == item.pk else ("waits_for", each.item)
        if other.status not in done and other.archived_at is None:
            found[name].append(other)
    return found


def reviewed_at(products: Iterable[UUID]) -> dict[UUID, datetime]:
    """Return when each of these products was last reviewed, if it ever was; in one query."""
    held = Review.objects.filter(product__in=products, state=ReviewState.HELD, held_at__isnull=False)
    return {pk: at for pk, at in held.order_by().values_list("product").annotate(at=Max("held_at")) if at}


def reviewed_before(moment: datetime) -> Subquery:
    """Return, beside a row with a product, when the roadmap of this was last reviewed until that moment."""
    held = Review.objects.filter(product=OuterRef("product"), state=ReviewState.HELD, held_at__lte=moment)
    return Subquery(held.order_by("-held_at").values("held_at")[:1])


def last_reviewed(product: Product) -> datetime | None:
    """Return when a roadmap was last reviewed, or None."""
    return reviewed_at([product.pk]).get(product.pk)


@prepared
def _marks(workspace: UUID) -> QuerySet[Workspace, tuple[int, date | None]]:
    people = Stakeholder.objects.filter(workspace=OuterRef("pk"), archived_at=None).order_by().values("workspace")
    due = Review.objects.filter(workspace=OuterRef("pk"), state=ReviewState.PLANNED).order_by("due_on").values("due_on")
    told = Coalesce(Subquery(people.annotate(n=Count("pk")).values("n")), 0)
    return Workspace.objects.filter(pk=workspace).order_by().values_list(told, Subquery(due[:1]))


def marks(workspace: Workspace, today: date) -> dict[str, str]:
    """Return the short texts beside the rooms in the nav: how many are told, when the next review is due."""
    told, due = _marks.first(workspace.pk) or (0, None)
    return {"stakeholders": str(told or ""), "reviews": _due(due, today) if due else ""}


def _due(day: date, today: date) -> str:
    if day < today:
        return gettext("overdue")
    if day - today < timedelta(days=7):
        return gettext("due %(day)s") % {"day": date_format(day, "D")}
    return date_format(day, gettext("j M"))


def members(audience: Audience) -> QuerySet[AudienceMember]:
    """Return who belongs to an audience, by name."""
    found: QuerySet[AudienceMember] = AudienceMember.objects.filter(audience=audience, stakeholder__archived_at=None)
    return found.select_related("stakeholder").order_by("stakeholder__name", "id")
