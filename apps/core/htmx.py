"""The HTML door: whole pages, their named parts, and forms that call one action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from apps.core.errors import Stale
from apps.core.forms import EditForm
from apps.core.wording import conflicts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django import forms
    from django.http import HttpRequest


def page(request: HttpRequest, template: str, context: Mapping[str, Any], *, part: str = "", status: int = 200) -> HttpResponse:
    """Render a page, or only its named part when htmx asks for it and `part` names one."""
    partial = part and getattr(request, "htmx", None)
    name = f"{template}#{part}" if partial else template
    response = HttpResponse(render_to_string(name, dict(context), request), status=status)
    patch_vary_headers(response, ["HX-Request"])
    if partial:
        response["Cache-Control"] = "no-store"
    return response


def submit[R](form: forms.BaseForm, act: Callable[..., R], actor: object, target: object, /, **extra: Any) -> R | None:
    """Call the action with the form's values; a refusal becomes the form's errors and the answer None.

    A `Stale` refusal leaves `form.stale`, and `form.conflicts`: the fields with both values in words.
    """
    if not form.is_valid():
        return None
    args = (actor,) if target is None else (actor, target)
    try:
        return act(*args, **{**form.cleaned_data, **extra})
    except ValidationError as error:
        add_errors(form, error)
    except Stale as error:
        form.stale = error  # type: ignore[attr-defined]
        form.conflicts = conflicts_of(error)  # type: ignore[attr-defined]
        form.add_error(None, str(error))
        if isinstance(form, EditForm):
            form.learn(error)
    except PermissionDenied as error:
        form.refused = True  # type: ignore[attr-defined]
        form.add_error(None, str(error))
    return None


def add_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """Put an action's refusal under the form's fields, or above the form where it has no such field."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        field = name if name in form.fields else None
        prefix = "" if field or name == NON_FIELD_ERRORS else f"{name}: "
        for each in errors:
            form.add_error(field, prefix + " ".join(each.messages))


def status_of(form: forms.BaseForm) -> int:
    """Return 403, 409 or 422 for a form that was refused, by what refused it."""
    if getattr(form, "refused", False):
        return 403
    return 409 if hasattr(form, "stale") else 422


def insist(form: forms.BaseForm) -> None:
    """Refuse in words, where no page shows the form again, what `submit` left in its errors."""
    text = " ".join(str(each) for errors in form.errors.values() for each in errors)
    if getattr(form, "refused", False):
        raise PermissionDenied(text)
    raise ValidationError(text)


def own_address(request: HttpRequest, url: str | None, otherwise: str) -> str:
    """Return the path of an address that a browser sent, or the other one where it leads elsewhere."""
    known = url and url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    if not known:
        return otherwise
    parts = urlsplit(str(url))
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser to another page: with htmx by header, so that no page lands inside a part."""
    if getattr(request, "htmx", None):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        return response
    return HttpResponseRedirect(url)
