"""A change in words: who did what to which object, from what to what, and why.

The mechanism knows no noun of the product. An app may say its verbs better in `PHRASES`, where its objects have a page in
`PAGES`, and the words of ours in what they are called in `TEXTS`; everything else is read off the verb and the model.

What is read off stands in no source: `make words` takes the phrases, nouns and names of fields from the registries into the
catalogues, under the contexts "history", "noun" and "field".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, pgettext

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from apps.core.errors import Stale
    from apps.core.models import Change

# Of a verb: what was done, as in {"comment.written": "commented on"}; the object comes after it, or where three dots stand.
PHRASES: dict[str, str] = {}
# Of an object's type, as in "roadmap.item": the address of its page, or None.
PAGES: dict[str, Callable[[Any], str | None]] = {}
# Of an object's type: what it is called, as the stream keeps it, in the reader's language; for names that hold words of ours.
TEXTS: dict[str, Callable[[str], str]] = {}
# Of what a change notes beside its fields: that in words, as a field that changed.
NOTED: dict[str, Callable[[dict[str, Any]], FieldWords]] = {}
# Reasons that we write where a person gave none; all others are said as they were written.
REASONS: set[str] = set()

LONGEST = 80  # characters of a value; a longer text is only said to have changed
# What the verb or the order on the page says already.
_UNSAID = frozenset(
    {
        "rank", "archived_at", "content_hash", "revoked_at", "held_at", "ended_at", "ended_by", "proposed_at", "proposed_by",
        "agreed_at",
    }
)  # fmt: skip

_DANGLING = re.compile(r" (of|to|for|from|in|on|a)$")  # an English phrase that ends so waits for its object

type Names = dict[tuple[type[models.Model], str], str]
type Wanted = dict[type[models.Model], set[str]]


@dataclass(frozen=True, slots=True)
class FieldWords:
    """One field that changed; `before` and `after` are empty where the text is too long to repeat."""

    name: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """A change as a sentence in parts: actor, what they did, the object, the rest of what they did, its fields and the reason.

    `about` is the text of the change's own object where the words are asked for another that it touched.
    """

    change: Change
    actor: str
    did: str
    text: str
    rest: str
    url: str
    at: datetime
    reason: str
    about: str = ""
    whole: bool = True  # whether it reads well without the object, as on the object's own page
    fields: list[FieldWords] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ConflictWords:
    """One field that two people changed: what it is called, who changed it first and when, and both values."""

    label: str
    by: str
    at: datetime
    theirs: str
    yours: str


def conflicts_of(stale: Stale) -> list[ConflictWords]:
    """Return the fields in conflict as people read them. Costs at most one query for each model that they refer to."""
    model = type(stale.current)
    wanted: Wanted = {}
    for each in stale.conflicts:
        _refer(wanted, model, each.field, (each.theirs, each.yours))
    names = _called(wanted)
    return [
        ConflictWords(
            field_words(model, each.field), each.by, each.at,
            *(value_words(model, each.field, value, names) or pgettext("value", "none") for value in (each.theirs, each.yours)),
        )
        for each in stale.conflicts
    ]  # fmt: skip


def change_words(change: Change, object_id: UUID | None = None) -> ChangeWords:
    """Return one change in words, seen from its own object or from another that it touched."""
    return words_of([change], object_id)[0]


def words_of(changes: Iterable[Change], object_id: UUID | None = None) -> list[ChangeWords]:
    """Return changes in words. Costs at most one query for each model that their fields refer to."""
    found = list(changes)
    names = _names(found, object_id)
    return [_words(change, object_id, names) for change in found]


def phrase(verb: str) -> tuple[str, str]:
    """Return what was done, in the reader's language, as what stands before the object and what stands after it."""
    before, _, after = pgettext("history", spelled(verb)).partition("…")
    return before.strip(), after.strip()


def sentence(actor: str, verb: str, text: str) -> str:
    """Return who did what to which object, in one sentence without its full stop."""
    did, rest = phrase(verb)
    return " ".join(part for part in (actor, did, text, rest) if part)


def spelled(verb: str) -> str:
    """Return a phrase in English: `item.edited` becomes "edited the item", `item.goals_set` "set the goals of the item"."""
    if verb in PHRASES:
        return PHRASES[verb]
    noun, _, done = verb.partition(".")
    thing, _, participle = done.rpartition("_")
    what = f"the {thing.replace('_', ' ')} of " if thing else ""
    return f"{participle.replace('_', ' ')} {what}the {noun.replace('_', ' ')}"


def value_words(model: type[models.Model] | None, name: str, value: Any, names: Names | None = None) -> str:
    """Return one value of a change in words: statuses by their label, dates short, people by name."""
    if value is None or value in ("", []):
        return pgettext("value", "none")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list | dict):
        parts = [f"{each} {part}" for each, part in value.items()] if isinstance(value, dict) else value
        return ", ".join(value_words(None, name, each) for each in parts) or pgettext("value", "none")
    kind = _field(model, name)
    if isinstance(kind, models.ForeignKey):
        return (names or {}).get((kind.related_model, str(value)), "")
    if kind is not None and kind.choices:
        return str(dict(kind.flatchoices).get(value, value))
    return _formatted(kind, value) or str(value)


def noun(name: str) -> str:
    """Return what a kind of thing is called in the reader's language, in the singular: `key_result` is a "key result"."""
    return pgettext("noun", name.replace("_", " ").replace("-", " "))


def field_words(model: type[models.Model] | None, name: str) -> str:
    """Return what a field is called in the reader's language."""
    kind = _field(model, name)
    return pgettext("field", str(kind.verbose_name) if kind is not None else name.replace("_", " "))


def percent(value: object) -> str:
    """Return a share as it is written in the reader's language: 45%, in German with a narrow space before the sign."""
    return gettext("%(number)s%%") % {"number": value}


def inside(label: object, *, noun: bool = False) -> str:
    """Return a label as it stands inside a sentence: with a small first letter, save a noun where those are written large."""
    text = str(label)
    large = noun and not (translation.get_language() or "en").startswith("en")
    return text if large else text[:1].lower() + text[1:]


def again(pattern: str, message: object, *, nouns: bool = False, **choices: type[models.TextChoices]) -> Callable[[str], str]:
    """Return how a name of this pattern is said anew; the message, a lazy one, has the pattern's groups by their names.

    `choices` says which groups are values whose labels, perhaps nouns, are said.
    """
    shape = re.compile(pattern, re.DOTALL)

    def say(text: str) -> str:
        found = shape.fullmatch(text)
        if found is None:
            return text
        groups = found.groupdict()
        labels = {name: inside(dict(kind.choices).get(groups[name], groups[name]), noun=nouns) for name, kind in choices.items()}
        return str(message) % (groups | labels)

    return say


def _words(change: Change, object_id: UUID | None, names: Names) -> ChangeWords:
    other = object_id is not None and object_id != change.object_id
    kind, text = _identity(change, object_id) if other else (change.object_type, change.object_text)
    detail = change.detail | (change.detail_of(object_id) if object_id else {})
    did, rest = phrase(change.verb)
    return ChangeWords(
        change=change,
        actor=change.actor_name,
        did=did,
        text=_text(kind, text),
        rest=rest,
        url=reverse("core:object", args=[kind, object_id or change.object_id]) if kind in PAGES else "",
        at=change.at,
        reason=gettext(change.reason) if change.reason in REASONS else change.reason,
        about=_text(change.object_type, change.object_text) if other else "",
        whole=not _DANGLING.search(spelled(change.verb).partition("…")[0].strip()),
        fields=_fields(_model(kind), change.fields_of(object_id or change.object_id), names, detail),
    )


def _text(kind: str, text: str) -> str:
    return TEXTS[kind](text) if kind in TEXTS else text


def _identity(change: Change, object_id: UUID | None) -> tuple[str, str]:
    entry = next((each for each in change.also if each["id"] == str(object_id)), None)
    return (entry["type"], entry["text"]) if entry else (change.object_type, change.object_text)


def _fields(
    model: type[models.Model] | None, fields: dict[str, list[Any]], names: Names, detail: dict[str, Any]
) -> list[FieldWords]:
    """Return what changed, in fields and beside them; what a new object began with, or a removed one had, is not news."""
    said = []
    for name, (before, after) in fields.items():
        if name in _UNSAID:
            continue
        pair = [value_words(model, name, value, names) for value in (before, after)] if before != after else ["", ""]
        short = all(0 < len(text) <= LONGEST and "\n" not in text for text in pair) and not isinstance(after, dict)
        said.append(FieldWords(field_words(model, name), *(pair if short else ())))
    new = all(before is None for before, _ in fields.values())
    gone = all(after is None for _, after in fields.values())
    return [] if len(fields) > 1 and (new or gone) else said + [NOTED[name](detail) for name in NOTED if name in detail]


def _names(changes: list[Change], object_id: UUID | None) -> Names:
    """Return what the objects are called to which foreign keys of the changes point."""
    wanted: Wanted = {}
    for change in changes:
        other = object_id is not None and object_id != change.object_id
        model = _model(_identity(change, object_id)[0] if other else change.object_type)
        for name, pair in change.fields_of(object_id or change.object_id).items():
            _refer(wanted, model, name, pair)
    return _called(wanted)


def _refer(wanted: Wanted, model: type[models.Model] | None, name: str, values: Iterable[Any]) -> None:
    kind = _field(model, name)
    if isinstance(kind, models.ForeignKey):
        wanted.setdefault(kind.related_model, set()).update(str(value) for value in values if value)


def _called(wanted: Wanted) -> Names:
    return {
        (model, str(obj.pk)): str(obj) for model, ids in wanted.items() if ids for obj in model._base_manager.filter(pk__in=ids)
    }


def _model(kind: str) -> type[models.Model] | None:
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):  # a type of an earlier release
        return None


def _field(model: type[models.Model] | None, name: str) -> models.Field[Any, Any] | None:
    try:
        found = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, models.Field) else None


def _formatted(kind: models.Field[Any, Any] | None, value: Any) -> str:
    """Return a number, date or time as read: 2.5, 24, 19 Dec 2026, or 19 Dec 2026, 14:05; nothing for what is neither."""
    if isinstance(value, float) or isinstance(kind, models.DecimalField):
        return str(number_format(f"{Decimal(str(value)).normalize():f}"))
    if isinstance(kind, models.DateTimeField):
        at = parse_datetime(str(value))
        return date_format(timezone.localtime(at if at.tzinfo else at.replace(tzinfo=UTC)), gettext("j M Y, H:i")) if at else ""
    if isinstance(kind, models.DateField):
        day: date | None = parse_date(str(value))
        return date_format(day, gettext("j M Y")) if day else ""
    return ""
