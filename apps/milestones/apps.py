from django.apps import AppConfig


class MilestonesConfig(AppConfig):
    name = "apps.milestones"

    def ready(self) -> None:
        """Tell the roadmap how its items are grouped by and put into milestones, and what it can be compared with."""
        from apps.milestones import actions, queries  # noqa: PLC0415 - models are loaded only now
        from apps.roadmap.placing import PLACERS  # noqa: PLC0415
        from apps.roadmap.scene import NOTES  # noqa: PLC0415
        from apps.roadmap.scene.lanes import GROUPERS  # noqa: PLC0415

        GROUPERS["milestone"] = queries.grouped
        GROUPERS["release"] = queries.grouped_by_release
        PLACERS["milestone"] = actions.put
        NOTES["baselines"] = queries.baselines
