from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from apps.core.provider import way_out


class CoreConfig(AppConfig):
    name = "apps.core"

    def ready(self) -> None:
        way_out()  # a provider of mail that cannot be used is found out now
        # Actions register themselves by being imported; reactions listen to them; tasks know how mails are rendered;
        # kinds of things can be found.
        autodiscover_modules(
            "actions",
            "bulk",
            "following",
            "limits",
            "nesting",
            "rating",
            "saved",
            "transfer",
            "undoing",
            "reactions",
            "tasks",
            "search",
        )
