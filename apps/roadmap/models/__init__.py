"""The what and when: items, what they serve, what they wait for, and what people say about them."""

from apps.roadmap.models.discussion import (
    Comment,
    Decision,
    Follow,
    Mention,
)
from apps.roadmap.models.items import (
    Contribution,
    Dependency,
    DependencyKind,
    FormerNumber,
    Granularity,
    Health,
    Horizon,
    Item,
    ItemType,
    Status,
)
from apps.roadmap.models.scores import (
    Method,
    Score,
    Scorecard,
)
from apps.roadmap.models.views import (
    ColumnLimit,
    DefaultView,
    SavedView,
    SavedViews,
)

__all__ = [
    "ColumnLimit",
    "Comment",
    "Contribution",
    "Decision",
    "DefaultView",
    "Dependency",
    "DependencyKind",
    "Follow",
    "FormerNumber",
    "Granularity",
    "Health",
    "Horizon",
    "Item",
    "ItemType",
    "Mention",
    "Method",
    "SavedView",
    "SavedViews",
    "Score",
    "Scorecard",
    "Status",
]
