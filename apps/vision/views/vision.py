"""The vision of a product: its current text, who signed it, its versions, and a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import User
from apps.core.htmx import go, page, status_of, submit
from apps.vision import actions, queries
from apps.vision.forms import AnswerForm, ObjectionForm, VersionForm, number_of
from apps.vision.http import ProductRequest, product_room
from apps.vision.models import Answer, SignOff, VersionState, Vision, VisionVersion

if TYPE_CHECKING:
    from uuid import UUID

    from django import forms
    from django.http import HttpResponse

    from apps.core.actors import Actor


def place(request: ProductRequest) -> str:
    """Return the address of the product's vision."""
    return reverse("vision:page", args=[request.workspace.slug, request.product.slug])


@require_safe
@product_room
def show(request: ProductRequest) -> HttpResponse:
    """Show why the product is made."""
    return page(request, "vision/page.html", _context(request), part="vision")


def _context(request: ProductRequest, answer_form: forms.Form | None = None) -> dict[str, Any]:
    shown = queries.shown(request.product)
    return {
        "nav": "vision",
        "shown": shown,
        "current": shown.current,
        "mine": shown.current and shown.current.answers.of(request.user.pk),
        "may_write": request.membership.role in {"owner", "editor"} and request.product.archived_at is None,
        "answer_form": answer_form or AnswerForm(),
        "seq": request.workspace.seq,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def propose(request: ProductRequest) -> HttpResponse:
    """Offer the form for a new version, filled with the newest text; keep it as a draft, or put it to the signatories."""
    newest = queries.newest(request.product)
    draft = newest if newest and newest.state == VersionState.DRAFT else None
    form = _version_form(request, newest, draft)
    if request.method == "POST":
        vision = get_object_or_404(Vision, product=request.product)
        done = submit(form, _write, request.actor, vision, draft=draft, proposing="propose" in request.POST)
        if done:
            messages.success(request, _said(done))
            return go(request, place(request))
    context = {"form": form, "nav": "vision", "newest": newest, "draft": draft, "place": place(request)}
    return page(request, "vision/propose.html", context, status=status_of(form) if form.errors else 200)


def _version_form(request: ProductRequest, newest: VisionVersion | None, draft: VisionVersion | None) -> VersionForm:
    return VersionForm(
        User.objects.filter(memberships__workspace=request.workspace).order_by("name", "pk"),
        request.POST if request.method == "POST" else None,
        draft=draft,
        texts={name: getattr(newest, name) for name in queries.TEXTS} if newest else {},
        asked=queries.signatories(request.product),
    )


def _said(version: VisionVersion) -> str:
    if version.state == VersionState.DRAFT:
        return gettext("Kept as a draft of v%(number)s; nobody is asked yet.") % {"number": version.number}
    return gettext("v%(number)s is proposed and waits for its signatures.") % {"number": version.number}


@transaction.atomic
def _write(
    actor: Actor, vision: Vision, *, draft: VisionVersion | None, proposing: bool, signatories: list[actions.Signatory],
    version: int | None = None, reason: str = "", **texts: Any,
) -> VisionVersion:  # fmt: skip
    """Write a draft or go on with the one there is, and propose it: both happen or neither."""
    if draft is None:
        written = actions.draft_version(actor, vision, reason=reason, **texts)
    else:
        written = actions.edit_draft(actor, draft, version=version, reason=reason, **texts)
    return actions.propose_version(actor, written, signatories=signatories, reason=reason) if proposing else written


@require_safe
@product_room
def version(request: ProductRequest, number: int) -> HttpResponse:
    """Show one version whole: its text against the one before, its hash, and who answered how."""
    found, older = queries.version(request.product, number)
    if found is None:
        raise Http404
    context = {
        "nav": "vision",
        "version": found,
        "older": older,
        "texts": queries.compared(older, found),
        "answers": queries.answers(found),
    }
    return page(request, "vision/version.html", context)


@require_safe
@product_room
def compare(request: ProductRequest) -> HttpResponse:
    """Compare two versions word for word: `?a=` the older number, `?b=` the newer; the two newest without them."""
    versions = queries.versions(request.product)
    by_number = {each.number: each for each in versions}
    newer = by_number.get(number_of(request.GET.get("b", "")) or -1, versions[0] if versions else None)
    before = next((each for each in versions if newer and each.number < newer.number), None)
    older = by_number.get(number_of(request.GET.get("a", "")) or -1, before)
    texts = queries.compared(older, newer) if newer else []
    context = {"nav": "vision", "older": older, "newer": newer, "texts": texts, "versions": versions}
    return page(request, "vision/compare.html", context)


@require_POST
@product_room
def answer(request: ProductRequest, sign_off: UUID) -> HttpResponse:
    """Sign, or object with a reason, by the button that was pressed."""
    asked = get_object_or_404(SignOff, product=request.product, pk=sign_off)
    objects = request.POST.get("answer") == Answer.OBJECTED
    form = AnswerForm(request.POST)
    done = submit(form, actions.object_to if objects else actions.sign, request.actor, asked)
    if done is None:
        return page(request, "vision/page.html", _context(request, form), status=status_of(form))
    messages.success(request, gettext("Your objection is on record.") if objects else gettext("Signed. Thank you."))
    return go(request, place(request))


@require_http_methods(["GET", "HEAD", "POST"])
@product_room
def object_to(request: ProductRequest, sign_off: UUID) -> HttpResponse:
    """Ask why somebody objects, and put it on record."""
    asked = get_object_or_404(SignOff.objects.select_related("vision_version"), product=request.product, pk=sign_off)
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and submit(form, actions.object_to, request.actor, asked) is not None:
        messages.success(request, gettext("Your objection is on record."))
        return go(request, place(request))
    title = gettext("Object to v%(number)s") % {"number": asked.vision_version.number}
    context = {"form": form, "title": title, "label": gettext("Object"), "nav": "vision", "place": place(request)}
    return page(request, "core/form.html", context, part="dialog", status=status_of(form) if form.errors else 200)
