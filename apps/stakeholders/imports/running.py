"""A whole file is imported: in batches, reported row by row, and a second time without effect."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import batched
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from apps.core.actions import allowed
from apps.core.errors import Denied, Refused
from apps.stakeholders.imports.followers import follow
from apps.stakeholders.imports.links import link, set_parent
from apps.stakeholders.imports.placing import Outcome, place_wanted_item, place_wanted_milestone
from apps.stakeholders.imports.reading import Problem, Wanted, read_row
from apps.stakeholders.imports.room import Room
from apps.stakeholders.imports.tables import Table, Unreadable, read_csv, read_json
from apps.stakeholders.imports.workbooks import read_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps.core.actors import Actor
    from apps.stakeholders.imports.mapping import Mapping
    from apps.vision.models import Product

BATCH = 200  # rows in one transaction
READERS: dict[str, Callable[[bytes], Table]] = {
    "csv": read_csv,
    "tsv": read_csv,
    "txt": read_csv,
    "xlsx": read_xlsx,
    "json": read_json,
}


@dataclass(slots=True)
class Report:
    """What an import did: the outcome of each row by its number, and each cell or row that has no place."""

    dry_run: bool
    rows: int = 0
    outcomes: dict[int, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def count(self, outcome: str) -> int:
        return sum(1 for each in self.outcomes.values() if each == outcome)

    def as_json(self) -> dict[str, Any]:
        """Return the report as the REST door and the command give it."""
        counts = {outcome: self.count(outcome) for outcome in ("created", "changed", "unchanged", "refused")}
        problems = sorted(self.problems, key=lambda each: each.row)
        return {"dry_run": self.dry_run, "rows": self.rows, **counts, "problems": [each.as_json() for each in problems]}


def read_table(kind: str, data: bytes) -> Table:
    """Return the table of a file of this kind: csv, xlsx or json."""
    reader = READERS.get(kind.casefold().lstrip("."))
    if reader is None:
        raise Unreadable(gettext("A file of the kind %(value)s is not imported; use csv, xlsx or json.") % {"value": repr(kind)})
    return reader(data)


def run_import(
    actor: Actor, product: Product, table: Table, mapping: Mapping, *, dry_run: bool = False, reason: str = ""
) -> Report:
    """Import the table into the product and return the report; a dry run reports the same and leaves nothing behind.

    A row is placed as a whole or refused as a whole; rows are written in transactions of 200. The reason is given
    for every change of what is there already: a committed date moves only with one.
    """
    verb = "item.created" if mapping.imports == "items" else "milestone.created"
    if not (verdict := allowed(verb, actor, product)):
        raise Refused(verdict.why if isinstance(verdict, Denied) else gettext("You may not import here."))
    report = Report(dry_run, len(table.rows))
    for column in mapping.check_columns(table.columns):
        remedy = gettext("Name it in the mapping, or under ignore.")
        report.problems.append(Problem(0, column, "", gettext("The mapping does not read this column."), remedy))
    if not dry_run:
        _Run(actor, Room(product, reason), mapping, report).all(table)
        return report
    with transaction.atomic():
        _Run(actor, Room(product, reason), mapping, report).all(table)
        transaction.set_rollback(True)
    return report


class _Run:
    """One import under way."""

    def __init__(self, actor: Actor, room: Room, mapping: Mapping, report: Report) -> None:
        self.actor, self.room, self.mapping, self.report = actor, room, mapping, report
        self.today = (actor.at or timezone.now()).date()
        self.seen: dict[str, int] = {}

    def all(self, table: Table) -> None:
        """Place all rows, then what they say of each other, then who follows them."""
        placed: list[Wanted] = []
        for rows in batched(table, BATCH, strict=False):
            with transaction.atomic():
                placed += [wanted for number, row in rows if (wanted := self._row(number, row))]
        for rows_placed in batched(placed, BATCH, strict=False):
            with transaction.atomic():
                for wanted in rows_placed:
                    self._relations(wanted)
        if self.mapping.audiences:
            with transaction.atomic():
                self.report.problems += follow(self.room, self.actor, self.mapping.audiences, placed)
        for wanted in placed:
            self.report.problems += wanted.problems

    def _row(self, number: int, row: dict[str, str]) -> Wanted | None:
        wanted = read_row(self.mapping, number, row)
        if wanted.external_id in self.seen:
            wrong = gettext("Row %(number)s has this id too.") % {"number": self.seen[wanted.external_id]}
            wanted.complain(self.mapping.external_id, wanted.external_id, wrong, gettext("Give each row an id of its own."))
            self._refused(wanted)
            return None
        if wanted.external_id:
            self.seen[wanted.external_id] = number
        place = place_wanted_item if self.mapping.imports == "items" else place_wanted_milestone
        try:
            with transaction.atomic():
                outcome: Outcome = place(self.room, self.actor, self.mapping, wanted, self.today)
        except (ValidationError, Refused) as error:
            _complain(wanted, error)
            self.room.read_goals()  # one made for this row went with it
            self._refused(wanted)
            return None
        self.report.outcomes[number] = outcome
        return wanted

    def _refused(self, wanted: Wanted) -> None:
        self.report.outcomes[wanted.row] = "refused"
        self.report.problems += wanted.problems

    def _relations(self, wanted: Wanted) -> None:
        if not (wanted.parent or wanted.relations):
            return
        try:
            with transaction.atomic():
                moved = set_parent(self.room, self.actor, self.mapping.parent, wanted)
                moved = link(self.room, self.actor, wanted) or moved
        except (ValidationError, Refused) as error:
            _complain(wanted, error)
            return
        if moved and self.report.outcomes[wanted.row] == "unchanged":
            self.report.outcomes[wanted.row] = "changed"


def _complain(wanted: Wanted, error: ValidationError | Refused) -> None:
    """Turn a refusal by an action into the row's problems, field by field."""
    if isinstance(error, Refused) or not hasattr(error, "error_dict"):
        wanted.complain("", "", " ".join(getattr(error, "messages", [str(error)])), gettext("See the message."))
        return
    for name, messages in error.message_dict.items():
        value = wanted.fields.get(name, "")
        wanted.complain(
            "" if name == "__all__" else name,
            str(value or "")[:200],
            " ".join(messages),
            gettext("Correct the cell and import again."),
        )
