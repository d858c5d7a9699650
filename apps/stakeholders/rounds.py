"""What the digests of one round share, so that each costs its reader's rights, its handing over and its record, and little else.

An audience's projection stands until anything happens in the workspace but that digests are sent. What there is to say is
composed once for all who follow the same and were told the same, whatever their language, and a sheet written once for each
set of words. Whether
somebody may be written to, and what they were told, is read for each mail, in the moment in which it goes.
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
from apps.stakeholders.projection import project_each, vision_of
from apps.stakeholders.told import heard

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from apps.core.letters import Sheet
    from apps.stakeholders.models import Audience, Subscription
    from apps.stakeholders.projection import Shown

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
  EXISTS (SELECT FROM stakeholders_digest WHERE subscription_id = %(subscription)s AND period = %(period)s),
  (SELECT seq FROM {workspaces} WHERE id = %(workspace)s),
  EXISTS (SELECT FROM core_change WHERE workspace_id = %(workspace)s AND seq > %(seq)s AND verb <> 'digest.sent')
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is read of one reader for one digest.

    `at` are the moments at which they were told what still counts, `said` hashes of it, `choice` is one of what they chose to
    follow, `last` when the digest that arrived last was made; and whether this one was tried before.
    """

    at: list[datetime]
    said: tuple[str, ...]
    choice: str | None
    last: datetime | None
    tried: bool


@dataclass(frozen=True, slots=True)
class Common:
    """What is composed for all who were told the same, and at which of a reader's moments each item was told."""

    composed: Composed
    told: dict[UUID, int]


class Round:
    """What is kept while a round lasts."""

    def __init__(self) -> None:
        self.seqs: dict[UUID, int] = {}
        self.shown: dict[UUID, tuple[dict[UUID, Shown], set[UUID], dict[str, Any] | None]] = {}
        self.followed: dict[tuple[Any, ...], set[UUID] | None] = {}
        self.common: OrderedDict[tuple[Any, ...], Common] = OrderedDict()
        self.sheets: OrderedDict[tuple[Any, ...], Sheet] = OrderedDict()

    def know(self, subscription: Subscription, period: date) -> Known:
        """Read what a reader knows, and forget what is kept of their workspace where anything happened in it; one statement."""
        workspace = subscription.workspace_id
        with connection.cursor() as cursor:
            values: dict[str, Any] = {
                "reader": subscription.stakeholder_id, "subscription": subscription.pk, "period": period,
                "workspace": workspace, "seq": self.seqs.get(workspace, 0),
            }  # fmt: skip
            cursor.execute(_KNOWN.replace("{workspaces}", workspaces()), values)
            at, said, choice, last, tried, seq, happened = cursor.fetchone()
        if happened:
            for kept in (self.shown, self.followed, self.common):
                kept.clear()
        self.seqs[workspace] = seq
        return Known(at, tuple(said), choice, last, tried)

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
        shown, committed, vision = self._shown(audience)
        if items is not None:
            shown = {item: each for item, each in shown.items() if item in items}
        told = heard(subscription, shown)
        numbers = {at: n for n, at in enumerate(known.at)}
        return Common(
            composed_of(audience, shown, committed, told, vision), {item: numbers[row.at] for item, row in told.items()}
        )

    def _shown(self, audience: Audience) -> tuple[dict[UUID, Shown], set[UUID], dict[str, Any] | None]:
        key = audience.pk
        if key not in self.shown:
            views = project_each([audience])
            shown = {item: view.shown for (_, item), view in views.items() if view.seen}
            self.shown[key] = (shown, {item for (_, item), view in views.items() if view.committed}, vision_of(audience))
        return self.shown[key]


def _kept[T](where: OrderedDict[tuple[Any, ...], T], key: tuple[Any, ...], value: T, most: int) -> T:
    where[key] = value
    while len(where) > most:
        where.popitem(last=False)
    return value
