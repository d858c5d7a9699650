"""Change digests: planning who is due, composing what is new to them, and what follows when the mail has gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext, ngettext, override
from django.utils.translation import gettext_lazy as _

from apps.core.actors import Actor
from apps.core.models import Mail, MailState
from apps.core.outbox import enqueue
from apps.roadmap.models import Status
from apps.stakeholders.actions import note_bounce, record_digest
from apps.stakeholders.coming import waits
from apps.stakeholders.models import Digest, Stakeholder, Subscription, Told
from apps.stakeholders.narrowing import wanted
from apps.stakeholders.projection import Shown, project_each, vision_of
from apps.stakeholders.schedule import due_period, local_day
from apps.stakeholders.told import Heard, Line, difference, explain, heard, is_news

if TYPE_CHECKING:
    from datetime import date

KIND = "digest"
SKEW = timedelta(seconds=60)
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
    planned = 0
    for subscription in following.iterator(chunk_size=500):
        period = due_period(subscription, moment)
        if period and wants_digest(subscription, period) and not waits(subscription.audience, period):
            planned += _plan(subscription, period, now)
    return planned


def wants_digest(subscription: Subscription, period: date) -> bool:
    """Say whether a digest of that day is still to be planned."""
    last = subscription.last_period
    return (last is None or last < period) and not subscription.is_paused(period)


def _plan(subscription: Subscription, period: date, at: datetime | None) -> bool:
    """Plan one digest; `at` is set when it is made up for another moment than now."""
    payload = {"subscription": str(subscription.pk), "period": period.isoformat(), "as_of": at.isoformat() if at else None}
    with transaction.atomic():
        mail = enqueue(
            subscription.stakeholder.email, KIND, f"{subscription.pk}:{period}", payload, workspace_id=subscription.workspace_id
        )
        Subscription.objects.filter(pk=subscription.pk).update(last_period=period)
        if mail and at:
            Mail.objects.filter(pk=mail.pk).update(created_at=at)
    return mail is not None


def _agreed_now() -> datetime:
    """Return the time, once this machine and the database agree on it."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs = cursor.fetchone()[0]
    if abs(now - theirs) > SKEW:
        raise ClockSkew(f"This machine's clock says {now}, the database's {theirs}; set them right before mails go out.")
    return now


@dataclass(slots=True)
class Composed:
    """What a digest says: its lines, how many other items are as told, and since when the reader was not written to.

    `committed` holds the items of which it gives a date to which the room is committed, shown as such or not.
    """

    subscription: Subscription
    lines: list[Line]
    unchanged: int
    since: datetime | None
    shown: dict[UUID, Shown]
    still: list[Shown]
    committed: set[UUID]
    told: dict[UUID, Heard]
    vision: dict[str, Any] | None

    @property
    def is_worth_a_mail(self) -> bool:
        """Whether there is enough to say; without news there is where the reader asked to hear that all is still true."""
        if not self.lines:
            return self.subscription.still_true and self.unchanged > 0
        return is_news(self.subscription, self.lines, self.unchanged)

    @property
    def headline(self) -> str:
        """The news in one sentence."""
        if not self.lines:
            return gettext("All that you were told is still true.")
        count = {kind: sum(line.kind == kind for line in self.lines) for kind in ORDER}
        said = {
            "moved": ngettext(
                "One date you were given has moved.", "%(number)s dates you were given have moved.", count["moved"]
            ),
            "dropped": ngettext("One thing is no longer planned.", "%(number)s things are no longer planned.", count["dropped"]),
            "shipped": ngettext("One thing shipped.", "%(number)s things shipped.", count["shipped"]),
        }
        parts = [words % {"number": _number(count[kind])} for kind, words in said.items() if count[kind]]
        if not parts and count["new"]:
            new = ngettext("One thing is on the roadmap for you.", "%(number)s things are on the roadmap for you.", count["new"])
            parts = [new % {"number": _number(count["new"])}]
        return " ".join(parts) or gettext("Some details of what you follow have changed.")


_NUMBERS = (_("Two"), _("Three"), _("Four"), _("Five"), _("Six"), _("Seven"), _("Eight"), _("Nine"))


def _number(count: int) -> str:
    """Return how many, of two or more, as a sentence begins with it."""
    return str(_NUMBERS[count - 2]) if 2 <= count < len(_NUMBERS) + 2 else str(count)


def compose(subscription: Subscription) -> Composed:
    """Compare what the audience's projection says now with what the reader was told; a constant number of queries."""
    views = project_each([subscription.audience], wanted([subscription])[subscription.pk])
    shown = {item: view.shown for (_, item), view in views.items() if view.seen}
    told = heard(subscription, shown)
    lines = [line for pk, each in shown.items() if (line := difference(told[pk].said if pk in told else None, each))]
    if "reason" in subscription.audience.fields:
        explain(subscription.workspace_id, lines, {pk: row.at for pk, row in told.items()})
    news = {line.item_id for line in lines}
    lines.sort(key=lambda line: ORDER.index(line.kind))
    return Composed(
        subscription=subscription,
        lines=lines,
        unchanged=len(told.keys() - news),
        since=max((*(row.at for row in told.values()), *_sent(subscription)), default=None),
        still=[each for each in shown.values() if each.item_id in told and each.item_id not in news],
        shown=shown,
        committed={item for (_, item), view in views.items() if view.committed and _promises(view.shown)},
        told=told,
        vision=vision_of(subscription.audience),
    )


def _sent(subscription: Subscription) -> list[datetime]:
    """Return when the newest digest that arrived was made; none before the first."""
    arrived = Digest.objects.filter(subscription=subscription, mail__state=MailState.SENT).order_by("-as_of")
    return list(arrived.values_list("as_of", flat=True)[:1])


def was_told_that_day(subscription: Subscription, moment: datetime) -> bool:
    """Say whether a digest reached the reader on the local date of that moment: one that was late makes the next one wait."""
    zone = subscription.stakeholder.time_zone
    return any(local_day(at, zone) == local_day(moment, zone) for at in _sent(subscription))


def _promises(shown: Shown) -> bool:
    """Say whether these words promise anything once the room is committed: a date of what is still to come."""
    return shown.when.last is not None and shown.status not in (Status.SHIPPED, Status.DROPPED)


def keep(composed: Composed, mail: Mail, period: date, as_of: datetime) -> Digest:
    """Record what a digest is about to say, line by line; it counts as told only when the mail was accepted."""
    subscription = composed.subscription
    Digest.objects.filter(subscription=subscription, period=period).delete()
    with override(settings.LANGUAGE_CODE):  # whatever the reader's: so that what was said can be compared
        lines = [line.as_json() for line in composed.lines]
    digest: Digest = Digest.objects.create(
        workspace_id=subscription.workspace_id, subscription=subscription, stakeholder=subscription.stakeholder,
        product_id=subscription.product_id, period=period, as_of=as_of, lines=lines,
        unchanged=composed.unchanged, mail=mail, created_at=as_of,
    )  # fmt: skip
    Told.objects.bulk_create(
        Told(
            workspace_id=subscription.workspace_id, stakeholder=subscription.stakeholder, item_id=line.item_id, digest=digest,
            said=composed.shown[line.item_id].said(), committed=line.item_id in composed.committed, at=as_of,
        )
        for line in composed.lines
    )  # fmt: skip
    return digest


def as_of(mail: Mail) -> datetime:
    """Return the moment of which a digest speaks: now, or the one that it was made up for."""
    return parse_datetime(mail.payload["as_of"] or "") or timezone.now()


def ended(mail: Mail) -> None:
    """Count a digest as told when the server accepted it; a bounced, held or unconfirmed one told nobody anything.

    One that was called off, and that no server can have, told nothing: nothing is kept of it.
    """
    if mail.state == MailState.CANCELLED and mail.raw is None:
        Digest.objects.filter(mail=mail).delete()
    digest = Digest.objects.filter(mail=mail).select_related("subscription__stakeholder").first()
    came_back(mail)
    if digest is None or mail.state != MailState.SENT:
        return
    record_digest(Actor.system("Lodestar", at=digest.as_of), digest.subscription, digest=digest)
    if mail.payload["as_of"]:
        Mail.objects.filter(pk=mail.pk).update(sent_at=digest.as_of)


def came_back(mail: Mail) -> None:
    """Put a bounce on record with whom the mail was for, as long as that is still their address."""
    if mail.state != MailState.BOUNCED:
        return
    for person in Stakeholder.objects.filter(subscriptions=mail.payload["subscription"], email=mail.recipient):
        note_bounce(Actor.system("Lodestar"), person, answer=mail.error)


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
