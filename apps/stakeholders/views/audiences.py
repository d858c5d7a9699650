"""Audiences: what each may see, who belongs to it, and the links that open its view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import Request, room
from apps.core.htmx import go, page, status_of, submit
from apps.core.wording import inside
from apps.stakeholders import actions, openings
from apps.stakeholders.forms.audiences import FIELD_WORDS, AudienceForm
from apps.stakeholders.forms.people import SubscribeForm
from apps.stakeholders.forms.sharing import ShareLinkForm, WebhookForm
from apps.stakeholders.models import Audience, AudienceMember, ShareLink, Subscription, Webhook, default_fields
from apps.stakeholders.projection import project
from apps.vision.http import ProductRequest, product_room

if TYPE_CHECKING:
    from django.http import HttpResponse


def audience_of(request: Request, audience: UUID) -> Audience:
    found: Audience = get_object_or_404(Audience.objects.select_related("product"), workspace=request.workspace, pk=audience)
    return found


def place_of(request: Request, audience: Audience) -> str:
    return reverse("stakeholders:audience", args=[request.workspace.slug, audience.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def new(request: ProductRequest) -> HttpResponse:
    """Make an audience of a product."""
    sent = request.POST if request.method == "POST" else None
    form = AudienceForm(request.product, sent, initial={"fields_shown": default_fields()})
    if request.method == "POST":
        made = submit(form, actions.create_audience, request.actor, request.product)
        if made:
            return go(request, place_of(request, made))
    context = {
        "form": form,
        "nav": "stakeholders",
        "title": gettext("New audience of %(product)s") % {"product": request.product.name},
        "label": gettext("Make audience"),
    }
    return page(request, "core/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@room
def edit(request: Request, audience: UUID) -> HttpResponse:
    """Change what an audience sees."""
    found = audience_of(request, audience)
    form = AudienceForm(found.product, request.POST if request.method == "POST" else None, obj=found)
    if request.method == "POST" and submit(form, actions.edit_audience, request.actor, found) is not None:
        return go(request, place_of(request, found))
    context = {"form": form, "nav": "stakeholders", "title": found.name, "label": gettext("Save")}
    return page(request, "core/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_safe
@room
def show(request: Request, audience: UUID) -> HttpResponse:
    """Show an audience: its preview, exactly as it goes out, its people, its links."""
    return page(request, "stakeholders/audience.html", context_of(request, audience_of(request, audience)))


def context_of(request: Request, audience: Audience, **more: Any) -> dict[str, Any]:
    members = AudienceMember.objects.filter(audience=audience).select_related("stakeholder").order_by("stakeholder__name")
    following = Subscription.objects.filter(audience=audience, ended_at=None)
    followed = {each.stakeholder_id: each for each in following}
    links = list(ShareLink.objects.filter(audience=audience).select_related("stakeholder").order_by("-id"))
    logged = openings.logs(links)
    return {
        "nav": "stakeholders",
        "audience": audience,
        "granted": [inside(FIELD_WORDS[name], noun=True) for name in audience.fields],
        "shown": project(audience),
        "members": [(member, followed.get(member.stakeholder_id)) for member in members],
        "links": [(link, logged[link.pk]) for link in links],
        "subscribe_form": SubscribeForm(request.workspace),
        "link_form": ShareLinkForm(audience),
        "webhooks": Webhook.objects.filter(audience=audience, archived_at=None).order_by("id"),
        "webhook_form": WebhookForm(),
        "now": timezone.now(),
        **more,
    }


@require_POST
@room
def archive(request: Request, audience: UUID) -> HttpResponse:
    """Dissolve an audience; its links close and its subscriptions end."""
    found = actions.archive_audience(request.actor, audience_of(request, audience))
    messages.success(request, gettext("%(audience)s is dissolved.") % {"audience": found.name})
    return go(request, reverse("stakeholders:page", args=[request.workspace.slug]))


@require_POST
@room
def subscribe(request: Request, audience: UUID) -> HttpResponse:
    """Let a person follow the audience."""
    found = audience_of(request, audience)
    form = SubscribeForm(request.workspace, request.POST)
    if submit(form, actions.subscribe, request.actor, found):
        return go(request, place_of(request, found))
    return page(request, "stakeholders/audience.html", context_of(request, found, subscribe_form=form), status=status_of(form))


@require_POST
@room
def leave(request: Request, audience: UUID, stakeholder: UUID) -> HttpResponse:
    """Take a person out of the audience."""
    found = audience_of(request, audience)
    member = get_object_or_404(AudienceMember, audience=found, stakeholder=stakeholder)
    actions.remove_from_audience(request.actor, found, stakeholder=member.stakeholder)
    return go(request, place_of(request, found))
