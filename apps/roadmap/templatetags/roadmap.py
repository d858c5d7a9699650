"""What the roadmap's templates need beyond Django's own."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.core.choosing import Chosen
from apps.core.reading import markdown
from apps.core.wording import percent
from apps.roadmap.mentions import names_of
from apps.roadmap.picture import distance_text
from apps.vision.queries import figure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps.accounts.models import User
    from apps.core.late import Late
    from apps.roadmap.address import Address
    from apps.roadmap.following import Follower
    from apps.roadmap.models import Comment
    from apps.roadmap.scene import Scene
    from apps.roadmap.scene.portfolio import ProductLane
    from apps.roadmap.scene.rows import Row
    from apps.vision.models import Goal

register = template.Library()
register.filter("figure", figure)


@register.simple_tag
def link(address: Address, **changes: Any) -> str:
    """Return the roadmap's address with some of it changed: `{% link address view="board" %}`."""
    return address.link(**{"from" if name == "first" else name: value for name, value in changes.items()})


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A field by which one filters: what it and its values are called, and what is chosen of it."""

    name: str
    label: str
    options: list[tuple[str, str]]
    chosen: Chosen

    @property
    def words(self) -> str:
        """What is chosen, in words: whichever of both the chip's first half speaks of, then the other."""
        named = dict(self.options)
        one, other = (self.chosen.unwanted, ()) if self.is_not else (self.chosen.wanted, self.chosen.unwanted)
        texts = [str(named.get(each, each)) for each in one]
        return ", ".join([*texts, *(gettext("not %(value)s") % {"value": named.get(each, each)} for each in other)])

    @property
    def is_not(self) -> bool:
        """Whether only what is not wanted was named."""
        return bool(self.chosen.unwanted) and not self.chosen.wanted


@register.simple_tag
def narrowings(address: Address, goals: Iterable[Goal], people: Iterable[User], choices: dict[str, Any]) -> list[Narrowing]:
    """Return the fields by which one filters, in the order of the menu."""
    options = {
        "goal": [*((str(goal.pk), goal.name) for goal in goals), ("none", gettext("Serves no goal"))],
        "owner": [*((str(person.pk), str(person)) for person in people), ("none", gettext("Nobody"))],
        **choices,
    }
    return [
        Narrowing(name, str(NARROWED[name]), known, Chosen.read(address.filters.get(name, ""))) for name, known in options.items()
    ]


NARROWED = {
    "goal": _("Goal"), "owner": _("Owner"), "status": _("Status"), "type": _("Type"), "horizon": _("Horizon"),
    "health": _("Health"),
}  # fmt: skip


@register.simple_tag
def toggled(address: Address, each: Narrowing, value: str) -> str:
    """Return the address with one value of a filter added, or taken out where it is set."""
    return address.link(**{each.name: str(each.chosen.toggled(value)) or None})


@register.simple_tag
def turned(address: Address, each: Narrowing) -> str:
    """Return the address with a filter turned round: all that it kept is left out, and the other way round."""
    return address.link(**{each.name: str(each.chosen.turned())})


@register.simple_tag
def without(address: Address, each: Narrowing) -> str:
    """Return the address without a filter."""
    return address.link(**{each.name: None})


@register.simple_tag
def fold(address: Address, lane: str) -> str:
    """Return the address with a lane collapsed, or opened again."""
    closed = [key for key in address.closed if key != lane]
    return address.link(closed=",".join(closed if lane in address.closed else [*closed, lane]))


@register.simple_tag
def zoomed(address: Address, scene: Scene, zoom: str) -> str:
    """Return the address at another zoom that keeps the middle date; around today where today was kept."""
    if zoom == "fit" or (address.first is None and address.zoom != "fit"):
        return address.link(**{"zoom": zoom, "from": None})
    return address.link(**{"zoom": zoom, "from": scene.window.zoomed(zoom)})


@register.filter
def get(mapping: dict[str, Any], name: str) -> Any:
    """Return a member by its name: `{{ groups|get:address.group }}`."""
    return mapping.get(name, "")


@register.filter
def said(comment: Comment, people: Iterable[User]) -> SafeString:
    """Return a comment's words as HTML, with the people whom it names marked."""
    return markdown(comment.body, names_of(people) if "@" in comment.body else None)


@register.filter
def plus(number: int) -> str:
    """Return a number with its sign, and a real minus."""
    return f"+{number}" if number > 0 else f"−{-number}"


# By the last digit; the first for all others.
_ORDINALS = (
    pgettext_lazy("ordinal", "%(n)sth"), pgettext_lazy("ordinal", "%(n)sst"), pgettext_lazy("ordinal", "%(n)snd"),
    pgettext_lazy("ordinal", "%(n)srd"),
)  # fmt: skip


@register.filter
def ordinal(number: int) -> str:
    """Return a place in words of digits: 1st, 2nd, 3rd, 11th."""
    said = _ORDINALS[0 if number % 100 in (11, 12, 13) or number % 10 > 3 else number % 10]
    return str(said) % {"n": number}


# The rows of the timeline are drawn here and not by a template: at hundreds of rows a template costs ten times the rest
# of the page (0.7 ms a row against 0.05 ms).
_ROW = (
    '<div class="row g{colour}{sel}" id="item-{number}" data-row="{number}">'
    '<span class="t{child}">{mark}<a {link} dir="auto">{title}</a></span>'
    '<svg class="track-row">{place}{ghost}</svg>{off}</div>'
)
_BAR = (
    '<foreignObject x="{x}%" y="6" width="{width}%" height="24"><a class="bar {manner} {health}{cut}" {link} draggable="false" '
    'aria-label="{spoken}" data-item="{number}" data-start="{start}" data-end="{end}" data-granularity="{granularity}" '
    'data-version="{version}" data-title="{title}"><svg class="part" aria-hidden="true">{done}{slip}</svg>'
    '<span class="lab">{percent}<span>{label}</span></span>{grips}</a></foreignObject>'
)
_DONE = '<rect class="done" width="{}%" height="100%"/>'
_SLIP = '<foreignObject x="{}%" y="0" width="{}%" height="100%"><span class="slip"></span></foreignObject>'
_START, _END = '<span class="grip" data-grip="start"></span>', '<span class="grip end" data-grip="end"></span>'
# By whether a bar begins before the window and ends after it: how it is drawn, and the ends that can be taken.
_ENDS = {
    (False, False): ("", _START + _END), (True, False): (" cut-left", _END), (False, True): (" cut-right", _START),
    (True, True): (" cut-left cut-right", ""),
}  # fmt: skip
_OFF = '<a class="off {side}" href="{url}" aria-label="{said}">{arrow}</a>'
_AWAY = {
    "before": _("%(title)s, %(when)s: %(far)s before what is shown. Go there"),
    "after": _("%(title)s, %(when)s: %(far)s after what is shown. Go there"),
}
_NOTHING = SafeString("")
_GHOST = '<foreignObject class="was" x="{}%" y="6" width="{}%" height="24"><span class="ghost"></span></foreignObject>'


@register.simple_tag(takes_context=True)
def timeline_rows(context: dict[str, Any], rows: Iterable[Row]) -> SafeString:
    """Draw the rows of one lane of the timeline."""
    address, may_edit = context["address"], bool(context.get("may_edit"))
    here = escape(f"{address.link(item='')}&item=")
    chosen = getattr(context.get("item"), "number", None)
    about = repr((here, may_edit, context["scene"].window, get_language()))

    def draw(row: Row) -> bytes:
        return _row(row, _link(row, here), address, may_edit, chosen).encode()

    drawn = [
        (row.alone.made.get(about) or row.alone.once(about, lambda _, row=row: draw(row)))  # type: ignore[misc]
        if row.alone and row.item["number"] != chosen
        else draw(row)
        for row in rows
    ]
    late: Late = context["late"]
    return late.put(b"".join(drawn))


@register.simple_tag(takes_context=True)
def portfolio_rows(context: dict[str, Any], lane: ProductLane) -> SafeString:
    """Draw a product's initiatives, each a link to its panel on the product's roadmap."""
    here = reverse("roadmap:page", args=[context["workspace"].slug, lane.product.slug]) + "?item="
    rows = (_row(row, _link(row, here), context["address"], may_edit=False) for row in lane.rows)
    return mark_safe("".join(rows))  # noqa: S308 - `_row` escapes


def became(row: Row) -> str:
    """Draw the mark of what became of an item since the moment compared with, with the words; nothing where it is the same."""
    if not row.became:
        return ""
    return f'<span class="mark {row.became}" role="img" aria-label="{(words := escape(row.since))}" title="{words}"></span>'


def _link(row: Row, here: str) -> str:
    return f'href="{here}{row.item["number"]}"'


def _row(row: Row, link: str, address: Address, may_edit: bool, chosen: int | None = None) -> str:
    """Draw a row. Words are escaped one by one: numbers, dates and names of classes are ours, and most of what is drawn."""
    item = row.item
    number, title = item["number"], escape(item["title"])
    return _ROW.format(
        number=number, title=title, link=link, colour=row.colour, place=_bar(row, title, link, may_edit) if row.bar else "",
        off=_off(row, title, address) if row.beside else "",
        mark=became(row), ghost=_GHOST.format(row.ghost.x, row.ghost.width) if row.ghost else "",
        sel=" sel" if number == chosen else "", child=" child" if item["parent_id"] else "",
    )  # fmt: skip


def _off(row: Row, title: str, address: Address) -> str:
    """Draw the arrow to a bar that lies outside the window, with how far; a link that moves the window there."""
    far = distance_text(row.away)
    return _OFF.format(
        side=row.beside, url=escape(address.link(**{"from": row.first_month})),
        said=str(_AWAY[row.beside]) % {"title": title, "when": row.when, "far": far},
        arrow=f"← {far}" if row.beside == "before" else f"{far} →",
    )  # fmt: skip


def _bar(row: Row, title: str, link: str, may_edit: bool) -> str:
    item = row.item
    progress = 0 if row.manner == "done" else item["progress"]
    cut, grips = _ENDS[row.bar.cut_left, row.bar.cut_right]  # type: ignore[union-attr]
    return _BAR.format(
        number=item["number"], title=title, link=link, x=row.bar.x, width=row.bar.width, manner=row.manner, cut=cut,  # type: ignore[union-attr]
        health=row.health_class, spoken=escape(row.spoken), start=item["start"], end=item["end"],
        granularity=item["granularity"], version=item["version"], label=row.label,
        done=_DONE.format(progress) if progress else "",
        slip=_SLIP.format(row.slip_x, row.slip_width) if row.slip_width else "",
        percent=f"<span>{percent(progress)}</span>" if progress else "", grips=grips if may_edit else "",
    )  # fmt: skip


@register.filter
def people_of(followers: Iterable[Follower]) -> list[User]:
    """Return the people among followers."""
    return [each.user for each in followers]
