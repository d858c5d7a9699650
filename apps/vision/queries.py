"""What pages read of the why, and the words between two versions of it."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from django.db.models import FETCH_RAISE, Prefetch
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from apps.core.wording import inside
from apps.vision.models import Answer, Goal, KeyResult, SignOff, VersionState, VisionVersion

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal
    from uuid import UUID

    from django.db.models import QuerySet
    from django.utils.functional import _StrOrPromise

    from apps.vision.models import Product

TEXTS = {
    "statement": _("Statement"),
    "audience": _("Whom it serves"),
    "goal": _("What it is for"),
    "value": _("What it is worth"),
}
OPEN = (VersionState.PROPOSED, VersionState.AGREED)  # at most one version is: the current one
SENTENCE = 300  # characters; a goal can lean on no longer one

type Parts = list[tuple[str, str]]  # ("same" | "del" | "ins", text), in reading order


@dataclass(frozen=True, slots=True)
class Answers:
    """Who answered a version how."""

    all: list[SignOff]

    @property
    def asked(self) -> int:
        return len(self.all)

    @property
    def signed(self) -> int:
        return sum(each.answer == Answer.SIGNED for each in self.all)

    @property
    def objections(self) -> list[SignOff]:
        return [each for each in self.all if each.answer == Answer.OBJECTED]

    def of(self, user_id: UUID) -> SignOff | None:
        """Return this person's own answer, or None when they were not asked."""
        return next((each for each in self.all if each.user_id == user_id), None)


@dataclass(frozen=True, slots=True)
class Step:
    """One version in the list of them: its statement against the one before, and which other texts changed."""

    version: VisionVersion
    answers: Answers
    parts: Parts
    also: list[str]


@dataclass(frozen=True, slots=True)
class Aim:
    """A goal with its key results; `lost` when the vision no longer says the sentence that it serves."""

    goal: Goal
    results: list[KeyResult]
    lost: bool
    above: Goal | None = None
    below: Goal | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the page of a vision shows. `weights` is the sum of the goals' target shares, in percent."""

    steps: list[Step]
    current: Step | None
    draft: VisionVersion | None
    aims: list[Aim]
    given_up: list[Goal]

    @property
    def weights(self) -> int:
        return sum(aim.goal.weight for aim in self.aims)


def versions(product: Product) -> list[VisionVersion]:
    """Return all versions of a product's vision, newest first, each with its sign-offs and their people; two queries."""
    return list(_whole(VisionVersion.objects.filter(product=product)).order_by("-number"))


def version(product: Product, number: int) -> tuple[VisionVersion | None, VisionVersion | None]:
    """Return the version of this number and the one before it; None for what is not there."""
    rows = _whole(VisionVersion.objects.filter(product=product, number__lte=number)).order_by("-number")[:2]
    found, older = [*rows, None, None][:2]
    return (found, older) if found is not None and found.number == number else (None, None)


def newest(product: Product) -> VisionVersion | None:
    """Return the newest version, a draft too, with its sign-offs."""
    found: VisionVersion | None = _whole(VisionVersion.objects.filter(product=product)).order_by("-number").first()
    return found


def signatories(product: Product) -> dict[UUID, str]:
    """Return who was asked to sign the current version, `{user id: title}`."""
    asked = SignOff.objects.filter(product=product, vision_version__state__in=OPEN)
    return dict(asked.order_by("id").values_list("user_id", "title"))


def current_sentences(product: Product) -> list[str]:
    """Return the sentences of the current version, none without one."""
    current = VisionVersion.objects.filter(product=product, state__in=OPEN).first()
    return sentences(current)


def _whole(rows: QuerySet[VisionVersion]) -> QuerySet[VisionVersion]:
    answers = SignOff.objects.select_related("user").order_by("answered_at", "id").fetch_mode(FETCH_RAISE)
    return rows.prefetch_related(Prefetch("sign_offs", answers)).fetch_mode(FETCH_RAISE)


def goals(product: Product) -> list[Goal]:
    """Return the goals in their order, those given up too, each with its key results; two queries."""
    results = Prefetch("key_results", KeyResult.objects.order_by("id").fetch_mode(FETCH_RAISE))
    rows = Goal.objects.filter(product=product).prefetch_related(results).order_by("rank")
    return list(rows.fetch_mode(FETCH_RAISE))


def shown(product: Product) -> Shown:
    """Return all that the page of a vision shows; four queries whatever there is."""
    found = steps(versions(product))
    current = next((each for each in found if is_open(each.version)), None)
    everything = goals(product)
    kept = [goal for goal in everything if goal.archived_at is None]
    said = current.version if current else None
    around = zip([None, *kept], kept, [*kept[1:], None], strict=False)
    return Shown(
        steps=found,
        current=current,
        draft=next((each.version for each in found if each.version.state == VersionState.DRAFT), None),
        aims=[
            Aim(goal, list(goal.key_results.all()), not says(said, goal.serves), above, below) for above, goal, below in around
        ],
        given_up=[goal for goal in everything if goal.archived_at is not None],
    )


def steps(newest_first: list[VisionVersion]) -> list[Step]:
    """Return each version beside the one before it."""
    return [
        Step(
            version=new,
            answers=Answers(list(new.sign_offs.all())),
            parts=word_diff(old.statement, new.statement) if old else [("same", new.statement)],
            also=[
                inside(title, noun=True)
                for name, title in TEXTS.items()
                if old and name != "statement" and getattr(old, name) != getattr(new, name)
            ],
        )
        for new, old in pairwise([*newest_first, None])
        if new is not None
    ]


def answers(version: VisionVersion) -> Answers:
    """Return who answered a version how."""
    return Answers(list(version.sign_offs.all()))


def is_open(version: VisionVersion) -> bool:
    """Say whether signatories can still answer a version."""
    return version.state in OPEN


def sentences(version: VisionVersion | None) -> list[str]:
    """Return the sentences of a version's texts, in the order in which the page shows them."""
    texts = [getattr(version, name) for name in TEXTS] if version else []
    found = (each.strip() for text in texts for each in re.split(r"(?<=[.!?…。！？])\s+|\n+", text))
    return [each for each in dict.fromkeys(found) if each and len(each) <= SENTENCE]


def says(version: VisionVersion | None, sentence: str) -> bool:
    """Say whether a version still holds a sentence; line breaks and doubled spaces do not count, no sentence always does."""
    if not sentence or version is None:
        return True
    return any(_flat(sentence) in _flat(getattr(version, name)) for name in TEXTS)


def _flat(text: str) -> str:
    return " ".join(text.split())


def compared(old: VisionVersion | None, new: VisionVersion) -> list[tuple[_StrOrPromise, Parts]]:
    """Return each of the four texts under its title, as a word diff against the older version, whole without one."""
    return [
        (title, word_diff(getattr(old, name), getattr(new, name)) if old else [("same", getattr(new, name))])
        for name, title in TEXTS.items()
    ]


def word_diff(before: str, after: str) -> Parts:
    """Return what was taken out of a text and put in, by words; a change takes the spaces between its words along."""
    old, new = (re.findall(r"\w+|\s+|[^\w\s]", text) for text in (before, after))
    # Frequent words are left aside as anchors (autojunk), or two long texts of one repeated word would take minutes.
    codes = difflib.SequenceMatcher(None, old, new).get_opcodes()
    parts: Parts = []
    gone: list[str] = []
    come: list[str] = []
    for at, (tag, a, b, c, d) in enumerate(codes):
        blank = tag == "equal" and (gone or come) and at + 1 < len(codes) and "".join(old[a:b]).isspace()
        if tag == "equal" and not blank:
            parts += [*_change(gone, come), ("same", "".join(old[a:b]))]
            gone, come = [], []
        else:
            gone += old[a:b]
            come += new[c:d]
    return parts + _change(gone, come)


def _change(gone: Iterable[str], come: Iterable[str]) -> Parts:
    return [(kind, text) for kind, text in (("del", "".join(gone)), ("ins", "".join(come))) if text]


def figure(value: Decimal) -> str:
    """Return a number without idle zeros as the reader writes it: 9, 4.12, 1,000."""
    return str(number_format(plain_figure(value), force_grouping=True))


def plain_figure(value: Decimal) -> str:
    """Return a number without idle zeros as fields hold it: 9, 4.12, 1000."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
