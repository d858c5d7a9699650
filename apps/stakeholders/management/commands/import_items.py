"""`./manage.py import_items PRODUCT FILE --mapping FILE.json`: CSV, XLSX or JSON into a product."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

from apps.core.actors import Actor
from apps.core.errors import Refused
from apps.stakeholders.imports.asking import member, named_product
from apps.stakeholders.imports.mapping import Mapping
from apps.stakeholders.imports.running import read_table, run_import
from apps.stakeholders.imports.tables import Unreadable

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Import items or milestones from a CSV, XLSX or JSON file; a second run of the same file changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("product", help="its address, or workspace/product")
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", type=Path, required=True, help="how columns and values are read; see docs/examples")
        parser.add_argument("--dry-run", action="store_true", help="report the same, change nothing")
        parser.add_argument("--workspace", default="", help="where several have a product of this address")
        parser.add_argument("--by", default="", help="the member in whose name is written; the first owner otherwise")
        parser.add_argument("--reason", default="", help="why; a committed date moves only with a reason")
        parser.add_argument("--at", default="", help="the moment at which it counts as done, before a replay of history")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            report = self._report(options)
        except (Unreadable, Refused) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read: {error.strerror}.") from error
        self._print(report, as_json=options["json"])
        if report["refused"]:
            raise CommandError(f"{report['refused']} of {report['rows']} rows were refused; the others were imported.")

    def _report(self, options: dict[str, Any]) -> dict[str, Any]:
        product = named_product(options["product"], options["workspace"])
        person = member(product.workspace, options["by"])
        mapping = Mapping.parsed(options["mapping"].read_bytes())
        table = read_table(options["file"].suffix, options["file"].read_bytes())
        actor = Actor(user=person, name=str(person), via="import")
        if options["at"]:
            at = parse_datetime(options["at"])
            if at is None or not is_aware(at):
                raise Unreadable("--at is a moment with its zone, as 2020-01-01T00:00:00Z.")
            actor = replace(actor, at=at)
        reason: str = options["reason"]
        return run_import(actor, product, table, mapping, dry_run=options["dry_run"], reason=reason).as_json()

    def _print(self, report: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report))
            return
        for each in report["problems"]:
            where = f"row {each['row']}" if each["row"] else "file"
            cell = f", {each['column']}" + (f" = {each['value']}" if each["value"] else "") if each["column"] else ""
            self.stdout.write(f"{where}{cell}: {each['problem']} {each['remedy']}")
        counts = ", ".join(f"{report[name]} {name}" for name in ("created", "changed", "unchanged", "refused"))
        self.stdout.write(f"{report['rows']} rows: {counts}" + (" (dry run: nothing was kept)" if report["dry_run"] else ""))
