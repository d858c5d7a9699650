"""The outbox: a mail is a row before it is anything else, and its state says the truth at every moment.

A row is claimed under a lease, some at a time, rendered at each try (with the rights of that moment), marked just before
SMTP's final dot, and given its result afterwards, which is retried while the database is away. What a mail leaves in the
database is written with its mark, and nothing before. A worker
that dies before the dot leaves a mail that is rendered and sent again; one that dies after it leaves a mail whose fate nobody
can know (RFC 1047): digests are then shown as unconfirmed and held, all else is sent again, the same bytes under the same
Message-ID.
"""

from __future__ import annotations

import contextlib
import logging
import random
import smtplib
import time
from collections import deque
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from email import policy
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from apps.core.fence import LeaseLost, NotKept, leave, mark, result
from apps.core.letters import Letter
from apps.core.models import Mail, MailState
from apps.core.provider import leaves, way_out
from apps.core.smtp import ServerAway

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from uuid import UUID

    from django.core.mail import EmailMessage

    from apps.core.provider import Way

log = logging.getLogger(__name__)

OVER = (MailState.SENT, MailState.BOUNCED, MailState.CANCELLED)  # nobody sends it once more
RESENDABLE = (MailState.UNCONFIRMED, MailState.DEAD)
LEASE = timedelta(minutes=10)
AT_ONCE = 20  # mails that a worker claims together
ROUND = 15  # seconds; a worker that is asked to end has longer than that to finish its round
MOST_ATTEMPTS = 12
MOST_COPIES = 5  # attempts; a mail whose answer is lost then is not sent again by itself, whatever its kind
RETRY_RESULT_FOR = 60  # seconds
MOST_SUBJECT = 300  # characters
ANSWER_LIMIT = 500  # characters of a server's answer that are kept


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of mail is made, and what follows from its end.

    `render` returns the message, or None when there is nothing left to say, and writes nothing: what it wants kept of the mail
    it leaves in `mail.keep`; `ended` runs in the transaction that records the result, and once more where a mail comes
    back later; `complained` follows from a complaint of its reader; `wanted` says whether somebody is still
    to have it, also when its bytes stand; `hold` that a mail of unknown fate is not sent again; `secret` that the text opens
    something to whoever has it, so that it is forgotten once a server has accepted it (without one the mailbox shows it).
    """

    render: Callable[[Mail], EmailMessage | Letter | None]
    ended: Callable[[Mail], None] | None = None
    complained: Callable[[Mail, str], None] | None = None
    wanted: Callable[[Mail], bool] | None = None
    hold: bool = False
    secret: bool = False


KINDS: dict[str, Kind] = {}
_round: ContextVar[dict[Any, Any]] = ContextVar("round")


class Unwritable(ValueError):
    """A message has a header that cannot be written, such as a subject of two lines."""


def enqueue(
    recipient: str, kind: str, period: str, payload: dict[str, Any], *, workspace_id: UUID | None = None,
    written: EmailMessage | None = None,
) -> Mail | None:  # fmt: skip
    """Put a mail into the outbox, once for each (recipient, kind, period); None when it was there already.

    A message that is `written` already goes in with its bytes, in one insert: whoever claims it finds them.
    """
    mail = new_mail(recipient, kind, period, payload, workspace_id)
    if written:
        mail.subject, mail.raw = str(written.subject)[:MOST_SUBJECT], _bytes(written, mail)
    return mail if enqueue_all([mail]) else None


def enqueue_all(mails: list[Mail]) -> int:
    """Put these mails into the outbox, those that are not there yet, in two statements; return how many are new."""
    Mail.objects.bulk_create(mails, ignore_conflicts=True)
    return Mail.objects.filter(pk__in=[mail.pk for mail in mails]).count()


def new_mail(recipient: str, kind: str, period: str, payload: dict[str, Any], workspace_id: UUID | None) -> Mail:
    """Return a mail that is not in the outbox yet."""
    mail = Mail(recipient=recipient, kind=kind, period=period, payload=payload, workspace_id=workspace_id)
    mail.message_id = f"<{mail.pk}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].strip('>')}>"
    return mail


def of_this_round[T](make: Callable[[], T]) -> T:
    """Return what `make` makes, made once for all mails of the round under way, or anew where there is none."""
    kept = _round.get({})
    if make not in kept:
        kept[make] = make()
    return cast("T", kept[make])


def deliver(limit: int = 500, seconds: float = ROUND) -> int:
    """Send what is due and return how many were tried; at the most `limit`, none begun after so many seconds.

    Any number may run at once.
    """
    reap()
    tried, until, going = 0, time.monotonic() + seconds, True
    with way_out() as route, _a_round():
        while going and tried < limit and time.monotonic() < until and (claimed := _claim(min(AT_ONCE, limit - tried))):
            waiting = deque(claimed)
            try:
                while going and waiting and time.monotonic() < until:
                    tried += 1
                    going = _send(waiting.popleft(), route)  # else the server is away; the others would only wait for it too
            finally:
                _release(waiting)
    return tried


@contextlib.contextmanager
def _a_round() -> Iterator[None]:
    token = _round.set({})
    try:
        yield
    finally:
        _round.reset(token)


def reap() -> None:
    """Take back the mails of workers that died; one that outlived too many workers is given up."""
    over = Mail.objects.filter(lease_until__lt=timezone.now())
    over.filter(state=MailState.SENDING, attempts__gte=MOST_ATTEMPTS).update(
        state=MailState.DEAD, lease_until=None, error="Every worker that tried it ended before the server had it."
    )
    over.filter(state=MailState.SENDING).update(state=MailState.QUEUED, lease_until=None)
    once_more = over.filter(state=MailState.DOT, attempts__lt=MOST_COPIES).exclude(kind__in=_those("hold"))
    once_more.update(state=MailState.QUEUED, lease_until=None)
    over.filter(state=MailState.DOT).update(
        state=MailState.UNCONFIRMED, lease_until=None, error="The worker ended before the server's answer was known."
    )


def _those(flag: str) -> list[str]:
    """Return the names of the kinds that have this flag."""
    return [name for name, kind in KINDS.items() if getattr(kind, flag)]


def resend(mail: Mail) -> bool:
    """Queue a mail of unknown fate, or one given up, once more; False when it is neither (any more).

    Its Message-ID stays, and so do the bytes that the server may have. It is still called off where nobody wants it now.
    """
    found = Mail.objects.filter(pk=mail.pk, state__in=RESENDABLE)
    return bool(found.update(state=MailState.QUEUED, not_before=timezone.now(), attempts=0, error=""))


def cancel_unowned(why: str) -> int:
    """Cancel what waits on behalf of no workspace, such as sign-in links that were sent before; return how many."""
    waiting = Mail.objects.filter(workspace=None, state__in=(MailState.QUEUED, MailState.SENDING, MailState.DOT))
    return waiting.update(state=MailState.CANCELLED, lease_until=None, error=why)


def _claim(most: int) -> list[Mail]:
    """Take so many of the mails that are due, those that wait longest."""
    now = timezone.now()
    waiting = Mail.objects.filter(
        Q(workspace=None) | Q(workspace__mail_paused=False), state=MailState.QUEUED, not_before__lte=now
    )
    values: dict[str, Any] = {"state": MailState.SENDING, "lease_until": now + LEASE}
    with transaction.atomic():
        mails = list(waiting.select_for_update(skip_locked=True, of=("self",)).order_by("not_before")[:most])
        if mails:
            Mail.objects.filter(pk__in=[mail.pk for mail in mails]).update(**values, attempts=F("attempts") + 1)
    for mail in mails:
        mail.state, mail.lease_until, mail.attempts = values["state"], values["lease_until"], mail.attempts + 1
    return mails


def _release(mails: Iterable[Mail]) -> None:
    """Give back what was claimed and not tried; where the database is away, the lease does it."""
    leases = {mail.pk: mail.lease_until for mail in mails}
    if leases:
        with contextlib.suppress(OperationalError, InterfaceError):
            mine = Mail.objects.filter(pk__in=leases, state=MailState.SENDING, lease_until__in=set(leases.values()))
            mine.update(state=MailState.QUEUED, lease_until=None, attempts=F("attempts") - 1)


def _send(mail: Mail, route: Way) -> bool:
    """Try one mail; False when the server is away."""
    try:
        raw = _text(mail)
    except Unwritable as error:
        _end(mail, MailState.DEAD, str(error))
    except Exception as error:  # noqa: BLE001 - a mistake in one mail must not stop the others; it is logged
        _failed(mail, error)
    else:
        if raw is not None:
            return _hand_over(mail, raw, route)
        _end(mail, MailState.CANCELLED)
    return True


def _failed(mail: Mail, error: Exception) -> None:
    """Record that a mail could not be made; it is tried again as others are."""
    log.error("mail %s (%s) could not be rendered", mail.pk, mail.kind, exc_info=error)
    state, mail.keep = MailState.DEAD if mail.attempts >= MOST_ATTEMPTS else MailState.QUEUED, None
    _end(mail, state, f"It could not be rendered: {type(error).__name__}: {error}")


def _hand_over(mail: Mail, raw: bytes, route: Way) -> bool:
    try:
        route.send(mail.recipient, raw, before_dot=lambda: mark(mail, raw))
    except (OSError, smtplib.SMTPException, ServerAway) as error:
        return _unsent(mail, error)
    except LeaseLost:
        _release([mail])  # still ours where only its workspace was paused
    except NotKept as error:
        _failed(mail, error)
    except (OperationalError, InterfaceError) as error:  # the mark could not be made, so there was no dot
        _end(mail, MailState.QUEUED, f"The database was away: {error}", attempts=mail.attempts - 1, raw=mail.raw)
    except ValueError as error:  # an address that cannot be written; trying again will not help
        _end(mail, MailState.DEAD, str(error))
    else:
        _end(mail, MailState.SENT)
    return True


def _unsent(mail: Mail, error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return _refused(mail, code, text, MailState.BOUNCED)
    if isinstance(error, smtplib.SMTPResponseException):
        return _refused(mail, error.smtp_code, error.smtp_error, MailState.DEAD)
    return _wait(mail, error) if isinstance(error, ServerAway) else _cut_off(mail, error)


def _text(mail: Mail) -> bytes | None:
    """Return the bytes to hand over, or None when nothing is left to say.

    They are made anew at each try, with the rights of the moment, until the server may have them: then they stay.
    """
    if mail.raw:
        wanted = KINDS[mail.kind].wanted
        return bytes(mail.raw) if wanted is None or wanted(mail) else None
    message = KINDS[mail.kind].render(mail)
    if message is None:
        return None
    mail.subject = str(message.subject)[:MOST_SUBJECT]
    return _bytes(message, mail)


def _bytes(message: EmailMessage | Letter, mail: Mail) -> bytes:
    try:
        if isinstance(message, Letter):
            return message.as_bytes(mail.message_id)
        message.extra_headers["Message-ID"] = mail.message_id
        return message.message(policy=policy.SMTP).as_bytes()
    except ValueError as error:  # a header that breaks out, which trying again will not mend
        raise Unwritable(str(error)) from error


def _refused(mail: Mail, code: int, text: bytes | str, final: MailState) -> bool:
    """Record a clear no; False when the server goes away with it.

    It does not have the mail, so a text that it was shown in vain is not kept.
    """
    answer = f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    hopeless = 500 <= code < 600 and (final == MailState.BOUNCED or mail.attempts >= 3)
    state = final if hopeless else MailState.DEAD if mail.attempts >= MOST_ATTEMPTS else MailState.QUEUED
    _end(mail, state, answer, raw=mail.raw)
    return code != 421


def _cut_off(mail: Mail, error: Exception) -> bool:
    if mail.state == MailState.DOT:  # the answer was lost: nobody can know
        held = mail.kind in _those("hold") or mail.attempts >= MOST_COPIES
        _end(mail, MailState.UNCONFIRMED if held else MailState.QUEUED, f"The answer was lost: {error}")
        return True
    return _wait(mail, error)


def _wait(mail: Mail, error: Exception) -> bool:
    """Queue the mail for when the server takes mails again. It is not this mail's fault, so the try does not count."""
    _end(mail, MailState.QUEUED, f"The mail server is away: {error}", attempts=mail.attempts - 1, raw=mail.raw)
    log.warning("the mail server is away: %s", error)
    return False


def _end(mail: Mail, state: MailState, error: str = "", **values: Any) -> None:
    """Record the result; what is known must not be lost because the database is away for a moment."""
    values = {"attempts": mail.attempts, **values, "state": state, "error": error[:ANSWER_LIMIT], "lease_until": None}
    deadline = time.monotonic() + RETRY_RESULT_FOR
    while True:
        try:
            return _record_end(mail, values)
        except (OperationalError, InterfaceError) as problem:
            if time.monotonic() > deadline:
                raise
            log.warning("result of mail %s waits for the database: %s", mail.pk, problem)
            connection.close()
            time.sleep(0.5)


def _record_end(mail: Mail, values: dict[str, Any]) -> None:
    if values["state"] == MailState.SENT:
        values["sent_at"] = mail.sent_at or timezone.now()
    if leaves() and values["state"] in OVER and mail.kind in _those("secret"):
        values["raw"] = None
    if values["state"] == MailState.QUEUED:
        values["not_before"] = timezone.now() + backoff(values["attempts"])
    try:
        with transaction.atomic():
            if result(mail, values):
                _follow(mail, values)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # a mistake in what follows is kept beside the result and does not undo it
        log.exception("what follows from mail %s (%s) failed", mail.pk, mail.kind)
        values["error"] = f"What follows failed: {type(error).__name__}: {error}"[:ANSWER_LIMIT]
        result(mail, values)


def _follow(mail: Mail, values: dict[str, Any]) -> None:
    """Keep what a mail that is over wanted kept, where its mark did not, and do what follows from its end."""
    kind = KINDS.get(mail.kind)
    if values["state"] == MailState.QUEUED or kind is None:
        return
    if values["state"] in (MailState.BOUNCED, MailState.DEAD):
        leave(mail)
    if kind.ended:
        done = copy(mail)
        for name, value in values.items():
            setattr(done, name, value)
        kind.ended(done)


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: doubling from 1 s to 10 minutes, with jitter."""
    return timedelta(seconds=min(600, 2 ** min(attempts, 10)) * random.uniform(0.7, 1.3))  # noqa: S311 - jitter, not a secret


def oldest_waiting() -> timedelta:
    """Return how long the oldest mail that could go out has been waiting."""
    waiting = Mail.objects.filter(Q(workspace=None) | Q(workspace__mail_paused=False), state=MailState.QUEUED)
    first = waiting.order_by("created_at").values_list("created_at", flat=True).first()
    return timezone.now() - first if first else timedelta(0)
