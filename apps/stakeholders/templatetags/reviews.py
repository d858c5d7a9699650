"""How pages say when the next review of an item is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from apps.stakeholders.models import Verdict

if TYPE_CHECKING:
    from datetime import date

_TONES = {Verdict.KEEP: "ok", Verdict.CHANGE: "warn", Verdict.DROP: "bad"}
register = template.Library()


@register.simple_tag
def due(day: date | None, today: date) -> SafeString:
    """Draw the day until which an item is fresh: as a date, or as how overdue it is; nothing where nothing is due."""
    if day is None:
        return SafeString("")
    said = date_format(day, gettext("j M Y"))
    if day >= today:
        return format_html('<time datetime="{}">{}</time>', day.isoformat(), said)
    late = gettext("%(n)s d overdue") % {"n": (today - day).days}
    return format_html('<span class="pill bad" title="{}">{}</span>', gettext("was due on %(day)s") % {"day": said}, late)


@register.simple_tag
def verdict(value: str) -> SafeString:
    """Draw what a review said of an item."""
    return format_html('<span class="pill {}">{}</span>', _TONES[Verdict(value)], Verdict(value).label)
