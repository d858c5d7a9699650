"""An audience's view as feeds for programs: Atom, and iCal for calendars; opened by a share link's address."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext, override
from django.views.decorators.http import require_safe

from apps.accounts.models import digest as hashed
from apps.stakeholders.models import ShareLink
from apps.stakeholders.showing import views_of
from apps.stakeholders.views.discretion import discreet, language_for, spoken_in

if TYPE_CHECKING:
    from apps.stakeholders.projection import Shown

LINE = 75  # octets of a line of iCal


def _opened(token: str) -> tuple[ShareLink, dict[str, Any]]:
    """Return the link and its audience's view; a program cannot be asked for a password, so that such a link has no feed."""
    link = get_object_or_404(ShareLink.objects.select_related("audience__product", "stakeholder"), secret_hash=hashed(token))
    if not link.is_open() or link.audience.archived_at or link.password_hash:
        raise Http404
    return link, views_of([link.audience])[0]


@require_safe
@discreet
def atom(request: HttpRequest, token: str) -> HttpResponse:
    """Return the audience's view as an Atom feed, an entry for each item; an entry is new when what is shown of it is."""
    link, view = _opened(token)
    return spoken_in(language_for(link), _atom, request, link, view)


def _atom(request: HttpRequest, link: ShareLink, view: dict[str, Any]) -> HttpResponse:
    entries = [{"shown": each, "id": _entry_id(link, each), "said": _said(each)} for each in view["shown"]]
    body = render_to_string("stakeholders/feed.xml", {**view, "link": link, "entries": entries, "updated": _changed(view)})
    return _answer(request, body, "application/atom+xml")


@require_safe
@discreet
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Return the audience's view as a calendar: an all-day event over the time in which each item is due."""
    link, view = _opened(token)
    return spoken_in(language_for(link), _calendar, request, link, view)


def _calendar(request: HttpRequest, link: ShareLink, view: dict[str, Any]) -> HttpResponse:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Lodestar//Roadmap//EN", "METHOD:PUBLISH"]
    name = gettext("%(product)s roadmap") % {"product": view["audience"].product.name}
    lines += [f"X-WR-CALNAME:{_escaped(name)}"]
    for each in view["shown"]:
        lines += _event(link, each)
    body = "".join(_folded(line) for line in [*lines, "END:VCALENDAR"])
    return _answer(request, body, "text/calendar")


def _event(link: ShareLink, shown: Shown) -> list[str]:
    """Return an item as an event, nothing for one without days."""
    period = shown.shipped or shown.when
    if period.first is None or period.last is None:
        return []
    summary = f"{shown.title} ({period.text})"
    return [
        "BEGIN:VEVENT",
        f"UID:{uuid5(link.pk, str(shown.item_id))}@lodestar",
        f"DTSTAMP:{datetime.min.replace(year=2000, tzinfo=UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{period.first:%Y%m%d}",
        f"DTEND;VALUE=DATE:{period.last + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(summary)}",
        f"DESCRIPTION:{_escaped(_said(shown))}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _said(shown: Shown) -> str:
    """Return what is shown of an item in one text."""
    goal = gettext("Serves: %(goal)s") % {"goal": shown.goal.name} if shown.goal else ""
    when = shown.shipped.text if shown.shipped else shown.when.text
    milestone = gettext("Milestone: %(name)s") % {"name": shown.milestone} if shown.milestone else ""
    parts = (shown.summary, shown.status_words, when, shown.commitment, milestone, goal)
    return "\n".join(str(part) for part in parts if part)


def _entry_id(link: ShareLink, shown: Shown) -> UUID:
    """Return an id that says nothing of the item, and is another one when what is shown is, in whichever language."""
    with override(settings.LANGUAGE_CODE):
        return uuid5(uuid5(link.pk, str(shown.item_id)), f"{shown.title}\n{_said(shown)}")


def _changed(view: dict[str, Any]) -> datetime:
    reviewed: datetime | None = view["reviewed"]
    return reviewed or view["audience"].created_at


def _escaped(text: str) -> str:
    """Return a text as RFC 5545 writes it."""
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        text = text.replace(plain, written)
    return text


def _folded(line: str) -> str:
    """Return a line folded at 75 octets, never inside a character."""
    parts, rest = [], line
    while len(rest.encode()) > LINE:
        cut = LINE
        while len(rest[:cut].encode()) > LINE:
            cut -= 1
        parts.append(rest[:cut])
        rest = " " + rest[cut:]
    return "\r\n".join([*parts, rest]) + "\r\n"


def _answer(request: HttpRequest, body: str, kind: str) -> HttpResponse:
    """Answer with an ETag, and with 304 to a program that has the same already."""
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type=f"{kind}; charset={settings.DEFAULT_CHARSET}", headers={"ETag": etag})
    answer = get_conditional_response(request, etag=etag, response=response)
    return response if answer is None else HttpResponse(answer.content, status=answer.status_code, headers=dict(answer.headers))
