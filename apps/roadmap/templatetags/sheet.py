"""The rows of the table, drawn in Python: a template costs ten times as much, and a table has more cells than the page."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from apps.core.templatetags.ui import face, icon
from apps.core.wording import percent
from apps.roadmap.columns import ALWAYS, COLUMNS, column_of, layout, usual
from apps.roadmap.scene.rows import HORIZON_WORDS, TYPE_WORDS
from apps.roadmap.scene.sheet import WINDOW
from apps.roadmap.templatetags.roadmap import became, fold, plus
from apps.roadmap.timeframes import period_text, timeframe_text
from apps.vision.queries import figure

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from decimal import Decimal

    from apps.roadmap.address import Address
    from apps.roadmap.columns import Column
    from apps.roadmap.scene.rows import Row
    from apps.roadmap.scene.sheet import Line, Sheet, Subtotal

register = template.Library()
HEIGHT = 36  # px of a line, as in the style sheet
DEEPEST = 8  # levels that are drawn farther in than the one before
_NOTHING = SafeString("")
_ALSO = '<a class="also" href="{}" aria-label="{}">{}</a>'
_HEADING = '<th scope="col" data-column="{}" data-kind="{}" data-width="{}"{} class="{}"{}>{}{}</th>'
_ROW = (
    '<tr class="g{colour}{sel}" id="line-{number}" data-row="{number}" data-line="{line}" data-version="{version}"{nest}>'
    "{lead}{cells}</tr>"
)
_PICK = (
    '<td class="pick"><label><input type="checkbox" form="several" name="items" value="{}" aria-label="{}" '
    'autocomplete="off"></label></td>'
)
_TITLE = '<th scope="row" class="title{}">{}{}<a href="{}" dir="auto" data-t>{}</a></th>'
_TWIST = '<a class="twist" href="{}" aria-expanded="{}" aria-label="{}">{}</a>'
_SPACE = '<tr class="space" aria-hidden="true"><td colspan="{}"><svg width="1" height="{}"></svg></td></tr>'
_GROUP = (
    '<tr class="group-row g{colour}" id="group-{key}" data-line="{line}"><th scope="rowgroup" colspan="{span}">'
    '<a class="twist" href="{fold}" aria-expanded="{open}">{icon}<i class="dot"></i><span dir="auto">{name}</span></a> '
    "<small>{count}</small></th>{cells}</tr>"
)

type Drawn = tuple[str, str]  # what a cell shows, as HTML, and what one would type to get it; "=" where that is what it shows
SHOWN = "="


@register.simple_tag
def heading(address: Address, sheet: Sheet, name: str) -> SafeString:
    """Draw the heading of a column, which sorts by it; beside it, sort by it as well as by the others."""
    column = ALWAYS.get(name) or COLUMNS[name]
    said = sheet.names.get(name, column.words)
    kind = f"c-{name} num" if column.number else f"c-{name}"
    clear = SafeString(" data-clear") if column.may_clear else _NOTHING
    if not column.sort:
        words = format_html("<span>{}</span>", said)
        return format_html(_HEADING, name, column.edits, column.width, clear, kind, _NOTHING, words, _NOTHING)
    sort = next((each for each in address.sort if each.removeprefix("-") == column.sort), "")
    state = format_html(' aria-sort="{}"', "descending" if sort.startswith("-") else "ascending") if sort else _NOTHING
    also = _NOTHING
    if address.sort and (not sort or len(address.sort) > 1):
        place = address.sort.index(sort) + 1 if sort else "+"
        also = format_html(
            _ALSO, address.sorted_by(column.sort, more=True), gettext("Sort by %(column)s as well") % {"column": said}, place
        )
    # A scorecard's name may be longer than its column.
    whole = format_html(' title="{}"', said) if name in sheet.names else _NOTHING
    link = format_html('<a href="{}"{}><span>{}</span></a>', address.sorted_by(column.sort, more=False), whole, said)
    return format_html(
        _HEADING, name, column.edits, column.width, clear, kind, state, *((also, link) if column.number else (link, also))
    )


@register.simple_tag
def column_toggled(address: Address, name: str) -> str:
    """Return the address with a column of the table taken away, or shown again as the last one."""
    kept = [each for each in address.columns if each != name]
    return address.link(columns=address.laid(kept if name in address.columns else [*kept, name]))


@register.simple_tag
def column_moved(address: Address, name: str, by: int) -> str:
    """Return the address with a column of the table so many places farther on; nothing where it would leave the table."""
    kept = list(address.columns)
    place = kept.index(name) + by
    if not 0 <= place < len(kept):
        return ""
    kept.remove(name)
    kept.insert(place, name)
    return address.link(columns=address.laid(kept))


@register.simple_tag
def columns_in_order(address: Address) -> list[tuple[str, Column]]:
    """Return all columns: those of the table in their order, then those that it leaves out."""
    return [(name, COLUMNS[name]) for name in dict.fromkeys([*address.columns, *COLUMNS])]


@register.simple_tag
def layout_of(address: Address) -> str:
    """Return the columns and their widths as the address names them."""
    return address.laid(address.columns)


@register.simple_tag
def usual_layout() -> str:
    """Return the columns as an address would name those that are shown before anybody chose others."""
    return layout(usual(), {})


@register.filter
def width(address: Address, name: str) -> int:
    """Return how wide a column is, in px."""
    return address.width(name)


@register.simple_tag
def lines_before(address: Address, sheet: Sheet) -> str:
    """Return the address of the lines before those that are drawn."""
    return address.link(line=max(0, sheet.first - WINDOW) or None)


@register.simple_tag
def lines_after(address: Address, sheet: Sheet) -> str:
    """Return the address of the lines after those that are drawn."""
    return address.link(line=sheet.first + len(sheet.lines))


@register.simple_tag(takes_context=True)
def sheet_rows(context: dict[str, Any], sheet: Sheet) -> SafeString:
    """Draw the lines of the table that are on the screen, and as much room as the others take."""
    pen = _Pen(context, sheet)
    drawn = [pen.line(line, sheet.first + place) for place, line in enumerate(sheet.lines)]
    before, after = (
        _SPACE.format(pen.width, count * HEIGHT) if count and not pen.address.rows else "" for count in (sheet.first, sheet.after)
    )
    return mark_safe("".join([before, *drawn, after]))  # noqa: S308 - `_Pen` escapes


@register.simple_tag(takes_context=True)
def sheet_total(context: dict[str, Any], sheet: Sheet) -> SafeString:
    """Draw what all items of the table say together."""
    pen = _Pen(context, sheet)
    counted = ngettext("%(count)s item", "%(count)s items", sheet.total.items)
    count = counted % {"count": number_format(sheet.total.items, force_grouping=True)}
    return format_html('<tr><th scope="row" colspan="{}">{}</th>{}</tr>', pen.lead, count, mark_safe(pen.sums(sheet.total)))  # noqa: S308 - dates and numbers


class _Pen:
    """Draws the lines of one table."""

    def __init__(self, context: dict[str, Any], sheet: Sheet) -> None:
        self.address: Address = context["address"]
        self.sheet, self.may_edit = sheet, bool(context.get("may_edit"))
        self.chosen = getattr(context.get("item"), "number", None)
        self.here = escape(f"{self.address.link(item='')}&item=")
        self.lead = 3 if self.may_edit else 2
        self.width = self.lead + len(sheet.columns)
        self.select, self.inside = gettext("Select %(title)s"), gettext("%(count)s in %(title)s")
        self.cells = [(name, DRAWN.get(name, _said_by(name)), _class(name)) for name in sheet.columns]

    def line(self, line: Line, place: int) -> str:
        return self._row(line, line.row, place) if line.row else self._group(line, place)

    def _row(self, line: Line, row: Row, place: int) -> str:
        item = row.item
        nest = f' data-level="{line.depth + 1}" data-above="{line.before or ""}"' if self.address.tree else ""
        if line.inside:
            nest += f' data-open="{"false" if line.closed else "true"}"'
        return _ROW.format(
            colour=row.colour, sel=" sel" if item["number"] == self.chosen else "", number=item["number"], line=place,
            version=item["version"], nest=nest, lead=self._lead(line, row),
            cells="".join(self._cell(row, draw, kind) for _, draw, kind in self.cells),
        )  # fmt: skip

    def _lead(self, line: Line, row: Row) -> str:
        number, title = row.item["number"], escape(row.item["title"])
        pick = _PICK.format(number, self.select % {"title": title}) if self.may_edit else ""
        twist = ""
        if line.inside:
            words = self.inside % {"count": line.inside, "title": title}
            place = escape(fold(self.address, f"i{number}"))
            twist = _TWIST.format(place, "false" if line.closed else "true", words, icon("chevron-down", 14))
        depth = f" tree d{min(line.depth, DEEPEST)}" if self.address.tree else ""
        return f'{pick}<td class="key">{row.key}</td>{_TITLE.format(depth, twist, became(row), f"{self.here}{number}", title)}'

    def _cell(self, row: Row, draw: Callable[[Row], Drawn], kind: str) -> str:
        shown, value = draw(row)
        held = "" if value == SHOWN or not self.may_edit else f' data-value="{escape(value)}"'
        return f"<td{kind}{held}>{shown}</td>"

    def _group(self, line: Line, place: int) -> str:
        lane, sums = line.lane, self.sheet.subtotals[line.lane.key]
        return _GROUP.format(
            colour=lane.colour, key=escape(lane.key), line=place, span=self.lead, name=escape(lane.name),
            fold=escape(fold(self.address, lane.key)), open="false" if lane.closed else "true", icon=icon("chevron-down", 14),
            count=number_format(sums.items, force_grouping=True), cells=self.sums(sums),
        )  # fmt: skip

    def sums(self, sums: Subtotal) -> str:
        """Return the cells of a group's heading, each under the column that it sums."""
        return "".join(f"<td{kind}>{SUMS[name](sums) if name in SUMS else ''}</td>" for name, _, kind in self.cells)


def _class(name: str) -> str:
    column = column_of(name)
    return ' class="num"' if column and column.number else ""


def _pill(text: str, tone: str = "") -> str:
    return f'<span class="pill {tone}" data-t>{escape(text)}</span>' if text else ""


def _day(day: date | None) -> str:
    return period_text(day, "day") if day else ""


def _amount(number: Decimal | None) -> str:
    return "" if number is None else str(number_format(number.normalize() if number else 0))


def _serves(row: Row) -> Drawn:
    if not row.goal_name:
        return f'<span class="pill warn">{gettext("no goal")}</span>', ""
    name = f'<span class="goal-line"><span class="dot"></span><span dir="auto" data-t>{escape(row.goal_name)}</span></span>'
    return name, str(row.item["goal_id"])


def _slip(row: Row) -> Drawn:
    if not row.slip or not row.slip.days:
        return "", SHOWN
    return _pill(gettext("%(days)s d") % {"days": plus(row.slip.days)}, "bad" if row.slip.days > 0 else "ok"), SHOWN


def _owner(row: Row) -> Drawn:
    if not row.item["owner_name"]:
        return "", ""
    return f"{face(row.item['owner_name'])} <span data-t>{escape(row.item['owner_name'])}</span>", str(row.item["owner_id"])


def _percent(row: Row, name: str) -> Drawn:
    value = row.item[name]
    return ("", "") if value is None else (percent(value), str(value))


def _ends(row: Row, name: str) -> Drawn:
    day = row.item[name]
    return (period_text(day, row.item["granularity"], row.begins), day.isoformat()) if day else ("", "")


def _said_by(name: str) -> Callable[[Row], Drawn]:
    """Return how a column is drawn that needs more than the item's own fields."""

    def draw(row: Row) -> Drawn:
        said = row.said.get(name)
        if said is None:
            return "", ""
        text = _pill(said.text, said.tone) if said.tone else f'<span dir="auto" data-t>{escape(said.text)}</span>'
        return text, said.value or SHOWN

    return draw


DRAWN: dict[str, Callable[[Row], Drawn]] = {
    "type": lambda row: (str(TYPE_WORDS[row.item["type"]]), row.item["type"]),
    "status": lambda row: (_pill(row.status, row.tone), row.item["status"]),
    "health": lambda row: (_pill(row.health, row.health_tone), row.item["health"]),
    "horizon": lambda row: (str(HORIZON_WORDS[row.item["horizon"]]), row.item["horizon"]),
    "serves": _serves,
    "when": lambda row: (row.when, SHOWN if row.item["start"] else ""),
    "start": lambda row: _ends(row, "start"),
    "end": lambda row: _ends(row, "end"),
    "slip": _slip,
    "confidence": lambda row: _percent(row, "confidence"),
    "progress": lambda row: _percent(row, "progress"),
    "effort": lambda row: (_amount(row.item["effort"]), SHOWN),
    "owner": _owner,
    "score": lambda row: ("" if row.item.get("score") is None else figure(row.item["score"]), SHOWN),
}  # fmt: skip
# What a group's heading says in a column.
SUMS: dict[str, Callable[[Subtotal], str]] = {
    "effort": lambda sums: _amount(sums.effort) if sums.effort else "",
    "progress": lambda sums: percent(sums.progress),
    "when": lambda sums: timeframe_text(sums.start, sums.end, "day") if sums.start else "",
    "start": lambda sums: _day(sums.start),
    "end": lambda sums: _day(sums.end),
}
