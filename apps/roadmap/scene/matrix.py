"""Value against effort: where each rated item lies, its quadrant, and what nobody has rated yet."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from apps.roadmap.models import Status
from apps.roadmap.scene.rows import serves_text
from apps.roadmap.scoring import plain, said

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps.roadmap.models import Scorecard
    from apps.roadmap.scene.rows import Row
    from apps.roadmap.scoring import Factor

OVER = (Status.SHIPPED, Status.DROPPED)  # decided already; shown only where the filter asks for a status
# Percent of the picture between its edge and the ends of the scales: of 690 x 390 px, room for what stands around a place there.
INSET_X, INSET_Y = 6, 7
SIZE, ABREAST, LINES = 28, 3, 2  # px from dot to dot of one place, how many of them stand beside each other, and below
FITS = ABREAST * LINES  # dots of one place; of more, the last spot is the pile of the others
# Of a picture of about 820 x 520 px: how wide a letter is, a dot, and how high a line, in percent.
_LETTER, _DOT, _LINE = 0.8, 3.4, 5.4
_SHORTEST = 10 * _LETTER

# (much value, much effort): what one calls it
QUADRANTS = {
    (True, False): _("Quick wins"),
    (True, True): _("Big bets"),
    (False, False): _("Fill-ins"),
    (False, True): _("Money pits"),
}


@dataclass(slots=True)
class Dot:
    """A rated item: its place in percent from the top left, its px beside others of the same place, its label's room in percent.

    The label stands right of the dot, or left of it where `before`; without room there is none.
    """

    row: Row
    value: str
    effort: str
    quadrant: str
    x: float
    y: float
    dx: int = -13
    dy: int = -13
    room: float = 0.0
    before: bool = False
    piled: bool = False  # it is shown in a pile

    @property
    def rated(self) -> tuple[str, str]:
        """Value and effort as the reader's language writes them."""
        return said(Decimal(self.value)), said(Decimal(self.effort))

    @property
    def spoken(self) -> str:
        """The dot in words."""
        words = gettext("%(name)s, value %(value)s, effort %(effort)s, %(quadrant)s, %(serves)s")
        name = f"{self.row.item['number']} {self.row.item['title']}"
        value, effort = self.rated
        rated = {"value": value, "effort": effort, "quadrant": self.quadrant}
        spoken = words % {"name": name, **rated, "serves": serves_text(self.row.goal_name)}
        return f"{spoken}, {self.row.since}" if self.row.since else spoken


@dataclass(slots=True)
class Pile:
    """The dots of one place that have no room there, and where they are opened, as of a `Dot`."""

    dots: list[Dot]
    x: float
    y: float
    dx: int = 0
    dy: int = 0

    @property
    def name(self) -> str:
        """What it is called in the page."""
        return f"pile-{self.dots[0].value}-{self.dots[0].effort}"

    @property
    def spoken(self) -> str:
        """The pile in words."""
        value, effort = self.dots[0].rated
        words = ngettext(
            "%(count)s more with value %(value)s and effort %(effort)s",
            "%(count)s more with value %(value)s and effort %(effort)s",
            len(self.dots),
        )
        return words % {"count": len(self.dots), "value": value, "effort": effort}


@dataclass(slots=True)
class Matrix:
    """The picture: its scales, the dots in it and the rows that wait beside it."""

    value: Factor
    effort: Factor
    dots: list[Dot] = field(default_factory=list)
    piles: list[Pile] = field(default_factory=list)
    waiting: list[Row] = field(default_factory=list)

    @property
    def insets(self) -> tuple[int, int]:
        return INSET_X, INSET_Y


def arranged(rows: Iterable[Row], scorecard: Scorecard, *, everything: bool = False) -> Matrix:
    """Arrange rows by a scorecard of value and effort; `everything` shows what is shipped or dropped as well."""
    value, effort = scorecard.rated_by
    picture = Matrix(value, effort)
    for row in rows:
        if row.item["status"] in OVER and not everything:
            continue
        ratings = row.item["ratings"] or {}
        if {"value", "effort"} <= ratings.keys():
            picture.dots.append(_dot(row, value, effort, Decimal(ratings["value"]), Decimal(ratings["effort"])))
        else:
            picture.waiting.append(row)
    picture.piles = _side_by_side(picture.dots)
    _labelled([*(dot for dot in picture.dots if not dot.piled), *picture.piles])
    return picture


def _dot(row: Row, by_value: Factor, by_effort: Factor, value: Decimal, effort: Decimal) -> Dot:
    up, right = _share(by_value, value), _share(by_effort, effort)
    quadrant = str(QUADRANTS[up >= 0.5, right > 0.5])
    x = round(INSET_X + (100 - 2 * INSET_X) * right, 2)
    return Dot(row, plain(value), plain(effort), quadrant, x, round(100 - INSET_Y - (100 - 2 * INSET_Y) * up, 2))


def _share(factor: Factor, rating: Decimal) -> float:
    return float((rating - factor.low) / (factor.high - factor.low))


def _side_by_side(dots: list[Dot]) -> list[Pile]:
    """Put dots of one place beside each other, so that each is seen and can be taken; return piles of those without room."""
    places: dict[tuple[float, float], list[Dot]] = defaultdict(list)
    for dot in dots:
        places[dot.x, dot.y].append(dot)
    piles = []
    for (x, y), here in places.items():
        spots: list[Dot | Pile] = [*here]
        if len(here) > FITS:
            rest = here[FITS - 1 :]
            for dot in rest:
                dot.piled = True
            piles.append(Pile(rest, x, y))
            spots[FITS - 1 :] = piles[-1:]
        _spread(spots)
    return piles


def _spread(spots: list[Dot | Pile]) -> None:
    """Stand the spots of one place around it."""
    wide, high = min(len(spots), ABREAST) - 1, (len(spots) - 1) // ABREAST
    for n, spot in enumerate(spots):
        spot.dx = -13 + SIZE * (n % ABREAST) - SIZE * wide // 2
        spot.dy = -13 + SIZE * (n // ABREAST) - SIZE * high // 2


def _labelled(spots: list[Dot | Pile]) -> None:
    """Give each dot that stands alone as much room for its title as no other dot or title takes."""
    dots = [spot for spot in spots if isinstance(spot, Dot)]
    taken = [(dot.x + (dot.dx + 13) / 8.2 - _DOT / 2, dot.x + (dot.dx + 13) / 8.2 + _DOT / 2, dot.y) for dot in spots]
    for dot in dots:
        if sum(other.x == dot.x and other.y == dot.y for other in dots) > 1:
            continue
        long = len(dot.row.item["title"]) * _LETTER + 2
        near = [(left, right) for left, right, y in taken if abs(y - dot.y) < _LINE]
        after, before = dot.x + _DOT / 2, dot.x - _DOT / 2
        room_after = min([left for left, _ in near if left >= after - 0.1], default=100.0) - after
        room_before = before - max([right for _, right in near if right <= before + 0.1], default=0.0)
        dot.before = room_after < min(long, room_before)
        dot.room = round(min(long, max(room_after, room_before) if dot.before or room_after > room_before else room_after), 2)
        if dot.room < min(long, _SHORTEST):
            dot.room = 0.0
        elif dot.before:
            taken.append((before - dot.room, before, dot.y))
        else:
            taken.append((after, after + dot.room, dot.y))
