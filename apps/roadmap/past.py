"""A roadmap as it was at a moment, from the stream of changes; what moved to another product since is where it was then."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q

from apps.accounts.models import User
from apps.core.models import Change
from apps.core.past import rewound
from apps.roadmap.models import Contribution, Dependency, FormerNumber, Item, Score
from apps.roadmap.queries import OFF, ROW, WHOLE, aligned
from apps.vision.models import Goal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from apps.roadmap.models import Scorecard
    from apps.vision.models import Product


def strayed(product_id: UUID) -> QuerySet[FormerNumber, Any]:
    """Return the ids of the items that left a product, or that came to it from another."""
    rows = FormerNumber.objects.filter(Q(product=product_id) | Q(item__product=product_id))
    return rows.order_by().values_list("item", flat=True)


def ever_in(products: Iterable[UUID], item: str = "pk") -> Q:
    """Return what keeps the rows of which the item, called so there, is or was in one of the products."""
    left = FormerNumber.objects.filter(product__in=products).values("item")
    return Q(product__in=products) | Q(**{f"{item}__in": left})


def since(product: Product, at: datetime) -> list[Change]:
    """Return what happened after a moment in a product, or to items that left it or came to it, newest first."""
    about = Q(scope=product.pk) | Q(touches__overlap=ArraySubquery(strayed(product.pk)))
    return list(Change.objects.filter(about, workspace_id=product.workspace_id, at__gt=at).order_by("-seq"))


_KEPT = (*(name for name in ROW if not name.endswith("_id")), "parent", "owner", "product", "archived_at", "description", "rank")


def rows_at(product: Product, at: datetime) -> list[dict[str, Any]]:
    """Return the rows of a roadmap as they were at a moment, in its order then, as `rows` does; five queries."""
    changes = since(product, at)
    now = {row["id"]: row for row in Item.objects.filter(ever_in([product.pk])).values(*_KEPT)}
    goals = {goal.pk: goal.rank for goal in Goal.objects.filter(product=product)}
    links = Contribution.objects.filter(ever_in([product.pk], "item"))
    served: dict[UUID, list[tuple[int, str, UUID]]] = {}
    for item, goal, share in _links_then(links, changes):
        served.setdefault(item, []).append((-share, goals.get(goal, ""), goal))
    names = dict(User.objects.filter(memberships__workspace=product.workspace_id).values_list("pk", "name"))
    then = [row for row in rewound("roadmap.item", now, changes).values() if _was_in(product, row) and not row["archived_at"]]
    return sorted((_typed(row, served, names) for row in then), key=lambda row: str(row["rank"]))


def _was_in(product: Product, row: dict[str, Any]) -> bool:
    return bool(_uuid(row.pop("product")) == product.pk)


def _links_then(links: QuerySet[Contribution], changes: Iterable[Change]) -> list[tuple[UUID, UUID, int]]:
    """Return which items served which goals before the changes, as (item, goal, share)."""
    now = {row["id"]: row for row in links.values("id", "item", "goal", "share")}
    then = rewound("roadmap.contribution", now, changes).values()
    return [(_uuid(row["item"]), _uuid(row["goal"]), row["share"]) for row in then]


def served_then(items: Iterable[UUID], changes: Iterable[Change]) -> dict[UUID, list[tuple[int, UUID]]]:
    """Return the goals that items served before the changes, by item as (share, goal), the main one first; one query."""
    served: dict[UUID, list[tuple[int, UUID]]] = {}
    for item, goal, share in _links_then(Contribution.objects.filter(item__in=list(items)), changes):
        served.setdefault(item, []).append((share, goal))
    return {item: sorted(found, key=lambda each: (-each[0], each[1])) for item, found in served.items()}


def _typed(row: dict[str, Any], served: dict[UUID, list[tuple[int, str, UUID]]], names: dict[UUID, str]) -> dict[str, Any]:
    """Return a row with values of their types, and with its goals and its owner's name."""
    ranked = sorted(served.get(row["id"], []))
    goals, first = [goal for _, _, goal in ranked], next(iter(ranked), None)
    owner = _uuid(row.pop("owner"))
    days = {name: date.fromisoformat(row[name]) if isinstance(row[name], str) else row[name] for name in _DAYS}
    effort = Decimal(row["effort"]) if row["effort"] is not None else None
    return {
        **row, **days, "effort": effort, "parent_id": _uuid(row.pop("parent")), "owner_id": owner, "goal_ids": goals,
        "shares": {goal: -share for share, _, goal in ranked},
        "owner_name": names.get(owner), "goal_id": goals[0] if goals else None, "comments_made": 0,
        "goal_rank": first[1] if first else None,
    }  # fmt: skip


_DAYS = ("start", "end", "shipped_on")


def _uuid(value: Any) -> Any:
    return UUID(value) if isinstance(value, str) and value else value or None


def dependencies_at(product: Product, at: datetime) -> list[tuple[UUID, UUID, str, UUID]]:
    """Return the dependencies of a product as they were at a moment, as (item, other, kind, its own id)."""
    links = Dependency.objects.filter(ever_in([product.pk], "item"))
    now = {row["id"]: row for row in links.values("id", "item", "other", "kind", "product")}
    then = rewound("roadmap.dependency", now, since(product, at)).values()
    return [(_uuid(row["item"]), _uuid(row["other"]), row["kind"], _uuid(row["id"])) for row in then if _was_in(product, row)]


def goals_at(product: Product, at: datetime) -> list[Goal]:
    """Return the goals of a product as they were called and ordered at a moment, those given up since among them; two queries."""
    now = {row["id"]: row for row in Goal.objects.filter(product=product).values()}
    then = rewound("vision.goal", now, since(product, at)).values()
    return sorted((Goal(**row) for row in then if not row["archived_at"]), key=lambda goal: goal.rank)


def effort_of(rows: Iterable[dict[str, Any]], goals: list[Goal]) -> tuple[dict[UUID, dict[str, Any]], int]:
    """Return how the effort of rows of the past was spread over the goals of then, and how many of them served none.

    Each goal is as `queries.alignment` has it, which counts the present in the same way.
    """
    spent, served, total, loose = Counter[UUID](), Counter[UUID](), Decimal(0), 0
    for row in rows:
        if row["status"] in OFF:
            continue
        effort = Decimal(1) if row["effort"] is None else row["effort"]
        shares = {goal.pk: row["shares"][goal.pk] for goal in goals if goal.pk in row["shares"]}
        whole = max(sum(shares.values()), WHOLE)
        for goal, share in shares.items():
            spent[goal] += effort * share / whole
        served.update(shares.keys())
        total += effort
        loose += not row["shares"]
    return {goal.pk: aligned(goal, Decimal(spent[goal.pk]), served[goal.pk], total) for goal in goals}, loose


def scored_at(product: Product, rows: list[dict[str, Any]], scorecard: Scorecard | None, at: datetime) -> None:
    """Add to rows of the past how each was rated then; two queries."""
    now = {
        row["id"]: row for row in Score.objects.filter(scorecard=scorecard).values("id", "item", "scorecard", "ratings", "number")
    }
    then = rewound("roadmap.score", now, since(product, at)).values() if scorecard else ()
    rated = {_uuid(row["item"]): row for row in then if scorecard and _uuid(row["scorecard"]) == scorecard.pk}
    for row in rows:
        score: dict[str, Any] = rated.get(row["id"], {})
        number = score.get("number")
        known = {"score": None if number is None else Decimal(number), "ratings": score.get("ratings")}
        row |= {**known, "score_version": None}
