"""What became of a roadmap between two moments: moved, added, dropped, in words and as ghosts of the bars."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, ngettext

from apps.core.wording import inside
from apps.roadmap import past
from apps.roadmap.models import Item, Status
from apps.roadmap.scene.rows import STATUS_WORDS
from apps.roadmap.timeframes import timeframe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from apps.roadmap.address import Address
    from apps.roadmap.picture import Window
    from apps.roadmap.scene.rows import Row
    from apps.vision.models import Product

_LEFT = ("archived_at", "product")  # what changes where an item comes to a roadmap or leaves it

# Moments that an app above knows by a word of the address, as in {"review": when the last one was held}.
MOMENTS: dict[str, Callable[[Product], datetime | None]] = {}

type Reasons = dict[UUID, list[tuple[set[str], str]]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a view is about: all items on the roadmap, and those that the filters of its address keep, on the screen or not."""

    address: Address
    everything: Sequence[Mapping[str, Any]]
    matching: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one item: moved, added, dropped or changed, in words, and the last reason given."""

    kind: str
    number: int
    key: str
    title: str
    words: str
    reason: str = ""


def differences(
    product: Product, shown: Shown, rows: list[Row], base: datetime, until: datetime | None, window: Window
) -> list[Difference]:
    """Return what differs from the moment `base`, by item, of all that the filters keep; rows that moved get their ghost."""
    before = {row["id"]: row for row in past.rows_at(product, base)}
    reasons = _reasons(product, base, until)
    found = []
    for item in shown.matching:
        kind, words, fields = _became(before.get(item["id"]), item, window.begins)
        if kind:
            found.append(_difference(product, item, kind, words, _reason(reasons, item["id"], fields)))
    words_of = {each.number: each for each in found}
    for row in rows:
        was, became = before.get(row.item["id"]), words_of.get(row.item["number"])
        row.became, row.since = (became.kind, became.words) if became else ("", "")
        row.slipped_since(was["end"] if was else None, window)
        if was and was["start"] and became and became.kind == "moved":
            row.ghost = window.bar(was["start"], was["end"])
            row.ended = was["end"] if row.slip_width else None
    there = {row["id"] for row in shown.everything}
    gone = {pk: row for pk, row in before.items() if pk not in there and shown.address.keeps(row)}
    order = ("moved", "dropped", "added", "changed")
    return sorted([*found, *_gone(product, gone, reasons)], key=lambda each: order.index(each.kind))


def _difference(product: Product, item: Mapping[str, Any], kind: str, words: str, reason: str) -> Difference:
    return Difference(kind, item["number"], f"{product.key}-{item['number']}", item["title"], words, reason)


def _gone(product: Product, before: dict[UUID, dict[str, Any]], reasons: Reasons) -> list[Difference]:
    moved = set(Item.objects.filter(pk__in=before).exclude(product=product).values_list("pk", flat=True))
    became = {pk: gettext("moved to another product") if pk in moved else gettext("taken off") for pk in before}
    return [_difference(product, row, "dropped", became[pk], _reason(reasons, pk, _LEFT)) for pk, row in before.items()]


def _became(was: dict[str, Any] | None, now: Mapping[str, Any], begins: int) -> tuple[str, str, tuple[str, ...]]:
    """Return what became of an item: a kind, words, and the fields that say so; nothing of each where it is the same."""
    if was is None:
        added = gettext("added, %(when)s") % {"when": _when(now, begins)}
        return "added", added if now["start"] else gettext("added to the parking lot"), _LEFT
    if now["status"] == Status.DROPPED != was["status"]:
        return "dropped", gettext("dropped"), ("status",)
    if (was["start"], was["end"]) != (now["start"], now["end"]):
        return "moved", _move(was, now, begins), ("start", "end")
    if was["status"] != now["status"]:
        return "changed", f"{inside(STATUS_WORDS[was['status']])} → {inside(STATUS_WORDS[now['status']])}", ("status",)
    if was["title"] != now["title"]:
        return "changed", gettext("was called %(title)s") % {"title": was["title"]}, ("title",)
    return "", "", ()


def _move(was: dict[str, Any], now: Mapping[str, Any], begins: int) -> str:
    if now["start"] is None:
        return gettext("moved to the parking lot from %(when)s") % {"when": _when(was, begins)}
    if was["start"] is None:
        return gettext("planned for %(when)s, was in the parking lot") % {"when": _when(now, begins)}
    if days := (now["end"] - was["end"]).days:
        later = ngettext("moved %(count)s day later", "moved %(count)s days later", days)
        earlier = ngettext("moved %(count)s day earlier", "moved %(count)s days earlier", -days)
    else:
        days = (now["start"] - was["start"]).days
        later = ngettext("starts %(count)s day later", "starts %(count)s days later", days)
        earlier = ngettext("starts %(count)s day earlier", "starts %(count)s days earlier", -days)
    return (later if days > 0 else earlier) % {"count": abs(days)}


def _when(row: Mapping[str, Any], begins: int) -> str:
    return timeframe_text(row["start"], row["end"], row["granularity"], begins)


def _reasons(product: Product, base: datetime, until: datetime | None) -> Reasons:
    """Return the reasons given between two moments, the newest first, each with the fields that it is about."""
    found: Reasons = {}
    for change in past.since(product, base):
        if change.reason and (until is None or change.at <= until):
            for _type, pk, _text, fields in change.entries():
                found.setdefault(pk, []).append((set(fields), change.reason))
    return found


def _reason(reasons: Reasons, pk: UUID, fields: tuple[str, ...]) -> str:
    """Return the last reason given for a change of one of the fields."""
    return next((reason for about, reason in reasons.get(pk, ()) if about.intersection(fields)), "")
