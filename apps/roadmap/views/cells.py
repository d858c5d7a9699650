"""Cells of the table: one that was typed into, a block that was pasted; and its lines, indented and outdented."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from apps.core.actions import allowed
from apps.core.errors import Denied, Refused
from apps.core.htmx import add_errors, insist, page, status_of, submit
from apps.roadmap.actions import edit_item
from apps.roadmap.bulk import edit_items
from apps.roadmap.cells import CellForm, Reader, Unreadable
from apps.roadmap.columns import column_of
from apps.roadmap.forms import NestForm
from apps.roadmap.models import Item
from apps.roadmap.nesting import indent_item, outdent_item
from apps.roadmap.pasting import PasteForm, Preview, laid, versions_seen
from apps.roadmap.views.saying import answered, changed_text, said
from apps.vision.http import ProductRequest, product_room

if TYPE_CHECKING:
    from apps.core.actors import Actor
    from apps.vision.models import Product


@require_POST
@product_room
def cell(request: ProductRequest, number: int) -> HttpResponse:
    """Give one field of an item what was typed into its cell; a refusal is words for the cell, with both values where stale."""
    item: Item = get_object_or_404(Item, product=request.product, number=number)
    form = CellForm(request.POST)
    done = submit(form, _set_cell, request.actor, item)
    text = gettext("Saved %(title)s.") % {"title": item.title}
    if not request.htmx:
        if done is None:
            insist(form)
        return answered(request, text, done.last_change if done else None)
    if done is None:
        return _refused(request, item, form)
    return said(request, JsonResponse({"version": done.version}), text, done.last_change)


def _set_cell(actor: Actor, item: Item, *, column: str, value: str, version: int | None, reason: str) -> Item:
    try:
        fields = Reader(item.product).fields(item, {column: value})
    except Unreadable as error:
        raise ValidationError({"value": str(error)}) from error
    try:
        return edit_item(actor, item, version=version, reason=reason, **fields)
    except ValidationError as error:
        raise _about_the_cell(error) from error


def _about_the_cell(error: ValidationError) -> ValidationError:
    """Return the refusal as one of the cell, whatever the field; only a missing reason is asked for by itself."""
    if not hasattr(error, "error_dict"):
        return error
    found: dict[str, list[str]] = {}
    for name, texts in error.message_dict.items():
        found.setdefault("reason" if name == "reason" else "value", []).extend(texts)
    return ValidationError(found)


def _refused(request: ProductRequest, item: Item, form: CellForm) -> HttpResponse:
    """Return why in words, what would help, and the version that is there now."""
    column = column_of(form.data.get("column", ""))
    fresh: Any = Item.objects.filter(pk=item.pk).first() or item
    texts = [str(text) for name, texts in form.errors.items() if name not in (NON_FIELD_ERRORS, "reason") for text in texts]
    context = {
        "form": form, "item": fresh, "column": column.words if column else "", "texts": texts,
        "asks": form.errors.get("reason"), "others": form.non_field_errors(),
    }  # fmt: skip
    return HttpResponse(render_to_string("roadmap/cell.html", context, request), status=status_of(form))


@require_POST
@product_room
def nest(request: ProductRequest, number: int) -> HttpResponse:
    """Indent an item into the one that the request names, or outdent it where it names none."""
    item: Item = get_object_or_404(Item, product=request.product, number=number)
    form = NestForm(request.product, request.POST)
    done = submit(form, _nest, request.actor, item)
    if done is None:
        insist(form)
    return answered(
        request, gettext("Moved %(title)s.") % {"title": done.title} if done else "", done.last_change if done else None
    )


def _nest(actor: Actor, item: Item, *, under: Item | None, version: int | None) -> Item:
    try:
        return indent_item(actor, item, under=under, version=version) if under else outdent_item(actor, item, version=version)
    except ValidationError as error:
        raise ValidationError(error.messages) from error


@require_POST
@product_room
def paste(request: ProductRequest) -> HttpResponse:
    """Show what a block of cells would change, or, once that was seen, do it as one change with one way back."""
    form = PasteForm(request.POST)
    if form.is_valid() and "rows_seen" in form.cleaned_data:
        done = submit(form, _paste, request.actor, request.product, form=form)
        if done is not None:
            count = done.last_change.detail["items"] if done.last_change else 0
            return answered(request, changed_text(count), done.last_change, "dialog:close")
    preview = Preview()
    if (form.is_bound and "rows_seen" in form.cleaned_data) or not form.errors:
        try:
            preview = laid(request.product, form)
        except ValidationError as error:
            add_errors(form, error)
    verdict = allowed("items.edited", request.actor, request.product)
    if not verdict:
        raise Refused(
            verdict.why if isinstance(verdict, Denied) else gettext("Only editors paste cells; ask an owner for the role.")
        )
    context = {"form": form, "preview": preview, "nav": "roadmap"}
    return page(request, "roadmap/paste.html", context, part="dialog", status=status_of(form) if form.errors else 200)


def _paste(actor: Actor, product: Product, *, form: PasteForm, reason: str, **_cleaned: Any) -> Product:
    seen = versions_seen(form)
    edits = [replace(edit, version=seen.get(edit.item.number, edit.version)) for edit in laid(product, form).edits]
    if not edits:
        raise ValidationError(gettext("Everything says already what the block says; there is nothing left to change."))
    return edit_items(actor, product, edits=edits, reason=reason)
