"""What pages and endpoints read of milestones: slips from the change stream, and what stands in each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Case, Count, DecimalField, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from apps.core.lasting import lasting
from apps.core.models import Change
from apps.core.past import rewound
from apps.core.prepared import Prepared, prepared
from apps.core.prepared import ids as as_ids
from apps.milestones.models import Baseline, Kind, Milestone, MilestoneState, Placement
from apps.roadmap.models import Status
from apps.roadmap.past import since

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from apps.accounts.models import Workspace
    from apps.vision.models import Product


@dataclass(slots=True)
class Move:
    """One move of a date: from, to, when, by whom and why."""

    before: date | None
    after: date | None
    at: datetime
    by: str
    reason: str

    @property
    def days(self) -> int:
        """Days later, or (negative) earlier."""
        return (self.after - self.before).days if self.before and self.after else 0


@dataclass(slots=True)
class Slip:
    """A date now against the same date before: the first ever given, and each move since."""

    first: date
    moves: list[Move] = field(default_factory=list)

    @property
    def now(self) -> date | None:
        return self.moves[-1].after if self.moves else self.first

    @property
    def before(self) -> date | None:
        """The date before the last move."""
        return self.moves[-1].before if self.moves else None

    @property
    def days(self) -> int:
        """Days from the first date to now; negative is earlier."""
        return (self.now - self.first).days if self.now else 0

    @property
    def last(self) -> Move | None:
        return self.moves[-1] if self.moves else None


def slips(workspace_id: UUID, ids: list[UUID], name: str = "date", until: datetime | None = None) -> dict[UUID, Slip]:
    """Return the slip of the named date of each object, from the change stream, in one query.

    `name` is `date` for milestones and `end` for items; objects that never had a date are left out. `until` is the moment after
    which nothing counts.
    """
    found: dict[UUID, Slip] = {}
    wanted = set(ids)
    touching = [change for change in _touching[name].all(workspace_id, ids) if until is None or change.at <= until]
    moves = (
        (pk, fields[name], change)
        for change in touching
        for _, pk, _, fields in change.entries()
        if pk in wanted and name in fields
    )
    for object_id, pair, change in moves:
        at, by, reason = change.at, change.actor_name, change.reason
        before, after = (date.fromisoformat(value) if value else None for value in pair)
        if slip := found.get(object_id):
            slip.moves.append(Move(before, after, at, by, reason))
        elif before:
            found[object_id] = Slip(before, [Move(before, after, at, by, reason)])
        elif after:
            found[object_id] = Slip(after)
    return found


def _moving(name: str) -> Prepared[Change, Change]:
    def build(workspace_id: UUID, ids: list[UUID]) -> QuerySet[Change]:
        rows = Change.objects.filter(workspace_id=workspace_id, touches__overlap=as_ids(ids)).order_by("seq")
        return rows.filter(Q(fields__has_key=name) | Q(also__contains=[{"fields": {name: []}}]))

    return Prepared(build)


_touching = {name: _moving(name) for name in ("date", "end")}


def of_product(product: Product) -> QuerySet[Milestone]:
    """Return a product's milestones that are not archived, by date, the undated last."""
    rows: QuerySet[Milestone] = Milestone.objects.filter(product=product, archived_at=None).order_by(
        F("date").asc(nulls_last=True), "id"
    )
    return rows


_SHOWN = ("name", "date", "granularity", "commitment", "state", "archived_at")


def of_product_at(product: Product, at: datetime) -> list[Milestone]:
    """Return a product's milestones that had a date as they were at a moment, by date; two queries."""
    known = {each.pk: each for each in Milestone.objects.filter(product=product).select_related("product")}
    now = {pk: {name: getattr(each, name) for name in _SHOWN} for pk, each in known.items()}
    found = []
    for pk, then in rewound("milestones.milestone", now, since(product, at)).items():
        if pk in known and then["date"] and not then["archived_at"]:
            for name in _SHOWN:
                setattr(known[pk], name, then[name])
            known[pk].date = date.fromisoformat(str(then["date"]))
            found.append(known[pk])
    return sorted(found, key=lambda each: (each.date, each.pk))


def of_workspace(workspace: Workspace) -> QuerySet[Milestone]:
    """Return the milestones of all products that are not archived, by date, the undated last."""
    rows: QuerySet[Milestone] = Milestone.objects.filter(
        workspace=workspace, archived_at=None, product__archived_at=None
    ).order_by(F("date").asc(nulls_last=True), "id")
    return rows


def board(product: Product) -> list[dict[str, Any]]:
    """Return each milestone with what stands in it: `{"milestone", "slip", "items", "done", "late", "progress"}`.

    `progress` is the share of effort in shipped items, in percent; an item without effort counts 1.
    """
    effort = Coalesce(F("item__effort"), Decimal(1), output_field=DecimalField())
    shipped = Q(item__status=Status.SHIPPED)
    zero = Value(Decimal(0), DecimalField())
    live = Placement.objects.filter(product=product, item__archived_at=None).exclude(item__status=Status.DROPPED)
    counted = live.values("milestone").annotate(
        items=Count("pk"),
        done=Count("pk", filter=shipped),
        late=Count("pk", filter=~shipped & Q(item__end__gt=F("milestone__date"))),
        effort=Sum(effort),
        spent=Sum(Case(When(shipped, then=effort), default=zero)),
    )
    counts = {row["milestone"]: row for row in counted.order_by()}
    milestones = list(of_product(product))
    slipped = slips(product.workspace_id, [milestone.pk for milestone in milestones])
    nothing: dict[str, Any] = {"items": 0, "done": 0, "late": 0, "effort": 0, "spent": 0}
    return [
        {
            "milestone": milestone,
            "slip": slipped.get(milestone.pk),
            **{name: (row := counts.get(milestone.pk, nothing))[name] for name in ("items", "done", "late")},
            "progress": round(row["spent"] / row["effort"] * 100) if row["effort"] else 0,
        }
        for milestone in milestones
    ]


@prepared
def _planned(product: UUID) -> QuerySet[Milestone, UUID]:
    rows = Milestone.objects.filter(product_id=product, archived_at=None, state=MilestoneState.PLANNED)
    return rows.values_list("pk", flat=True)


def slipped(product: Product) -> int:
    """Return how many planned milestones are later than first said."""
    planned = _planned.all(product.pk)
    return sum(slip.days > 0 for slip in slips(product.workspace_id, planned).values())


def grouped(product: Product, ids: list[UUID], at: datetime | None, kind: str = "") -> list[tuple[str, str, set[UUID]]]:
    """Return the milestones in which the items are, and those still open, by date; of one kind where asked.

    Each is (id, name, ids of those items). Where a moment is named, only those in which items were then; milestones that were put
    away since are among them.
    """
    rows = {row["id"]: row for row in Placement.objects.filter(item__in=ids).values("id", "milestone", "item")}
    then = rewound("milestones.placement", rows, since(product, at)) if at else rows
    placed: dict[UUID, set[UUID]] = {}
    for row in then.values():
        placed.setdefault(UUID(str(row["milestone"])), set()).add(UUID(str(row["item"])))
    found = Milestone.objects.filter(product=product) if at else of_product(product)
    if kind:
        found = found.filter(kind=kind)
    return [
        (str(each.pk), each.name, placed.get(each.pk, set()))
        for each in found
        if each.pk in placed or (not at and each.state == MilestoneState.PLANNED)
    ]


def grouped_by_release(product: Product, ids: list[UUID], at: datetime | None) -> list[tuple[str, str, set[UUID]]]:
    """Return the releases in which the items are, and those still open, as `grouped` does."""
    return grouped(product, ids, at, Kind.RELEASE)


def put_away(product: Product) -> list[Baseline]:
    """Return the baselines of a product that were put away, the last one first; one query."""
    return list(Baseline.objects.filter(product=product, archived_at__isnull=False).order_by("-archived_at"))


def baselines(product: Product) -> list[Baseline]:
    """Return the moments that were kept of a roadmap, the newest first; read once until another is kept."""
    found = Baseline.objects.filter(product=product, archived_at=None).select_related("by")
    return lasting(product.workspace, ("milestones.baseline", "accounts."), ("baselines", product.pk), lambda: list(found))
