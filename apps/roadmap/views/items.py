"""Items by hand: create, edit, move, link, discuss, archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.forms.models import model_to_dict
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import rows
from apps.core.actions import refuse
from apps.core.errors import Conflict, Stale
from apps.core.htmx import go, insist, own_address, page, status_of, submit
from apps.core.models import Change
from apps.core.past import day_of
from apps.roadmap import actions, following, queries
from apps.roadmap.bulk import shift_dependants
from apps.roadmap.forms import CommentForm, ItemForm, LinkForm, ShiftForm
from apps.roadmap.models import Comment, Dependency, Item
from apps.roadmap.queries import moved_away
from apps.roadmap.scene.lanes import IN_NONE, group_sent, lane_now
from apps.roadmap.views.panel import edit_form, panel_context
from apps.roadmap.views.saying import answered, said, tell, way_back
from apps.roadmap.waiting import pushed
from apps.vision.http import ProductRequest, product_room

if TYPE_CHECKING:
    from collections.abc import Callable


def _item(request: ProductRequest, number: int) -> Item:
    item: Item = get_object_or_404(Item.objects.select_related("owner", "parent"), product=request.product, number=number)
    item.workspace = request.workspace
    return item


def _place(request: ProductRequest, item: Item | None = None) -> str:
    """Return the address of the roadmap, in the view and with the filters from which one came, with the item's panel open."""
    url = reverse("roadmap:page", args=[request.workspace.slug, request.product.slug])
    came = urlsplit(own_address(request, request.headers.get("Referer"), url))
    view = QueryDict(came.query if came.path == url else "", mutable=True)
    view.pop("item", None)
    if item:
        view["item"] = str(item.number)
    return f"{url}?{view.urlencode()}" if view else url


@require_safe
@product_room
def show(request: ProductRequest, number: int) -> HttpResponse:
    """Show an item: its panel to htmx, a whole page to everybody else."""
    if moved := moved_away(request.product, number):
        return redirect(reverse("roadmap:item", args=[request.workspace.slug, moved.product.slug, moved.number]))
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
            text = gettext("Added %(title)s.") % {"title": made.title}
            if "quick" in request.POST:  # one of several that are written down one after the other
                return answered(request, text, made.last_change, "item:added")
            tell(request, text, made.last_change)
            return go(request, _place(request, made))
        if "quick" in request.POST:
            insist(form)
    status = status_of(form) if form.errors else 200
    return page(request, "roadmap/new.html", {"form": form, "nav": "roadmap"}, part="dialog", status=status)


def _create(actor: Any, product: Any, *, form: ItemForm, **_cleaned: Any) -> Item:
    values = {name: value for name, value in form.sent().items() if name != "version" and value not in (None, "")}
    return actions.create_item(
        actor, product, goals=form.goals_sent() or [], milestone=form.data.get("milestone") or None, **values
    )


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def edit(request: ProductRequest, number: int) -> HttpResponse:
    """Change the fields that the form names; answers with the panel, or asks for what is missing."""
    item = _item(request, number)
    if request.method == "GET":
        return page(request, "roadmap/edit.html", panel_context(request, item, edit_form(request, item)), part="dialog")
    shares = any(name.startswith("share-") for name in request.POST)
    form = ItemForm(request.product, request.POST, serves=item if shares else None)
    done = submit(form, _edit, request.actor, item, form=form)
    if done is None:
        return _refused(request, item, form)
    fresh = _item(request, number)
    if request.htmx:
        response = page(request, "roadmap/item.html", panel_context(request, fresh), part="panel")
        return said(request, response, _saved(done), done.last_change, "dialog:close", "roadmap:changed")
    if done.last_change:
        tell(request, _saved(done), done.last_change)
    return go(request, _place(request, fresh))


def _edit(actor: Any, item: Item, *, form: ItemForm, **_cleaned: Any) -> Item:
    given = form.cleaned_data
    return actions.edit_item(
        actor, item, goals=form.goals_sent(item), shares=form.shares(), version=given["version"], reason=given["reason"],
        **form.fields_sent(),
    )  # fmt: skip


def _saved(item: Item) -> str:
    return gettext("Saved %(title)s.") % {"title": item.title}


def _refused(request: ProductRequest, item: Item, form: ItemForm) -> HttpResponse:
    """Show the refusal with everything that was typed, or ask for what is wanted; else say in words why nothing was changed."""
    asks = hasattr(form, "stale") or "reason" in form.errors
    if request.htmx and not asks and "title" not in request.POST:
        insist(form)
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
    return (
        _refused(request, item, form)
        if done is None
        else answered(request, gettext("Moved %(title)s.") % {"title": done.title}, done.last_change)
    )


@transaction.atomic
def _put(actor: Any, item: Item, *, form: ItemForm, others: dict[str, Any], **_cleaned: Any) -> Item:
    """Change what the lane or column says of an item, and its place in the order where a neighbour is named.

    A lane or column of a milestone comes by its id, empty for none.
    """
    _refuse_overwriting(item, form)
    moved: dict[str, Any] = {**form.fields_sent(), "goals": form.goals_sent(item), "milestone": form.data.get("milestone")}
    moved |= {name: form.cleaned_data[name] for name in ("reason", "version")}
    return actions.move_item(actor, item, **others, **moved) if others else actions.edit_item(actor, item, **moved)


def _refuse_overwriting(item: Item, form: ItemForm) -> None:
    """Refuse to move an item out of a column of goals or milestones in which it is no longer, where `seen` names that column.

    Of a goal both values are shown, as of a field; of a milestone it is said where the item is by now.
    """
    group = group_sent(form.data)
    if "seen" not in form.data or not group:
        return
    rows.lock(item.workspace_id)  # where it is now is where it is when it is moved
    now = lane_now(item, group)
    if form.data["seen"] == now.key:
        return
    change = now.change or Change(actor_name=gettext("Somebody"), at=timezone.now())
    if group == "goal":
        goal = form.cleaned_data["goal"]
        raise Stale(item, [Conflict("goal", goal.name if goal else None, now.name or None, change.actor_name, change.at)])
    said = gettext("%(who)s moved %(title)s to %(lane)s meanwhile. Move it again if it should go elsewhere.")
    refuse(__all__=said % {"who": change.actor_name, "title": item.title, "lane": now.name or str(IN_NONE[group])})


@require_POST
@product_room
def archive(request: ProductRequest, number: int) -> HttpResponse:
    """Take an item off the roadmap."""
    item = actions.archive_item(request.actor, _item(request, number))
    tell(request, gettext("Archived %(title)s.") % {"title": item.title}, item.last_change)
    return go(request, _place(request))


@require_safe
@product_room
def archived(request: ProductRequest) -> HttpResponse:
    """List what was taken off the roadmap, with the way back."""
    context = {"nav": "roadmap", "items": queries.archived(request.product)}
    return page(request, "roadmap/archived.html", context)


@require_POST
@product_room
def duplicate(request: ProductRequest, number: int) -> HttpResponse:
    """Copy an item and open the copy."""
    made = actions.duplicate_item(request.actor, _item(request, number))
    tell(request, gettext("Added %(title)s.") % {"title": made.title}, made.last_change)
    return go(request, _place(request, made))


@require_POST
@product_room
def restore(request: ProductRequest, number: int) -> HttpResponse:
    """Put an archived item back."""
    item = actions.restore_item(request.actor, _item(request, number))
    tell(request, gettext("Restored %(title)s.") % {"title": item.title}, item.last_change)
    return go(request, _place(request, item))


def _answered(request: ProductRequest, number: int, form: Any, act: Callable[..., Any], target: Any, name: str) -> HttpResponse:
    """Call an action of the panel and show the panel again, with the form's errors if it was refused."""
    done = submit(form, act, request.actor, target)
    change = done.last_change if done is not None else None
    if done is not None and not request.htmx:
        if way_back(request, change):
            tell(request, gettext("Added a dependency."), change)
        return go(request, _place(request, _item(request, number)))
    context = panel_context(request, _item(request, number))
    if done is None:
        context[name] = form
    response = page(request, "roadmap/item.html", context, part="panel", status=200 if done is not None else status_of(form))
    return said(request, response, gettext("Added a dependency."), change) if way_back(request, change) else response


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
def follow(request: ProductRequest, number: int) -> HttpResponse:
    """Follow an item: a mail about each comment on it."""
    return _followed(request, following.follow_item(request.actor, _item(request, number)))


@require_POST
@product_room
def unfollow(request: ProductRequest, number: int) -> HttpResponse:
    """Be left alone with an item, also where one wrote or owns it."""
    return _followed(request, following.unfollow_item(request.actor, _item(request, number)))


def _followed(request: ProductRequest, item: Item) -> HttpResponse:
    if request.htmx:
        return page(request, "roadmap/item.html", panel_context(request, item), part="panel")
    return go(request, _place(request, item))


@require_POST
@product_room
def link(request: ProductRequest, number: int) -> HttpResponse:
    """Make a dependency."""
    return _answered(
        request, number, LinkForm(request.product, request.POST), actions.link_items, _item(request, number), "link_form"
    )


@require_safe
@product_room
def dependants(request: ProductRequest, number: int) -> HttpResponse:
    """Say what would have to move if the item ended on the day `?end=`; what the timeline draws while a bar is dragged."""
    end = day_of(request.GET.get("end", ""))
    return JsonResponse({"pushes": [push.as_json() for push in pushed(_item(request, number), end)]})


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def shift(request: ProductRequest, number: int) -> HttpResponse:
    """Ask why what waits for an item moves, and move it."""
    item = _item(request, number)
    form = ShiftForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (done := submit(form, shift_dependants, request.actor, item)):
        count = done.last_change.detail["items"] if done.last_change else 0
        text = ngettext("Shifted %(count)s item.", "Shifted %(count)s items.", count) % {"count": count}
        return answered(request, text, done.last_change, "dialog:close")
    context = {"form": form, "item": item, "pushes": pushed(item), "nav": "roadmap"}
    return page(request, "roadmap/shift.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_POST
@product_room
def unlink(request: ProductRequest, number: int, dependency: str) -> HttpResponse:
    """Take a dependency away."""
    item = _item(request, number)
    gone = actions.unlink_items(request.actor, get_object_or_404(Dependency, product=request.product, pk=dependency))
    text = gettext("Removed a dependency.")
    if not request.htmx:
        tell(request, text, gone.last_change)
        return go(request, _place(request, item))
    response = page(request, "roadmap/item.html", panel_context(request, item), part="panel")
    return said(request, response, text, gone.last_change)
