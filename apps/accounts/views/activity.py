"""What happened in a workspace, in words, newest first."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts import queries
from apps.accounts.forms import ActivityFilter
from apps.accounts.http import Request, room
from apps.core.actions import REGISTRY
from apps.core.htmx import page
from apps.core.wording import noun, words_of


@require_safe
@room
def activity(request: Request) -> HttpResponse:
    """Show a page of the change stream; `?what=` a noun, `?who=` a person, `?before=` a seq."""
    form = ActivityFilter(request.GET)
    form.is_valid()
    wanted = form.cleaned_data
    changes, older = queries.activity(
        request.workspace, before=wanted.get("before"), noun=wanted.get("what", ""), actor_id=wanted.get("who")
    )
    context = {
        "nav": "activity",
        "lines": words_of(changes),
        "older": older,
        "wanted": wanted,
        "nouns": [(each, noun(each)) for each in sorted({verb.partition(".")[0] for verb in REGISTRY})],
        "members": list(queries.members_of(request.workspace)),
    }
    return page(request, "accounts/activity.html", context, part="stream")
