"""Taking back one's own change: all that it wrote goes back to what it was, or nothing does and the refusal says why.

The change stream holds what was there before. A model is taken back only where its app said so by `undoable`, with the
rule that is asked anew and a check of what the values must still fit.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from apps.core.actions import create_all, moment, note, note_of, refuse, remove_all, save_all
from apps.core.errors import Denied, Refused
from apps.core.models import Change, Tracked
from apps.core.stale import group_of
from apps.core.wording import NOTED, PHRASES, REASONS, change_words, field_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from apps.core.actions import Rule
    from apps.core.actors import Actor

type Values = dict[str, Any]
type Fields = dict[str, list[Any]]
type Check = Callable[[list[tuple[Any, Values]]], None]

UNDONE = "change.undone"
TAKEN_BACK = gettext_noop("Taken back.")  # the reason where none is given; the change itself had one where it needed one
REACH = timedelta(days=1)  # how far back the keys go; by its address any change of one's own is taken back
MOST = 300  # changes that are looked through for the next one to take back
_MADE, _REMOVED, _EDITED = "made", "removed", "edited"


@dataclass(frozen=True, slots=True)
class Way:
    """How a model is taken back: who may write it now, and what refuses values that no longer fit."""

    may: Rule
    check: Check


_WAYS: dict[str, Way] = {}


def undoable(kind: str, *, may: Rule) -> Callable[[Check], Check]:
    """Let changes of a model be taken back.

    The rule is asked once for each product. The function gets a list of (object, values that it is about to have: all
    of them where it is made anew, none where it is removed) and refuses what the rest no longer allows.
    """

    def decorate(check: Check) -> Check:
        _WAYS[kind] = Way(may, check)
        return check

    return decorate


def take_back(actor: Actor, change: Change) -> None:
    """Write what the change wrote as it was before; only inside an action's body."""
    if change.actor_id is None or change.actor_id != getattr(actor.user, "pk", None):
        raise Refused(gettext("Only who made a change takes it back; you can change it by hand."))
    entries = [entry for entry in change.entries() if entry[3]]
    if not entries or not can_be_taken_back(change):
        refuse(__all__=gettext("A change of this kind is not taken back; change it by hand."))
    later = _later(change, [pk for _, pk, _, _ in entries])
    plan = _Plan(actor, change, later)
    archivable = any(_way(fields) == _MADE and hasattr(_model(kind), "archived_at") for kind, _, _, fields in entries)
    for kind in dict.fromkeys(kind for kind, *_ in entries):
        plan.add(_model(kind), {pk: (text, fields) for each, pk, text, fields in entries if each == kind}, keep=archivable)
    plan.ask()
    plan.carry_out()
    _note_back(change)
    again = change.verb == UNDONE and not change.detail.get("again", False)
    noted = {name: said[::-1] for name, said in change.detail.items() if name in NOTED and isinstance(said, list)}
    note(_subject(change), **noted, undoes=change.seq, verb=change.detail.get("verb", change.verb), again=again)


def _note_back(change: Change) -> None:
    """Say of each other object what the change said of it beside its fields, the other way round."""
    noted: dict[str, dict[UUID, dict[str, list[Any]]]] = defaultdict(dict)
    for each in change.also:
        if detail := each.get("detail"):
            noted[each["type"]][UUID(each["id"])] = {name: pair[::-1] for name, pair in detail.items()}
    for kind, details in noted.items():
        for pk, obj in _model(kind)._base_manager.in_bulk(list(details)).items():
            note_of(obj, **details[pk])


def can_be_taken_back(change: Change) -> bool:
    """Say whether all that the change wrote is of a kind that can be taken back."""
    kinds = {kind for kind, _, _, fields in change.entries() if fields}
    return bool(kinds) and kinds <= _WAYS.keys()


def next_to_undo(actor: Actor, scope: UUID) -> Change | None:
    """Return the actor's newest change in a product that stands, of the last day; two queries at most."""
    return _stacks(actor, scope)[0]


def next_to_redo(actor: Actor, scope: UUID) -> Change | None:
    """Return the actor's newest undo that stands, unless something else was done since."""
    return _stacks(actor, scope)[1]


def _stacks(actor: Actor, scope: UUID) -> tuple[Change | None, Change | None]:
    mine = Change.objects.filter(scope=scope, actor_id=getattr(actor.user, "pk", None), at__gte=timezone.now() - REACH)
    gone: set[int] = set()
    redo = None
    for change in mine.order_by("-seq")[:MOST]:
        if change.verb == UNDONE:
            if change.seq not in gone:
                gone.add(change.detail["undoes"])
                redo = redo or (None if change.detail.get("again") else change)
        elif change.seq not in gone and can_be_taken_back(change):
            return change, redo if redo and redo.seq > change.seq else None
    return None, redo


def _later(change: Change, ids: Iterable[UUID]) -> list[Change]:
    rows = Change.objects.filter(workspace_id=change.workspace_id, touches__overlap=list(ids), seq__gt=change.seq)
    later = list(rows.order_by("seq"))
    gone: set[int] = set()
    for each in reversed(later):
        if each.verb == UNDONE and each.seq not in gone:
            gone.add(each.detail["undoes"])
    if change.seq in gone:
        refuse(__all__=gettext("This change is taken back already."))
    return later


def _model(kind: str) -> type[Tracked]:
    return cast("type[Tracked]", apps.get_model(kind))


def _way(fields: Fields) -> str:
    before, after = fields.get("product", [True, True])
    return _MADE if before is None else _REMOVED if after is None else _EDITED


def _subject(change: Change) -> Tracked | None:
    return _model(change.object_type)._base_manager.filter(pk=change.object_id).first()


class _Plan:
    """What is written to take a change back, collected by model and checked before anything is written."""

    def __init__(self, actor: Actor, change: Change, later: list[Change]) -> None:
        self.actor, self.change, self.later = actor, change, later
        self.saves: dict[type[Tracked], list[tuple[Tracked, Values]]] = defaultdict(list)
        self.makes: dict[type[Tracked], list[Tracked]] = defaultdict(list)
        self.removes: dict[type[Tracked], list[Tracked]] = defaultdict(list)
        self.pairs: dict[str, list[tuple[Tracked, Values]]] = defaultdict(list)  # the same by kind, as the checks want them

    def add(self, model: type[Tracked], entries: dict[UUID, tuple[str, Fields]], *, keep: bool) -> None:
        """Plan the way back of one model's objects; with `keep`, links of a new object stay with it in the archive."""
        there = model._base_manager.in_bulk(list(entries))
        for pk, (text, fields) in entries.items():
            way = _way(fields)
            if way == _REMOVED:
                self._make(model, pk, fields, exists=pk in there)
            elif pk not in there:
                refuse(__all__=gettext("%(name)s is no longer there.") % {"name": text})
            else:
                self._unchanged(there[pk], fields)
                self._plan(model, there[pk], fields, made=way == _MADE, keep=keep)

    def _plan(self, model: type[Tracked], obj: Tracked, fields: Fields, *, made: bool, keep: bool) -> None:
        if not made:
            self._save(obj, {name: _value(model, name, before) for name, (before, _) in fields.items()})
        elif hasattr(model, "archived_at"):
            self._save(obj, {"archived_at": moment()})
        elif not keep:
            self.removes[model].append(obj)
            self.pairs[obj._meta.label_lower].append((obj, {}))

    def _save(self, obj: Tracked, values: Values) -> None:
        if values.keys() & obj.untracked:
            refuse(__all__=gettext("The words are not kept in the history, so they cannot come back."))
        self.saves[type(obj)].append((obj, values))
        self.pairs[obj._meta.label_lower].append((obj, values))

    def _make(self, model: type[Tracked], pk: UUID, fields: Fields, *, exists: bool) -> None:
        if exists:
            refuse(__all__=gettext("What was removed is there again."))
        values = {model._meta.get_field(name).attname: _value(model, name, before) for name, (before, _) in fields.items()}  # type: ignore[union-attr]
        obj = cast("Any", model)(id=pk, workspace_id=self.change.workspace_id, created_at=moment(), **values)
        self.makes[model].append(obj)
        self.pairs[obj._meta.label_lower].append((obj, {f.name: f.value_from_object(obj) for f in obj._meta.concrete_fields}))

    def ask(self) -> None:
        """Ask the rules and the checks of all models before anything is written."""
        for kind, pairs in self.pairs.items():
            objects = [obj for obj, _ in pairs]
            prefetch_related_objects(objects, *_links(objects[0]))  # what they are called by
            for obj in {obj.change_scope(): obj for obj in objects}.values():
                _insist(_WAYS[kind].may(self.actor, obj))
            _WAYS[kind].check(pairs)

    def _unchanged(self, obj: Tracked, fields: Fields) -> None:
        """Refuse where a field, or one of its group, is no longer what the change left."""
        left: dict[str, Any] = {}
        last: dict[str, Change] = {}
        for change in self.later:
            for name, (before, _) in change.fields_of(obj.pk).items():
                left.setdefault(name, before)
                last[name] = change
        for name in dict.fromkeys(each for own in fields for each in group_of(obj, own)):
            field = cast("Any", obj._meta.get_field(name))
            now = field.value_from_object(obj)
            if name in last and now != _value(type(obj), name, left[name]):
                refuse(**{name: _since(obj, name, last[name])})

    def carry_out(self) -> None:
        for removed in self.removes.values():
            remove_all(removed)
        for pairs in self.saves.values():
            save_all(pairs)
        for made in self.makes.values():
            create_all(made)


def _links(obj: Tracked) -> list[str]:
    return [f.name for f in obj._meta.concrete_fields if isinstance(f, models.ForeignKey) and not f.null]


def _insist(verdict: bool | Denied, /) -> None:
    if not verdict:
        raise Refused(verdict.why if isinstance(verdict, Denied) else gettext("You may not do this here."))


def _since(obj: Tracked, name: str, change: Change) -> str:
    label = field_words(type(obj), name)
    words = next((each for each in change_words(change, obj.pk).fields if each.name == label), None)
    said = {"who": change.actor_name, "field": label, "name": obj, "now": words and words.after}
    if said["now"]:
        return gettext("%(who)s changed the %(field)s of %(name)s since; now it is %(now)s.") % said
    return gettext("%(who)s changed the %(field)s of %(name)s since.") % said


def _value(model: type[Tracked], name: str, value: Any) -> Any:
    """Return a value of the change stream as the field has it."""
    return cast("Any", model._meta.get_field(name)).to_python(value)


PHRASES[UNDONE] = "took back a change of"
REASONS.add(TAKEN_BACK)
