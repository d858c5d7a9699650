"""`manage.py verify_takeaway FILE`: say whether a file is exactly as this instance made it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from apps.stakeholders.takeaway import verify

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Say whether a file that was taken away is exactly as this instance made it; ends with 1 where it is not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            verdict = verify(options["file"].read_bytes())
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        if not verdict.genuine:
            raise CommandError(f"Not genuine. {verdict.why}")
        self.stdout.write(f"Genuine. {verdict.about}.")
