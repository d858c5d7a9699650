"""The REST door of the roadmap."""

from apps.roadmap.api.comments import CommentResource
from apps.roadmap.api.overview import AlignmentResource, PortfolioResource
from apps.roadmap.api.planning import DependencyResource, ItemResource

routes = [
    ("items", ItemResource),
    ("dependencies", DependencyResource),
    ("comments", CommentResource),
    ("alignment", AlignmentResource),
    ("portfolio", PortfolioResource),
]
