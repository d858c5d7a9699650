"""The moments that were kept of a roadmap, to compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.htmx import go, page, status_of, submit
from apps.milestones import actions, queries
from apps.milestones.forms import BaselineForm
from apps.milestones.models import Baseline
from apps.vision.http import ProductRequest, product_room

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse


def _place(request: ProductRequest) -> str:
    return reverse("milestones:baselines", args=[request.workspace.slug, request.product.slug])


def _baseline(request: ProductRequest, baseline: UUID) -> Baseline:
    found: Baseline = get_object_or_404(Baseline, product=request.product, pk=baseline)
    return found


@require_safe
@product_room
def index(request: ProductRequest) -> HttpResponse:
    """Show the moments that were kept, the newest first."""
    found, away = queries.baselines(request.product), queries.put_away(request.product)
    context = {"nav": "roadmap", "baselines": found, "put_away": away}
    return page(request, "milestones/baselines.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def new(request: ProductRequest) -> HttpResponse:
    """Keep a moment of the roadmap."""
    form = BaselineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and submit(form, actions.keep_baseline, request.actor, request.product) is not None:
        return go(request, _place(request))
    context = {
        "form": form,
        "nav": "roadmap",
        "title": gettext("Keep a baseline"),
        "label": gettext("Keep it"),
        "place": _place(request),
    }
    return page(request, "core/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def edit(request: ProductRequest, baseline: UUID) -> HttpResponse:
    """Call a baseline otherwise, or put it away."""
    found = _baseline(request, baseline)
    form = BaselineForm(request.POST if request.method == "POST" else None, obj=found)
    if request.method == "POST" and submit(form, actions.edit_baseline, request.actor, found) is not None:
        return go(request, _place(request))
    away = reverse("milestones:archive_baseline", args=[request.workspace.slug, request.product.slug, found.pk])
    context = {
        "form": form, "nav": "roadmap", "title": gettext("Baseline"), "label": gettext("Save"), "place": _place(request),
        "remove_url": away,
    }  # fmt: skip
    return page(request, "core/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_POST
@product_room
def archive(request: ProductRequest, baseline: UUID) -> HttpResponse:
    """Take a baseline out of the choices."""
    archived = actions.archive_baseline(request.actor, _baseline(request, baseline))
    messages.success(request, gettext("%(name)s is put away.") % {"name": archived.name})
    return go(request, _place(request))


@require_POST
@product_room
def restore(request: ProductRequest, baseline: UUID) -> HttpResponse:
    """Put a baseline back among the choices."""
    found = actions.restore_baseline(request.actor, _baseline(request, baseline))
    messages.success(request, gettext("%(name)s is back.") % {"name": found.name})
    return go(request, _place(request))
