"""`Idempotency-Key`: the same POST twice makes one object (Stripe's scheme, kept in the same transaction)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, cast

import orjson
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext
from rest_framework.serializers import ValidationError

from apps.core.models import IdempotencyKey

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from rest_framework.request import Request

_KEPT = ("ETag", "Location", "Content-Type")


def once(request: Request, run: Callable[[], HttpResponse]) -> HttpResponse:
    """Run and remember the answer under the request's key, or answer as the first time.

    The same key with another body is a 400. A refusal is not remembered: it wrote nothing.
    """
    key = request.headers.get("Idempotency-Key")
    if not key:
        return run()
    if len(key) > 255:
        raise ValidationError({"Idempotency-Key": [gettext("Use at most 255 characters.")]})
    with transaction.atomic():
        kept, fresh = IdempotencyKey.objects.get_or_create(
            user_id=cast("UUID", request.user.pk), key=key, defaults={"fingerprint": _fingerprint(request)}
        )
        if fresh:
            response = run()
            kept.status, kept.body = response.status_code, response.content.decode()
            kept.headers = {name: response[name] for name in _KEPT if name in response}
            kept.save()
            return response
    if kept.fingerprint != _fingerprint(request):
        raise ValidationError({"Idempotency-Key": [gettext("This key was used for another request; make a new one.")]})
    return HttpResponse(kept.body, status=kept.status or 200, headers=kept.headers)


def _fingerprint(request: Request) -> str:
    body = orjson.dumps(request.data, option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.sha256(b"%s %s %s" % ((request.method or "").encode(), request.path.encode(), body)).hexdigest()
