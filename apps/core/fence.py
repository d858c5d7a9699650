"""What a worker writes of a mail as long as its claim stands: the mark before the dot, with what the mail leaves, and the result.

Each mail costs these two statements. A claim stands as long as attempts and lease are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from apps.core import rows
from apps.core.models import MailState

if TYPE_CHECKING:
    from apps.core.models import Mail

_MINE = "id = %s AND attempts = %s AND lease_until = %s"
_MARK = (
    f"UPDATE core_mail m SET state = '{MailState.DOT}', raw = %s, subject = %s WHERE {_MINE} AND state = '{MailState.SENDING}'"  # noqa: S608
    " AND lease_until > %s AND NOT EXISTS (SELECT FROM {workspaces} w WHERE w.id = m.workspace_id AND w.mail_paused)"
    " RETURNING m.id"
)


class LeaseLost(Exception):
    """Somebody else has taken the mail over; what this worker knows of it no longer counts."""


class NotKept(Exception):
    """What a mail wanted kept of itself could not be written, so it did not go."""


@dataclass(frozen=True, slots=True)
class Keep:
    """What a mail leaves in the database, written by the statement that marks it, or not at all.

    `parts` are further parts of its WITH, each with a comma before it, that write something for each row of `marked`, which
    has the mail's `id`; `values` are their parameters.
    """

    parts: str
    values: list[Any]


def mark(mail: Mail, raw: bytes) -> None:
    """Write down that the whole text is with the server, and which, unless the lease has passed to somebody else.

    Nothing goes out of a workspace that was paused meanwhile either. Raises `LeaseLost`, or `NotKept` where it cannot be written.
    """
    values = [raw, mail.subject, *_claim(mail), timezone.now()]
    if not _keep(mail, _MARK.replace("{workspaces}", rows.workspaces()), values):
        raise LeaseLost
    mail.state, mail.keep = MailState.DOT, None


def leave(mail: Mail) -> None:
    """Keep what a mail wanted kept that was never marked. Raises `NotKept`."""
    if mail.keep:
        _keep(mail, "SELECT %s::uuid AS id", [mail.pk])


def _keep(mail: Mail, marked: str, values: list[Any]) -> int:
    keep = mail.keep or Keep("", [])
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"WITH marked AS ({marked}){keep.parts} SELECT FROM marked", [*values, *keep.values])
            return int(cursor.rowcount)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        raise NotKept(f"{type(error).__name__}: {error}") from error


def result(mail: Mail, values: dict[str, Any]) -> bool:
    """Write the result into the row; False where this worker's claim on it does not stand any more."""
    columns = ", ".join(f"{name} = %s" for name in values)
    sql = f"UPDATE core_mail SET {columns}, subject = %s WHERE {_MINE} AND state IN ('sending', 'dot')"  # noqa: S608 - names of ours
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values.values(), mail.subject, *_claim(mail)])
        return bool(cursor.rowcount)


def _claim(mail: Mail) -> list[Any]:
    return [mail.pk, mail.attempts, mail.lease_until]
