"""The words of mails and of what outsiders read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from apps.core.wording import inside
from apps.stakeholders.models import Frequency
from apps.stakeholders.projection import NO_DATE

if TYPE_CHECKING:
    from datetime import datetime

    from apps.stakeholders.models import Subscription
    from apps.stakeholders.projection import Shown
    from apps.stakeholders.told import Line

LONG_AGO = 8  # weeks without a review after which readers are told so, rather than a day
register = template.Library()
WEEKLY = (
    _("weekly on Mondays"), _("weekly on Tuesdays"), _("weekly on Wednesdays"), _("weekly on Thursdays"),
    _("weekly on Fridays"), _("weekly on Saturdays"), _("weekly on Sundays"),
)  # fmt: skip
MONTHLY = (
    _("monthly on the first Monday"), _("monthly on the first Tuesday"), _("monthly on the first Wednesday"),
    _("monthly on the first Thursday"), _("monthly on the first Friday"), _("monthly on the first Saturday"),
    _("monthly on the first Sunday"),
)  # fmt: skip


@register.filter
def rhythm(subscription: Subscription) -> str:
    """Return how often and when a digest comes, in words."""
    often = {
        Frequency.DAILY: gettext("daily"),
        Frequency.WEEKLY: WEEKLY[subscription.weekday],
        Frequency.MONTHLY: MONTHLY[subscription.weekday],
        Frequency.MATERIAL: gettext("on material change"),
    }[Frequency(subscription.frequency)]
    when = {"often": often, "time": f"{subscription.hour:02}:00", "zone": cut_zone(subscription.stakeholder.time_zone)}
    return gettext("%(often)s at %(time)s, %(zone)s") % when


@register.filter
def cut_zone(zone: str) -> str:
    """Return the name of a time zone as it is read."""
    return zone.replace("_", " ")


@register.filter
def freshness(reviewed: datetime | None, now: datetime) -> str:
    """Return when a roadmap was last reviewed, or for how many weeks it was not, as any reader understands it."""
    if reviewed is None:
        return gettext("not reviewed yet")
    weeks = (now - reviewed).days // 7
    if weeks >= LONG_AGO:
        return ngettext("not reviewed for %(weeks)d week", "not reviewed for %(weeks)d weeks", weeks) % {"weeks": weeks}
    return gettext("last reviewed on %(day)s") % {"day": date_format(timezone.localtime(reviewed), gettext("j F Y"))}


@register.filter
def days(count: int) -> str:
    """Return a number of days later or earlier, in words."""
    if count > 0:
        return ngettext("%(days)d day later", "%(days)d days later", count) % {"days": count}
    return ngettext("%(days)d day earlier", "%(days)d days earlier", -count) % {"days": -count}


@register.filter
def in_words(line: Line) -> str:
    """Return what a line of a digest says, in one sentence of plain text."""
    return _sentence(line, *_both(line), days(line.days) if line.days else "")


@register.filter
def marked_up(line: Line) -> SafeString:
    """Return the same for HTML: a date or name that was told is struck out, what is now is strong."""
    if line.kind == "new":
        return conditional_escape(planned(line))
    told, now, was_titled = (conditional_escape(each) for each in (*_both(line), line.was_titled))
    if line.kind in ("moved", "renamed"):
        told, was_titled = (format_html('<s class="was">{}</s>', each) for each in (told, was_titled))
    if line.kind in ("moved", "status", "dropped"):
        now = format_html("<strong>{}</strong>", now)
    apart = days(line.days) if line.days and line.kind == "moved" else ""  # of what shipped a pill says it
    return mark_safe(_sentence(line, told, now, apart, was_titled))  # noqa: S308 - our sentence, its parts escaped


def _both(line: Line) -> tuple[str, str]:
    """Return what was told and what is now, as they stand within a sentence."""
    told, now = str(line.told), str(line.now)
    return (inside(told), inside(now)) if line.kind in ("status", "dropped") else (told, now)


def _sentence(line: Line, told: str, now: str, apart: str, was_titled: str = "") -> str:
    words = {"told": told, "now": now, "apart": apart}
    match line.kind:
        case "moved":
            return _moved(line, apart) % words
        case "shipped":
            return _shipped(line, apart) % words
        case "dropped" | "status":
            return gettext("It was %(told)s; it is now %(now)s.") % words
        case "goal":
            return gettext("It served %(told)s; it now serves %(now)s.") % words
        case "renamed":
            return gettext("You knew it as %(title)s.") % {"title": was_titled or line.was_titled}
    return planned(line)


def _moved(line: Line, apart: str) -> str:
    if not line.dated:
        return gettext("It has a date now: %(now)s.")
    if line.now == NO_DATE:
        return gettext("You were told %(told)s; it has no date any more.")
    if apart:
        return gettext("You were told %(told)s; it is now %(now)s, %(apart)s.")
    return gettext("You were told %(told)s; it is now %(now)s.")


def _shipped(line: Line, apart: str) -> str:
    if not line.now:
        return gettext("You were told %(told)s; it shipped.") if line.dated else gettext("It shipped.")
    if not line.dated:
        return gettext("It shipped on %(now)s.") if line.on_day else gettext("It shipped in %(now)s.")
    if line.told == line.now:
        kept = (gettext("It shipped on %(now)s, as you were told."), gettext("It shipped in %(now)s, as you were told."))
        return kept[not line.on_day]
    if apart:
        on = gettext("You were told %(told)s; it shipped on %(now)s, %(apart)s.")
        return on if line.on_day else gettext("You were told %(told)s; it shipped in %(now)s, %(apart)s.")
    on = gettext("You were told %(told)s; it shipped on %(now)s.")
    return on if line.on_day else gettext("You were told %(told)s; it shipped in %(now)s.")


@register.filter
def as_told(shown: Shown) -> str:
    """Return what was told of an item and is still so: when it shipped, its date, or how it stands."""
    if shown.shipped and shown.shipped.last:
        return gettext("shipped, %(when)s") % {"when": shown.shipped.text}
    return (not shown.shipped and shown.when.text) or inside(shown.status_words)


def planned(line: Line) -> str:
    """Return what is said of an item that was never told before."""
    if not line.now or line.now == NO_DATE:
        return gettext("Shipped already.") if line.shipped else gettext("Not scheduled yet.")
    words = gettext("Shipped, planned for %(when)s.") if line.shipped else gettext("Planned for %(when)s.")
    return words % {"when": line.now}
