"""The order of a list: each row keeps a short text between its neighbours', so that a move writes one row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from fractional_indexing import generate_key_between, generate_n_keys_between

if TYPE_CHECKING:
    from django.db.models import QuerySet

LONGEST = 40  # characters; many moves to one spot make the texts grow, and a longer one is worth writing them all anew


def last(siblings: QuerySet[Any]) -> str:
    """Return the rank of a row after all of them."""
    return between(siblings, siblings.aggregate(rank=models.Max("rank"))["rank"], None)


def after(rank: str) -> str:
    """Return a rank after this one, for several rows that go to the end together."""
    return str(generate_key_between(rank, None))


def beside(siblings: QuerySet[Any], moved: models.Model, *, after: models.Model | None, before: models.Model | None) -> str:
    """Return the rank of a row right after or right before one of its siblings, as they stand in the database now."""
    others, anchor = siblings.exclude(pk=moved.pk), after or before
    rank = others.values_list("rank", flat=True).get(pk=getattr(anchor, "pk", None))
    if after:
        return between(siblings, rank, others.filter(rank__gt=rank).order_by("rank").values_list("rank", flat=True).first())
    return between(siblings, others.filter(rank__lt=rank).order_by("-rank").values_list("rank", flat=True).first(), rank)


def between(siblings: QuerySet[Any], low: str | None, high: str | None) -> str:
    """Return a rank between two that are neighbours; where it would be long, after giving all siblings short ones.

    Call it under the lock of the workspace, as an action holds it. Only the order counts, and that stays: fresh ranks are
    no edit, bump no version and are not told in the change stream.
    """
    found = str(generate_key_between(low, high))
    if len(found) <= LONGEST:
        return found
    fresh = _rewritten(siblings)
    return str(generate_key_between(fresh.get(low), fresh.get(high)))


def _rewritten(siblings: QuerySet[Any]) -> dict[str | None, str]:
    """Give all siblings short ranks in the same order and return {old rank: new rank}."""
    rows = list(siblings.order_by("rank").only("pk", "rank"))
    olds = [row.rank for row in rows]
    # Ranks are unique at every moment: first out of the way of the new ones, then to them. No key begins with a tilde.
    for prefix in ("~", ""):
        for row, rank in zip(rows, generate_n_keys_between(None, None, len(rows)), strict=True):
            row.rank = f"{prefix}{rank}"
        siblings.bulk_update(rows, ["rank"], batch_size=1_000)
    return {old: row.rank for old, row in zip(olds, rows, strict=True)}
