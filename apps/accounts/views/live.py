"""The event stream of a workspace; see `core.live`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from apps.accounts.models import Membership
from apps.core.live import cursor_of, stream

if TYPE_CHECKING:
    from django.http import HttpRequest

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "Content-Encoding": "identity",  # so that nobody packs the frames, and holds them back for it
}


@require_GET
async def live(request: HttpRequest, ws: str) -> HttpResponseBase:
    """Open a stream after `Last-Event-ID` or `?since=`, or from now on; 401 signed out, 404 for strangers."""
    user = await request.auser()
    if not user.is_authenticated:
        return HttpResponse(gettext("Sign in first."), status=401, content_type="text/plain")
    workspace_id = await Membership.objects.filter(user=user, workspace__slug=ws).values_list("workspace_id", flat=True).afirst()
    if workspace_id is None:
        raise Http404
    cursor = cursor_of(request.headers.get("Last-Event-ID") or request.GET.get("since"))
    # An open stream must not hold a connection of its own; this runs in the thread that opened it.
    await sync_to_async(connections.close_all)()
    return StreamingHttpResponse(stream(workspace_id, user.pk, cursor), content_type="text/event-stream", headers=_HEADERS)
