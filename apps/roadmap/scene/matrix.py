"""Value against effort: where each rated item lies, its quadrant, and what nobody has rated yet."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext
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
INSET_X, INSET_Y = 5, 7  # percent of the picture between its edge and the ends of the scales
SIZE, ABREAST = 28, 4  # px from dot to dot of one place, and how many of them stand beside each other
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
class Matrix:
    """The picture: its scales, the dots in it and the rows that wait beside it."""

    value: Factor
    effort: Factor
    dots: list[Dot] = field(default_factory=list)
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
    _side_by_side(picture.dots)
    _labelled(picture.dots)
    return picture


def _dot(row: Row, by_value: Factor, by_effort: Factor, value: Decimal, effort: Decimal) -> Dot:
    up, right = _share(by_value, value), _share(by_effort, effort)
    quadrant = str(QUADRANTS[up >= 0.5, right > 0.5])
    x = round(INSET_X + (100 - 2 * INSET_X) * right, 2)
    return Dot(row, plain(value), plain(effort), quadrant, x, round(100 - INSET_Y - (100 - 2 * INSET_Y) * up, 2))


def _share(factor: Factor, rating: Decimal) -> float:
    return float((rating - factor.low) / (factor.high - factor.low))


def _side_by_side(dots: list[Dot]) -> None:
    """Put dots of one place beside each other, so that each is seen and can be taken."""
    places: dict[tuple[float, float], list[Dot]] = defaultdict(list)
    for dot in dots:
        places[dot.x, dot.y].append(dot)
    for pile in places.values():
        abreast = min(len(pile), ABREAST)
        for n, dot in enumerate(pile):
            dot.dx = -13 + SIZE * (n % ABREAST) - SIZE * (abreast - 1) // 2
            dot.dy = -13 + SIZE * (n // ABREAST)


def _labelled(dots: list[Dot]) -> None:
    """Give each dot that stands alone as much room for its title as no other dot or title takes."""
    taken = [(dot.x + (dot.dx + 13) / 8.2 - _DOT / 2, dot.x + (dot.dx + 13) / 8.2 + _DOT / 2, dot.y) for dot in dots]
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
