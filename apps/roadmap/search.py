"""What can be found of a roadmap: items, by their name as in HAR-12 too, what people said about them, and decisions."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.search import Kind, searchable
from apps.roadmap.models import Comment, Decision, FormerNumber, Item, SavedView


def _page(row: dict[str, Any]) -> str:
    return reverse("roadmap:item", args=[row["ws"], row["place"], row["number"]])


def _comment_page(row: dict[str, Any]) -> str:
    return f"{_page(row)}#comment-{row['id']}"


def _decision_page(row: dict[str, Any]) -> str:
    return f"{reverse('roadmap:decisions', args=[row['ws'], row['place']])}#decision-{row['id']}"


def _named(text: str) -> Q | None:
    found = re.fullmatch(r"([A-Za-z][A-Za-z0-9]{1,9})-(\d{1,9})", text)
    if not found:
        return None
    key, number = found[1].upper(), int(found[2])
    former = FormerNumber.objects.filter(product__key=key, number=number)
    return Q(product__key=key, number=number) | Q(pk__in=former.values("item"))


searchable(
    Kind(
        name="item",
        plural=_("Items"),
        icon="square-kanban",
        model=Item,
        title="title",
        texts=("title", "description"),
        only=Q(archived_at=None),
        number="number",
        named=_named,
        page=_page,
    )
)
searchable(
    Kind(
        name="decision",
        plural=_("Decisions"),
        icon="gavel",
        model=Decision,
        title="question",
        texts=("question", "answer", "reason"),
        only=Q(archived_at=None),
        page=_decision_page,
    )
)
searchable(
    Kind(
        name="comment",
        plural=_("Comments"),
        icon="message-square",
        model=Comment,
        title="item__title",
        texts=("body",),
        by_title=False,
        only=Q(withdrawn_at=None, item__archived_at=None),
        number="item__number",
        page=_comment_page,
    )
)


def _view_page(row: dict[str, Any]) -> str:
    return reverse("roadmap:view", args=[row["ws"], row["place"], row["id"]])


searchable(
    Kind(
        name="view",
        plural=_("Views"),
        icon="bookmark",
        model=SavedView,
        title="name",
        texts=("name",),
        page=_view_page,
    )
)
