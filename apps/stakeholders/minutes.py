"""What a review came to: when it was held, who took part, what was said and settled, and what moved since the one before."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import indent
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.roadmap import past, queries
from apps.roadmap.address import Address
from apps.roadmap.picture import Window
from apps.roadmap.scene.compare import Difference, Shown, differences
from apps.stakeholders.models import Review, ReviewedItem, ReviewState, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from apps.accounts.models import User
    from apps.roadmap.models import Decision
    from apps.stakeholders.models import Stakeholder

HEADINGS = {Verdict.DROP: _("Dropped"), Verdict.CHANGE: _("To change"), Verdict.KEEP: _("Kept")}


@dataclass(slots=True)
class Minutes:
    """The record of one review; `since` is when the one before was held, if there was one."""

    review: Review
    attendees: list[User]
    guests: list[Stakeholder]
    said: list[ReviewedItem]
    decisions: list[Decision]
    since: datetime | None
    moved: list[Difference]

    @property
    def groups(self) -> list[tuple[Any, list[ReviewedItem]]]:
        """What was dropped, is to change and was kept, each under its heading; what is empty is left out."""
        found = [(words, [each for each in self.said if each.verdict == verdict]) for verdict, words in HEADINGS.items()]
        return [(words, rows) for words, rows in found if rows]

    @property
    def people(self) -> list[str]:
        return [*(str(each) for each in self.attendees), *(_guest(each) for each in self.guests)]

    @property
    def text(self) -> str:
        """All of it as plain text, for a mail or a chat."""
        return "\n".join(_lines(self)) + "\n"

    def as_json(self) -> dict[str, Any]:
        """Return it as REST tells it."""
        moved = [
            {"kind": each.kind, "number": each.number, "title": each.title, "words": each.words, "reason": each.reason}
            for each in self.moved
        ]
        return {
            "title": self.review.title, "held_at": self.review.held_at, "since": self.since, "people": self.people,
            "notes": self.review.notes, "verdicts": [verdict_json(each) for each in self.said],
            "decisions": [each.pk for each in self.decisions], "moved": moved, "text": self.text,
        }  # fmt: skip


def minutes_of(review: Review) -> Minutes:
    """Return the record of a review, of one that is still planned as far as it came; a constant number of queries."""
    before = Review.objects.filter(product=review.product, state=ReviewState.HELD).exclude(pk=review.pk).order_by("-held_at")
    if review.held_at:
        before = before.filter(held_at__lte=review.held_at)
    since = before.values_list("held_at", flat=True).first()
    return Minutes(
        review=review,
        attendees=list(review.attendees.order_by("name", "id")),
        guests=list(review.guests.order_by("name", "id")),
        said=verdicts(review),
        decisions=queries.decisions(pk__in=review.decisions.values("pk")),
        since=since,
        moved=_moved(review, since) if since else [],
    )


def verdicts(review: Review) -> list[ReviewedItem]:
    """Return what a review said of each item, in the order in which it was said; one query."""
    return list(ReviewedItem.objects.filter(review=review).select_related("item", "by").order_by("id"))


def verdict_json(said: ReviewedItem) -> dict[str, Any]:
    """Return what was said of an item as REST tells it."""
    return {
        "item": said.item_id, "number": said.item.number, "title": said.item.title, "verdict": said.verdict, "note": said.note,
        "by": said.by_id, "version": said.version,
    }  # fmt: skip


def _moved(review: Review, since: datetime) -> list[Difference]:
    """Return what became of the roadmap between the review before and this one."""
    until = review.held_at or timezone.now()
    window = Window.fitting(until.date(), until.date())  # nothing is drawn
    rows = past.rows_at(review.product, until)
    return differences(review.product, Shown(Address.read({}), rows, rows), [], since, until, window)


def _guest(guest: Stakeholder) -> str:
    return f"{guest.name} ({guest.organisation})" if guest.organisation not in ("", guest.name) else guest.name


def _lines(minutes: Minutes) -> Iterator[str]:
    review = minutes.review
    day = date_format(timezone.localtime(review.held_at) if review.held_at else review.due_on, gettext("l j F Y"))
    yield from (f"{review.title}, {day}", review.product.name)
    if minutes.people:
        yield gettext("Present: %(people)s") % {"people": ", ".join(minutes.people)}
    if review.notes:
        yield from ("", review.notes.strip())
    yield from _verdicts(minutes)
    yield from _decisions(minutes)
    yield from _changes(minutes)


def _verdicts(minutes: Minutes) -> Iterator[str]:
    for heading, rows in minutes.groups:
        yield from ("", str(heading))
        for said in rows:
            yield f"- {said.item.title}{f': {said.note}' if said.note else ''}{f' ({said.by})' if said.by else ''}"


def _decisions(minutes: Minutes) -> Iterator[str]:
    if minutes.decisions:
        yield from ("", gettext("Settled"))
    for decision in minutes.decisions:
        said = [gettext("Because: %(reason)s") % {"reason": decision.reason}]
        if decision.goal:
            said.append(gettext("Leans on: %(goal)s.") % {"goal": decision.goal.name})
        yield from (f"- {decision.question}", indent(f"{decision.answer}\n{' '.join(said)}", "  "))


def _changes(minutes: Minutes) -> Iterator[str]:
    if minutes.since is None:
        return
    day = date_format(timezone.localtime(minutes.since), gettext("j F Y"))
    yield from ("", gettext("Since the review of %(day)s") % {"day": day})
    for each in minutes.moved:
        yield f"- {each.title} {each.words}{f': {each.reason}' if each.reason else ''}"
    if not minutes.moved:
        yield gettext("Nothing moved, nothing was added or dropped.")
