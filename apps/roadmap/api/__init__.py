"""The REST door of the roadmap."""

from apps.roadmap.api.comments import CommentResource
from apps.roadmap.api.decisions import DecisionResource
from apps.roadmap.api.followers import FollowerResource
from apps.roadmap.api.limits import ColumnLimitResource
from apps.roadmap.api.overview import AlignmentResource, PortfolioResource
from apps.roadmap.api.planning import DependencyResource, ItemResource
from apps.roadmap.api.scoring import ScorecardResource, ScoreResource
from apps.roadmap.api.views import ViewResource

routes = [
    ("items", ItemResource),
    ("dependencies", DependencyResource),
    ("column-limits", ColumnLimitResource),
    ("comments", CommentResource),
    ("followers", FollowerResource),
    ("views", ViewResource),
    ("scorecards", ScorecardResource),
    ("scores", ScoreResource),
    ("decisions", DecisionResource),
    ("alignment", AlignmentResource),
    ("portfolio", PortfolioResource),
]
