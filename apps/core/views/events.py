"""Where a provider of mail tells what became of it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponseBadRequest, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from apps.core import events

if TYPE_CHECKING:
    from django.http import HttpRequest


@csrf_exempt  # the secret in the address is the credential
@login_not_required
@require_http_methods(["HEAD", "POST"])
def told(request: HttpRequest) -> HttpResponse:
    """Take what the provider tells by its webhook; HEAD is how some try whether there is anybody.

    404 where none is awaited, 403 without the secret, 400 for what is none of theirs.
    """
    if not events.are_awaited():
        raise Http404
    if request.method == "HEAD":
        return HttpResponse()
    try:
        several = _events_of(request)
    except AnymailWebhookValidationFailure:
        return HttpResponseForbidden("Sign in with MAIL_PROVIDER_SECRET.", content_type="text/plain")
    except (AttributeError, LookupError, TypeError, ValueError, AnymailError):
        return HttpResponseBadRequest(f"This is nothing that {settings.MAIL_PROVIDER} tells.", content_type="text/plain")
    for each in several:
        events.heed(each)
    return HttpResponse()


def _events_of(request: HttpRequest) -> list[Any]:
    """Return what the provider tells, in anymail's words."""
    views = import_module(f"anymail.webhooks.{settings.MAIL_PROVIDER}")
    view = next(each for name, each in vars(views).items() if name.endswith("TrackingWebhookView"))()
    view.setup(request)
    view.run_validators(request)
    return list(view.parse_events(request))
