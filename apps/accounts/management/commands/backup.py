"""`./manage.py backup FILE`: everything, in PostgreSQL's custom format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from apps.core import postgres

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Write the whole database into FILE, as of one moment; people may go on working meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        del args, options
        unfinished = file.with_name(f"{file.name}.unfinished")
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)  # it holds everything that people wrote
        try:
            postgres.run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={unfinished}")
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        unfinished.replace(file)
        self.stdout.write(f"{file}: {file.stat().st_size:,} bytes")
