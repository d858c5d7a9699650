"""The one shape of a write.

An action is a function `body(actor, target, *, ...)` under `@action(verb, may=rule)`. The decorator opens a
transaction, takes the workspace row (one writer per workspace: one order, no lost update), re-reads the
target, asks the rule, runs the body, records one Change, runs the reactions and, on commit, wakes the
live streams. Inside a body nothing writes but `create`, `save` and `remove`.
"""

from __future__ import annotations

import functools
import inspect
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Never, Protocol, cast
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext

from apps.core import live, rows
from apps.core.cleaning import clean
from apps.core.constraints import as_validation_error
from apps.core.errors import Denied, Gone, Refused, Stale
from apps.core.models import Change, Tracked
from apps.core.prepared import Prepared
from apps.core.stale import refuse_stale

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from django.utils.functional import _StrOrPromise

    from apps.core.actors import Actor


class Rule(Protocol):
    """Who may: True, False, or a `Denied` that says why."""

    __name__: str

    def __call__(self, actor: Actor, obj: Any, /) -> bool | Denied: ...


@dataclass(frozen=True, slots=True)
class Action:
    """One entry of the registry: what is done, who may, and the function that does it."""

    verb: str
    may: Rule
    function: Callable[..., Any]


@dataclass(slots=True)
class Entry:
    """What the running action did to one object."""

    obj: Tracked
    fields: dict[str, list[Any]] = field(default_factory=dict)
    detail: dict[str, list[Any]] = field(default_factory=dict)  # the same of what no column of it shows

    def as_json(self) -> dict[str, Any]:
        said = {
            "type": self.obj._meta.label_lower,
            "id": self.obj.pk,
            "text": str(self.obj)[:300],
            "version": self.obj.version,
            "fields": self.fields,
        }
        return said | ({"detail": self.detail} if self.detail else {})


@dataclass(slots=True)
class Act:
    """The action under way."""

    actor: Actor
    verb: str
    target: Tracked | None
    reason: str
    seen: int | None
    entries: dict[UUID, Entry] = field(default_factory=dict)
    detail: dict[str, Any] = field(default_factory=dict)
    subject: Tracked | None = None
    seen_of: dict[UUID, int] = field(default_factory=dict)  # of objects beside the target, the versions that the actor saw

    def wrote(self, obj: Tracked, fields: dict[str, list[Any]]) -> None:
        """Remember what was written, merging two writes of one object into one entry."""
        entry = self.entries.setdefault(obj.pk, Entry(obj))
        entry.obj = obj
        for name, (before, after) in fields.items():
            first = entry.fields.get(name, [before])[0]
            entry.fields[name] = [first, after]


REGISTRY: dict[str, Action] = {}
_reactions: dict[str, list[Callable[[Change, Actor], None]]] = {}
_act: ContextVar[Act] = ContextVar("act")


def action[**P, R](
    verb: str, *, may: Rule, opens_workspace: bool = False, savepoint: bool = True
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a body the one way to do `verb`; see the module's text.

    With `opens_workspace` the body has no target and returns the workspace that it made. Without a `savepoint` a transaction
    in which it raises is over as a whole.
    The action raises `Refused`, `Stale` or `ValidationError`, and then nothing was written.
    """

    def decorate(body: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(body)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = cast("Actor", args[0])
            target = None if opens_workspace else cast("Tracked", args[1])
            try:
                with transaction.atomic(savepoint=savepoint):
                    return _perform(body, verb, may, actor, target, kwargs)
            except (IntegrityError, DataError) as error:
                raise as_validation_error(error) from error

        if verb in REGISTRY:
            message = f"Two actions are called {verb}."
            raise ValueError(message)
        REGISTRY[verb] = Action(verb, may, run)
        return run

    return decorate


def reacts_to(*verbs: str) -> Callable[[Callable[[Change, Actor], None]], Callable[[Change, Actor], None]]:
    """Run the function in the same transaction, after the change was recorded; it may refuse or call actions."""

    def decorate(function: Callable[[Change, Actor], None]) -> Callable[[Change, Actor], None]:
        for verb in verbs:
            _reactions.setdefault(verb, []).append(function)
        return function

    return decorate


def allowed(verb: str, actor: Actor, obj: object) -> bool | Denied:
    """Say whether the actor may do `verb` to the object now, as a page asks before it shows a button."""
    return REGISTRY[verb].may(actor, obj)


def create[T: Tracked](obj: T) -> T:
    """Insert a new object after validating all of it; only inside an action's body."""
    clean(obj, None)
    obj.save(force_insert=True)
    values = {name: [None, value] for name, value in _values(obj).items() if value not in (None, "", [])}
    _act.get().wrote(obj, values)
    return obj


def save[T: Tracked](obj: T, **values: Any) -> T:
    """Set the given fields, validate them and write what differs; the version counts it.

    Raises `Stale` when one of the fields, or one of its group, changed since the version the actor saw.
    """
    act = _act.get()
    before = _values(obj, values)
    for name, value in values.items():
        setattr(obj, name, value)
    try:
        clean(obj, set(values))
    except ValidationError:
        _refuse_stale(act, obj, before)  # what somebody else changed meanwhile is the likelier cause, and the one to show
        raise
    changed = _refuse_stale(act, obj, before)
    if not changed:
        return obj
    if changed.keys() - obj.uncounted:
        obj.version += 1
    rows.update(obj, (*changed, "version"))
    said = {name: pair for name, pair in changed.items() if name not in obj.untracked}
    act.wrote(obj, said | {name: [None, None] for name in changed.keys() & obj.unsaid})
    return obj


def save_set(obj: Tracked, name: str, wanted: Iterable[models.Model]) -> None:
    """Set a many-to-many field as an edit like any other: counted once, said by names in the Change, refused where stale."""
    act, manager = _act.get(), getattr(obj, name)
    before, after = {each.pk: str(each) for each in manager.all()}, {each.pk: str(each) for each in wanted}
    if before.keys() == after.keys():
        return
    changed = {name: [sorted(before.values()) or None, sorted(after.values())]}
    _check_seen(act, obj, changed)
    written = act.entries.get(obj.pk)
    if written is None or not written.fields.keys() - obj.uncounted:
        obj.version += 1
        obj.save(update_fields=["version"])
    manager.set(after)
    act.wrote(obj, changed)


def save_all[T: Tracked](pairs: Iterable[tuple[T, dict[str, Any]]], seen: dict[UUID, int] | None = None) -> list[T]:
    """Set fields of many objects of one model as one edit of each: one statement for each set of fields that differ.

    A reference may be given by the id; `seen` are the versions that the actor saw. The objects that changed are returned.
    What one object's values break is raised as an error of that object: `{"ITEM: field": why}`.
    """
    act, groups, changed_objs = _act.get(), dict[frozenset[str], list[T]](), list[T]()
    act.seen_of |= seen or {}
    for obj, values in pairs:
        before = _values(obj, values)
        for name, value in values.items():
            setattr(obj, cast("Any", obj._meta.get_field(name)).attname if isinstance(value, UUID) else name, value)
        try:
            clean(obj, set(values))
        except ValidationError as error:
            raise of(obj, error) from error
        changed = _refuse_stale(act, obj, before)
        if not changed:
            continue
        obj.version += bool(changed.keys() - obj.uncounted)
        groups.setdefault(frozenset(changed), []).append(obj)
        changed_objs.append(obj)
        act.wrote(obj, {name: pair for name, pair in changed.items() if name not in obj.untracked})
    for names, objs in groups.items():
        type(objs[0])._base_manager.bulk_update(objs, [*names, "version"])
    return changed_objs


def create_all[T: Tracked](objs: Iterable[T]) -> list[T]:
    """Insert new objects of one model after validating all of each, in one statement."""
    found = list(objs)
    for obj in found:
        clean(obj, None)
        values = {name: [None, value] for name, value in _values(obj).items() if value not in (None, "", [])}
        _act.get().wrote(obj, values)
    if found:
        type(found[0])._base_manager.bulk_create(found)
    return found


def remove_all(objs: Iterable[Tracked]) -> None:
    """Delete rows of one model that link two things, in one statement."""
    found = list(objs)
    for obj in found:
        _act.get().wrote(obj, {name: [value, None] for name, value in _values(obj).items() if value not in (None, "", [])})
    if found:
        type(found[0])._base_manager.filter(pk__in=[obj.pk for obj in found]).delete()


def of(obj: Tracked, error: ValidationError) -> ValidationError:
    """Return the error with the object's name before each field, for actions on several."""
    named = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    return ValidationError({f"{obj}: {name}" if name else str(obj): texts for name, texts in named.items()})


def remove(obj: Tracked) -> None:
    """Delete a row that links two things; anything a person wrote is archived instead.

    Raises `Stale` when the row changed since the version the actor saw.
    """
    pk, values = obj.pk, _values(obj)
    _check_seen(_act.get(), obj, {name: [value, None] for name, value in values.items()})
    obj.delete()
    obj.pk = pk
    _act.get().wrote(obj, {name: [value, None] for name, value in values.items() if value not in (None, "", [])})


def note(subject: Tracked | None = None, **detail: Any) -> None:
    """Add to the Change what no column shows, and say which object it is about."""
    act = _act.get()
    act.detail.update(detail)
    act.subject = subject or act.subject


def note_of(obj: Tracked, **detail: list[Any]) -> None:
    """Add to what the Change says of one object, perhaps one of several, what no column of it shows: each as [before, after]."""
    _act.get().entries.setdefault(obj.pk, Entry(obj)).detail.update(detail)


def moment() -> datetime:
    """Return the time at which the action under way happens: now, or the replayed moment."""
    return _act.get().actor.at or timezone.now()


def _perform[**P, R](
    body: Callable[P, R], verb: str, may: Rule, actor: Actor, target: Tracked | None, kwargs: dict[str, Any]
) -> R:
    if target is not None:
        target = _locked(target)
    verdict = may(actor, target)
    if not verdict:
        raise Refused(verdict.why if isinstance(verdict, Denied) else gettext("You may not do this here."))
    act = Act(actor, verb, target, kwargs.get("reason") or "", kwargs.get("version"))
    if target is not None and act.seen is not None and act.seen > target.version:
        newest = {"seen": act.seen, "newest": target.version}
        refuse(version=gettext("There is no version %(seen)s; the newest is %(newest)s. Reload and try again.") % newest)
    token = _act.set(act)
    try:
        args = (actor,) if target is None else (actor, target)
        result = cast("Callable[..., R]", body)(*args, **kwargs)
        if act.entries or act.detail:
            change = _record(act)
            if isinstance(result, Tracked):
                result.last_change = change
            for react in _reactions.get(verb, ()):
                react(change, actor)
    finally:
        _act.reset(token)
    return result


def _locked(target: Tracked) -> Tracked:
    """Take the lock of the target's workspace and return the target as it is now."""
    newest = rows.lock(target.change_workspace())
    if target.read_at is not None and target.read_at == newest:
        return target  # nothing changed in the workspace since it was read
    now: Tracked | None = _by_id(type(target)).first(target.pk)
    if now is None:
        raise Gone(gettext("This is no longer there: somebody took it away a moment ago."))
    return now


@functools.cache
def _by_id[T: Tracked](model: type[T]) -> Prepared[T, T]:
    return Prepared(lambda pk: model._base_manager.filter(pk=pk))


def _record(act: Act) -> Change:
    subject = act.subject or (act.target if act.target and act.target.pk in act.entries else None)
    first = subject or next(iter(act.entries.values())).obj
    main = act.entries.get(first.pk) or Entry(first)
    workspace_id = first.change_workspace()
    change = Change(
        workspace_id=workspace_id,
        at=act.actor.at or timezone.now(),
        actor_id=getattr(act.actor.user, "pk", None),
        actor_name=act.actor.name[:200],
        via=act.actor.via,
        verb=act.verb,
        scope=first.change_scope(),
        object_type=first._meta.label_lower,
        object_id=first.pk,
        object_text=str(first)[:300],
        version=first.version,
        fields=main.fields,
        also=[entry.as_json() for pk, entry in act.entries.items() if pk != first.pk],
        touches=list({first.pk, *act.entries}),
        detail=act.detail | main.detail,
        reason=act.reason,
        request_id=act.actor.request_id,
    )
    rows.insert_numbered(change)
    transaction.on_commit(functools.partial(live.wake, workspace_id, change.seq), robust=True)
    return change


def _refuse_stale(act: Act, obj: Tracked, before: dict[str, Any]) -> dict[str, list[Any]]:
    """Return what differs as `{name: [before, after]}`, unless the actor saw an older version of it."""
    after = _values(obj, before)
    changed = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    try:
        _check_seen(act, obj, changed)
    except Stale:
        for name, value in before.items():  # so that who is refused is shown what is there, not what they sent
            setattr(obj, cast("Any", obj._meta.get_field(name)).attname, value)
        raise
    return changed


def _check_seen(act: Act, obj: Tracked, changed: dict[str, list[Any]]) -> None:
    seen = act.seen if obj.pk == getattr(act.target, "pk", None) else act.seen_of.get(obj.pk)
    if seen is not None and seen != obj.version:
        refuse_stale(obj, changed, seen)


def _values(obj: Tracked, names: object = None) -> dict[str, Any]:
    wanted = {"id", "version", "created_at", "workspace"} | obj.untracked
    fields = obj._meta.concrete_fields
    if names is None:
        return {f.name: f.value_from_object(obj) for f in fields if f.name not in wanted}
    return {f.name: f.value_from_object(obj) for f in fields if f.name in cast("dict[str, Any]", names)}


def keywords(function: Callable[..., Any]) -> set[str]:
    """Return the names of an action's keyword parameters, which forms and serializers use as field names."""
    return {p.name for p in inspect.signature(function).parameters.values() if p.kind is p.KEYWORD_ONLY}


def refuse(**errors: _StrOrPromise) -> Never:
    """Refuse invalid values: each keyword is a field, each text says what is wrong and the remedy."""
    raise ValidationError(cast("dict[str, Any]", errors))
