"""Products: a new one, and what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.http import Request, room
from apps.core.htmx import go, page, status_of, submit
from apps.vision import actions
from apps.vision.forms import ProductForm
from apps.vision.http import ProductRequest, product_room

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_http_methods(["GET", "POST"])
@room
def new(request: Request) -> HttpResponse:
    """Make a product, and go on to write its vision."""
    form = ProductForm(request.POST or None)
    if request.method == "POST":
        made = submit(form, actions.create_product, request.actor, request.workspace)
        if made:
            return go(request, reverse("vision:page", args=[request.workspace.slug, made.slug]))
    context = {"form": form, "title": "New product", "label": "Make product", "nav": "vision"}
    return page(request, "vision/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@product_room
def settings(request: ProductRequest) -> HttpResponse:
    """Change what a product is called."""
    form = ProductForm(request.POST or None, initial=request.product.__dict__)
    if request.method == "POST":
        edited = submit(form, actions.edit_product, request.actor, request.product)
        if edited is not None:
            return go(request, reverse("vision:page", args=[request.workspace.slug, edited.slug]))
    context = {"form": form, "title": request.product.name, "label": "Save", "nav": "vision"}
    return page(request, "vision/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_POST
@product_room
def archive(request: ProductRequest) -> HttpResponse:
    """Take a product out of sight."""
    actions.archive_product(request.actor, request.product)
    return go(request, reverse("accounts:workspace", args=[request.workspace.slug]))
