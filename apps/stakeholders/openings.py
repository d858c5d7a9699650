"""How often the pages of share links are opened and read, by day; and the seal that says what a page showed.

A program that checks links opens a page like any reader. So opening only counts; what tells a person something is a
small POST, sent once a hand was on the page (or its button was pressed), with the seal of what was shown.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from json import dumps
from typing import TYPE_CHECKING

from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils import timezone

from apps.stakeholders.models import Opening

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from apps.stakeholders.models import ShareLink
    from apps.stakeholders.projection import Shown

DRAWN = 30  # days of the small chart
SEALED_FOR = 24 * 3600  # seconds after which a page that stayed open must be loaded anew to count as read


def count(link: ShareLink, *, opened: int = 0, read: int = 0) -> None:
    """Count that a link's page was opened or read, on the link's own day."""
    day = timezone.localdate(timezone=link.zone)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stakeholders_opening AS kept (workspace_id, link_id, day, opened, read) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (link_id, day) DO UPDATE SET opened = kept.opened + excluded.opened, read = kept.read + excluded.read",
            [link.workspace_id, link.pk, day, opened, read],
        )


@dataclass(slots=True)
class Bar:
    """A day of the small chart: its place and heights in percent of it."""

    day: date
    opened: int
    read: int
    x: float
    opened_height: float
    read_height: float


@dataclass(slots=True)
class Log:
    """How often a link's page was opened and read: in all, by day (the newest first), and as a chart of the last days."""

    days: list[Opening] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)

    @property
    def opened(self) -> int:
        """How often in all."""
        return sum(each.opened for each in self.days)

    @property
    def read(self) -> int:
        """How often a hand was on it, in all."""
        return sum(each.read for each in self.days)

    @property
    def last(self) -> date | None:
        """The last day on which it was opened."""
        return self.days[0].day if self.days else None


def logs(links: Iterable[ShareLink]) -> dict[UUID, Log]:
    """Return the log of each link, in one query."""
    found = {link.pk: Log() for link in links}
    for each in Opening.objects.filter(link__in=found).order_by("-day"):
        found[each.link_id].days.append(each)
    for link in links:
        found[link.pk].bars = _bars(found[link.pk].days, timezone.localdate(timezone=link.zone))
    return found


def _bars(days: list[Opening], today: date) -> list[Bar]:
    since = today - timedelta(days=DRAWN - 1)
    recent = [each for each in days if since <= each.day <= today]
    most = max((each.opened for each in recent), default=0) or 1
    return [
        Bar(
            each.day, each.opened, each.read, (each.day - since).days * 100 / DRAWN, each.opened * 100 / most,
            min(each.read, each.opened) * 100 / most,
        )
        for each in recent
    ]  # fmt: skip


def seal(link: ShareLink, shown: Iterable[Shown]) -> str:
    """Return a signed text that stands for what a link's page shows at this moment."""
    return signing.dumps([str(link.pk), _shown(shown)], salt="opening")


def unchanged(link: ShareLink, shown: Iterable[Shown], sealed: str) -> bool | None:
    """Say whether a page with that seal showed what is shown now; None for a seal that is not ours or too old."""
    try:
        found = signing.loads(sealed, salt="opening", max_age=SEALED_FOR)
    except signing.BadSignature:
        return None
    return bool(found == [str(link.pk), _shown(shown)])


def _shown(shown: Iterable[Shown]) -> str:
    said = [[str(each.item_id), each.said()] for each in shown]
    return hashlib.sha256(dumps(said, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()
