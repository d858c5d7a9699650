"""The vision of a product: its current text, who signed it, its versions, and a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.htmx import go, page, status_of, submit
from apps.vision import actions, queries
from apps.vision.forms import AnswerForm, VersionForm
from apps.vision.http import ProductRequest, product_room
from apps.vision.models import Answer, SignOff, VersionState, Vision, VisionVersion

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse


def _place(request: ProductRequest) -> str:
    return reverse("vision:page", args=[request.workspace.slug, request.product.slug])


@require_safe
@product_room
def show(request: ProductRequest) -> HttpResponse:
    """Show why the product is made."""
    return page(request, "vision/page.html", _context(request))


def _context(request: ProductRequest, **more: Any) -> dict[str, Any]:
    versions = queries.versions(request.product)
    current = next((each for each in versions if each.state not in (VersionState.DRAFT, VersionState.SUPERSEDED)), None)
    goals = queries.goals(request.product)
    weights = sum(goal.weight for goal in goals)
    history = [
        (each, queries.word_diff(older.statement, each.statement) if older else [("same", each.statement)], queries.summary(each))
        for each, older in zip(versions, [*versions[1:], None], strict=True)
    ]
    mine = [each for each in current.sign_offs.all() if each.user_id == request.user.pk] if current else []
    return {
        "nav": "vision",
        "current": current,
        "drafts": [each for each in versions if each.state == VersionState.DRAFT],
        "summary": queries.summary(current) if current else None,
        "mine": mine[0] if mine else None,
        "goals": goals,
        "weights": weights,
        "history": history,
        "answer_form": AnswerForm(),
        **more,
    }


@require_http_methods(["GET", "POST"])
@product_room
def propose(request: ProductRequest) -> HttpResponse:
    """Offer the form for a new version, filled with the newest text; keep it as a draft, or put it to the signatories."""
    newest = VisionVersion.objects.filter(product=request.product).order_by("-number").first()
    initial = {name: getattr(newest, name) for name in queries.TEXTS} if newest else {}
    if newest:
        initial["signatories"] = list(newest.sign_offs.values_list("user", flat=True))
    form = VersionForm(request.workspace, request.POST or None, initial=initial)
    if request.method == "POST":
        done = submit(form, _write, request.actor, get_object_or_404(Vision, product=request.product), form=form)
        if done:
            return go(request, _place(request))
    status = status_of(form) if form.errors else 200
    return page(request, "vision/propose.html", {"form": form, "nav": "vision", "newest": newest}, status=status)


def _write(actor: Any, vision: Vision, *, form: VersionForm, **_cleaned: Any) -> VisionVersion:
    draft = vision.versions.filter(state=VersionState.DRAFT).first()
    written = actions.edit_draft(actor, draft, **form.texts()) if draft else actions.draft_version(actor, vision, **form.texts())  # type: ignore[arg-type]
    if "propose" in form.data:
        return actions.propose_version(actor, written, signatories=list(form.cleaned_data["signatories"]))
    return written


@require_safe
@product_room
def version(request: ProductRequest, number: int) -> HttpResponse:
    """Show one version whole: its text against the one before, its hash, and who answered how."""
    shown = get_object_or_404(VisionVersion, product=request.product, number=number)
    older = VisionVersion.objects.filter(product=request.product, number__lt=number).order_by("-number").first()
    context = {
        "nav": "vision",
        "shown": shown,
        "older": older,
        "texts": queries.compared(older, shown),
        "summary": queries.summary(shown),
    }
    return page(request, "vision/version.html", context)


@require_safe
@product_room
def compare(request: ProductRequest) -> HttpResponse:
    """Compare two versions word for word: `?a=` the older number, `?b=` the newer; the two newest without them."""
    versions = queries.versions(request.product)
    by_number = {str(each.number): each for each in versions}
    new = by_number.get(request.GET.get("b", ""), versions[0] if versions else None)
    old = by_number.get(request.GET.get("a", ""), versions[1] if len(versions) > 1 else None)
    texts = queries.compared(old, new) if new else []
    return page(request, "vision/compare.html", {"nav": "vision", "old": old, "new": new, "texts": texts, "versions": versions})


@require_POST
@product_room
def answer(request: ProductRequest, sign_off: UUID) -> HttpResponse:
    """Sign, or object with a reason, by the button that was pressed."""
    asked = get_object_or_404(SignOff, product=request.product, pk=sign_off)
    objects = request.POST.get("answer") == Answer.OBJECTED
    form = AnswerForm(request.POST)
    done = submit(form, actions.object_to if objects else actions.sign, request.actor, asked)
    if done is None:
        return page(request, "vision/page.html", _context(request, answer_form=form), status=status_of(form))
    messages.success(request, "Your objection is on record." if objects else "Signed. Thank you.")
    return go(request, _place(request))
