"""`./manage.py restore FILE`: a backup into an empty database, with mail held back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from apps.accounts import actions
from apps.accounts.models import Workspace
from apps.core import outbox, postgres
from apps.core.actors import Actor

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Read a backup into the empty database. What was not mailed yet waits until an owner lets it go out."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        del args, options
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        if connection.introspection.table_names():
            raise CommandError("The database is not empty; give an empty one in DATABASE_URL (or a new folder with DATA=).")
        connection.close()
        postgres.run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(file))
        call_command("migrate", verbosity=0)
        cancelled = outbox.cancel_unowned("Restored from a backup.")
        held = Workspace.objects.order_by("pk")
        for workspace in held:
            actions.hold_mail(Actor.system("Restore"), workspace, reason=f"Restored from {file.name}.")
        self.stdout.write(
            f"Restored {len(held)} workspaces from {file}. Their mail is paused: check what waits, then let it go out in each"
            f" workspace's settings. {cancelled} waiting account mails were cancelled."
        )
