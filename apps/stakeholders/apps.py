from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StakeholdersConfig(AppConfig):
    name = "apps.stakeholders"

    def ready(self) -> None:
        """Tell the roadmap what review means in its address, how fresh it and its items are, and how somebody is told."""
        from apps.roadmap.columns import COLUMNS, Column  # noqa: PLC0415 - models are loaded only now
        from apps.roadmap.first import STEPS  # noqa: PLC0415
        from apps.roadmap.queries import ABOVE  # noqa: PLC0415
        from apps.roadmap.scene import NOTES  # noqa: PLC0415
        from apps.roadmap.scene.compare import MOMENTS  # noqa: PLC0415
        from apps.roadmap.scene.sheet import LOADERS  # noqa: PLC0415
        from apps.stakeholders import queries, staleness  # noqa: PLC0415

        STEPS["tell"] = queries.TELL
        MOMENTS["review"] = queries.last_reviewed
        COLUMNS["review"] = Column(_("Next review"), "review_due", past=False, width=116)
        LOADERS["review"] = staleness.said
        ABOVE["review_due"] = staleness.review_due
        NOTES["freshness"] = staleness.freshness
