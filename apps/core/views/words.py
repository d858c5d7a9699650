"""The words of the scripts in another language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.i18n import JavaScriptCatalog

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def words(request: HttpRequest, language: str) -> HttpResponseBase:
    """Return Django's catalogue for scripts in the language of the address; 404 for one that is not spoken here."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(language):
        return JavaScriptCatalog.as_view()(request)
