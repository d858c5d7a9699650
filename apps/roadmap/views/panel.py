"""An item's side panel, its own page on small screens: facts, why, history, comments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.functional import SimpleLazyObject

from apps.core.wording import words_of
from apps.roadmap import queries
from apps.roadmap.following import followers
from apps.roadmap.forms import CommentForm, ItemForm, LinkForm
from apps.roadmap.mentions import mentionable
from apps.roadmap.models import Comment, Dependency
from apps.roadmap.scoring import plain
from apps.roadmap.timeframes import timeframe_text
from apps.roadmap.waiting import pushed
from apps.vision.http import north

if TYPE_CHECKING:
    from apps.roadmap.models import Item
    from apps.vision.http import ProductRequest

NEWEST = 50  # changes of the history, before one asks for the whole
MOST_OFFERED = 300  # people that the panel brings along for completing their names


def panel_context(request: ProductRequest, item: Item, form: ItemForm | None = None) -> dict[str, Any]:
    """Return what the panel shows of an item; a constant number of queries."""
    item.product, item.workspace = request.product, request.workspace
    whole = "history" in request.GET
    most = queries.WHOLE_HISTORY if whole else NEWEST
    history = queries.history(item, most + 1)
    slip = queries.slips(item.workspace_id, [item.pk]).get(item.pk)
    return {
        "nav": "roadmap",
        "item": item,
        "form": form or ItemForm(request.product, initial=_initial(item)),
        "when": timeframe_text(item.start, item.end, item.granularity, request.workspace.year_begins),
        "slip": slip,
        "contributions": list(item.contributions.select_related("goal").order_by("-share")),
        "children": list(item.children.filter(archived_at=None).order_by("rank")),
        "waits_for": list(Dependency.objects.filter(other=item).select_related("item__product")),
        "pushes": SimpleLazyObject(lambda: pushed(item)),  # the form shows none
        "dependencies": list(item.dependencies.select_related("other__product")),
        "followers": SimpleLazyObject(lambda: followers(item)),
        "people": SimpleLazyObject(lambda: mentionable(item.workspace_id)[:MOST_OFFERED]),
        "comments": [
            (each, CommentForm(obj=each) if each.author_id == request.user.pk and not each.withdrawn_at else None)
            for each in Comment.objects.filter(item=item).select_related("author")
        ],
        "decisions": SimpleLazyObject(lambda: queries.decisions(item=item)),  # nor these
        "comment_form": CommentForm(),
        "standings": SimpleLazyObject(lambda: queries.standings(item)),
        "link_form": LinkForm(request.product),
        "history": words_of(history[:most], item.pk),
        "older": len(history) > most,
        "whole": whole,  # so that what is drawn anew is too
        "north": north(request.product),
    }


def edit_form(request: ProductRequest, item: Item) -> ItemForm:
    """Return the form of everything that is edited of an item."""
    return ItemForm(request.product, initial=_initial(item), serves=item)


def _initial(item: Item) -> dict[str, Any]:
    names = ("title", "type", "status", "horizon", "health", "confidence", "start", "end", "granularity", "progress", "effort")
    values = {name: getattr(item, name) for name in names}
    effort = None if item.effort is None else plain(item.effort)
    return {
        **values, "effort": effort, "owner": item.owner_id, "parent": item.parent_id, "description": item.description,
        "confidential": item.confidential, "outside_title": item.outside_title, "outside_summary": item.outside_summary,
        "version": item.version,
    }  # fmt: skip
