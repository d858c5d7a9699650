"""From an object's id to its page, and from a text in markdown to how it looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from apps.core.actors import Actor
from apps.core.reading import markdown
from apps.core.wording import PAGES

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_safe
@login_required
def find(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """Go to the page of an object that the visitor may see; 404 for everything else."""
    if kind not in PAGES:
        raise Http404
    actor = Actor(user=request.user if request.user.is_authenticated else None, name=str(request.user))
    rows: Any = apps.get_model(kind)._default_manager
    found = get_object_or_404(rows.visible_to(actor), pk=pk)
    url = PAGES[kind](found)
    if url is None:
        raise Http404
    return HttpResponseRedirect(url)


@require_POST
@login_required
def preview(request: HttpRequest) -> HttpResponse:
    """Return how a text in markdown will look, the field of the form that `?field=` names; nothing is kept."""
    return HttpResponse(markdown(request.POST.get(request.GET.get("field", ""), "").replace("\0", "")))
