"""The figures of key results, and the words between two versions, as pages show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.core.wording import percent
from apps.vision import queries

if TYPE_CHECKING:
    from decimal import Decimal

register = template.Library()


@register.simple_tag
def amount(value: Decimal, unit: str = "") -> str:
    """Return a number with its unit: 49%, 4.12 min; a per cent sign is closed up, other units stand behind a thin space."""
    figure = queries.figure(value)
    if unit == "%":
        return percent(figure)
    return f"{figure}\u202f{unit}" if unit else figure


@register.simple_tag
def words(parts: queries.Parts) -> SafeString:
    """Show a word diff: what was taken out as <del>, what was put in as <ins>, with a space between the two."""
    shown = []
    for before, (kind, text) in zip([("", ""), *parts], parts, strict=False):
        if kind == "ins" and before[0] == "del":
            shown.append(" ")
        shown.append(text if kind == "same" else format_html("<{}>{}</{}>", kind, text, kind))
    return format_html_join("", "{}", ((each,) for each in shown))
