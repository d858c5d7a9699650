"""The figures of key results, as people write them."""

from __future__ import annotations

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def figure(value: Decimal | int) -> str:
    """Return a number without idle zeros: 9, 4.12, 1,000."""
    return f"{Decimal(value):,.2f}".rstrip("0").rstrip(".")


@register.filter
def unit(text: str) -> str:
    """Return a unit as it stands behind a number: closed up for %, else after a thin space."""
    return text if text in ("%", "") else f"\u202f{text}"
