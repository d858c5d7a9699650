"""Read the words of the product out of its source, and of its registries, into the catalogues of the translators."""

from __future__ import annotations

from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db.models import Field
from django.utils.translation.template import templatize

from apps.core.actions import REGISTRY
from apps.core.models import Tracked
from apps.core.outbox import KINDS as MAILS
from apps.core.search import KINDS
from apps.core.wording import spelled

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYWORDS: dict[str, Any] = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
# Of a catalogue: where its words are, and in which language they are written there.
SOURCES = {
    "django": (("apps", "*.py", "python"), ("config", "*.py", "python"), ("templates", "*.*", "template")),
    "djangojs": (("static/js", "*.js", "javascript"),),
}


class Command(BaseCommand):
    """Bring each catalogue up to date: new words come in untranslated, and those no longer in use leave."""

    help = __doc__ or ""
    requires_system_checks = ()

    def handle(self, **_options: Any) -> None:
        """Write the catalogues of each language but English, in which the source is written."""
        for code, _name in settings.LANGUAGES:
            for domain in SOURCES if not code.startswith("en") else ():
                file = catalogue_file(code, domain)
                found = updated(code, domain)
                file.parent.mkdir(parents=True, exist_ok=True)
                with file.open("wb") as out:
                    write_po(out, found, width=0, no_location=True, omit_header=False, sort_output=True, ignore_obsolete=True)
                missing = sum(not message.string or message.fuzzy for message in found if message.id)
                self.stdout.write(f"{file.relative_to(settings.BASE_DIR)}: {len(found)} messages, {missing} to translate")


def catalogue_file(code: str, domain: str) -> Path:
    """Return where the words of a language are kept."""
    return Path(settings.LOCALE_PATHS[0]) / code / "LC_MESSAGES" / f"{domain}.po"


def catalogue(code: str, domain: str) -> Catalog:
    """Return the words of a language as they are translated; empty where there are none yet."""
    file = catalogue_file(code, domain)
    if not file.exists():
        return Catalog(locale=code, domain=domain, project="Lodestar", fuzzy=False, header_comment=f"# Lodestar in {code}.")
    with file.open("rb") as stored:
        return read_po(stored, locale=code, domain=domain)


def updated(code: str, domain: str) -> Catalog:
    """Return the words of the source with the translations that there are."""
    found, source = catalogue(code, domain), Catalog(domain=domain)
    for text, notes, context in words(domain):
        source.add(text, auto_comments=notes, context=context)
    found.update(source, no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False)
    return found


def words(domain: str) -> Iterator[tuple[Any, list[str], str | None]]:
    """Yield what is to be translated: text (with its plural), the notes for translators, and the context."""
    for folder, pattern, method in SOURCES[domain]:
        for file in sorted((Path(settings.BASE_DIR) / folder).rglob(pattern)):
            if file.is_file() and "/tests/" not in file.as_posix():
                yield from _words_of(file, method)
    if domain == "django":
        yield from ((text, [], context) for context, text in sorted(set(_said_of_registries())))


def _said_of_registries() -> Iterator[tuple[str, str]]:
    """Yield what no source spells out, as `core.wording` looks it up: phrases of verbs, nouns and names of fields."""
    import_module(settings.ROOT_URLCONF)  # behind the doors stand all actions
    for verb in REGISTRY:
        yield "history", spelled(verb)
        yield "noun", verb.partition(".")[0].replace("_", " ")
    yield from (("noun", name.replace("-", " ")) for name in (*KINDS, *MAILS))
    for model in apps.get_models():
        for field in model._meta.get_fields() if issubclass(model, Tracked) else ():
            if isinstance(field, Field) and field.name not in _untold(cast("type[Tracked]", model)):
                yield "field", str(field.verbose_name)


def _untold(model: type[Tracked]) -> frozenset[str]:
    """Return the fields that no history tells."""
    return frozenset({"id", "version", "created_at", "workspace"}) | (model.untracked - model.unsaid)


def _words_of(file: Path, method: str) -> Iterator[tuple[Any, list[str], str | None]]:
    text = file.read_text()
    if method == "template":
        calls = (line.strip() for line in templatize(text, origin=str(file)).splitlines() if "_(" in line or "gettext(" in line)
        text, method = "\n".join(calls), "python"
    options = {"parse_template_string": True} if method == "javascript" else {}
    found = extract(method, BytesIO(text.encode()), KEYWORDS, ("Translators:",), options)
    for _line, message, notes, context in found:
        yield message, notes, context
