"""Goals and their key results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.forms import EditForm
from apps.core.htmx import go, page, status_of, submit
from apps.vision import actions, queries
from apps.vision.forms import GoalForm, KeyResultForm, MoveForm
from apps.vision.http import ProductRequest, product_room
from apps.vision.models import Goal, KeyResult
from apps.vision.views.vision import place

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpResponse


def _dialog(
    request: ProductRequest, form: EditForm, act: Callable[..., Any], target: Any, title: str, label: str, **more: Any
) -> HttpResponse:
    """Show a form in the dialog; when it was sent and taken, go back to the vision."""
    if request.method == "POST" and submit(form, act, request.actor, target) is not None:
        return go(request, place(request))
    context = {"form": form, "title": title, "label": label, "nav": "vision", "place": place(request), **more}
    return page(request, "core/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


def _sent(request: ProductRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _goal(request: ProductRequest, goal: UUID) -> Goal:
    found: Goal = get_object_or_404(Goal, product=request.product, pk=goal)
    return found


def _key_result(request: ProductRequest, key_result: UUID) -> KeyResult:
    found: KeyResult = get_object_or_404(KeyResult, product=request.product, pk=key_result)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def new_goal(request: ProductRequest) -> HttpResponse:
    """Add a goal."""
    form = GoalForm(request.product, queries.current_sentences(request.product), _sent(request))
    return _dialog(request, form, actions.create_goal, request.product, gettext("New goal"), gettext("Add goal"))


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def edit_goal(request: ProductRequest, goal: UUID) -> HttpResponse:
    """Change a goal."""
    found = _goal(request, goal)
    form = GoalForm(request.product, queries.current_sentences(request.product), _sent(request), goal=found)
    return _dialog(request, form, actions.edit_goal, found, found.name, gettext("Save"))


@require_POST
@product_room
def archive_goal(request: ProductRequest, goal: UUID) -> HttpResponse:
    """Give a goal up."""
    given_up = actions.archive_goal(request.actor, _goal(request, goal))
    messages.success(request, gettext("%(name)s is given up; it is kept below the goals.") % {"name": given_up.name})
    return go(request, place(request))


@require_POST
@product_room
def restore_goal(request: ProductRequest, goal: UUID) -> HttpResponse:
    """Take a goal up again."""
    taken_up = actions.restore_goal(request.actor, _goal(request, goal))
    messages.success(request, gettext("%(name)s is a goal again.") % {"name": taken_up.name})
    return go(request, place(request))


@require_POST
@product_room
def move_goal(request: ProductRequest, goal: UUID) -> HttpResponse:
    """Put a goal before or after another."""
    form = MoveForm(request.product, request.POST)
    if submit(form, actions.move_goal, request.actor, _goal(request, goal)) is None:
        messages.error(request, " ".join(str(each) for errors in form.errors.values() for each in errors))
    return go(request, place(request))


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def new_key_result(request: ProductRequest, goal: UUID) -> HttpResponse:
    """Add a key result to a goal."""
    found = _goal(request, goal)
    title = gettext("New key result of %(name)s") % {"name": found.name}
    return _dialog(request, KeyResultForm(_sent(request)), actions.create_key_result, found, title, gettext("Add key result"))


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def edit_key_result(request: ProductRequest, key_result: UUID) -> HttpResponse:
    """Change a key result, as where it is now."""
    found = _key_result(request, key_result)
    form = KeyResultForm(_sent(request), obj=found)
    remove = reverse("vision:remove_key_result", args=[request.workspace.slug, request.product.slug, found.pk])
    return _dialog(request, form, actions.edit_key_result, found, found.name, gettext("Save"), remove_url=remove)


@require_POST
@product_room
def remove_key_result(request: ProductRequest, key_result: UUID) -> HttpResponse:
    """Take a key result away."""
    gone = actions.remove_key_result(request.actor, _key_result(request, key_result))
    messages.success(request, gettext("%(name)s is no longer a key result; what it was is in the history.") % {"name": gone.name})
    return go(request, place(request))
