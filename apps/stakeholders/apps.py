from django.apps import AppConfig


class StakeholdersConfig(AppConfig):
    name = "apps.stakeholders"

    def ready(self) -> None:
        """Tell the roadmap which moment the word review means in its address."""
        from apps.roadmap.scene.compare import MOMENTS  # noqa: PLC0415 - models are loaded only now
        from apps.stakeholders import queries  # noqa: PLC0415

        MOMENTS["review"] = queries.last_reviewed
