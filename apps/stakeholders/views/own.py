"""What a reader of digests decides without an account, by the signed link of their mails: what, how often, when, and not now."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.actors import Actor
from apps.core.htmx import page, status_of, submit
from apps.stakeholders import actions, digests
from apps.stakeholders.forms.people import OwnForm, PauseForm
from apps.stakeholders.links import link_to, subscription_by, token_for
from apps.stakeholders.narrowing import offer
from apps.stakeholders.schedule import local_day, next_day
from apps.stakeholders.views.discretion import discreet, spoken_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from apps.stakeholders.links import Purpose
    from apps.stakeholders.models import Subscription

DONE = {
    "confirmed": _("Thank you. You get these mails from now on; here you decide what and when."),
    "saved": _("Saved. It counts from your next mail."),
    "paused": _("Paused. Nothing is sent to you meanwhile."),
    "resumed": _("Your mails go on with the next that is due."),
}


def by_link(purpose: Purpose) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Find the subscription that a link names; a link that is none is told so in words."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @discreet
        @wraps(view)
        def enter(request: HttpRequest, token: str) -> HttpResponse:
            subscription = subscription_by(token, purpose)
            if subscription is None:
                return page(request, "stakeholders/own_none.html", {}, status=404)
            shown = _ended if subscription.ended_at else view
            return spoken_in(subscription.stakeholder.language, shown, request, subscription, token)

        return enter

    return decorate


def _ended(request: HttpRequest, subscription: Subscription, _token: str) -> HttpResponse:
    context = {"subscription": subscription, "ended": subscription.ended_at}
    return page(request, "stakeholders/unsubscribe.html", context, status=200 if request.method != "POST" else 409)


def reader(subscription: Subscription) -> Actor:
    """Return the person whom the link names, as the history will name them."""
    return Actor(user=None, name=subscription.stakeholder.name, via="mail")


@require_http_methods(["GET", "HEAD", "POST"])
@by_link("confirm")
def confirm(request: HttpRequest, subscription: Subscription, token: str) -> HttpResponse:
    """Ask whether the reader wants the digests; only POST says yes, so that no link scanner does."""
    del token
    if request.method == "POST":
        actions.confirm_subscription(reader(subscription), subscription)
        return _back(token_for(subscription, "own"), "confirmed")
    context = {"subscription": subscription, "own": link_to(subscription, "own")}
    return page(request, "stakeholders/confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@by_link("own")
def own(request: HttpRequest, subscription: Subscription, token: str) -> HttpResponse:
    """Show what the reader gets, and save what they would rather have."""
    form = OwnForm(offer(subscription, to_reader=True), request.POST if request.method == "POST" else None, obj=subscription)
    if request.method == "POST" and submit(form, actions.edit_subscription, reader(subscription), subscription) is not None:
        return _back(token, "saved")
    return _page(request, subscription, token, form=form, status=status_of(form) if form.errors else 200)


@require_POST
@by_link("own")
def pause(request: HttpRequest, subscription: Subscription, token: str) -> HttpResponse:
    """Send the reader nothing until a day, or until they resume it."""
    form = PauseForm(request.POST)
    if submit(form, actions.pause_subscription, reader(subscription), subscription) is not None:
        return _back(token, "paused")
    return _page(request, subscription, token, pause_form=form, status=status_of(form))


@require_POST
@by_link("own")
def resume(request: HttpRequest, subscription: Subscription, token: str) -> HttpResponse:
    """Let the reader's mails go on."""
    del request
    actions.resume_subscription(reader(subscription), subscription)
    return _back(token, "resumed")


def _back(token: str, done: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("stakeholders:own", args=[token], query={"done": done}))


def _page(request: HttpRequest, subscription: Subscription, token: str, *, status: int, **more: Any) -> HttpResponse:
    now = timezone.now()
    context = {
        "subscription": subscription,
        "token": token,
        "done": DONE.get(request.GET.get("done", "")) if status == 200 else None,
        "paused": subscription.is_paused(local_day(now, subscription.stakeholder.time_zone)),
        "next": next_day(subscription, now),
        "form": more.get("form") or OwnForm(offer(subscription, to_reader=True), obj=subscription),
        "pause_form": more.get("pause_form") or PauseForm(),
        "confirm": link_to(subscription, "confirm"),
        "unsubscribe": digests.unsubscribe_link(subscription),
        "reader": digests.reader_link(subscription),
    }
    return page(request, "stakeholders/own.html", context, status=status)
