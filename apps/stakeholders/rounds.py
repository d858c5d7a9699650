"""What the digests of one round share, so that each costs its reader's rights, its handing over and its record, and little else.

A product's rows are read once for all its audiences; they, and an audience's projection, stand until anything happens in the
workspace but that digests are sent. What there is to say is composed once for all who follow the same and were told the same,
whatever their language, and a sheet written once for each set of words. Whether somebody may be written to, and what they were
told, is read for each mail, in the moment in which it goes.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.utils.translation import get_language

from apps.core.rows import workspaces
from apps.stakeholders.digests import Composed, composed_of
from apps.stakeholders.narrowing import wanted
from apps.stakeholders.projection import Roadmaps, vision_of
from apps.stakeholders.told import heard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from apps.core.letters import Sheet
    from apps.stakeholders.models import Audience, Subscription
    from apps.stakeholders.projection import View

COMPOSED = 500  # kept of a round, with what was shown of each
SHEETS = 200  # of some tens of kilobytes

# What a reader knows, as hashes of what was said at each moment of which something is the newest; `told.heard` says the rule.
_KNOWN = """
WITH newest AS (
  SELECT DISTINCT ON (t.item_id, source) t.at, t.id, t.item_id, COALESCE(s.audience_id, l.audience_id) AS source,
    md5(t.said::text) AS said
  FROM stakeholders_told t
    LEFT JOIN stakeholders_digest d ON d.id = t.digest_id
    LEFT JOIN stakeholders_subscription s ON s.id = d.subscription_id
    LEFT JOIN stakeholders_sharelink l ON l.id = t.link_id
  WHERE t.stakeholder_id = %(reader)s AND t.confirmed_at IS NOT NULL
  ORDER BY t.item_id, source, t.at DESC, t.id DESC
), told AS (
  SELECT at, md5(string_agg(concat(item_id, source, said), ',' ORDER BY item_id, id)) AS said FROM newest GROUP BY at
)
SELECT
  ARRAY(SELECT at FROM told ORDER BY at),
  ARRAY(SELECT said FROM told ORDER BY at),
  (SELECT md5(string_agg(concat(kind, id), ',' ORDER BY kind, id)) FROM (
    SELECT 'goal' AS kind, goal_id AS id FROM stakeholders_subscription_goals WHERE subscription_id = %(subscription)s
    UNION ALL SELECT 'item', item_id FROM stakeholders_subscription_items WHERE subscription_id = %(subscription)s
    UNION ALL SELECT 'milestone', milestone_id FROM stakeholders_subscription_milestones WHERE subscription_id = %(subscription)s
  ) chosen),
  (SELECT max(d.as_of) FROM stakeholders_digest d JOIN core_mail m ON m.id = d.mail_id
    WHERE d.subscription_id = %(subscription)s AND m.state = 'sent'),
  (SELECT seq FROM {workspaces} WHERE id = %(workspace)s),
  EXISTS (SELECT FROM core_change WHERE workspace_id = %(workspace)s AND seq > %(seq)s AND verb <> 'digest.sent')
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is read of one reader for one digest.

    `at` are the moments at which they were told what still counts, `said` hashes of it, `choice` is one of what they chose to
    follow, `last` when the digest that arrived last was made.
    """

    at: list[datetime]
    said: tuple[str, ...]
    choice: str | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Common:
    """What is composed for all who were told the same, and at which of a reader's moments each item was told."""

    composed: Composed
    told: dict[UUID, int]


class Round:
    """What is kept while a round lasts."""

    def __init__(self) -> None:
        self.seqs: dict[UUID, int] = {}
        self.roadmaps: dict[UUID, Roadmaps] = {}
        self.views: dict[UUID, dict[UUID, View]] = {}
        self.visions: dict[tuple[UUID, bool], dict[str, Any] | None] = {}
        self.followed: dict[tuple[Any, ...], set[UUID] | None] = {}
        self.common: OrderedDict[tuple[Any, ...], Common] = OrderedDict()
        self.sheets: OrderedDict[tuple[Any, ...], Sheet] = OrderedDict()

    def know(self, subscription: Subscription) -> Known:
        """Read what a reader knows, and forget what is kept of their workspace where anything happened in it; one statement."""
        workspace = subscription.workspace_id
        with connection.cursor() as cursor:
            values: dict[str, Any] = {
                "reader": subscription.stakeholder_id, "subscription": subscription.pk,
                "workspace": workspace, "seq": self.seqs.get(workspace, 0),
            }  # fmt: skip
            cursor.execute(_KNOWN.replace("{workspaces}", workspaces()), values)
            at, said, choice, last, seq, happened = cursor.fetchone()
        if happened:
            for kept in (self.roadmaps, self.views, self.visions, self.followed, self.common):
                kept.clear()
        self.seqs[workspace] = seq
        return Known(at, tuple(said), choice, last)

    def compose(self, subscription: Subscription, known: Known) -> tuple[Composed, datetime | None]:
        """Return what there is to say to a reader, as `digests.compose` does, and when they were last told of any of it."""
        items = self._followed(subscription, known)
        key = (subscription.audience_id, items if items is None else frozenset(items), known.said)
        common = self.common.get(key)
        if common is None:
            common = _kept(self.common, key, self._common(subscription, items, known), COMPOSED)
        told = {item: known.at[n] for item, n in common.told.items()} if common.composed.reasons else {}
        since = max((known.at[n] for n in set(common.told.values())), default=None)
        return common.composed.explained(told), max(filter(None, (since, known.last)), default=None)

    def sheet(self, key: tuple[Any, ...], make: Callable[[], Sheet]) -> Sheet:
        """Return the sheet of these words, made once; the key holds all on which it depends, but for the language."""
        whole = (get_language(), *key)
        return self.sheets.get(whole) or _kept(self.sheets, whole, make(), SHEETS)

    def _followed(self, subscription: Subscription, known: Known) -> set[UUID] | None:
        if subscription.promises:  # to each their own
            return wanted([subscription])[subscription.pk]
        key = (subscription.product_id, known.choice)
        if known.choice and key not in self.followed:
            self.followed[key] = wanted([subscription])[subscription.pk]
        return self.followed.get(key)

    def _common(self, subscription: Subscription, items: set[UUID] | None, known: Known) -> Common:
        audience = subscription.audience
        views = dict(self._views(audience, items))
        shown = {item: view.shown for item, view in views.items() if view.seen}
        told = heard(subscription, shown)
        numbers = {at: n for n, at in enumerate(known.at)}
        committed = {item for item, view in views.items() if view.committed}
        composed = composed_of(audience, shown, committed, told, self._vision(audience))
        return Common(composed, {item: numbers[row.at] for item, row in told.items()})

    def _views(self, audience: Audience, items: set[UUID] | None) -> Iterator[tuple[UUID, View]]:
        """Yield these items, or all, as an audience is shown them, in the roadmap's order; each is projected once."""
        roadmap, kept = self._roadmap(audience.product_id), self.views.setdefault(audience.pk, {})
        for item in roadmap.items(audience.product_id):
            if items is None or item in items:
                if item not in kept:
                    kept[item] = roadmap.view(audience, item)
                yield item, kept[item]

    def _vision(self, audience: Audience) -> dict[str, Any] | None:
        key = (audience.product_id, "vision" in audience.fields)
        if key not in self.visions:
            self.visions[key] = vision_of(audience)
        return self.visions[key]

    def _roadmap(self, product: UUID) -> Roadmaps:
        if product not in self.roadmaps:
            self.roadmaps[product] = Roadmaps({product})
        return self.roadmaps[product]


def _kept[T](where: OrderedDict[tuple[Any, ...], T], key: tuple[Any, ...], value: T, most: int) -> T:
    where[key] = value
    while len(where) > most:
        where.popitem(last=False)
    return value
