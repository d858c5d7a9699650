"""The roadmap's address: the view, its lanes, its zoom and window, and the filters. The address is the view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.core.choosing import Chosen
from apps.core.past import day_of, moment_of
from apps.roadmap.columns import ALWAYS, COLUMNS, column_of, layout, read_layout, usual
from apps.roadmap.picture import ZOOMS, Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from apps.accounts.models import Workspace

VIEWS = ("timeline", "board", "table", "matrix")
GROUPS = {
    "goal": _("Goal"), "status": _("Status"), "owner": _("Owner"), "horizon": _("Horizon"), "milestone": _("Milestone"),
    "release": _("Release"), "parent": _("Parent"), "type": _("Type"), "none": _("Nothing"),
}  # fmt: skip
DEFAULT_GROUP = {"board": "horizon", "table": "none"}
FILTERS = ("goal", "status", "type", "owner", "horizon", "health", "confidence", "q")
LONGEST = 500  # characters of a filter


@dataclass(frozen=True, slots=True)
class Address:
    """What the roadmap's address says: the view, its lanes, its zoom and window, and the filters."""

    view: str
    group: str
    zoom: str
    first: date | None
    sort: tuple[str, ...]
    rows: int
    filters: dict[str, str]
    closed: tuple[str, ...] = ()
    as_of: str = ""
    compare: str = ""
    saved: str = ""  # the id of the saved view from which one came
    scorecard: str = ""
    columns: tuple[str, ...] = ()
    widths: tuple[tuple[str, int], ...] = ()  # px of the columns that are not as wide as usual
    tree: bool = False
    line: int = 0

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Address:
        """Read an address; what makes no sense in it is passed over, as in a link from elsewhere."""
        view = _one_of(query.get("view"), VIEWS)
        columns, widths = read_layout(query.get("columns", ""), query.get("hide", ""))
        return cls(
            view=view,
            group=_one_of(query.get("group"), (DEFAULT_GROUP.get(view, "goal"), *GROUPS)),
            zoom=_one_of(query.get("zoom"), ("quarter", *ZOOMS, "fit")),
            first=day_of(query.get("from", "")),
            sort=tuple(each for each in query.get("sort", "").split(",")[:4] if each.removeprefix("-") in _sorts()),
            rows=_number(query.get("rows", "")),
            filters={name: value[:LONGEST] for name in FILTERS if (value := query.get(name, "").strip())},
            closed=tuple(filter(None, query.get("closed", "")[:2000].split(","))),
            as_of=text if moment_of(text := query.get("as_of", "")) else "",
            compare=text if moment_of(text := query.get("compare", "")) or text == "review" else "",
            saved=text if _is_id(text := query.get("saved", "")) else "",
            scorecard=text if _is_id(text := query.get("scorecard", "")) else "",
            columns=columns,
            widths=tuple(widths.items()),
            tree=query.get("tree") == "1",
            line=_number(query.get("line", "")),
        )

    def link(self, **changes: Any) -> str:
        """Return the address's query with some of it changed; None takes a part out."""
        view = changes.get("view", self.view)
        parts: dict[str, Any] = {
            "view": self.view, "group": self.group, "zoom": self.zoom, "from": self.first, "sort": ",".join(self.sort),
            "closed": ",".join(self.closed), "as_of": self.as_of, "compare": self.compare,
            "columns": self.laid(self.columns), "tree": "1" if self.tree else None, "saved": self.saved,
            "scorecard": self.scorecard,
        }  # fmt: skip
        if view != self.view and "group" not in changes and {view, self.view} & DEFAULT_GROUP.keys():
            parts["group"] = None  # the board and the table have groups of their own
        defaults = {"group": DEFAULT_GROUP.get(view, "goal"), "zoom": "quarter", "from": None, "columns": ",".join(usual())}
        parts = {**parts, **self.filters, **changes}
        kept = {name: value for name, value in parts.items() if value not in (None, "") and defaults.get(name) != value}
        return "?" + urlencode(kept)

    @property
    def kept(self) -> str:
        """What a saved view keeps of the address: all but the days that are looked at, and which view it is."""
        return self.link(**{"from": None, "saved": None}).removeprefix("?")

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns of the table as it is shown: in the past those that can be said of it."""
        return tuple(name for name in self.columns if COLUMNS[name].past or not self.as_of)

    def laid(self, columns: Iterable[str]) -> str:
        """Return columns as the address names them, each as wide as it is."""
        chosen = tuple(columns)
        return layout(chosen, {name: width for name, width in self.widths if name in chosen or name in ALWAYS})

    def width(self, name: str) -> int:
        """Return how wide a column is, in px."""
        column = column_of(name)
        return dict(self.widths).get(name) or (column.width if column else 0)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What a form must send along to stay at this address."""
        return parse_qsl(self.link().removeprefix("?"))

    def window(self, workspace: Workspace, today: date, span: tuple[date, date] | None = None) -> Window:
        """Return the days that the timeline shows; `span` is the first and last day of all items."""
        counts = workspace.year_begins, workspace.week_begins
        if self.zoom == "fit":
            whole = Window.fitting(*(span or (today, today)), *counts)
            return whole.begun(self.first) if self.first else whole
        return Window.starting(self.first, self.zoom, *counts) if self.first else Window.around(today, self.zoom, *counts)

    def sorted_by(self, name: str, *, more: bool) -> str:
        """Return the link that sorts by a column, or turns it round; `more` keeps the columns sorted by before."""
        turned = f"-{name}" if name in self.sort else name
        kept = [each for each in self.sort if each.removeprefix("-") != name] if more else []
        return self.link(sort=",".join([*kept, turned]))

    @property
    def at(self) -> datetime | None:
        """The moment as of which everything is shown, or None for now."""
        return moment_of(self.as_of)

    def keeps(self, row: dict[str, Any]) -> bool:
        """Say whether the filters keep a row; words are looked for only in rows that come with their description."""
        return all(_matches(row, name, value) for name, value in self.filters.items())


def kept_of(query: str) -> str:
    """Return a query as a saved view keeps it: what means nothing is left out, and one view is always the same text."""
    return Address.read(dict(parse_qsl(query.removeprefix("?")))).kept


def _matches(row: dict[str, Any], name: str, value: str) -> bool:
    match name:
        case "goal":
            return Chosen.read(value).keeps({str(pk) for pk in row["goal_ids"]} or {"none"})
        case "owner":
            return Chosen.read(value).keeps({str(row["owner_id"] or "none")})
        case "confidence":
            sure = row["confidence"]
            return not (value.isdecimal() and len(value) < 4) or (sure is not None and sure >= int(value))
        case "q":
            words = value.lower()
            return "description" not in row or words in row["title"].lower() or words in (row["description"] or "").lower()
    return Chosen.read(value).keeps({row[name]})


def _is_id(text: str) -> bool:
    try:
        return len(text) == 36 and bool(UUID(text))
    except ValueError:
        return False


def _sorts() -> set[str]:
    return {"rank", *(column.sort for column in (*ALWAYS.values(), *COLUMNS.values()) if column.sort)}


def _number(text: str) -> int:
    """Return a number of rows that an address names; 0 for what is none."""
    return min(int(text), 20_000) if text.isdecimal() and len(text) < 6 else 0


def _one_of(value: str | None, known: tuple[str, ...]) -> str:
    return value if value in known else known[0]
