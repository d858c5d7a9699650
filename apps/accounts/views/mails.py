"""The mails of a workspace: what waits, what arrived, and what did not and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts import actions, queries
from apps.accounts.http import Request, room
from apps.accounts.models import Role
from apps.core.errors import Refused
from apps.core.htmx import go, page, submit
from apps.core.models import MailState
from apps.core.outbox import RESENDABLE
from apps.core.provider import leaves
from apps.core.wording import noun

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.utils.functional import _StrOrPromise

PAGE = 50


@dataclass(frozen=True, slots=True)
class Group:
    """Mails that are alike to an owner: a name, its states, what they mean and how many there are."""

    key: str
    name: _StrOrPromise
    states: tuple[str, ...]
    means: _StrOrPromise
    tone: str = ""
    count: int = 0


GROUPS = (
    Group("waiting", _("Waiting"), (MailState.QUEUED, MailState.SENDING, MailState.DOT), _("They go out when they are due.")),
    Group("sent", _("Sent"), (MailState.SENT,), _("The mail server accepted them."), "ok"),
    Group(
        "unconfirmed", _("Unconfirmed"), (MailState.UNCONFIRMED,),
        _("The server had them when the line broke, so they may have arrived. The next digest tells what they told."), "warn",
    ),
    Group(
        "bounced", _("Bounced"), (MailState.BOUNCED,),
        _(
            "The server refused the address. Correct it where it is kept; digests stop going there (at once when there is no "
            "such address, else at the third refusal) until somebody tries again on the person's page."
        ),
        "bad",
    ),
    Group("dead", _("Given up"), (MailState.DEAD,), _("The server refused them, or every try failed."), "bad"),
    Group("cancelled", _("Called off"), (MailState.CANCELLED,), _("When their time came there was nothing left to say.")),
)  # fmt: skip


@require_safe
@room
def index(request: Request) -> HttpResponse:
    """List the workspace's mails, newest first, all or those of one group; owners only."""
    if request.membership.role != Role.OWNER:
        raise Refused(gettext("Only owners see the mails of a workspace."))
    counts = queries.mail_counts(request.workspace)
    groups = [
        Group(each.key, each.name, each.states, each.means, each.tone, sum(counts.get(state, 0) for state in each.states))
        for each in GROUPS
    ]
    chosen = next((each for each in groups if each.key == request.GET.get("state")), None)
    rows = queries.mails_seen_by(request.actor).filter(workspace=request.workspace).order_by("-created_at", "-pk")
    if chosen:
        rows = rows.filter(state__in=chosen.states)
    mails, group_of = Paginator(rows, PAGE).get_page(request.GET.get("page")), {s: each for each in groups for s in each.states}
    context = {
        "nav": "settings",
        "groups": groups,
        "chosen": chosen,
        "total": sum(counts.values()),
        "pages": mails,
        "mails": [(mail, group_of[mail.state], capfirst(noun(mail.kind))) for mail in mails],
        "resendable": RESENDABLE,
        "server": leaves(),
    }
    return page(request, "accounts/mails.html", context)


@require_POST
@room
def resend(request: Request, mail: UUID) -> HttpResponse:
    """Let a mail go out once more."""
    found = get_object_or_404(queries.mails_seen_by(request.actor), workspace=request.workspace, pk=mail)
    form = forms.Form({})  # no field: it carries a refusal
    if submit(form, actions.resend_mail, request.actor, request.workspace, mail=found):
        messages.success(request, gettext("The mail to %(address)s goes out again.") % {"address": found.recipient})
    for error in form.non_field_errors():
        messages.error(request, str(error))
    state = request.POST.get("state", "")
    address = reverse("accounts:mails", args=[request.workspace.slug])
    return go(request, f"{address}?{urlencode({'state': state})}" if state else address)
