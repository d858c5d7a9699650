"""Finding what people wrote: by its words, and titles also by words nearly like them.

The mechanism knows no noun of the product: each app registers a `Kind` in its `search` module. All kinds are asked in one
statement, of what the actor may see. Titles match by trigrams, so that a typing error finds them still; titles and texts match
by full-text search, with quotes, `or` and a minus as on the web.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank, SearchVector, TrigramWordSimilarity
from django.db import connection, transaction
from django.db.models import Case, CharField, F, FloatField, IntegerField, Q, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.db.models import Model, QuerySet
    from django.db.models.expressions import Combinable
    from django.utils.functional import _StrOrPromise

    from apps.core.actors import Actor

LANGUAGE = "english"  # whose endings are the same word; texts in others match word by word
LIKENESS = 0.45  # of a typed word to one of a title, from 0 to 1, from which it is meant
LONGEST = 200  # characters of a question
MOST_WORDS = 8  # that are looked for in titles
MOST = 50  # hits of one kind
_OPEN, _SHUT = "\ue000", "\ue001"  # around a found word on its way from the database; private to us, and taken out of all else
_SIGNS = re.compile(r'"|(?:^|\s)-\w|\s[oO][rR]\s')  # of the question's own grammar
_SYNTAX = re.compile(r"^\s{0,3}(?:#{1,6}|>|[-*+])\s+|\*\*|__|`|!?\[(?=[^\]]*\]\()|\]\([^)\s]*\)", re.MULTILINE)


def words_in(*fields: str) -> SearchVector:
    """Return the expression of all words in some text fields; the index and the question are made of the same."""
    return SearchVector(*fields, config=LANGUAGE)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing that can be found.

    `title` is the path of what it is called, `texts` are its own fields that are searched; `by_title` says whether the title is
    its own. `only` takes out what was put away. `number` is the path of the number in its address. `page` returns its address of
    a row with `ws`, `place` (the product's slug), `number` and `id`. `named` narrows to what a text names exactly, as HAR-12.
    """

    name: str
    plural: _StrOrPromise
    icon: str
    model: type[Model]
    title: str
    texts: tuple[str, ...]
    page: Callable[[dict[str, Any]], str]
    only: Q = field(default_factory=Q)
    number: str = ""
    by_title: bool = True
    named: Callable[[str], Q | None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: `title` and `excerpt` with the found words marked, everything else escaped."""

    kind: Kind
    id: UUID
    name: str
    key: str
    product: str
    page: str
    score: float
    title: SafeString
    excerpt: SafeString


@dataclass(frozen=True, slots=True)
class Found:
    """The hits, best first, and how many there are of each kind; one more than `MOST` says that there are more."""

    hits: list[Hit]
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


KINDS: dict[str, Kind] = {}


def searchable(kind: Kind) -> Kind:
    """Let a kind of thing be found."""
    KINDS[kind.name] = kind
    return kind


def find_words(actor: Actor, text: str, *, within: Q | None = None, kind: str = "", most: int = MOST) -> Found:
    """Return what the actor may see of all that the text matches; `within` narrows to a workspace or a product.

    The counts are of all kinds, the hits only of the one asked for. Asks the database a constant number of times.
    """
    asked = " ".join(text.replace("\0", " ").split())[:LONGEST]
    if not asked or not KINDS:
        return Found([], {})
    parts = [_rows(each, actor, asked, within or Q()) for each in KINDS.values()]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(LIKENESS)])
        best = parts[0].union(*parts[1:], all=True).order_by("-hit_score", "-id")
        rows = [{name.removeprefix("hit_"): value for name, value in row.items()} for row in best]
    counts = {name: n for name in KINDS if (n := sum(row["kind"] == name for row in rows))}
    wanted = [row for row in rows if kind in ("", row["kind"])]
    return Found([_hit(row, asked) for row in wanted[:most]], counts)


def _rows(kind: Kind, actor: Actor, asked: str, within: Q) -> QuerySet[Any, dict[str, Any]]:
    """Return the best rows of one kind, one more than `MOST`, as flat values that are the same for every kind."""
    query = SearchQuery(asked, config=LANGUAGE, search_type="websearch")
    words = words_in(*kind.texts)
    manager: Any = kind.model._default_manager
    rows = manager.visible_to(actor).filter(kind.only, within, product__archived_at=None).alias(words=words)
    shown: dict[str, Combinable] = {
        "kind": Value(kind.name, output_field=CharField()),
        "name": F(kind.title),
        "ws": F("workspace__slug"),
        "place": F("product__slug"),
        "product_name": F("product__name"),
        "product_key": F("product__key"),
        "number": F(kind.number) if kind.number else Cast(Value(None), IntegerField()),
        "score": _score(kind, asked, query, words),
        "title_marked": _marked(kind.title, query, highlight_all=True),
        "text_marked": _marked(_body(kind), query, max_words=28, min_words=12),
    }
    # Some models have fields of these names, so that what is computed is called otherwise until it is read.
    computed = {f"hit_{name}": value for name, value in shown.items()}
    found = rows.filter(_matches(kind, asked, query)).annotate(**computed).order_by("-hit_score", "-pk")
    best: QuerySet[Any, dict[str, Any]] = found.values("id", *computed)[: MOST + 1]
    return best


def _matches(kind: Kind, asked: str, query: SearchQuery) -> Q:
    matches = Q(words=query)
    typed = _typed(asked)
    if kind.by_title and typed:
        matches |= Q(*(Q(**{f"{kind.title}__trigram_word_similar": word}) for word in typed))
    named = kind.named(asked)
    return matches | named if named is not None else matches


def _typed(asked: str) -> list[str]:
    """Return the words that a title must have or nearly have; none where the question says in signs what it wants."""
    if _SIGNS.search(asked):
        return []
    return [word for word in re.findall(r"\w+", asked) if len(word) > 1][:MOST_WORDS]


def _score(kind: Kind, asked: str, query: SearchQuery, words: SearchVector) -> Combinable:
    """Return how well a row fits: what is named exactly, then titles that begin so, then by likeness and by words."""
    rank: Combinable = SearchRank(words, query, normalization=1) * Value(4.0)
    if not kind.by_title:
        return rank
    likeness = TrigramWordSimilarity(asked, kind.title) + rank
    named = kind.named(asked)
    cases = [When(Q(**{f"{kind.title}__istartswith": asked}), then=Value(0.5))]
    if named is not None:
        cases.insert(0, When(named, then=Value(10.0)))
    return likeness + Case(*cases, default=Value(0.0), output_field=FloatField())


def _body(kind: Kind) -> Combinable | None:
    own = [each for each in kind.texts if each != kind.title]
    if not own:
        return None
    first: Combinable = Coalesce(F(own[0]), Value(""), output_field=TextField())
    for each in own[1:]:
        first = Concat(first, Value(" "), F(each), output_field=TextField())
    return first


def _marked(text: Combinable | str | None, query: SearchQuery, **how: Any) -> Combinable:
    if text is None:
        return Value("", output_field=TextField())
    return SearchHeadline(text, query, config=LANGUAGE, start_sel=_OPEN, stop_sel=_SHUT, **how)


def _hit(row: dict[str, Any], asked: str) -> Hit:
    kind = KINDS[row["kind"]]
    title = row["title_marked"] if _OPEN in row["title_marked"] else _mark_like(row["name"], asked)
    return Hit(
        kind=kind,
        id=row["id"],
        name=row["name"],
        key=f"{row['product_key']}-{row['number']}" if kind.number and row["number"] else "",
        product=row["product_name"],
        page=kind.page(row),
        score=row["score"],
        title=_safe(title),
        excerpt=_safe(_SYNTAX.sub("", row["text_marked"])),
    )


def _safe(marked: str) -> SafeString:
    """Return escaped text with the found words in `<mark>`; a lone sign of ours, as somebody may have typed it, is dropped."""
    html = re.sub(f"{_OPEN}([^{_OPEN}{_SHUT}]*){_SHUT}", r"<mark>\1</mark>", str(escape(" ".join(marked.split()))))
    return mark_safe(re.sub(f"[{_OPEN}{_SHUT}]", "", html))  # noqa: S308 - all of it was escaped but our own mark


def _mark_like(title: str, asked: str) -> str:
    """Mark the words of a title that are like one that was typed, where none is the same."""
    typed = [_trigrams(word) for word in re.findall(r"\w+", asked.lower())]

    def mark(found: re.Match[str]) -> str:
        own = _trigrams(found[0].lower())
        near = any(len(own & each) >= LIKENESS * len(each) for each in typed)
        return f"{_OPEN}{found[0]}{_SHUT}" if near else found[0]

    return re.sub(r"\w+", mark, title)


def _trigrams(word: str) -> set[str]:
    padded = f"  {word} "
    return {padded[n : n + 3] for n in range(len(padded) - 2)}
