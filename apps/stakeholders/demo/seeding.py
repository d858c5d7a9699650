"""The demo is played: every event of its half-year through the actions, in the order and at the time of each."""

from __future__ import annotations

from datetime import UTC, timedelta
from functools import partial
from heapq import merge
from itertools import count
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from apps.accounts.actions import accept_invitation, create_workspace, invite_member
from apps.accounts.models import User, Workspace
from apps.core.actors import Actor
from apps.core.models import Mail
from apps.core.outbox import deliver
from apps.stakeholders.actions import create_audience, create_stakeholder, subscribe
from apps.stakeholders.demo.calendar import Clock
from apps.stakeholders.demo.events import all_events
from apps.stakeholders.demo.people import AUDIENCES, PASSWORD, PEOPLE, STAKEHOLDERS, Person, Told
from apps.stakeholders.demo.second import make_second
from apps.stakeholders.demo.world import Event, World
from apps.stakeholders.digests import plan_due
from apps.stakeholders.reminders import plan_reminders
from apps.stakeholders.schedule import instant, is_day
from apps.vision.actions import create_product

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

SLUG = "harbor"
MADE = -182  # the day, from today, on which the workspace was made
FOLLOWING = -170  # and the audiences
SECOND = -60  # and the smaller product


def seed(now: datetime | None = None) -> Workspace | None:
    """Make the demo as of now, all of it or nothing; None when it is there already."""
    with transaction.atomic():
        if Workspace.objects.filter(slug=SLUG).exists():
            return None
        clock = Clock((now or timezone.now()).astimezone(UTC))
        world = _open(clock)
        second = [Event(clock.at(SECOND), 30_000, make_second)]
        for event in merge(all_events(clock), _following(clock), _digests(clock), second):
            event.do(world, event.at)
        return world.workspace


def _open(clock: Clock) -> World:
    people = {person.nick: _account(person, clock.at(MADE)) for person in PEOPLE}
    rosa = Actor(user=people["rosa"], name=people["rosa"].name, at=clock.at(MADE, 9))
    workspace = create_workspace(rosa, name="Harbor", slug=SLUG)
    for person in PEOPLE:
        if person.nick != "rosa":
            _join(rosa, workspace, person, people[person.nick])
    deliver()  # nobody is invited any more: all have joined
    Mail.objects.filter(workspace=workspace).update(created_at=clock.at(MADE, 9))
    product = create_product(
        rosa, workspace, name="Harbor data platform", slug="platform", key="HAR",
        description="Ask your data in plain words, and trust the answer.",
    )  # fmt: skip
    return World(clock, people, workspace, product)


def _account(person: Person, at: datetime) -> User:
    user = User.objects.create_user(person.email, PASSWORD, name=person.name, time_zone=person.zone, date_joined=at)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _join(rosa: Actor, workspace: Workspace, person: Person, user: User) -> None:
    invitation = invite_member(rosa, workspace, email=person.email, role=person.role)
    accept_invitation(Actor(user=user, name=user.name, at=rosa.at), invitation, secret=invitation.link_secret)


def _following(clock: Clock) -> Iterator[Event]:
    """Yield the audiences, and each stakeholder on the day from which they are told."""
    order = count(10_000)
    yield Event(clock.at(FOLLOWING, 9), next(order), _make_audiences)
    for told in sorted(STAKEHOLDERS, key=lambda each: each.since):
        yield Event(clock.at(told.since, 6), next(order), partial(_tell, told))


def _make_audiences(world: World, at: datetime) -> None:
    for group in AUDIENCES:
        world.audiences[group.name] = create_audience(
            world.actor("maya", at), world.product, name=group.name, description=group.description, precision=group.precision,
            side=group.side,
            fields=list(group.fields), statuses=list(group.statuses), types=list(group.types),
        )  # fmt: skip


def _tell(told: Told, world: World, at: datetime) -> None:
    maya = world.actor("maya", at)
    person = create_stakeholder(
        maya, world.workspace, name=told.name, email=told.email, organisation=told.organisation, side=told.side,
        time_zone=told.zone, language=told.language,
    )  # fmt: skip
    weekday, hour = rhythm(told, world.clock)
    subscribe(
        maya, world.audiences[told.audience], stakeholder=person, goals=[world.goals[name] for name in told.goals],
        frequency=told.frequency, weekday=weekday, hour=hour,
    )  # fmt: skip


def rhythm(told: Told, clock: Clock) -> tuple[int, int]:
    """Return the weekday and hour of a stakeholder's digests. Left open, Sales is told the hour before, Acme the next."""
    near = clock.now + timedelta(hours=-1 if told.weekday is not None else 1)
    weekday = near.weekday() if told.weekday is None else told.weekday
    return weekday, near.hour if told.hour is None else told.hour


def _digests(clock: Clock) -> Iterator[Event]:
    """Yield the moments at which digests were due, as the beat would have found them."""
    due = set()
    for told in STAKEHOLDERS:
        weekday, hour = rhythm(told, clock)
        for offset in range(told.since, 2):
            if is_day(clock.day(offset), told.frequency, weekday):
                due.add(instant(clock.day(offset), hour, told.zone))
    for order, at in enumerate(sorted(moment for moment in due if moment <= clock.now), 20_000):
        yield Event(at, order, _send)


def _send(world: World, at: datetime) -> None:
    del world
    if plan_due(at) + plan_reminders(at):
        deliver(limit=1_000)
