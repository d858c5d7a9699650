"""People who are told: the list, one person with what they were told, and their subscriptions."""

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
from apps.stakeholders import actions, ledger, queries
from apps.stakeholders.forms.common import HOURS, WEEKDAYS
from apps.stakeholders.forms.people import NarrowForm, PauseForm, RhythmForm, StakeholderForm
from apps.stakeholders.models import Digest, Frequency, Stakeholder, Subscription
from apps.stakeholders.narrowing import CHOICES, in_words, offer
from apps.stakeholders.schedule import local_day

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_safe
@room
def index(request: Request) -> HttpResponse:
    """Show everybody who is told, and the audiences they belong to."""
    context = {
        "nav": "stakeholders",
        "people": queries.people(request.workspace),
        "audiences": queries.audiences(request.workspace),
    }
    return page(request, "stakeholders/page.html", context)


def _person(request: Request, stakeholder: UUID) -> Stakeholder:
    found: Stakeholder = get_object_or_404(Stakeholder, workspace=request.workspace, pk=stakeholder)
    return found


@require_safe
@room
def show(request: Request, stakeholder: UUID) -> HttpResponse:
    """Show one person: what they follow, and what they were told against what is true now."""
    return page(request, "stakeholders/person.html", _context(_person(request, stakeholder)))


def _context(person: Stakeholder, refused: RhythmForm | None = None) -> dict[str, Any]:
    """Return what a person's page shows; a rhythm that was refused keeps what was chosen."""
    subscriptions = Subscription.objects.filter(stakeholder=person).select_related("audience", "product").order_by("-id")
    today = local_day(timezone.now(), person.time_zone)
    subscriptions = subscriptions.prefetch_related(*CHOICES)
    return {
        "nav": "stakeholders",
        "person": person,
        "subscriptions": [
            (each, refused if refused and refused.obj.pk == each.pk else None, in_words(each), each.is_paused(today))
            for each in subscriptions
        ],
        "rhythm": {"frequency": Frequency.choices, "weekday": WEEKDAYS, "hour": HOURS},
        "refused": refused,
        "ledger": ledger.of_person(person),
        "digests": Digest.objects.filter(stakeholder=person).select_related("mail")[:20],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@room
def new(request: Request) -> HttpResponse:
    """Add a person."""
    form = StakeholderForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = submit(form, actions.create_stakeholder, request.actor, request.workspace)
        if made:
            messages.success(request, gettext("Added %(person)s.") % {"person": made.name})
            return go(request, reverse("stakeholders:person", args=[request.workspace.slug, made.pk]))
    context = {"form": form, "nav": "stakeholders", "title": gettext("New stakeholder"), "label": gettext("Add")}
    return page(request, "core/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@room
def edit(request: Request, stakeholder: UUID) -> HttpResponse:
    """Change a person's particulars."""
    person = _person(request, stakeholder)
    form = StakeholderForm(request.POST if request.method == "POST" else None, obj=person)
    if request.method == "POST" and submit(form, actions.edit_stakeholder, request.actor, person) is not None:
        return go(request, reverse("stakeholders:person", args=[request.workspace.slug, person.pk]))
    context = {"form": form, "nav": "stakeholders", "title": person.name, "label": gettext("Save")}
    return page(request, "core/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_safe
@room
def unreachable(request: Request) -> HttpResponse:
    """Show the addresses to which nothing is written any more: since when, why, and how to lift it."""
    context = {"nav": "stakeholders", "people": queries.unreachable(request.workspace)}
    return page(request, "stakeholders/unreachable.html", context)


@require_POST
@room
def try_again(request: Request, stakeholder: UUID) -> HttpResponse:
    """Write again to a person whose address was refused."""
    person = actions.try_again(request.actor, _person(request, stakeholder))
    messages.success(request, gettext("Mail goes to %(email)s again.") % {"email": person.email})
    return go(request, reverse("stakeholders:person", args=[request.workspace.slug, person.pk]))


@require_POST
@room
def archive(request: Request, stakeholder: UUID) -> HttpResponse:
    """Stop telling a person anything; what they were told stays on record."""
    person = actions.archive_stakeholder(request.actor, _person(request, stakeholder))
    messages.success(request, gettext("%(person)s is told nothing any more.") % {"person": person.name})
    return go(request, reverse("stakeholders:page", args=[request.workspace.slug]))


def _subscription(request: Request, subscription: UUID) -> Subscription:
    found: Subscription = get_object_or_404(
        Subscription.objects.select_related("stakeholder", "audience"), workspace=request.workspace, pk=subscription
    )
    return found


@require_POST
@room
def rhythm(request: Request, subscription: UUID) -> HttpResponse:
    """Change how often a digest comes."""
    followed = _subscription(request, subscription)
    form = RhythmForm(request.POST, obj=followed)
    if submit(form, actions.edit_subscription, request.actor, followed) is None:
        person = _person(request, followed.stakeholder_id)
        return page(request, "stakeholders/person.html", _context(person, form), status=status_of(form))
    return go(request, reverse("stakeholders:person", args=[request.workspace.slug, followed.stakeholder_id]))


@require_POST
@room
def ask(request: Request, subscription: UUID) -> HttpResponse:
    """Ask somebody outside once more for their yes."""
    followed = actions.ask_again(request.actor, _subscription(request, subscription))
    messages.success(request, gettext("%(email)s is asked once more.") % {"email": followed.stakeholder.email})
    return go(request, reverse("stakeholders:person", args=[request.workspace.slug, followed.stakeholder_id]))


@require_http_methods(["GET", "HEAD", "POST"])
@room
def pause(request: Request, subscription: UUID) -> HttpResponse:
    """Pause a subscription until a day, or until it is resumed."""
    followed = _subscription(request, subscription)
    place = reverse("stakeholders:person", args=[request.workspace.slug, followed.stakeholder_id])
    form = PauseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and submit(form, actions.pause_subscription, request.actor, followed) is not None:
        return go(request, place)
    title = gettext("Pause the digests of %(person)s") % {"person": followed.stakeholder.name}
    context = {"form": form, "nav": "stakeholders", "title": title, "label": gettext("Pause"), "place": place}
    return page(request, "core/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_POST
@room
def resume(request: Request, subscription: UUID) -> HttpResponse:
    """Let a subscription go on."""
    followed = actions.resume_subscription(request.actor, _subscription(request, subscription))
    return go(request, reverse("stakeholders:person", args=[request.workspace.slug, followed.stakeholder_id]))


@require_http_methods(["GET", "HEAD", "POST"])
@room
def narrow(request: Request, subscription: UUID) -> HttpResponse:
    """Choose what a subscription follows: all that its audience is shown, or some of it."""
    followed = _subscription(request, subscription)
    place = reverse("stakeholders:person", args=[request.workspace.slug, followed.stakeholder_id])
    form = NarrowForm(offer(followed, to_reader=False), request.POST if request.method == "POST" else None, obj=followed)
    if request.method == "POST" and submit(form, actions.edit_subscription, request.actor, followed) is not None:
        return go(request, place)
    context = {"form": form, "nav": "stakeholders", "followed": followed, "place": place}
    return page(request, "stakeholders/narrow.html", context, part="dialog", status=status_of(form) if form.errors else 200)


@require_POST
@room
def end(request: Request, subscription: UUID) -> HttpResponse:
    """End a subscription."""
    followed = actions.end_subscription(request.actor, _subscription(request, subscription))
    return go(request, reverse("stakeholders:person", args=[request.workspace.slug, followed.stakeholder_id]))
