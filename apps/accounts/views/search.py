"""Search in a workspace: a page of its own, and the choices of the command palette."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.http import Request, room
from apps.core.htmx import page
from apps.core.search import KINDS, LONGEST, MOST, find_words

CHOICES = 8  # in the palette


@require_safe
@room
def search(request: Request) -> HttpResponse:
    """Show what `?q=` finds, of one `?kind=` or all; `?as=choices` gives htmx the few best for the palette."""
    asked = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    kind = request.GET.get("kind", "") if request.GET.get("kind") in KINDS else ""
    choices = request.GET.get("as") == "choices"
    within = Q(workspace=request.workspace)
    found = find_words(request.actor, asked, within=within, kind=kind, most=CHOICES if choices else MOST)
    context = {
        "nav": "search",
        "asked": asked,
        "kind": kind,
        "found": found,
        "most": MOST,
        "chips": [(each, found.counts[each.name]) for each in KINDS.values() if found.counts.get(each.name)],
    }
    return page(request, "accounts/search.html", context, part="choices" if choices else "found")
