"""What pages read of the why."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch

from apps.vision.models import Answer, Goal, KeyResult, SignOff, VersionState, VisionVersion

if TYPE_CHECKING:
    from apps.vision.models import Product

TEXTS = {"statement": "Statement", "audience": "Whom it serves", "goal": "What it is for", "value": "What it is worth"}


def versions(product: Product) -> list[VisionVersion]:
    """Return all versions of a product's vision, newest first, each with its sign-offs and their people; two queries."""
    answers = Prefetch("sign_offs", SignOff.objects.select_related("user").order_by("answered_at", "id"))
    return list(VisionVersion.objects.filter(product=product).prefetch_related(answers).order_by("-number"))


def goals(product: Product) -> list[Goal]:
    """Return the goals that are not archived, each with its key results; two queries."""
    results = Prefetch("key_results", KeyResult.objects.order_by("id"))
    return list(Goal.objects.filter(product=product, archived_at=None).prefetch_related(results).order_by("rank"))


def summary(version: VisionVersion) -> dict[str, Any]:
    """Return who answered a version how: `{"signed", "asked", "objections", "answers"}`."""
    answers = list(version.sign_offs.all())
    return {
        "asked": len(answers),
        "signed": sum(each.answer == Answer.SIGNED for each in answers),
        "objections": [each for each in answers if each.answer == Answer.OBJECTED],
        "answers": answers,
    }


def word_diff(before: str, after: str) -> list[tuple[str, str]]:
    """Return the words of two texts as ("same" | "del" | "ins", text), in reading order."""
    old, new = re.findall(r"\s+|[^\s]+", before), re.findall(r"\s+|[^\s]+", after)
    parts: list[tuple[str, str]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(("same", "".join(old[a:b])))
        else:
            parts += [(kind, text) for kind, text in (("del", "".join(old[a:b])), ("ins", "".join(new[c:d]))) if text]
    return parts


def compared(old: VisionVersion | None, new: VisionVersion) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return each of the four texts under its title, as a word diff against the older version."""
    return [(title, word_diff(getattr(old, name) if old else "", getattr(new, name))) for name, title in TEXTS.items()]


def is_open(version: VisionVersion) -> bool:
    """Say whether signatories can still answer a version."""
    return version.state in (VersionState.PROPOSED, VersionState.AGREED)
