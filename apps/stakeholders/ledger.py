"""Answers of the told ledger: what was somebody last told of something, what is true now, how far apart, and who is misled.

Everything here costs a constant number of queries, and compares in the words of the audience through which it was told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from apps.milestones.models import Milestone, Placement
from apps.roadmap.models import Item
from apps.stakeholders.models import Audience, Stakeholder, Told
from apps.stakeholders.projection import EXACTNESS, View, project_each, status_said, time_said, title_said
from apps.stakeholders.told import difference, understood

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from apps.accounts.models import Workspace


_COMMITTED = "Committed"  # as the ledger keeps how a date was meant


@dataclass(frozen=True, slots=True)
class Statement:
    """What an audience told a person of an item, as `Shown.said` keeps it, when, and by which digest or share link."""

    stakeholder_id: UUID
    item_id: UUID
    audience_id: UUID
    said: dict[str, Any]
    at: datetime
    link_id: UUID | None

    @property
    def channel(self) -> str:
        """By what it was told."""
        return "share page" if self.link_id else "digest"


@dataclass(slots=True)
class Answer:
    """What a person was last told of an item through an audience, beside what that audience is shown of it.

    `kind` is that of the difference (`told.Line`), `hidden` for what is not shown any more, or empty for what is still
    true; `days` is how many days later (negative: earlier) than told it ends now; of what is hidden there is the number
    but not the words. `committed` says that the date was told as committed or belongs to a committed milestone.
    """

    stakeholder: Stakeholder
    item: Item
    audience: Audience
    said: dict[str, Any]
    told: str
    at: datetime
    now: str
    kind: str
    days: int | None
    committed: bool
    channel: str

    @property
    def differs(self) -> bool:
        """Whether it is not true any more."""
        return bool(self.kind)

    @property
    def surprises(self) -> bool:
        """Whether they would be taken aback to hear it: what shipped in the time they were told is news, but no surprise."""
        return self.differs and (self.kind != "shipped" or bool(self.days))

    @property
    def far(self) -> int:
        """Days apart, in whichever direction."""
        return abs(self.days or 0)

    def as_json(self) -> dict[str, Any]:
        """Return it as REST tells it."""
        return {
            "stakeholder": self.stakeholder.pk, "stakeholder_name": self.stakeholder.name,
            "item": self.item.pk, "item_title": self.item.title,
            "audience": self.audience.pk, "audience_name": self.audience.name,
            "said": self.said, "told": self.told, "at": self.at, "now": self.now,
            "kind": self.kind, "days": self.days, "committed": self.committed, "channel": self.channel,
        }  # fmt: skip


def of_person(stakeholder: Stakeholder) -> list[Answer]:
    """Return what a person was last told of each item, the furthest from the truth first."""
    return sorted(_answers(Told.objects.filter(stakeholder=stakeholder)), key=_furthest)


def of_item(item: Item) -> list[Answer]:
    """Return what each was last told of an item, the furthest from the truth first."""
    return sorted(_answers(Told.objects.filter(item=item)), key=_furthest)


def of_milestone(milestone: Milestone) -> list[Answer]:
    """Return what each was last told of what stands in a milestone, the furthest from the truth first."""
    placed = Placement.objects.filter(milestone=milestone).values("item")
    return sorted(_answers(Told.objects.filter(item__in=placed)), key=_furthest)


def of_audience(audience: Audience) -> list[Answer]:
    """Return what an audience last told each of its people of each item, the furthest from the truth first."""
    return sorted(_answers(Told.objects.filter(through(audience))), key=_furthest)


def through(audience: Audience) -> Q:
    """Return the condition that a row of the ledger was told as part of this audience, by a digest or a share link's page."""
    return Q(digest__subscription__audience=audience) | Q(link__audience=audience)


def surprised(item: Item, instead: dict[str, Any]) -> list[Answer]:
    """Return whom it would surprise if an item's columns were `instead`: who was told otherwise.

    Each person once, with what is gravest of it; those who were given a committed date first, then the furthest apart.
    """
    told = Told.objects.filter(item=item, stakeholder__archived_at=None)
    gravest: dict[UUID, Answer] = {}
    for answer in sorted(_answers(told, {item.pk: instead}), key=_surprising):
        if answer.surprises:
            gravest.setdefault(answer.stakeholder.pk, answer)
    return list(gravest.values())


@dataclass(slots=True)
class Standing:
    """How far what a person was told is from the truth: of how many statements how many differ, and the furthest of them."""

    stakeholder: Stakeholder
    told: int
    wrong: int
    since: datetime
    worst: Answer

    def as_json(self) -> dict[str, Any]:
        """Return it as REST tells it."""
        return {
            "stakeholder": self.stakeholder.pk, "stakeholder_name": self.stakeholder.name, "told": self.told,
            "wrong": self.wrong, "since": self.since, "days": self.worst.days, "worst": self.worst.as_json(),
        }  # fmt: skip


def out_of_date(workspace: Workspace) -> list[Standing]:
    """Return the people who were told what is not true any more, the most misled first; `since` is their oldest such word."""
    told: dict[UUID, list[Answer]] = {}
    for answer in _answers(Told.objects.filter(workspace=workspace, stakeholder__archived_at=None)):
        told.setdefault(answer.stakeholder.pk, []).append(answer)
    standings = []
    for answers in told.values():
        if wrong := sorted((each for each in answers if each.surprises), key=_surprising):
            since = min(each.at for each in wrong)
            standings.append(Standing(wrong[0].stakeholder, len(answers), len(wrong), since, wrong[0]))
    return sorted(standings, key=lambda each: (*_surprising(each.worst)[:2], -each.wrong, each.stakeholder.name))


def _furthest(answer: Answer) -> tuple[Any, ...]:
    return not answer.differs, -answer.far, answer.item.title, answer.stakeholder.name, answer.audience.name


def _surprising(answer: Answer) -> tuple[Any, ...]:
    return not answer.committed, -answer.far, answer.stakeholder.name, str(answer.stakeholder.pk), answer.audience.name


def _answers(told: QuerySet[Told], instead: dict[UUID, dict[str, Any]] | None = None) -> list[Answer]:
    """Compare what was said in these rows of the ledger with what is, or would be, shown."""
    statements = in_force(told)
    audiences = Audience.objects.select_related("product").in_bulk({each.audience_id for each in statements})
    items = Item.objects.select_related("product").in_bulk({each.item_id for each in statements})
    people = Stakeholder.objects.in_bulk({each.stakeholder_id for each in statements})
    views = project_each(audiences.values(), items, instead)
    found: dict[tuple[Any, ...], tuple[str, str, str, int | None]] = {}  # most of an audience were told the same
    answers = []
    for each in statements:
        audience = audiences[each.audience_id]
        words = (each.audience_id, each.item_id, *(str(each.said[part]) for part in ("title", "status", "when", "last", "goal")))
        if words not in found:
            found[words] = _compared(each.said, views[each.audience_id, each.item_id], audience)
        before, now, kind, days = found[words]
        answers.append(
            Answer(
                people[each.stakeholder_id], items[each.item_id], audience, each.said, before, each.at, now, kind, days,
                views[each.audience_id, each.item_id].committed or each.said.get("commitment") == _COMMITTED,
                each.channel,
            )
        )  # fmt: skip
    return answers


def _compared(said: dict[str, Any], view: View, audience: Audience) -> tuple[str, str, str, int | None]:
    """Return what was said and what is true in words, how they differ, and by how many days."""
    line = difference(understood(said, view.shown, audience), view.shown)
    told = time_said(said, view.shown.begins) or status_said(said) or str(title_said(said))
    if not view.seen:
        return told, gettext("no longer shown"), "hidden", (line.days or None) if line else None
    if line is None:
        return told, view.shown.when.text or str(view.shown.status_words or view.shown.title), "", None
    if line.kind == "renamed":
        return str(line.was_titled), str(line.title), line.kind, None
    now = gettext("shipped, %(when)s") % {"when": line.now} if line.kind == "shipped" else str(line.now)
    return str(line.told), now, line.kind, line.days or None


def in_force(told: QuerySet[Told]) -> list[Statement]:
    """Return the newest confirmed statement of each audience to each person about each item, in one query.

    Left out is what the person heard otherwise, later and at least as exactly, through another audience.
    """
    told_by = Coalesce(F("digest__subscription__audience"), F("link__audience"))
    said = told.filter(confirmed_at__isnull=False).annotate(audience=told_by).filter(audience__isnull=False)
    key = ("stakeholder_id", "item_id", "audience")
    newest = said.order_by(*key, "-at", "-id").distinct(*key).values_list(*key, "said", "at", "link_id")
    several: dict[tuple[UUID, UUID], list[Statement]] = {}
    for row in newest:
        several.setdefault((row[0], row[1]), []).append(Statement(*row))
    return [each for group in several.values() for each in group if len(group) == 1 or not _overtaken(each, group)]


def _overtaken(one: Statement, group: Iterable[Statement]) -> bool:
    return any(each.at > one.at and _as_exact(each.said["kind"], one.said["kind"]) for each in group)


def _as_exact(kind: str, other: str) -> bool:
    """Say whether one way to tell a time says as much as another."""
    if kind in EXACTNESS and other in EXACTNESS:
        return EXACTNESS.index(kind) <= EXACTNESS.index(other)
    return kind == other
