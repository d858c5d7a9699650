"""Saved views by hand: the menu on the roadmap, and what its entries do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import Role
from apps.core.htmx import go, page, status_of, submit
from apps.core.lasting import lasting
from apps.roadmap import saved
from apps.roadmap.address import Address, kept_of
from apps.roadmap.forms import ViewForm
from apps.vision.http import ProductRequest, product_room

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from apps.roadmap.models import SavedView


KINDS = ("roadmap.savedview", "roadmap.defaultview")


def usual_view(request: ProductRequest) -> SavedView | None:
    """Return the view with which the roadmap opens for this person, or None."""
    about = ("usual", request.product.pk, request.user.pk)
    return lasting(request.workspace, KINDS, about, lambda: saved.default_view(request.actor, request.product))


def view_address(request: ProductRequest, view: SavedView) -> str:
    """Return the address of the roadmap that a view keeps, with the mark of where it came from."""
    return f"{reverse('roadmap:page', args=[request.workspace.slug, request.product.slug])}?{view.query}&saved={view.pk}"


def saved_views(request: ProductRequest, address: Address) -> dict[str, Any]:
    """Return what the menu of views shows."""
    about = ("views", request.product.pk, request.user.pk)
    views = lasting(request.workspace, KINDS, about, lambda: list(saved.views_of(request.actor, request.product)))
    current = next((view for view in views if str(view.pk) == address.saved), None)
    return {
        "views": views,
        "current_view": current,
        "view_changed": current is not None and kept_of(current.query) != address.kept,
        "may_edit_view": current is not None and (_may_share(request) if current.shared else True),
        "may_share": _may_share(request),
    }


def _may_share(request: ProductRequest) -> bool:
    return request.membership.role in {Role.OWNER, Role.EDITOR}


def _view(request: ProductRequest, pk: UUID) -> SavedView:
    found: SavedView = get_object_or_404(saved.views_of(request.actor, request.product), pk=pk)
    return found


@require_safe
@product_room
def show(request: ProductRequest, view: UUID) -> HttpResponse:
    """Open the roadmap as a view keeps it."""
    return go(request, view_address(request, _view(request, view)))


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def new(request: ProductRequest) -> HttpResponse:
    """Ask for a name, and keep the address from which one came under it."""
    sent = request.POST if request.method == "POST" else None
    form = ViewForm(sent, may_share=_may_share(request), query=kept_of(request.GET.get("query", "")[:4_000]))
    if sent is not None and (made := submit(form, saved.save_view, request.actor, request.product)):
        messages.success(request, gettext("Saved the view %(name)s.") % {"name": made.name})
        return go(request, view_address(request, made))
    return _dialog(request, form, gettext("Save this view"), gettext("Save"))


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def edit(request: ProductRequest, view: UUID) -> HttpResponse:
    """Rename a view, share it, or take it back for oneself."""
    found = _view(request, view)
    form = ViewForm(request.POST if request.method == "POST" else None, may_share=_may_share(request), obj=found)
    if request.method == "POST" and (done := submit(form, saved.edit_view, request.actor, found)):
        return go(request, view_address(request, done))
    return _dialog(request, form, found.name, gettext("Save"))


def _dialog(request: ProductRequest, form: ViewForm, title: str, label: str) -> HttpResponse:
    place = reverse("roadmap:page", args=[request.workspace.slug, request.product.slug])
    context = {"form": form, "title": title, "label": label, "nav": "roadmap", "place": place}
    return page(request, "core/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_POST
@product_room
def keep(request: ProductRequest, view: UUID) -> HttpResponse:
    """Keep another address under the name of a view."""
    done = saved.edit_view(request.actor, _view(request, view), query=request.POST.get("query", "")[:4_000])
    messages.success(request, gettext("Saved the changes to %(name)s.") % {"name": done.name})
    return go(request, view_address(request, done))


# (chosen or no longer, for everybody)
_OPENS = {
    (True, False): _("The roadmap opens with %(name)s."),
    (True, True): _("The roadmap opens with %(name)s for everybody."),
    (False, False): _("The roadmap no longer opens with %(name)s."),
    (False, True): _("The roadmap no longer opens with %(name)s for everybody."),
}


@require_POST
@product_room
def default(request: ProductRequest, view: UUID) -> HttpResponse:
    """Open the roadmap with a view from now on, or no longer: for oneself, or with `everybody` for all who have chosen none."""
    found = _view(request, view)
    everybody, chosen = bool(request.POST.get("everybody")), not request.POST.get("end")
    saved.open_with(request.actor, found, everybody=everybody, chosen=chosen)
    messages.success(request, str(_OPENS[chosen, everybody]) % {"name": found.name})
    return go(request, view_address(request, found))


@require_POST
@product_room
def delete(request: ProductRequest, view: UUID) -> HttpResponse:
    """Delete a view; what it showed stays open."""
    found = _view(request, view)
    name = found.name
    saved.delete_view(request.actor, found)
    messages.success(request, gettext("Deleted the view %(name)s.") % {"name": name})
    return go(request, f"{reverse('roadmap:page', args=[request.workspace.slug, request.product.slug])}?{found.query}")
