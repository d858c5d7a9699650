"""Items by hand: create, edit, move, link, discuss, archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.htmx import go, own_address, page, status_of, submit
from apps.roadmap import actions
from apps.roadmap.forms import CommentForm, ItemForm, LinkForm
from apps.roadmap.models import Comment, Dependency, Item
from apps.roadmap.views.panel import panel_context
from apps.vision.http import ProductRequest, product_room

if TYPE_CHECKING:
    from collections.abc import Callable


def _item(request: ProductRequest, number: int) -> Item:
    item: Item = get_object_or_404(Item.objects.select_related("owner", "parent"), product=request.product, number=number)
    return item


def _place(request: ProductRequest, item: Item | None = None) -> str:
    """Return the address of the roadmap, with the item's panel open."""
    url = reverse("roadmap:page", args=[request.workspace.slug, request.product.slug])
    return f"{url}?item={item.number}" if item else url


@require_safe
@product_room
def show(request: ProductRequest, number: int) -> HttpResponse:
    """Show an item: its panel to htmx, a whole page to everybody else."""
    return page(request, "roadmap/item.html", panel_context(request, _item(request, number)), part="panel")


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def new(request: ProductRequest) -> HttpResponse:
    """Offer the form for a new item, and make it."""
    usual = model_to_dict(Item(), fields=("type", "horizon", "status"))
    form = ItemForm(request.product, request.POST or None, initial={**usual, **request.GET.dict()})
    if request.method == "POST":
        made = submit(form, _create, request.actor, request.product, form=form)
        if made:
            messages.success(request, f"Added {made.title}.")
            return go(request, own_address(request, request.POST.get("next_url"), _place(request, made)))
    status = status_of(form) if form.errors else 200
    return page(request, "roadmap/new.html", {"form": form, "nav": "roadmap"}, part="dialog", status=status)


def _create(actor: Any, product: Any, *, form: ItemForm, **_cleaned: Any) -> Item:
    values = {name: value for name, value in form.sent().items() if name != "version" and value not in (None, "")}
    goal = form.cleaned_data.get("goal")
    return actions.create_item(actor, product, goals=[{"goal": goal, "share": 100}] if goal else [], **values)


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def edit(request: ProductRequest, number: int) -> HttpResponse:
    """Change the fields that the form names; answers with the panel, or asks for what is missing."""
    item = _item(request, number)
    if request.method == "GET":
        return page(request, "roadmap/edit.html", panel_context(request, item), part="dialog")
    form = ItemForm(request.product, request.POST)
    done = submit(form, _edit, request.actor, item, form=form)
    if done is None:
        return _refused(request, item, form)
    fresh = _item(request, number)
    if request.htmx:
        response = page(request, "roadmap/item.html", panel_context(request, fresh), part="panel")
        response["HX-Trigger"] = "dialog:close, roadmap:changed"
        return response
    return go(request, _place(request, fresh))


def _edit(actor: Any, item: Item, *, form: ItemForm, **_cleaned: Any) -> Item:
    values = form.sent()
    extra = {name: values.pop(name, None) for name in ("reason", "version")}
    edited = actions.edit_item(actor, item, reason=extra["reason"] or "", version=extra["version"], **values)
    if "goal" in form.data:
        goal = form.cleaned_data["goal"]
        actions.set_goals(actor, edited, goals=[{"goal": goal, "share": 100}] if goal else [], reason=extra["reason"] or "")
    return edited


def _refused(request: ProductRequest, item: Item, form: ItemForm) -> HttpResponse:
    """Show the refusal with everything that was typed; a question that only wants a reason asks for it."""
    context = {**panel_context(request, _item(request, item.number), form), "typed": request.POST}
    response = page(request, "roadmap/edit.html", context, part="dialog", status=status_of(form))
    response["HX-Retarget"] = "#dialog"
    response["HX-Reswap"] = "innerHTML"
    return response


@require_POST
@product_room
def move(request: ProductRequest, number: int) -> HttpResponse:
    """Put an item after or before another one, or into another column of the board."""
    item = _item(request, number)
    sent = {name: request.POST.get(name, "") for name in ("after", "before")}
    others = {name: _item(request, int(number)) for name, number in sent.items() if number.isdecimal() and len(number) < 10}
    form = ItemForm(request.product, request.POST)
    done = submit(form, _put, request.actor, item, form=form, others=others)
    return _refused(request, item, form) if done is None else _redrawn(request)


def _put(actor: Any, item: Item, *, form: ItemForm, others: dict[str, Item], **_cleaned: Any) -> Item:
    """Change what the lane or column says of an item, and its place in the order where a neighbour is named."""
    values = form.sent()
    extra = {name: values.pop(name, None) for name in ("reason", "version")}
    reason = extra["reason"] or ""
    if others:
        item = actions.move_item(actor, item, **others, **values, reason=reason)  # type: ignore[arg-type]
    elif values:
        item = actions.edit_item(actor, item, reason=reason, version=extra["version"], **values)
    if "goal" in form.data:
        goal = form.cleaned_data["goal"]
        actions.set_goals(actor, item, goals=[{"goal": goal, "share": 100}] if goal else [], reason=reason)
    return item


def _redrawn(request: ProductRequest) -> HttpResponse:
    if not request.htmx:
        return go(request, own_address(request, request.headers.get("Referer"), _place(request)))
    return HttpResponse(status=204, headers={"HX-Trigger": "roadmap:changed"})


@require_POST
@product_room
def archive(request: ProductRequest, number: int) -> HttpResponse:
    """Take an item off the roadmap."""
    item = actions.archive_item(request.actor, _item(request, number))
    messages.success(request, f"Archived {item.title}.")
    return go(request, _place(request))


@require_POST
@product_room
def restore(request: ProductRequest, number: int) -> HttpResponse:
    """Put an archived item back."""
    item = actions.restore_item(request.actor, _item(request, number))
    messages.success(request, f"Restored {item.title}.")
    return go(request, _place(request, item))


def _answered(request: ProductRequest, number: int, form: Any, act: Callable[..., Any], target: Any, name: str) -> HttpResponse:
    """Call an action of the panel and show the panel again, with the form's errors if it was refused."""
    done = submit(form, act, request.actor, target)
    if done is not None and not request.htmx:
        return go(request, _place(request, _item(request, number)))
    context = panel_context(request, _item(request, number))
    if done is None:
        context[name] = form
    return page(request, "roadmap/item.html", context, part="panel", status=200 if done is not None else status_of(form))


@require_POST
@product_room
def comment(request: ProductRequest, number: int) -> HttpResponse:
    """Say something about an item."""
    return _answered(request, number, CommentForm(request.POST), actions.comment_on, _item(request, number), "comment_form")


@require_POST
@product_room
def edit_comment(request: ProductRequest, number: int, comment: UUID) -> HttpResponse:
    """Change the words of a comment of one's own."""
    found = get_object_or_404(Comment, item=_item(request, number), pk=comment)
    return _answered(request, number, CommentForm(request.POST, obj=found), actions.edit_comment, found, "edited_form")


@require_POST
@product_room
def withdraw(request: ProductRequest, number: int, comment: str) -> HttpResponse:
    """Take back a comment's words."""
    item = _item(request, number)
    actions.withdraw_comment(request.actor, get_object_or_404(Comment, item=item, pk=comment))
    return (
        page(request, "roadmap/item.html", panel_context(request, item), part="panel")
        if request.htmx
        else go(request, _place(request, item))
    )


@require_POST
@product_room
def link(request: ProductRequest, number: int) -> HttpResponse:
    """Make a dependency."""
    return _answered(
        request, number, LinkForm(request.product, request.POST), actions.link_items, _item(request, number), "link_form"
    )


@require_POST
@product_room
def unlink(request: ProductRequest, number: int, dependency: str) -> HttpResponse:
    """Take a dependency away."""
    item = _item(request, number)
    actions.unlink_items(request.actor, get_object_or_404(Dependency, product=request.product, pk=dependency))
    return (
        page(request, "roadmap/item.html", panel_context(request, item), part="panel")
        if request.htmx
        else go(request, _place(request, item))
    )
