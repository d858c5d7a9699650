"""That mail to a person comes back or is unwanted: nothing more is written to that address until somebody tries again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from apps.core.actions import action, moment, note, refuse, save
from apps.core.models import Mail, MailState
from apps.core.wording import PHRASES
from apps.stakeholders import rules

if TYPE_CHECKING:
    from apps.core.actors import Actor
    from apps.stakeholders.models import Stakeholder

MOST_BOUNCES = 3  # one after the other; a server may once refuse whom it knows
_NOBODY = re.compile(r"\b5\.1\.\d{1,3}\b")  # RFC 3463: the address itself is wrong


@action("stakeholder.bounced", may=rules.system)
def note_bounce(actor: Actor, stakeholder: Stakeholder, *, answer: str) -> Stakeholder:
    """Put on record that a mail server refused a person's address for good; when that is final they are unreachable.

    It is at once where the answer says that there is no such address (5.1.x), else at the third refusal in a row.
    """
    del actor
    save(stakeholder, bounces=stakeholder.bounces + 1)
    if _NOBODY.search(answer) or min(stakeholder.bounces, _in_a_row(stakeholder)) >= MOST_BOUNCES:
        _give_up(stakeholder, answer)
    note(stakeholder, answer=answer[:500])
    return stakeholder


@action("stakeholder.complained", may=rules.system)
def note_complaint(actor: Actor, stakeholder: Stakeholder, *, words: str) -> Stakeholder:
    """Put on record that a person complained about a mail: nothing more is written to them."""
    del actor
    _give_up(stakeholder, words)
    note(stakeholder, answer=words)
    return stakeholder


def _give_up(stakeholder: Stakeholder, why: str) -> None:
    if stakeholder.unreachable_at is None:
        save(stakeholder, unreachable_at=moment(), unreachable_why=why[:500])


def _in_a_row(stakeholder: Stakeholder) -> int:
    """Return how many of the newest mails to their address came back, one after the other; some do so days later."""
    mails = Mail.objects.filter(workspace=stakeholder.workspace_id, recipient=stakeholder.email)
    ended = mails.filter(state__in=(MailState.SENT, MailState.BOUNCED)).order_by("-created_at", "-pk")
    states = list(ended.values_list("state", flat=True)[:MOST_BOUNCES])
    return states.index(MailState.SENT) if MailState.SENT in states else len(states)


@action("stakeholder.tried_again", may=rules.edit)
def try_again(actor: Actor, stakeholder: Stakeholder, *, version: int | None = None, reason: str = "") -> Stakeholder:
    """Write to a person again whose address was refused; the next digest that is due covers what they missed."""
    del actor, version, reason
    if stakeholder.unreachable_at is None:
        refuse(email=gettext("Mail to this address was not stopped."))
    return reachable(stakeholder)


def reachable(stakeholder: Stakeholder) -> Stakeholder:
    """Forget the bounces, as part of an action."""
    return save(stakeholder, unreachable_at=None, unreachable_why="", bounces=0)


PHRASES.update(
    {
        "stakeholder.bounced": "got mail back from",
        "stakeholder.complained": "heard a complaint about mail from",
        "stakeholder.tried_again": "let mail go again to",
    }
)
