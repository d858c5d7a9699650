"""`./manage.py send_due [--now ISO-8601]`: all that beat has done, for cron and for trying."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.core.tasks import seen, tidy
from apps.stakeholders.tasks import send_due_at

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Plan and send the digests and reminders that are due, once."""

    help = "Plan and send the digests and reminders due now, or at the moment given, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--now", default="", help="the moment, as in 2026-11-23T09:00:00+01:00")

    def handle(self, *_args: Any, **options: Any) -> None:
        now = None
        if options["now"]:
            try:
                now = parse_datetime(options["now"])
            except ValueError:
                now = None
            if now is None:
                raise CommandError("--now is not a moment; write it as in 2026-11-23T09:00:00+01:00.")
            now = now if timezone.is_aware(now) else timezone.make_aware(now)
        self.stdout.write(f"{send_due_at(now)} planned")
        if now is None:
            tidy()
            seen("cron")
