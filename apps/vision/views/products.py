"""Products: a new one, what it is called, and putting it away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.http import Request, room
from apps.core.htmx import go, page, status_of, submit
from apps.vision import actions
from apps.vision.forms import NewProductForm, ProductForm
from apps.vision.http import ProductRequest, product_room

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
@room
def new(request: Request) -> HttpResponse:
    """Make a product, and go on to write its vision."""
    form = NewProductForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = submit(form, actions.create_product, request.actor, request.workspace)
        if made:
            return go(request, reverse("vision:page", args=[request.workspace.slug, made.slug]))
    place = reverse("accounts:workspace", args=[request.workspace.slug])
    context = {
        "form": form,
        "title": gettext("New product"),
        "label": gettext("Make product"),
        "nav": "workspace",
        "place": place,
    }
    return page(request, "core/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def settings(request: ProductRequest) -> HttpResponse:
    """Change what a product is called, archive or restore it."""
    form = ProductForm(request.POST if request.method == "POST" else None, obj=request.product)
    if request.method == "POST":
        edited = submit(form, actions.edit_product, request.actor, request.product)
        if edited is not None:
            messages.success(request, gettext("Saved."))
            return go(request, reverse("vision:product_settings", args=[request.workspace.slug, edited.slug]))
    return page(request, "vision/product.html", {"form": form, "nav": "vision"}, status=status_of(form) if form.errors else 200)


@require_POST
@product_room
def archive(request: ProductRequest) -> HttpResponse:
    """Take a product out of sight."""
    archived = actions.archive_product(request.actor, request.product)
    messages.success(
        request, gettext("%(name)s is archived. Its address still works, and it can be restored there.") % {"name": archived.name}
    )
    return go(request, reverse("vision:product_settings", args=[request.workspace.slug, archived.slug]))


@require_POST
@product_room
def restore(request: ProductRequest) -> HttpResponse:
    """Put an archived product back."""
    restored = actions.restore_product(request.actor, request.product)
    messages.success(request, gettext("%(name)s is back.") % {"name": restored.name})
    return go(request, reverse("vision:page", args=[request.workspace.slug, restored.slug]))
