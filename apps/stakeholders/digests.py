"""Change digests: planning who is due, composing what is new to them, and what follows when the mail has gone."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import batched
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext, ngettext, override
from django.utils.translation import gettext_lazy as _

from apps.core.actors import Actor
from apps.core.fence import Keep
from apps.core.models import Mail, MailState, new_id
from apps.core.outbox import enqueue_all, new_mail
from apps.core.prepared import prepared
from apps.roadmap.models import Status
from apps.stakeholders.actions import note_bounce, note_complaint, record_digest, take_back_digest
from apps.stakeholders.coming import waits
from apps.stakeholders.models import Digest, Stakeholder, Subscription
from apps.stakeholders.narrowing import wanted
from apps.stakeholders.projection import Shown, project_each, vision_of
from apps.stakeholders.schedule import due_period, local_day
from apps.stakeholders.told import Heard, Line, difference, heard, is_after, is_news, reasons_for

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

    from apps.stakeholders.models import Audience
    from apps.stakeholders.told import Reasons

KIND = "digest"
SKEW = timedelta(seconds=60)
AT_ONCE = 500  # digests that are planned together
ORDER = ("dropped", "moved", "status", "renamed", "goal", "shipped", "new")


class ClockSkew(RuntimeError):
    """This machine's clock and the database's differ so far that mails would go out for the wrong day."""


def plan_due(now: datetime | None = None) -> int:
    """Put the digests that are due at `now` into the outbox; any number of planners make each once. Returns how many are new."""
    moment = now or _agreed_now()
    following = Subscription.objects.filter(
        ended_at=None,
        confirmed_at__isnull=False,
        stakeholder__archived_at=None,
        stakeholder__unreachable_at=None,
        audience__archived_at=None,
        workspace__mail_paused=False,
        created_at__lte=moment,
        audience__held=False,
    ).select_related("stakeholder", "audience")
    due = (
        (subscription, period)
        for subscription in following.order_by("pk").iterator(chunk_size=AT_ONCE)
        if (period := due_period(subscription, moment))
        and wants_digest(subscription, period)
        and not waits(subscription.audience, period)
    )
    return sum(_plan(several, now) for several in batched(due, AT_ONCE))


def wants_digest(subscription: Subscription, period: date) -> bool:
    """Say whether a digest of that day is still to be planned."""
    last = subscription.last_period
    return (last is None or last < period) and not subscription.is_paused(period)


def _plan(due: Iterable[tuple[Subscription, date]], at: datetime | None) -> int:
    """Plan these digests in one transaction; `at` is set when they are made up for another moment than now."""
    mails, periods = [], defaultdict(list)
    for subscription, period in due:
        payload = {"subscription": str(subscription.pk), "period": period.isoformat(), "as_of": at.isoformat() if at else None}
        name = f"{subscription.pk}:{period}"
        mail = new_mail(subscription.stakeholder.email, KIND, name, payload, subscription.workspace_id)
        mail.created_at = at or mail.created_at
        mails.append(mail)
        periods[period].append(subscription.pk)
    with transaction.atomic():
        new = enqueue_all(mails)
        for period, subscriptions in periods.items():
            Subscription.objects.filter(pk__in=subscriptions).update(last_period=period)
    return new


def _agreed_now() -> datetime:
    """Return the time, once this machine and the database agree on it."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs = cursor.fetchone()[0]
    if abs(now - theirs) > SKEW:
        raise ClockSkew(f"This machine's clock says {now}, the database's {theirs}; set them right before mails go out.")
    return now


@dataclass(eq=False)
class Composed:
    """What a digest says, its lines and how many other items are as told, to all who follow the same and were told the same.

    `committed` holds the items of which it gives a date to which the room is committed, shown as such or not. `reasons` are
    those recorded for what the lines say, each with its moment, the oldest first.
    """

    lines: list[Line]
    unchanged: int
    shown: dict[UUID, Shown]
    still: list[Shown]
    committed: set[UUID]
    told: dict[UUID, Heard]
    vision: dict[str, Any] | None
    reasons: Reasons

    def explained(self, since: dict[UUID, datetime]) -> Composed:
        """Return it with the reasons that are news to who was told of the items at these moments."""
        newest = {
            item: reason for (item, _), several in self.reasons.items() for at, reason in several if is_after(at, since.get(item))
        }
        if not newest:
            return self
        key = tuple(newest.items())
        if key not in self._explained:
            lines = [replace(line, reason=newest.get(line.item_id, "")) for line in self.lines]
            self._explained[key] = replace(self, lines=lines)
        return self._explained[key]

    @cached_property
    def _explained(self) -> dict[Any, Composed]:
        return {}

    @cached_property
    def as_json(self) -> str:
        """The lines as a digest's row keeps them."""
        with override(settings.LANGUAGE_CODE):  # whatever the reader's: so that what was said can be compared
            return _json([line.as_json() for line in self.lines])

    @cached_property
    def statements(self) -> tuple[list[UUID], list[str], list[bool]]:
        """What the ledger is to keep of each line: the item, what is said of it as JSON, and whether that is committed."""
        items = [line.item_id for line in self.lines]
        return items, [_json(self.shown[item].said()) for item in items], [item in self.committed for item in items]

    def is_worth_a_mail(self, subscription: Subscription) -> bool:
        """Whether there is enough to say; without news there is where the reader asked to hear that all is still true."""
        if not self.lines:
            return subscription.still_true and self.unchanged > 0
        return is_news(subscription, self.lines, self.unchanged)

    @property
    def headline(self) -> str:
        """The news in one sentence."""
        if not self.lines:
            return gettext("All that you were told is still true.")
        count = Counter("dated" if line.kind == "moved" and not line.dated else line.kind for line in self.lines)
        said = {
            "moved": ngettext(
                "One date you were given has moved.", "%(number)s dates you were given have moved.", count["moved"]
            ),
            "dropped": ngettext("One thing is no longer planned.", "%(number)s things are no longer planned.", count["dropped"]),
            "shipped": ngettext("One thing shipped.", "%(number)s things shipped.", count["shipped"]),
        }
        minor = {
            "dated": ngettext("One thing has a date now.", "%(number)s things have a date now.", count["dated"]),
            "new": self._new(count["new"]),
        }
        parts = [words % {"number": _number(count[kind])} for kind, words in said.items() if count[kind]]
        parts = parts or [words % {"number": _number(count[kind])} for kind, words in minor.items() if count[kind]]
        return " ".join(parts) or gettext("Some details of what you follow have changed.")

    def _new(self, count: int) -> str:
        """Return that there is something new, to somebody who was told something before or not."""
        if self.told:
            return ngettext("One thing is new on the roadmap.", "%(number)s things are new on the roadmap.", count)
        return ngettext("One thing is on the roadmap for you.", "%(number)s things are on the roadmap for you.", count)


_NUMBERS = (_("Two"), _("Three"), _("Four"), _("Five"), _("Six"), _("Seven"), _("Eight"), _("Nine"))


def _number(count: int) -> str:
    """Return how many, of two or more, as a sentence begins with it."""
    return str(_NUMBERS[count - 2]) if 2 <= count < len(_NUMBERS) + 2 else str(count)


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder)


def compose(subscription: Subscription) -> Composed:
    """Compare what the audience's projection says now with what the reader was told; a constant number of queries."""
    views = project_each([subscription.audience], wanted([subscription])[subscription.pk])
    shown = {item: view.shown for (_, item), view in views.items() if view.seen}
    told = heard(subscription, shown)
    committed = {item for (_, item), view in views.items() if view.committed}
    composed = composed_of(subscription.audience, shown, committed, told, vision_of(subscription.audience))
    return composed.explained({item: row.at for item, row in told.items()})


def composed_of(
    audience: Audience, shown: dict[UUID, Shown], committed: set[UUID], told: dict[UUID, Heard], vision: dict[str, Any] | None
) -> Composed:
    """Return what there is to say to who was told this, of what the audience is shown; its lines bear no reasons yet."""
    lines = [line for pk, each in shown.items() if (line := difference(told[pk].said if pk in told else None, each))]
    lines.sort(key=lambda line: ORDER.index(line.kind))
    news = {line.item_id for line in lines}
    return Composed(
        lines=lines,
        unchanged=len(told.keys() - news),
        shown=shown,
        still=[each for each in shown.values() if each.item_id in told and each.item_id not in news],
        committed={item for item in committed & shown.keys() if _promises(shown[item])},
        told=told,
        vision=vision,
        reasons=reasons_for(audience.workspace_id, lines) if "reason" in audience.fields else {},
    )


def was_told_that_day(subscription: Subscription, last: datetime | None, moment: datetime) -> bool:
    """Say whether the digest that arrived last did so on the reader's local date: one that was late makes the next one wait."""
    zone = subscription.stakeholder.time_zone
    return last is not None and local_day(last, zone) == local_day(moment, zone)


def _promises(shown: Shown) -> bool:
    """Say whether these words promise anything once the room is committed: a date of what is still to come."""
    return shown.when.last is not None and shown.status not in (Status.SHIPPED, Status.DROPPED)


# One digest of a period, also after a try before this one, whose lines told nobody anything.
_KEEP = """,
untold AS (
  DELETE FROM stakeholders_told t USING marked, stakeholders_digest d
  WHERE d.id = t.digest_id AND d.subscription_id = %s AND d.period = %s
), digest AS (
  INSERT INTO stakeholders_digest
    (id, version, created_at, workspace_id, subscription_id, stakeholder_id, product_id, period, as_of, lines, unchanged, mail_id)
  SELECT %s, 1, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, id FROM marked
  ON CONFLICT (subscription_id, period) DO UPDATE SET
    created_at = EXCLUDED.created_at, as_of = EXCLUDED.as_of, lines = EXCLUDED.lines, unchanged = EXCLUDED.unchanged,
    mail_id = EXCLUDED.mail_id
  RETURNING id, workspace_id, stakeholder_id, as_of
), told AS (
  INSERT INTO stakeholders_told (workspace_id, stakeholder_id, digest_id, at, item_id, said, committed)
  SELECT workspace_id, stakeholder_id, digest.id, as_of, item, said::jsonb, committed
  FROM digest, unnest(%s::uuid[], %s::text[], %s::boolean[]) AS line (item, said, committed)
)
"""


def keep(composed: Composed, subscription: Subscription, period: date, as_of: datetime) -> Keep:
    """Return how to record what a digest says, line by line; it counts as told only when it was accepted."""
    return Keep(
        _KEEP,
        [
            subscription.pk, period, new_id(), as_of, subscription.workspace_id, subscription.pk, subscription.stakeholder_id,
            subscription.product_id, period, as_of, composed.as_json, composed.unchanged, *composed.statements,
        ],
    )  # fmt: skip


def as_of(mail: Mail) -> datetime:
    """Return the moment of which a digest speaks: now, or the one that it was made up for."""
    return parse_datetime(mail.payload["as_of"] or "") or timezone.now()


def ended(mail: Mail) -> None:
    """Count a digest as told when the server accepted it; a bounced, held or unconfirmed one told nobody anything.

    One that was called off, and that no server can have, told nothing: nothing is kept of it.
    """
    if mail.state == MailState.CANCELLED and mail.raw is None:
        Digest.objects.filter(mail=mail).delete()
    came_back(mail)
    digest = _of_mail.first(mail.pk) if mail.state == MailState.SENT else None
    if digest is not None:
        digest.subscription.read_at = digest.seq  # type: ignore[attr-defined]  # of the query
        record_digest(Actor.system("Lodestar", at=digest.as_of), digest.subscription, digest=digest)


@prepared
def _of_mail(mail: UUID) -> QuerySet[Digest]:
    found = Digest.objects.filter(mail=mail).select_related("subscription", "stakeholder")
    return found.annotate(seq=F("workspace__seq"))


def came_back(mail: Mail) -> None:
    """Put a bounce on record with whom the mail was for; a digest that counted as told is told no more."""
    if mail.state != MailState.BOUNCED:
        return
    for person in _addressees(mail):
        note_bounce(Actor.system("Lodestar"), person, answer=mail.error)
    counted = Digest.objects.filter(mail=mail, told__confirmed_at__isnull=False)
    for digest in counted.select_related("subscription", "stakeholder").distinct():
        take_back_digest(Actor.system("Lodestar"), digest.subscription, digest=digest)


def complained(mail: Mail, words: str) -> None:
    """Put a complaint on record with whom the mail was for."""
    for person in _addressees(mail):
        note_complaint(Actor.system("Lodestar"), person, words=words)


def _addressees(mail: Mail) -> QuerySet[Stakeholder]:
    """Return whom a mail was for, as long as that is still their address."""
    return Stakeholder.objects.filter(subscriptions=mail.payload["subscription"], email=mail.recipient)


def _signer(purpose: str) -> signing.Signer:
    return signing.Signer(salt=purpose)


def unsubscribe_link(subscription: Subscription) -> str:
    """Return the address that ends a subscription: one click, no sign-in."""
    return f"{settings.BASE_URL}/u/{_signer('unsubscribe').sign(str(subscription.pk))}/"


def reader_link(subscription: Subscription) -> str:
    """Return the address at which a reader sees the roadmap as their audience sees it."""
    return f"{settings.BASE_URL}/r/{_signer('reader').sign(str(subscription.pk))}/"


def subscription_of(token: str, *, reader: bool) -> UUID | None:
    """Return the id of the subscription that a signed link names, or None for a link that we did not sign."""
    try:
        return UUID(_signer("reader" if reader else "unsubscribe").unsign(token))
    except (signing.BadSignature, ValueError):
        return None
