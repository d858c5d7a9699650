"""The roadmap of a whole workspace: the initiatives of each product, rolled up from what is in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from apps.roadmap import queries
from apps.roadmap.models import Item, ItemType, Status
from apps.roadmap.scene.rows import Row, row_of
from apps.vision.models import Goal, Product

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from apps.accounts.models import Workspace
    from apps.roadmap.address import Address
    from apps.roadmap.picture import Window


@dataclass(slots=True)
class Rolled:
    """An initiative with what its open and shipped items say together.

    `start` and `end` are its own timeframe, or the first and last day of what is in it; `progress` is percent by effort.
    """

    item: dict[str, Any]
    start: date | None
    end: date | None
    progress: int
    items: int
    done: int


@dataclass(slots=True)
class ProductLane:
    """A product's part of the picture: its initiatives, and how many items are in none."""

    product: Product
    rolled: list[Rolled]
    loose: int
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Portfolio:
    """All that the portfolio shows."""

    lanes: list[ProductLane]
    window: Window
    today: date
    today_x: float | None

    @property
    def earlier(self) -> date:
        """The first day of the window half a width before this one."""
        return self.window.shifted(-1)

    @property
    def later(self) -> date:
        """The first day of the window half a width after this one."""
        return self.window.shifted(1)


def rolled_up(workspace: Workspace) -> list[ProductLane]:
    """Return the products of a workspace by name, each with its initiatives in their order; two queries."""
    products = list(Product.objects.filter(workspace=workspace, archived_at=None).order_by("name"))
    found = Item.objects.filter(product__in=products, archived_at=None).exclude(status__in=queries.OFF)
    by_product: dict[UUID, list[dict[str, Any]]] = {product.pk: [] for product in products}
    for row in queries.rows(found).values("product_id", *queries.ROW, "goal_ids", "owner_name").order_by("rank"):
        by_product[row["product_id"]].append(row)
    return [_lane(product, by_product[product.pk]) for product in products]


def portfolio(workspace: Workspace, address: Address) -> Portfolio:
    """Arrange the picture in the address's window; four queries for any number of products and items."""
    today, lanes = timezone.localdate(), rolled_up(workspace)
    days = [day for lane in lanes for each in lane.rolled for day in (each.start, each.end) if day]
    window = address.window(workspace, today, (min(days), max(days)) if days else None)
    goals = {goal.pk: goal for goal in Goal.objects.filter(workspace=workspace, archived_at=None)}
    slips = queries.slips(workspace.pk, [each.item["id"] for lane in lanes for each in lane.rolled])
    for lane in lanes:
        lane.rows = [row_of(lane.product, _drawn(each), goals, slips.get(each.item["id"]), window) for each in lane.rolled]
    x = window.x(today)
    return Portfolio(lanes, window, today, x if 0 <= x <= 100 else None)


def _drawn(each: Rolled) -> dict[str, Any]:
    granularity = each.item["granularity"] or ("day" if each.start else "")
    goal = next(iter(each.item["goal_ids"]), None)
    placed = {"start": each.start, "end": each.end, "granularity": granularity, "progress": each.progress}
    return {**each.item, **placed, "goal_id": goal}


def _lane(product: Product, rows: list[dict[str, Any]]) -> ProductLane:
    inside: dict[UUID | None, list[dict[str, Any]]] = {}
    for row in rows:
        inside.setdefault(row["parent_id"], []).append(row)
    initiatives = [row for row in rows if row["type"] == ItemType.INITIATIVE]
    rolled = [_rolled(row, [each for each in _below(row["id"], inside) if each["id"] not in inside]) for row in initiatives]
    held = {each["id"] for row in initiatives for each in (row, *_below(row["id"], inside))}
    return ProductLane(product, rolled, sum(row["id"] not in held for row in rows))


def _below(pk: UUID, inside: dict[UUID | None, list[dict[str, Any]]]) -> Iterable[dict[str, Any]]:
    for row in inside.get(pk, ()):
        yield row
        yield from _below(row["id"], inside)


def _rolled(item: dict[str, Any], leaves: list[dict[str, Any]]) -> Rolled:
    """Roll an initiative up from the items at its ends; one without effort counts 1, one shipped is all done."""
    done = sum(row["status"] == Status.SHIPPED for row in leaves)
    weights = [(row["effort"] or Decimal(1), 100 if row["status"] == Status.SHIPPED else row["progress"]) for row in leaves]
    effort = sum(weight for weight, _ in weights)
    progress = round(sum(weight * share for weight, share in weights) / effort) if effort else item["progress"]
    start, end = item["start"], item["end"]
    if start is None:
        dated = [row for row in leaves if row["start"]]
        start = min((row["start"] for row in dated), default=None)
        end = max((row["end"] for row in dated), default=None)
    return Rolled(item, start, end, progress, len(leaves), done)
