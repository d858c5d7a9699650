"""Markdown on pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from apps.core import reading

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def markdown(text: str) -> SafeString:
    """Return a markdown text as safe HTML: `{{ item.description|markdown }}`."""
    return reading.markdown(text)
