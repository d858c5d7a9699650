"""The data of the demo as events: who does what, when."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, cast

from apps.milestones.actions import create_milestone, edit_milestone, place_item, reach_milestone
from apps.roadmap.actions import comment_on, create_item, edit_item, link_items
from apps.roadmap.deciding import decide
from apps.roadmap.models import Status
from apps.stakeholders.actions import decide_in, edit_review, hold_review, plan_review, review_item
from apps.stakeholders.demo.history import COMMENTS, CONFIDENCE, MILESTONES, RESULTS, REVIEWS, Stop
from apps.stakeholders.demo.items import ITEMS, Move, Plan
from apps.stakeholders.demo.people import PEOPLE
from apps.stakeholders.demo.scores import AGAIN, MADE, rate_again, rate_all
from apps.stakeholders.demo.sessions import NEXT, SESSIONS, SETTLED, Question, Session
from apps.stakeholders.demo.vision import GOALS, VERSIONS, Aim, Text
from apps.stakeholders.demo.world import Event
from apps.stakeholders.models import Review, ReviewState, Stakeholder
from apps.vision.actions import (
    create_goal,
    create_key_result,
    draft_version,
    edit_key_result,
    object_to,
    propose_version,
    sign,
)
from apps.vision.models import Vision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, datetime

    from apps.core.actors import Actor
    from apps.roadmap.serving import Serves
    from apps.stakeholders.demo.calendar import Clock
    from apps.stakeholders.demo.world import World

type Doing = Callable[[World, datetime], object]

GOAL_DAY = -178
LAST_PROGRESS, EARLIER_PROGRESS = -4, -30


def all_events(clock: Clock) -> list[Event]:
    """Return what happens, in the order of time."""
    order = count()
    parts = (_vision(clock), _goals(clock), _milestones(clock), _items(clock), _talk(clock), _reviews(clock), _scores(clock))
    return sorted(Event(at, next(order), do) for part in parts for at, do in part)


def _vision(clock: Clock) -> Iterator[tuple[datetime, Doing]]:
    for number, text in enumerate(VERSIONS):
        yield clock.at(text.proposed, 9), partial(_propose, text)
        for nick, day, objection in text.answers:
            yield clock.at(day, 11 + number), partial(_answer, number, nick, objection)


def _propose(text: Text, world: World, at: datetime) -> None:
    maya, vision = world.actor("maya", at), Vision.objects.get(product=world.product)
    draft = draft_version(
        maya, vision, statement=text.statement, goal=text.goal, audience=text.audience, value=text.value
    )  # fmt: skip
    titles = {person.nick: person.title for person in PEOPLE if person.title}
    signatories: Any = [{"user": world.people[nick], "title": title} for nick, title in titles.items()]
    world.versions.append(propose_version(maya, draft, signatories=signatories))


def _answer(number: int, nick: str, objection: str, world: World, at: datetime) -> None:
    sign_off = world.versions[number].sign_offs.get(user=world.people[nick])
    if objection:
        object_to(world.actor(nick, at), sign_off, reason=objection)
    else:
        sign(world.actor(nick, at), sign_off)


def _goals(clock: Clock) -> Iterator[tuple[datetime, Doing]]:
    for number, aim in enumerate(GOALS):
        yield clock.at(GOAL_DAY, 9, number), partial(_goal, aim)
    for day, nick, name, value in RESULTS:
        yield clock.at(day, 16), partial(_result, nick, name, Decimal(value))


def _goal(aim: Aim, world: World, at: datetime) -> None:
    maya = world.actor("maya", at)
    goal = create_goal(
        maya, world.product, name=aim.name, weight=aim.weight, colour=aim.colour, serves=aim.serves, description=aim.description
    )
    world.goals[aim.name] = goal
    for name, unit, start, target in aim.results:
        world.results[name] = create_key_result(maya, goal, name=name, unit=unit, start=Decimal(start), target=Decimal(target))


def _result(nick: str, name: str, value: Decimal, world: World, at: datetime) -> None:
    world.results[name] = edit_key_result(world.actor(nick, at), world.results[name], current=value)


def _milestones(clock: Clock) -> Iterator[tuple[datetime, Doing]]:
    for number, stop in enumerate(MILESTONES):
        yield clock.at(stop.made, 8, number), partial(_milestone, stop)
        for day, nick, when, reason in stop.moves:
            yield clock.at(day), partial(_move_milestone, stop.name, nick, when, reason)
        if stop.reached is not None:
            yield clock.at(stop.reached, 17), partial(_reach, stop.name, clock.day(stop.reached))


def _milestone(stop: Stop, world: World, at: datetime) -> None:
    _, day, granularity = world.clock.frame(stop.when)
    world.milestones[stop.name] = create_milestone(
        world.actor("maya", at), world.product, name=stop.name, kind=stop.kind, commitment=stop.commitment, notes=stop.notes,
        date=day, granularity=granularity,
    )  # fmt: skip


def _move_milestone(name: str, nick: str, when: str, reason: str, world: World, at: datetime) -> None:
    _, day, _ = world.clock.frame(when)
    world.milestones[name] = edit_milestone(world.actor(nick, at), world.milestones[name], date=day, reason=reason)


def _reach(name: str, day: date, world: World, at: datetime) -> None:
    world.milestones[name] = reach_milestone(world.actor("maya", at), world.milestones[name], on=day)


def _items(clock: Clock) -> Iterator[tuple[datetime, Doing]]:
    for number, plan in enumerate(ITEMS):
        yield clock.at(plan.made, 10, number % 60), partial(_item, plan)
        yield from _life(clock, plan)
        if plan.milestone:
            stop = next(each for each in MILESTONES if each.name == plan.milestone)
            yield clock.at(max(plan.made, stop.made), 12, number % 60), partial(_place, plan)
        for other in plan.blocks:
            later = next(each for each in ITEMS if each.title == other)
            yield clock.at(max(plan.made, later.made), 13), partial(_block, plan.title, other)


def _life(clock: Clock, plan: Plan) -> Iterator[tuple[datetime, Doing]]:
    """Yield what becomes of an item: begun, moved, under way, and how it ended."""
    edit = partial(partial, _edit, plan.title)
    if plan.begun is not None:
        yield clock.at(plan.begun, 14), edit(plan.owner, "", status=Status.IN_PROGRESS, horizon="now")
        if plan.shipped is None and plan.begun < EARLIER_PROGRESS:
            yield clock.at(EARLIER_PROGRESS, 15), edit(plan.owner, "", progress=plan.progress // 2)
    for move in plan.moves:
        yield clock.at(move.day), partial(_move, plan.title, move)
    if plan.shipped is not None:
        yield clock.at(plan.shipped, 16), edit(plan.owner, "", status=Status.SHIPPED, progress=100)
    elif plan.progress:
        yield clock.at(LAST_PROGRESS, 15), edit(plan.owner, "", progress=plan.progress, health=plan.health)
    if plan.ended:
        day, status, reason = plan.ended
        yield clock.at(day, 15), edit(plan.owner, reason, status=status, horizon="later")


def _item(plan: Plan, world: World, at: datetime) -> None:
    start, end, granularity = world.clock.frame(plan.when)
    serves: list[Serves] = [{"goal": world.goals[name], "share": share} for name, share in plan.shares()]
    waiting = plan.begun is not None
    planned = bool(plan.when) and (waiting or plan.horizon != "later")
    world.items[plan.title] = create_item(
        world.actor(plan.owner, at), world.product, goals=serves, title=plan.title, description=plan.text, type=plan.type,
        status=Status.PLANNED if planned else Status.PROPOSED, horizon="next" if waiting else plan.horizon, start=start, end=end,
        granularity=granularity, owner=world.people[plan.owner], effort=plan.size, confidence=plan.sure,
        parent=world.items.get(plan.under), confidential=plan.confidential,
    )  # fmt: skip


def _edit(title: str, nick: str, reason: str, world: World, at: datetime, **fields: Any) -> None:
    world.items[title] = edit_item(world.actor(nick, at), world.items[title], reason=reason, **cast("Any", fields))


def _move(title: str, move: Move, world: World, at: datetime) -> None:
    start, end, granularity = world.clock.frame(move.when)
    _edit(title, move.who, move.reason, world, at, start=start, end=end, granularity=granularity)


def _place(plan: Plan, world: World, at: datetime) -> None:
    place_item(world.actor(plan.owner, at), world.items[plan.title], milestone=world.milestones[plan.milestone])


def _block(title: str, other: str, world: World, at: datetime) -> None:
    link_items(world.actor("jun", at), world.items[title], other=world.items[other])


def _talk(clock: Clock) -> Iterator[tuple[datetime, Doing]]:
    for number, (day, nick, title, words) in enumerate(COMMENTS):
        yield clock.at(day, 18, number), partial(_comment, nick, title, words)
    for day, nick, title, sure in CONFIDENCE:
        yield clock.at(day, 17), partial(_edit, title, nick, "", confidence=sure)


def _comment(nick: str, title: str, words: str, world: World, at: datetime) -> None:
    comment_on(world.actor(nick, at), world.items[title], body=words)


def _scores(clock: Clock) -> Iterator[tuple[datetime, Doing]]:
    yield clock.at(MADE, 16), rate_all
    yield clock.at(AGAIN, 11), rate_again


def _reviews(clock: Clock) -> Iterator[tuple[datetime, Doing]]:
    first = clock.thursday(REVIEWS[0][0])
    yield clock.at((first - clock.today).days - 7, 9), partial(_plan_review, first)
    for weeks, said in REVIEWS:
        day = (clock.thursday(weeks) - clock.today).days
        yield clock.at(day, 13), partial(_hold, clock.thursday(weeks), said, SESSIONS[weeks])
    last = (clock.thursday(REVIEWS[-1][0]) - clock.today).days
    yield clock.at(last, 14), partial(_invite, NEXT)
    for day, question in SETTLED:
        yield clock.at(day, 17), partial(_settle, question)


def _plan_review(day: date, world: World, at: datetime) -> None:
    plan_review(
        world.actor("maya", at), world.product, title="Roadmap review", due_on=day, cadence_weeks=4, owner=world.people["maya"]
    )


def _hold(day: date, said: tuple[tuple[str, str, str, str], ...], session: Session, world: World, at: datetime) -> None:
    _invite(session, world, at)
    review = Review.objects.get(product=world.product, due_on=day, state=ReviewState.PLANNED)
    for title, verdict, nick, words in said:
        review_item(world.actor(nick, at), review, item=world.items[title], verdict=verdict, note=words)
    actor: Actor = world.actor("maya", at)
    for question in session.settled:
        decide_in(world.actor(question.who, at), review, **_words(question, world))
    hold_review(actor, review, notes=session.notes)


def _invite(session: Session, world: World, at: datetime) -> None:
    """Say who takes part in the next review."""
    review = Review.objects.filter(product=world.product, state=ReviewState.PLANNED).earliest("due_on")
    guests = list(Stakeholder.objects.filter(workspace=world.workspace, name__in=session.guests))
    edit_review(world.actor("maya", at), review, attendees=[world.people[nick] for nick in session.present], guests=guests)


def _settle(question: Question, world: World, at: datetime) -> None:
    decide(world.actor(question.who, at), world.product, **_words(question, world))


def _words(question: Question, world: World) -> dict[str, Any]:
    goal, item = world.goals.get(question.goal), world.items.get(question.item)
    return {"question": question.question, "answer": question.answer, "reason": question.reason, "goal": goal, "item": item}
