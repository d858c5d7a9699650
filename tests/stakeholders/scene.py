"""A roadmap, who follows it, and the passing of time: what the tests of telling are made of."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from json import dumps
from typing import Any

from django.db import connection

from apps.core import outbox
from apps.core.models import Mail
from apps.milestones import actions as milestones
from apps.roadmap import actions as roadmap
from apps.roadmap.models import Item
from apps.stakeholders import actions, mails
from apps.stakeholders.digests import plan_due
from apps.stakeholders.models import Audience, Digest, Stakeholder, Subscription
from apps.vision import actions as vision
from apps.vision.models import Goal
from tests.people import Room

__all__ = ["mails"]  # importing it tells the outbox how our mails are made

START = datetime(2026, 1, 1, 8, tzinfo=UTC)  # a Thursday
_number = count(1)


def at(year: int, month: int, day: int, hour: int = 9) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def item(room: Room, title: str = "Search", end: date | None = date(2026, 3, 1), **fields: Any) -> Item:
    """Plan an item that ends on that day, meant to the day."""
    if end:
        fields = {"start": end, "end": end, "granularity": "day"} | fields
    return roadmap.create_item(room.actor(at=START), room.product, **{"title": title, "status": "planned", **fields})


def edit(room: Room, target: Item, when: datetime | None = None, **fields: Any) -> Item:
    return roadmap.edit_item(room.actor(at=when), target, **fields)


def move(room: Room, target: Item, end: date, when: datetime, reason: str = "") -> Item:
    return edit(room, target, when, start=end, end=end, granularity="day", reason=reason)


def serve(room: Room, target: Item, *goals: Goal, when: datetime | None = None) -> Item:
    wanted: Any = [{"goal": goal, "share": 100 - 10 * n} for n, goal in enumerate(goals)]
    return roadmap.set_goals(room.actor(at=when), target, goals=wanted)


def goal(room: Room, name: str = "Find it") -> Goal:
    return vision.create_goal(room.actor(), room.product, name=name, weight=10)


def place(room: Room, target: Item, name: str = "Beta", **fields: Any) -> None:
    milestone = milestones.create_milestone(room.actor(), room.product, name=name, **fields)
    milestones.place_item(room.actor(), target, milestone=milestone)


def audience(room: Room, name: str = "", **fields: Any) -> Audience:
    """Make an audience that sees dates to the day, unless told otherwise."""
    fields = {"precision": "day"} | fields
    return actions.create_audience(room.actor(at=START), room.product, name=name or f"Audience {next(_number)}", **fields)


def person(room: Room, name: str = "Acme", **fields: Any) -> Stakeholder:
    email = f"{name.lower()}{next(_number)}@example.test"
    return actions.create_stakeholder(room.actor(at=START), room.workspace, **{"name": name, "email": email, **fields})


def follow(
    room: Room, followed: Audience | None = None, who: Stakeholder | None = None, *, since: datetime = START, **rhythm: Any
) -> Subscription:
    """Let a person follow an audience daily at nine."""
    rhythm = {"frequency": "daily"} | rhythm
    return actions.subscribe(room.actor(at=since), followed or audience(room), stakeholder=who or person(room), **rhythm)


def send(now: datetime) -> int:
    """Plan the digests due at that moment and hand them over; returns how many were planned."""
    planned = plan_due(now)
    outbox.deliver()
    return planned


def digest(subscription: Subscription, now: datetime | None = None) -> Digest | None:
    found = Digest.objects.filter(subscription=subscription)
    return (found.filter(as_of=now) if now else found).select_related("mail").order_by("-period").first()


def lines(subscription: Subscription, now: datetime | None = None) -> list[dict[str, Any]]:
    """Return the lines of the person's digest made at that moment; none where none was made."""
    made = digest(subscription, now)
    return made.lines if made else []


def mail_of(subscription: Subscription) -> Mail:
    """Return the subscription's newest mail."""
    return Mail.objects.filter(payload__subscription=str(subscription.pk)).order_by("-period")[0]


def promise(room: Room, *, people: int, items: int) -> list[Item]:
    """Let so many people have been told 1 May of as many items, which were and are due on 1 March."""
    mine: Any = {"workspace": room.workspace, "product": room.product}
    march, may = date(2026, 3, 1), date(2026, 5, 1)
    said = {
        "title": "Item", "status": "planned", "status_words": "Planned", "kind": "day", "first": may, "last": may,
        "when": "1 May 2026", "goal": "",
    }  # fmt: skip
    made = Item.objects.bulk_create(
        Item(**mine, number=n, title=f"Item {n}", status="planned", rank=f"b{n:05}", start=march, end=march, granularity="day")
        for n in range(1, items + 1)
    )
    followed = audience(room)
    persons = Stakeholder.objects.bulk_create(
        Stakeholder(workspace=room.workspace, name=f"P{n}", email=f"p{n}@example.test") for n in range(people)
    )
    follows = Subscription.objects.bulk_create(
        Subscription(**mine, audience=followed, stakeholder=each, confirmed_at=at(2026, 1, 1)) for each in persons
    )
    Digest.objects.bulk_create(
        Digest(**mine, subscription=each, stakeholder_id=each.stakeholder_id, period=march, as_of=at(2026, 1, 1))
        for each in follows
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stakeholders_told (workspace_id, stakeholder_id, item_id, digest_id, said, at, confirmed_at) "
            "SELECT %s, d.stakeholder_id, i.id, d.id, %s::jsonb, now(), now() FROM stakeholders_digest d, roadmap_item i "
            "WHERE d.product_id = %s AND i.product_id = %s",
            [room.workspace.pk, dumps(said, default=str), room.product.pk, room.product.pk],
        )
        cursor.execute("ANALYZE stakeholders_told")
    return made
