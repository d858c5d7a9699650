"""Audiences: what each may see, who belongs to it, and the links that open its view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import Request, room
from apps.core.htmx import go, page, status_of, submit
from apps.stakeholders import actions
from apps.stakeholders.forms import AudienceForm, ShareLinkForm, SubscribeForm
from apps.stakeholders.models import Audience, AudienceMember, ShareLink, Subscription, default_fields
from apps.stakeholders.projection import project
from apps.vision.http import ProductRequest, product_room

if TYPE_CHECKING:
    from django.http import HttpResponse


def _audience(request: Request, audience: UUID) -> Audience:
    found: Audience = get_object_or_404(Audience.objects.select_related("product"), workspace=request.workspace, pk=audience)
    return found


def _place(request: Request, audience: Audience) -> str:
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
            return go(request, _place(request, made))
    context = {"form": form, "nav": "stakeholders", "title": f"New audience of {request.product.name}", "label": "Make audience"}
    return page(request, "core/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@room
def edit(request: Request, audience: UUID) -> HttpResponse:
    """Change what an audience sees."""
    found = _audience(request, audience)
    form = AudienceForm(found.product, request.POST if request.method == "POST" else None, obj=found)
    if request.method == "POST" and submit(form, actions.edit_audience, request.actor, found) is not None:
        return go(request, _place(request, found))
    context = {"form": form, "nav": "stakeholders", "title": found.name, "label": "Save"}
    return page(request, "core/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_safe
@room
def show(request: Request, audience: UUID) -> HttpResponse:
    """Show an audience: its preview, exactly as it goes out, its people, its links."""
    return page(request, "stakeholders/audience.html", _context(request, _audience(request, audience)))


def _context(request: Request, audience: Audience, **more: Any) -> dict[str, Any]:
    members = AudienceMember.objects.filter(audience=audience).select_related("stakeholder").order_by("stakeholder__name")
    following = Subscription.objects.filter(audience=audience, ended_at=None)
    followed = {each.stakeholder_id: each for each in following}
    return {
        "nav": "stakeholders",
        "audience": audience,
        "shown": project(audience),
        "members": [(member, followed.get(member.stakeholder_id)) for member in members],
        "links": ShareLink.objects.filter(audience=audience).order_by("-id"),
        "subscribe_form": SubscribeForm(request.workspace),
        "link_form": ShareLinkForm(),
        "now": timezone.now(),
        **more,
    }


@require_POST
@room
def archive(request: Request, audience: UUID) -> HttpResponse:
    """Dissolve an audience; its links close and its subscriptions end."""
    found = actions.archive_audience(request.actor, _audience(request, audience))
    messages.success(request, f"{found.name} is dissolved.")
    return go(request, reverse("stakeholders:page", args=[request.workspace.slug]))


@require_POST
@room
def subscribe(request: Request, audience: UUID) -> HttpResponse:
    """Let a person follow the audience."""
    found = _audience(request, audience)
    form = SubscribeForm(request.workspace, request.POST)
    if submit(form, actions.subscribe, request.actor, found):
        return go(request, _place(request, found))
    return page(request, "stakeholders/audience.html", _context(request, found, subscribe_form=form), status=status_of(form))


@require_POST
@room
def leave(request: Request, audience: UUID, stakeholder: UUID) -> HttpResponse:
    """Take a person out of the audience."""
    found = _audience(request, audience)
    member = get_object_or_404(AudienceMember, audience=found, stakeholder=stakeholder)
    actions.remove_from_audience(request.actor, found, stakeholder=member.stakeholder)
    return go(request, _place(request, found))


@require_POST
@room
def new_link(request: Request, audience: UUID) -> HttpResponse:
    """Make a share link and show its secret, once."""
    found = _audience(request, audience)
    form = ShareLinkForm(request.POST)
    made = submit(form, actions.create_share_link, request.actor, found)
    if made is None:
        return page(request, "stakeholders/audience.html", _context(request, found, link_form=form), status=status_of(form))
    secret_url = request.build_absolute_uri(reverse("stakeholders:share", args=[made.secret]))
    return page(
        request, "stakeholders/audience.html", _context(request, found, secret_url=secret_url, feeds=not made.password_hash)
    )


@require_POST
@room
def revoke_link(request: Request, link: UUID) -> HttpResponse:
    """Close a share link at once."""
    found = get_object_or_404(ShareLink.objects.select_related("audience"), workspace=request.workspace, pk=link)
    actions.revoke_share_link(request.actor, found)
    return go(request, _place(request, found.audience))
