"""Every word of the product is there in every language: none is bare in a template, untranslated or garbled."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from apps.core.management.commands.messages import SOURCES, catalogue, updated

TEMPLATES = Path(settings.BASE_DIR) / "templates"
LANGUAGES = [code for code, _name in settings.LANGUAGES if not code.startswith("en")]
# Folders whose words are still only in English.
PENDING: set[str] = set()
# The same in every language: our name, and what it stands beside.
SAME = {
    "Lodestar",
    "px",
    "UTF",
    "CSV",
    "JSON",
    "XLSX",
    "REST",
    "API",
    "Atom",
    "iCal",
    "PNG",
    "SVG",
    "HTML",
    "Ed25519",
    "https",
    "http",
    "urn",
    "uuid",
}

_HIDDEN = re.compile(
    r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}|\{%\s*blocktrans.*?endblocktrans(?:late)?\s*%\}|<!--.*?-->"
    r"|\{%\s*block\s+\w+_class\s*%\}.*?\{%\s*endblock.*?%\}"
    r"|<(script|style|mj-style|mj-attributes|kbd|code)\b.*?</\1>",
    re.DOTALL,
)
_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_ELEMENT = re.compile(r"<[^>]*>", re.DOTALL)
_SAID = re.compile(r'\b(?:title|aria-label|aria-description|aria-roledescription|placeholder|alt|label)="([^"]*)"')
_GIVEN = re.compile(r'\b\w+="([^"]*(?:[A-Z]|\s)[^"]*)"')
_WORD = re.compile(r"[A-Za-z]{2,}")


def bare(text: str) -> list[str]:
    """Return the words of a template that no translation reaches: in text, in attributes read out, given to parts."""
    shown = _HIDDEN.sub(" ", text)
    given = [value for tag in re.findall(r"\{%\s*(?:include|pill|track|field)\b.*?%\}", shown) for value in _GIVEN.findall(tag)]
    plain = _TAG.sub("", shown)
    pieces = [*given, *_SAID.findall(plain), *_ELEMENT.sub("\n", plain).split("\n")]
    return [piece.strip() for piece in pieces if set(_WORD.findall(re.sub(r"&\w+;", " ", piece))) - SAME]


@pytest.mark.parametrize(
    "text", ["<p>Hello there</p>", '<a title="Move it">x</a>', '{% include "a.html" with title="Nothing here" %}']
)
def test_the_search_finds_bare_words(text):
    assert bare(text)


@pytest.mark.parametrize(
    "text",
    [
        '<p>{% translate "Hello" %}</p>',
        "{% blocktranslate count n=x %}One{% plural %}{{ n }} of them{% endblocktranslate %}",
        '{% include "a.html" with title=_("Nothing here") name="icon" %}',
        "<kbd>Ctrl</kbd> {{ item.title }} &middot; {# a note #}",
    ],
)
def test_the_search_leaves_alone_what_is_translated(text):
    assert bare(text) == []


FILES = sorted(file for file in TEMPLATES.rglob("*.*") if file.name not in {"importmap.html", "takeaway.css"})  # no words in them


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(TEMPLATES).as_posix())
def test_no_word_of_a_template_is_bare(file):
    parts = file.relative_to(TEMPLATES).parts
    if (parts[0] if len(parts) > 1 else "") in PENDING:
        pytest.skip("its words are still only in English")
    assert bare(file.read_text()) == []


@pytest.mark.parametrize("domain", SOURCES)
@pytest.mark.parametrize("code", LANGUAGES)
def test_the_catalogue_holds_just_the_words_of_the_source_all_translated(code, domain):
    """`make words` brings it up to date."""
    stored, now = catalogue(code, domain), updated(code, domain)
    assert {message.id for message in stored} == {message.id for message in now}
    missing = [message.id for message in now if message.id and not all(_strings(message.string))]
    assert not missing
    assert not [message.id for message in now if message.fuzzy]
    assert [(message.id, [str(error) for error in errors]) for message, errors in stored.check()] == []


def _strings(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (string,)


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_a_message_fills_in_is_the_same_in_each_language(code):
    """Babel checks %-formats; this holds the braces of format strings."""
    names = re.compile(r"\{\w*\}")
    for message in catalogue(code, "django"):
        for original in _strings(message.id or ""):
            for said in _strings(message.string or ""):
                if isinstance(message.id, str):
                    assert sorted(names.findall(original)) == sorted(names.findall(said)), message.id
