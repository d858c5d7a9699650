"""Webhooks as the room sees them: made, watched, mended."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import Request, room
from apps.core.htmx import go, page, status_of, submit
from apps.stakeholders import actions
from apps.stakeholders.forms.sharing import WebhookForm
from apps.stakeholders.models import Delivery, Webhook
from apps.stakeholders.views.audiences import audience_of, context_of, place_of
from apps.stakeholders.webhooks import secret_of

if TYPE_CHECKING:
    from django.http import HttpResponse

MOST = 50  # messages of one page


@require_POST
@room
def new(request: Request, audience: UUID) -> HttpResponse:
    """Make a webhook and show its secret, once."""
    found, form = audience_of(request, audience), WebhookForm(request.POST)
    made = submit(form, actions.create_webhook, request.actor, found)
    if made is None:
        return page(request, "stakeholders/audience.html", context_of(request, found, webhook_form=form), status=status_of(form))
    return _page(request, made, secret=secret_of(made))


@require_safe
@room
def show(request: Request, webhook: UUID) -> HttpResponse:
    """Show a webhook and what became of its messages."""
    return _page(request, _webhook(request, webhook))


def _page(request: Request, webhook: Webhook, secret: str = "") -> HttpResponse:
    context = {
        "nav": "stakeholders",
        "webhook": webhook,
        "secret": secret,
        "deliveries": Delivery.objects.filter(webhook=webhook).order_by("-created_at", "-id")[:MOST],
    }
    return page(request, "stakeholders/webhook.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@room
def edit(request: Request, webhook: UUID) -> HttpResponse:
    """Change a webhook's address, or enable or disable it."""
    found = _webhook(request, webhook)
    form = WebhookForm(request.POST if request.method == "POST" else None, obj=found)
    if request.method == "POST" and submit(form, actions.edit_webhook, request.actor, found) is not None:
        return go(request, _place(request, found))
    context = {
        "form": form,
        "nav": "stakeholders",
        "title": gettext("Webhook"),
        "label": gettext("Save"),
        "place": _place(request, found),
    }
    return page(request, "core/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_POST
@room
def rotate(request: Request, webhook: UUID) -> HttpResponse:
    """Give it a new secret and show it, once."""
    found = actions.rotate_webhook_secret(request.actor, _webhook(request, webhook))
    return _page(request, _webhook(request, found.pk), secret=secret_of(found))


@require_POST
@room
def remove(request: Request, webhook: UUID) -> HttpResponse:
    """Post nothing to it any more."""
    found = _webhook(request, webhook)
    actions.archive_webhook(request.actor, found)
    messages.success(request, gettext("The webhook is taken away."))
    return go(request, place_of(request, found.audience))


@require_POST
@room
def redeliver(request: Request, webhook: UUID, delivery: UUID) -> HttpResponse:
    """Post a message once more."""
    found = _webhook(request, webhook)
    message = get_object_or_404(Delivery, webhook=found, pk=delivery)
    actions.redeliver(request.actor, found, delivery=message)
    messages.success(request, gettext("It is posted once more within seconds."))
    return go(request, _place(request, found))


def _webhook(request: Request, webhook: UUID) -> Webhook:
    rows = Webhook.objects.select_related("audience__product")
    found: Webhook = get_object_or_404(rows, workspace=request.workspace, archived_at=None, pk=webhook)
    return found


def _place(request: Request, webhook: Webhook) -> str:
    return reverse("stakeholders:webhook", args=[request.workspace.slug, webhook.pk])
