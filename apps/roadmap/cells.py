"""Text of a cell becomes values of an item: what was typed into the table, or pasted from a spreadsheet."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.formats import get_format, number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.roadmap import queries
from apps.roadmap.columns import column_of
from apps.roadmap.models import Granularity, Health, Horizon, ItemType, Status
from apps.roadmap.timeframes import period_of, timeframe_of
from apps.vision.models import Goal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from apps.roadmap.models import Item
    from apps.vision.models import Product

type Fields = dict[str, Any]  # as `edit_item` takes them; `goals` among them

LONGEST = 2_000  # characters of a cell
CHOICES: dict[str, Any] = {"type": ItemType, "status": Status, "health": Health, "horizon": Horizon}
_NOTHING = {"", "-", "–", "—", "none", "nobody", "n/a", "parking lot", "no goal"}
_ALSO_NOTHING = (_("none"), _("Nobody"), _("Parking lot"), _("no goal"), _("no date"))
_FINEST = tuple(Granularity.values)


class Unreadable(ValueError):
    """A text from which no value of the column can be read; it says what would help."""


class Reader:
    """Reads cells of one product: it knows its people, goals and items, each asked for when first needed."""

    def __init__(self, product: Product) -> None:
        self.product = product

    def fields(self, item: Item, texts: Mapping[str, str]) -> Fields:
        """Return what texts by column make of an item. Raises `Unreadable`."""
        found: Fields = {}
        grains: list[str] = []
        for column, text in texts.items():
            found |= self._read(column, " ".join(text.split()), grains)
        if grains:
            found |= _whole(item, found, grains)
        return found

    def _read(self, column: str, text: str, grains: list[str]) -> Fields:
        known = column_of(column)
        if known is None or not known.edits:
            raise Unreadable(gettext("This column is worked out and cannot be typed; choose another."))
        if len(text) > LONGEST:
            raise Unreadable(
                gettext("Write at most %(count)s characters.") % {"count": number_format(LONGEST, force_grouping=True)}
            )
        if column in ("start", "end"):
            return self._day(column, text, grains)
        read = self._readers.get(column)
        return read(text) if read else {column: _choice(column, text)}

    @cached_property
    def _readers(self) -> dict[str, Callable[[str], Fields]]:
        return {
            "title": _title,
            "confidence": lambda text: {"confidence": None if _is_nothing(text) else _percent(text)},
            "progress": lambda text: {"progress": 0 if _is_nothing(text) else _percent(text)},
            "effort": lambda text: {"effort": None if _is_nothing(text) else _number(text)},
            "when": self._timeframe,
            "owner": lambda text: {"owner": None if _is_nothing(text) else self._person(text)},
            "serves": lambda text: {"goals": [] if _is_nothing(text) else [{"goal": self._goal(text), "share": 100}]},
            "parent": lambda text: {"parent": None if _is_nothing(text) else self._item(text)},
        }

    def _day(self, column: str, text: str, grains: list[str]) -> Fields:
        if _is_nothing(text):
            return {column: None}
        try:
            first, last, grain = period_of(text, self.product.workspace.year_begins)
        except ValueError as error:
            raise Unreadable(str(error)) from error
        grains.append(grain)
        return {column: first if column == "start" else last}

    def _timeframe(self, text: str) -> Fields:
        if _is_nothing(text):
            return {"start": None, "end": None, "granularity": ""}
        try:
            start, end, granularity = timeframe_of(text, self.product.workspace.year_begins)
        except ValueError as error:
            raise Unreadable(str(error)) from error
        return {"start": start, "end": end, "granularity": granularity}

    @cached_property
    def people(self) -> list[User]:
        return list(User.objects.filter(memberships__workspace_id=self.product.workspace_id).order_by("name"))

    @cached_property
    def goals(self) -> list[Goal]:
        return list(Goal.objects.filter(product=self.product, archived_at=None))

    @cached_property
    def items(self) -> list[Item]:
        return list(queries.on_roadmap(self.product))

    def _person(self, text: str) -> User:
        names = [each for each in self.people if _same(text, each.pk, each.email, each.name)]
        missing = gettext("Nobody here is called “%(text)s”; write the name or mail of a member.") % {"text": text}
        return _only(names, missing, gettext("%(count)s are called “%(name)s”; write the mail address."))

    def _goal(self, text: str) -> Goal:
        found = [each for each in self.goals if _same(text, each.pk, each.name)]
        missing = gettext("There is no goal “%(text)s”; write the name of one of this product.") % {"text": text}
        return _only(found, missing, gettext("%(count)s are called “%(name)s”; rename one of them."))

    def _item(self, text: str) -> Item:
        number = text.upper().removeprefix(f"{self.product.key}-").removeprefix("#")
        found = [each for each in self.items if _same(number, each.number) or _same(text, each.title)]
        said = gettext("There is no item “%(text)s”; write its key, as in %(key)s-12.")
        missing = said % {"text": text, "key": self.product.key}
        return _only(found, missing, gettext("%(count)s are called “%(name)s”; write its key."))


def _title(text: str) -> Fields:
    if not text:
        raise Unreadable(gettext("Write a title; it cannot be left blank."))
    return {"title": text}


def _same(text: str, *names: object) -> bool:
    return text.casefold() in {str(name).casefold() for name in names}


def _is_nothing(text: str) -> bool:
    return text.lower() in _NOTHING or text.lower() in {str(each).lower() for each in _ALSO_NOTHING}


def _only[T](found: list[T], missing: str, several: str) -> T:
    if not found:
        raise Unreadable(missing)
    if len(found) > 1:
        raise Unreadable(several % {"count": len(found), "name": found[0]})
    return found[0]


def _choice(column: str, text: str) -> str:
    choices = CHOICES[column].choices
    if not text and column == "health":
        return ""
    wanted = _plain(text)
    for value, words in choices:
        if wanted in (_plain(value), _plain(str(words))):
            return str(value)
    raise Unreadable(gettext("Choose one of %(choices)s.") % {"choices": ", ".join(str(words) for _value, words in choices)})


def _plain(text: str) -> str:
    return re.sub(r"[\s_-]+", "", text).casefold()


def _number(text: str) -> Decimal:
    plain = text.replace(" ", "").replace("\u00a0", "").replace("'", "")
    comma, dot = plain.rfind(","), plain.rfind(".")
    between = "," if get_format("DECIMAL_SEPARATOR") == "." else "."
    if comma > -1 and dot > -1:
        plain = plain.replace("." if comma > dot else ",", "")
    elif re.fullmatch(rf"\d{{1,3}}({re.escape(between)}\d{{3}})+", plain):
        plain = plain.replace(between, "")
    try:
        number = Decimal(plain.replace(",", "."))
    except InvalidOperation as error:
        raise Unreadable(gettext("Write a number.")) from error
    if not number.is_finite():
        raise Unreadable(gettext("Write a number."))
    return number


def _percent(text: str) -> int:
    number = _number(text.removesuffix("%").strip())
    if not 0 <= number <= 100:
        raise Unreadable(gettext("Write a number from 0 to 100."))
    return round(number)


def _whole(item: Item, found: Fields, grains: list[str]) -> Fields:
    """Return a timeframe of which a start or an end was given: the finest of what was said, and both ends of what had none."""
    both = {"start", "end"} <= found.keys()
    grain = min([*grains, *([item.granularity] if item.granularity and not both else [])], key=_FINEST.index)
    given: Fields = {"granularity": grain}
    if not both and item.start is None:
        one = found.get("start") or found.get("end")
        given |= {"start": one, "end": one}  # the action makes whole periods of them
    return given


class CellForm(forms.Form):
    """What was typed into one cell, with the version of the item that was seen."""

    column = forms.CharField(max_length=40)
    value = forms.CharField(max_length=LONGEST, required=False)
    version = forms.IntegerField(min_value=1, required=False)
    reason = forms.CharField(max_length=2_000, required=False)
