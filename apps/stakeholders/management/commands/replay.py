"""`./manage.py replay PRODUCT FILE.jsonl`: plays a history of dated edits through the actions, each at its own time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

from apps.core.errors import Refused
from apps.stakeholders.imports.asking import member, named_product
from apps.stakeholders.imports.mapping import Mapping
from apps.stakeholders.imports.tables import Unreadable
from apps.stakeholders.replay import Played, read_history, replay

if TYPE_CHECKING:
    from datetime import datetime

    from django.core.management.base import CommandParser

MAPPING = Path(settings.BASE_DIR) / "docs" / "examples" / "kubernetes-items.json"


class Command(BaseCommand):
    help = "Play a history of dated edits through the actions; a second call goes on where the first ended."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("product", help="its address, or workspace/product")
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", type=Path, default=MAPPING, help="how columns and values are read")
        parser.add_argument("--until", default="", help="play only what was made before this moment")
        parser.add_argument("--workspace", default="", help="where several have a product of this address")
        parser.add_argument("--by", default="", help="the member whose rights count; the first owner otherwise")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            played = self._play(options)
        except (Unreadable, Refused) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read: {error.strerror}.") from error
        for each in played.problems:
            cell = f", {each.column} = {each.value}" if each.column else ""
            self.stdout.write(f"line {each.row}{cell}: {each.problem} {each.remedy}")
        earlier = f"; {played.before} were played before" if played.before else ""
        self.stdout.write(f"{played.lines} lines played{earlier}")

    def _play(self, options: dict[str, Any]) -> Played:
        until: datetime | None = parse_datetime(options["until"]) if options["until"] else None
        if options["until"] and (until is None or not is_aware(until)):
            raise Unreadable("--until is a moment with its zone, as 2023-01-01T00:00:00Z.")
        product = named_product(options["product"], options["workspace"])
        mapping = Mapping.parsed(options["mapping"].read_bytes())
        with options["file"].open("rb") as lines:
            return replay(member(product.workspace, options["by"]), product, read_history(lines), mapping, until=until)
