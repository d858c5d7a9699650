"""That mail to a person comes back: after hard bounces nothing more is written to that address until somebody tries again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from apps.core.actions import action, moment, note, refuse, save
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
    final = bool(_NOBODY.search(answer)) or stakeholder.bounces + 1 >= MOST_BOUNCES
    save(stakeholder, bounces=stakeholder.bounces + 1)
    if final and stakeholder.unreachable_at is None:
        save(stakeholder, unreachable_at=moment(), unreachable_why=answer[:500])
    note(stakeholder, answer=answer[:500])
    return stakeholder


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
        "stakeholder.tried_again": "let mail go again to",
    }
)
