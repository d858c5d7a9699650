"""Goals and their key results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.htmx import go, page, status_of, submit
from apps.vision import actions
from apps.vision.forms import GoalForm, KeyResultForm, MoveForm
from apps.vision.http import ProductRequest, product_room
from apps.vision.models import Goal, KeyResult

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django import forms
    from django.http import HttpResponse


def _place(request: ProductRequest) -> str:
    return reverse("vision:page", args=[request.workspace.slug, request.product.slug])


def _dialog(
    request: ProductRequest, form: forms.Form, act: Callable[..., Any], target: Any, title: str, label: str, **more: Any
) -> HttpResponse:
    """Show a form in the dialog; when it was sent and taken, go back to the vision."""
    if request.method == "POST" and submit(form, act, request.actor, target) is not None:
        return go(request, _place(request))
    context = {"form": form, "title": title, "label": label, "nav": "vision", **more}
    return page(request, "vision/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@product_room
def new_goal(request: ProductRequest) -> HttpResponse:
    """Add a goal."""
    return _dialog(request, GoalForm(request.POST or None), actions.create_goal, request.product, "New goal", "Add goal")


def _goal(request: ProductRequest, goal: UUID) -> Goal:
    found: Goal = get_object_or_404(Goal, product=request.product, pk=goal)
    return found


@require_http_methods(["GET", "POST"])
@product_room
def edit_goal(request: ProductRequest, goal: UUID) -> HttpResponse:
    """Change a goal."""
    found = _goal(request, goal)
    form = GoalForm(request.POST or None, initial=found.__dict__)
    archive = reverse("vision:archive_goal", args=[request.workspace.slug, request.product.slug, found.pk])
    return _dialog(request, form, actions.edit_goal, found, found.name, "Save", archive_url=archive)


@require_POST
@product_room
def archive_goal(request: ProductRequest, goal: UUID) -> HttpResponse:
    """Give a goal up."""
    actions.archive_goal(request.actor, _goal(request, goal))
    return go(request, _place(request))


@require_POST
@product_room
def move_goal(request: ProductRequest, goal: UUID) -> HttpResponse:
    """Put a goal before or after another."""
    submit(MoveForm(request.POST), actions.move_goal, request.actor, _goal(request, goal))
    return go(request, _place(request))


@require_http_methods(["GET", "POST"])
@product_room
def new_key_result(request: ProductRequest, goal: UUID) -> HttpResponse:
    """Add a key result to a goal."""
    found = _goal(request, goal)
    title = f"New key result of {found.name}"
    return _dialog(request, KeyResultForm(request.POST or None), actions.create_key_result, found, title, "Add key result")


@require_http_methods(["GET", "POST"])
@product_room
def edit_key_result(request: ProductRequest, key_result: UUID) -> HttpResponse:
    """Change a key result, as where it is now."""
    found = get_object_or_404(KeyResult, product=request.product, pk=key_result)
    form = KeyResultForm(request.POST or None, initial=found.__dict__)
    return _dialog(request, form, actions.edit_key_result, found, found.name, "Save")


@require_POST
@product_room
def remove_key_result(request: ProductRequest, key_result: UUID) -> HttpResponse:
    """Take a key result away."""
    actions.remove_key_result(request.actor, get_object_or_404(KeyResult, product=request.product, pk=key_result))
    return go(request, _place(request))
