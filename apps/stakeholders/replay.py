"""History is played through the actions, each edit by who made it and at its own time.

The file has one edit a line, oldest first: `ts` (seconds since 1970, UTC), `by`, `item` and `op`: `create` with the
item's columns in `to`, `set` with a `field` and its value in `to`, `delete`. What one person set on one item at one
moment is one edit of the item. Its columns are then read by the same mapping as an imported row, so that replaying all
of it ends where importing its last state would.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

import orjson
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from apps.core.actors import Actor
from apps.core.errors import Refused
from apps.core.models import Change
from apps.roadmap.actions import archive_item
from apps.stakeholders.imports.followers import attend, settle
from apps.stakeholders.imports.links import link, unlink
from apps.stakeholders.imports.placing import place_wanted_item
from apps.stakeholders.imports.reading import Problem, Wanted, read_row
from apps.stakeholders.imports.room import Room
from apps.stakeholders.imports.tables import Unreadable, cell_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from apps.accounts.models import User
    from apps.stakeholders.imports.mapping import Mapping
    from apps.vision.models import Product

BATCH = 200  # edits in one transaction, or more where they share a moment
_OPS = {"create", "set", "delete"}


@dataclass(frozen=True, slots=True)
class Edit:
    """One line of the history."""

    at: datetime
    by: str
    item: str
    op: str
    name: str
    to: Any


@dataclass(slots=True)
class Played:
    """What a replay did: lines played, and those left out because they were played before; what had no place."""

    lines: int = 0
    before: int = 0
    problems: list[Problem] = field(default_factory=list)


def read_history(lines: Iterable[bytes | str]) -> Iterator[Edit]:
    """Return the edits; `Unreadable` names the line that is none, or that is out of order."""
    last: datetime | None = None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        edit = _edit(number, line)
        if last and edit.at < last:
            raise Unreadable(
                gettext("Line %(number)s is older than the one before; sort the history by ts.") % {"number": number}
            )
        last = edit.at
        yield edit


def replay(user: User, product: Product, edits: Iterable[Edit], mapping: Mapping, *, until: datetime | None = None) -> Played:
    """Play the edits made before `until`, and of these only what is newer than what was played before.

    A second call goes on where the first ended, also after a failure: edits of one moment are played together.
    """
    since = _played_until(product)
    player = _Player(user, Room(product), mapping)
    batch: list[Edit] = []
    for at, together in groupby(edits, key=lambda edit: edit.at):
        if until and at >= until:
            break
        if since and at <= since:
            player.remember(together)
            continue
        batch += together
        if len(batch) >= BATCH:
            player.play(batch)
            batch = []
    player.play(batch)
    return player.played


def _edit(number: int, line: bytes | str) -> Edit:
    try:
        value = orjson.loads(line)
        at = datetime.fromtimestamp(value["ts"], UTC)
        edit = Edit(at, str(value["by"]), str(value["item"]), value["op"], str(value.get("field", "")), value.get("to"))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        said = {"number": number, "error": error}
        raise Unreadable(gettext("Line %(number)s is not an edit with ts, by, item and op: %(error)s.") % said) from error
    if edit.op not in _OPS or (edit.op == "create" and not isinstance(edit.to, dict)):
        op = {"number": number, "op": repr(edit.op)}
        raise Unreadable(gettext("Line %(number)s has the op %(op)s; it is create (with an object in to), set or delete.") % op)
    return edit


def _played_until(product: Product) -> datetime | None:
    """Return the moment of the newest change of an item that came by import, or None."""
    played = Change.objects.filter(workspace_id=product.workspace_id, scope=product.pk, via="import", verb__startswith="item.")
    last: datetime | None = played.aggregate(at=Max("at"))["at"]
    return last


class _Player:
    """The replay under way: each item's columns as they are by now, and what their row wanted last."""

    def __init__(self, user: User, room: Room, mapping: Mapping) -> None:
        self.actor = Actor(user=user, name=str(user), via="import")
        self.room, self.mapping = room, mapping
        self.columns: dict[str, dict[str, Any]] = {}
        self.wanted: dict[str, Wanted] = {}
        self.awaited: dict[str, set[str]] = {}  # an item that is not there yet: those that name it
        self.touched: dict[str, datetime] = {}  # whose followers changed, and when last
        self.played = Played()

    def remember(self, edits: Iterable[Edit]) -> None:
        """Follow edits that were played before, without an action."""
        for edit in edits:
            self.played.before += 1
            self._fold(edit)
            if edit.op != "delete":
                self._note(edit, self._read(edit))

    def play(self, edits: list[Edit]) -> None:
        """Play edits in one transaction, and let the audiences follow at its end."""
        with transaction.atomic():
            for (at, by, _), lines in _together(edits):
                self.played.lines += len(lines)
                try:
                    with transaction.atomic():
                        self._play(lines, replace(self.actor, name=by, at=at))
                except (ValidationError, Refused) as error:
                    text = " ".join(getattr(error, "messages", [str(error)]))
                    self._complain([Problem(0, lines[0].name, lines[0].item, text, gettext("The edit was left out."))])
            if self.mapping.audiences:
                for name, at in sorted(self.touched.items()):
                    problem = settle(self.room, replace(self.actor, at=at), self.mapping.audiences, name)
                    self._complain([problem] if problem else [])
            self.touched.clear()

    def _fold(self, edit: Edit) -> None:
        if edit.op == "delete":
            self.columns.pop(edit.item, None)
        elif edit.op == "create":
            self.columns[edit.item] = dict(edit.to)
        else:
            self.columns.setdefault(edit.item, {})[edit.name] = edit.to

    def _read(self, edit: Edit) -> Wanted:
        return read_row(self.mapping, 0, as_row(self.mapping.external_id, edit.item, self.columns[edit.item]))

    def _play(self, lines: list[Edit], actor: Actor) -> None:
        for line in lines:
            self._fold(line)
        edit = lines[-1]
        if edit.op == "delete":
            self._delete(edit, actor)
            return
        wanted = self._read(edit)
        new = edit.item not in self.room.items
        place_wanted_item(self.room, actor, self.mapping, wanted, edit.at.date())
        self._relate(actor, wanted, self._note(edit, wanted))
        if new:
            for name in sorted(self.awaited.pop(edit.item, ())):
                link(self.room, actor, self.wanted[name], complain=False)
        self._attend(edit, wanted.audiences or ())
        told = {line.name for line in lines}
        self._complain(each for each in wanted.problems if lines[0].op == "create" or each.column in told)

    def _attend(self, edit: Edit, audiences: Collection[str]) -> None:
        for name in attend(self.room, self.room.items[edit.item], audiences):
            self.touched[name] = edit.at

    def _complain(self, problems: Iterable[Problem]) -> None:
        line = self.played.before + self.played.lines
        self.played.problems += [replace(each, row=line) for each in problems]

    def _note(self, edit: Edit, wanted: Wanted) -> Wanted | None:
        """Remember what the row wants now, and return what it wanted before."""
        before = self.wanted.get(edit.item)
        self.wanted[edit.item] = wanted
        for _, name, _, _ in wanted.relations:
            if name not in self.room.items:
                self.awaited.setdefault(name, set()).add(edit.item)
        return before

    def _relate(self, actor: Actor, wanted: Wanted, before: Wanted | None) -> None:
        now = {(kind, name) for kind, name, _, _ in wanted.relations}
        gone = {(kind, name) for kind, name, _, _ in before.relations} - now if before else set()
        unlink(self.room, actor, self.room.items[wanted.external_id], sorted(gone))
        link(self.room, actor, wanted, complain=False)

    def _delete(self, edit: Edit, actor: Actor) -> None:
        item = self.room.items.get(edit.item)
        if item is None or item.archived_at:
            return
        self._attend(edit, ())
        self.room.items[edit.item] = archive_item(actor, item)


def _together(edits: Iterable[Edit]) -> Iterator[tuple[tuple[datetime, str, str], list[Edit]]]:
    """Return the lines of each item, person and moment together, a deletion apart, in order of their first line."""
    found: dict[tuple[datetime, str, str, int], list[Edit]] = {}
    deletions = 0
    for edit in edits:
        found.setdefault((edit.at, edit.by, edit.item, deletions), []).append(edit)
        deletions += edit.op == "delete"
    for (at, by, item, _), lines in found.items():
        yield (at, by, item), lines


def as_row(external_id: str, item: str, columns: dict[str, Any]) -> dict[str, str]:
    """Return an item's columns as a row of text; an object's members become columns of their own."""
    row = {external_id: item}
    for name, value in columns.items():
        if isinstance(value, dict):
            row |= {member: cell_text(each) for member, each in value.items()}
        else:
            row[name] = cell_text(value)
    return row
