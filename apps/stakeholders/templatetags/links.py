"""The small chart of how often a share link's page was opened and read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from apps.stakeholders import embedding
from apps.stakeholders.openings import DRAWN

if TYPE_CHECKING:
    from apps.stakeholders.models import ShareLink
    from apps.stakeholders.openings import Bar, Log

register = template.Library()


@register.simple_tag
def opening_chart(log: Log) -> SafeString:
    """Draw a bar for each of the last days on which the page was opened; the part of it that was read is filled."""
    if not log.bars:
        return SafeString("")
    bars = format_html_join(
        "",
        '<g><title>{}</title><rect class="opened" x="{}" y="{}" width="2.6" height="{}"/>'
        '<rect class="read" x="{}" y="{}" width="2.6" height="{}"/></g>',
        (
            (
                _said(each), _short(each.x), _short(100 - each.opened_height),
                _short(each.opened_height), _short(each.x), _short(100 - each.read_height), _short(each.read_height),
            )
            for each in log.bars
        ),
    )  # fmt: skip
    return format_html(
        '<svg class="openings" viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        gettext("Opened on %(days)s of the last %(all)s days") % {"days": len(log.bars), "all": DRAWN}, bars,
    )  # fmt: skip


@register.simple_tag
def embed_snippet(link: ShareLink) -> str:
    """Return the HTML that shows a link's view inside another page; it is shown as text."""
    return embedding.snippet(link)


def _said(bar: Bar) -> str:
    words = {"day": date_format(bar.day, gettext("j M")), "opened": bar.opened, "read": bar.read}
    return gettext("%(day)s: opened %(opened)s, read %(read)s") % words


def _short(percent: float) -> str:
    return f"{percent:.2f}"
