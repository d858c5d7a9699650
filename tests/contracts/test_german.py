"""Every page in German, right after the same page in English: no word of ours stays behind, and machines read numbers as ever."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from apps.accounts.forms import ZONES
from apps.accounts.models import User
from apps.core.management.commands.messages import catalogue
from apps.stakeholders.models import Audience, Stakeholder
from tests.contracts.routes import QUERIES, ROUTES, path_of
from tests.contracts.walk import routes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.contracts.world import World

pytestmark = pytest.mark.django_db

# Apps all of whose pages speak German.
DONE = ("core:", "accounts:", "vision:", "milestones:", "roadmap:", "stakeholders:")

ALL = {name: route for name, route in routes().items() if name in ROUTES and not route.rest}
NO_PAGES = {"accounts:live", "core:healthz", "core:mail_body", "core:readyz", "core:words", "roadmap:dependants"} | {
    "roadmap:lines", "stakeholders:atom", "stakeholders:calendar", "stakeholders:keep",  # for programs
    "stakeholders:shared",  # by a link alone
}  # fmt: skip
PAGES = sorted(name for name in ALL if "GET" in ROUTES[name] and name.startswith(DONE) and name not in NO_PAGES)

READ_OUT = {"title", "aria-label", "aria-description", "aria-roledescription", "placeholder", "alt", "label"} | {
    "data-confirm", "data-confirm-label",
}  # fmt: skip
DRAWN = {"d", "points", "transform", "viewbox"}  # attributes in which numbers may stand beside commas
# Values of fields as browsers read them, whatever the language.
FIELDS = {"number": r"-?\d+(\.\d+)?", "range": r"-?\d+(\.\d+)?", "date": r"\d{4}-\d\d-\d\d"} | {
    "datetime-local": r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?",
}  # fmt: skip
UNREAD = {"script", "style", "code", "kbd", "pre"}
NAMES = {"Lodestar", "Deutsch", "English", "UTC"}  # and places, as in Europe/Berlin
NAMES |= {"April", "August", "September", "November", "Apr", "Aug", "Sep", "Nov", "Jan", "Feb", "Jun", "Jul"}
WRITTEN = (models.CharField, models.TextField, models.JSONField)
WORD = re.compile(r"[^\W\d_]{3,}")


class Page(HTMLParser):
    """What of a page is read, and what machines read."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: set[str] = set()
        self.numbers: set[tuple[str, str]] = set()
        self.inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNREAD:
            self.inside.append(tag)
        shape = FIELDS.get(dict(attrs).get("type") or "") if tag == "input" else None
        for name, value in attrs:
            if not value:
                continue
            if name in READ_OUT:
                self._say(value)
            elif is_written_for_people(name, value, shape):
                self.numbers.add((name, value))
            elif value.startswith(("{", "[")):
                json.loads(value)

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self._say(data)

    def _say(self, text: str) -> None:
        self.said.add(" ".join(text.split()))


def is_written_for_people(name: str, value: str, shape: str | None) -> bool:
    """Say whether an attribute that machines read holds a number or day as people write it; `shape` is of a field's value."""
    if name in {"value", "min", "max"} and shape:
        return not re.fullmatch(shape, value)
    return bool(re.fullmatch(r"-?\d+,\d+\s?(%|px|rem)?", value) or (name in DRAWN and re.search(r"\d,\d", value)))


def written() -> list[str]:
    """Return all that people wrote, the longest first; statuses and the like are words of ours."""
    found: set[str] = set()
    for model in apps.get_models():
        fields = [each for each in model._meta.concrete_fields if isinstance(each, WRITTEN)]
        for row in model._base_manager.values_list(*(each.name for each in fields)) if fields else ():
            found |= {text for value in row for text in texts_in(value) if not re.fullmatch("[a-z_]*", text)}
    return sorted(found, key=len, reverse=True)


def texts_in(value: Any) -> Iterator[str]:
    """Yield the texts in a value of a field, also of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts_in(each)


def german_words() -> set[str]:
    """Return the words that we say in German, as some are the same in English."""
    strings = [message.string for message in catalogue("de", "django") if message.id]
    texts = [text for each in strings for text in (each if isinstance(each, tuple) else (each,))]
    return {word for text in texts for word in WORD.findall(re.sub(r"%\(\w+\)s|<[^>]*>", " ", text))}


@pytest.fixture(scope="module")
def known(worlds: Any, django_db_blocker: Any) -> tuple[list[str], set[str]]:
    with django_db_blocker.unblock():
        return written(), german_words() | NAMES


def left(text: str, known: tuple[list[str], set[str]]) -> bool:
    """Say whether a text has a word that is neither what somebody wrote nor one of ours in German."""
    own, ours = known
    if any(text in each for each in own) or text in dict(ZONES).values():  # part of a comparison; a place
        return False
    text = re.sub(r"\b[A-Z]\w+(/[\w+-]+)+|\S+@\S+|https?://\S+", " ", text)
    for each in own:
        text = text.replace(each, " ")
    return bool(set(WORD.findall(text)) - ours)


def look(own: World, callers: Any, name: str, language: str) -> str:
    """Return a page as it speaks to a member, to a reader of mails and to whoever's browser asks for that language."""
    User.objects.filter(pk=own.room.owner.pk).update(language=language)
    Stakeholder.objects.filter(workspace=own.room.workspace).update(language=language)
    Audience.objects.filter(workspace=own.room.workspace).update(language=language)
    callers.web["owner"].defaults["HTTP_ACCEPT_LANGUAGE"] = language
    route = ALL[name]
    url = route.url(**path_of(name, route.kwargs, own)) + QUERIES.get(name, lambda _: "")(own)
    answer = callers.call("owner", route, "GET", url)
    assert answer.status_code in {200, 302}
    return str(answer.content.decode())


@pytest.mark.parametrize("name", PAGES)
def test_a_page_speaks_german(own: World, callers: Any, known: tuple[list[str], set[str]], name: str):
    english, german = (Page(look(own, callers, name, language)) for language in (settings.LANGUAGE_CODE, "de"))
    assert {text for text in german.said & english.said if left(text, known)} == set()
    assert german.numbers - english.numbers == set()


def test_what_stays_in_english_is_found():
    fields = '<input type="number" value="1,5"><input type="date" value="1.2.2026"><input type="date" value="2026-02-01">'
    page = Page('<p title="Hello there">Search <b>harbour</b></p><svg><rect x="12,5%"/></svg>' + fields)
    assert {text for text in page.said if left(text, (["Search"], {"Hello"}))} == {"Hello there", "harbour"}
    assert page.numbers == {("x", "12,5%"), ("value", "1,5"), ("value", "1.2.2026")}
