"""`./manage.py seed_demo`: makes the demo once; refused outside of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.stakeholders.demo.people import PASSWORD, PEOPLE
from apps.stakeholders.demo.seeding import seed


class Command(BaseCommand):
    help = "Make the demo's workspace with half a year of history, unless it is there."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo has known passwords; it is made by `make demo` only.")
        made = seed()
        if made is None:
            self.stdout.write("The demo is there already; nothing was changed.")
            return
        self.stdout.write(f"Made {made.name}; sign in as {', '.join(p.email for p in PEOPLE[:5])} with {PASSWORD}.")
