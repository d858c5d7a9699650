"""Planning, rendering and handing over digests of a roadmap of 473 items, beside composing and handing over a fixed message.

The roadmap is the real one where REAL_DATA is set, each of its groups an audience, else an invented one of that size. Every
tenth reader follows all of it, the others what their group owns or takes part in. They were told all of it before; then
every eighth item moved, and these digests say so. Both kinds of mail go to a server that is a process of its own.
"""

from __future__ import annotations

import os
import smtplib
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from functools import partial
from math import inf
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.db.models.functions import Length
from django.utils import timezone

from apps.core import outbox
from apps.core.models import Mail, MailState
from apps.roadmap.actions import edit_item
from apps.roadmap.models import Contribution, Item
from apps.stakeholders.actions import create_audience
from apps.stakeholders.digests import plan_due
from apps.stakeholders.models import Audience, AudienceMember, Stakeholder, Subscription
from apps.vision.models import Goal
from tests.bench.measure import line, timed
from tests.bench.roadmaps import filled
from tests.people import Room, new_room
from tests.real.data import BEFORE, imported

READERS = int(os.environ.get("BENCH_MAILS") or 10_000)
TURN = min(1_000, READERS)  # mails of ours, then as many of the floor's
ITEMS = 473
EVERYTHING = 10  # every so manieth reader follows everything
MOVED = 8  # every so manieth item moves
NEXT = "stakeholders_subscription_items"


def run() -> None:
    """Run this file's benchmark: every reader gets a first digest, then one about what moved."""
    room = roadmap()
    follow(room)
    with server() as url:
        settings.SMTP_URL = url
        first = timezone.now()
        told(plan_due(first))
        move(room)
        report(room, first + timedelta(days=1))
        settings.SMTP_URL = ""


def roadmap() -> Room:
    """Return a room with the real roadmap and an audience for each of its groups, or with an invented one."""
    if not os.environ.get("REAL_DATA"):
        room = filled(ITEMS)
        for goal in Goal.objects.filter(product=room.product):
            audience = create_audience(room.actor(), room.product, name=f"Of {goal.name}", precision="day")
            audience.goals.add(goal)
        return room
    room = new_room("Real")
    imported(room, "releases", at=BEFORE)
    imported(room, "items", at=timezone.now() - timedelta(days=3))
    Subscription.objects.filter(product=room.product).update(paused_at=timezone.now())  # the groups' own
    return room


def follow(room: Room) -> None:
    """Let so many stakeholders follow the audiences in turn, or everything, daily."""
    everybody = create_audience(room.actor(), room.product, name="Everybody", precision="day")
    groups = list(Audience.objects.filter(product=room.product).exclude(pk=everybody.pk).order_by("name"))
    own: dict[str, Any] = {"workspace": room.workspace, "created_at": timezone.now() - timedelta(days=2)}
    people = Stakeholder.objects.bulk_create(
        Stakeholder(name=f"Reader {n}", email=f"reader{n}@example.test", **own) for n in range(READERS)
    )
    pairs = [(groups[n % len(groups)] if n % EVERYTHING else everybody, person) for n, person in enumerate(people)]
    own["product"] = room.product
    AudienceMember.objects.bulk_create(AudienceMember(audience=one, stakeholder=each, **own) for one, each in pairs)
    rhythm: dict[str, Any] = {"frequency": "daily", "hour": 0, "confirmed_at": own["created_at"]}
    Subscription.objects.bulk_create(Subscription(audience=one, stakeholder=each, **rhythm, **own) for one, each in pairs)
    with connection.cursor() as cursor:  # what its group follows
        cursor.execute(
            f"INSERT INTO {NEXT} (subscription_id, item_id) SELECT s.id, i.item_id FROM stakeholders_subscription s"  # noqa: S608
            " JOIN stakeholders_subscription g ON g.audience_id = s.audience_id AND g.paused_at IS NOT NULL"
            f" JOIN {NEXT} i ON i.subscription_id = g.id WHERE s.paused_at IS NULL"
        )
        cursor.execute("ANALYZE")


def told(planned: int) -> None:
    """Hand over the first digests, in which everything is new."""
    took = timed(lambda: outbox.deliver(limit=planned, seconds=inf))
    line("digests_all_new", value=round(took / planned, 3), unit="ms a mail", mails=planned)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def move(room: Room) -> None:
    """Move every eighth item of each group, and at least one: everybody has something to hear."""
    moved: set[Any] = set()
    for audience in Audience.objects.filter(product=room.product).exclude(name="Everybody"):
        mine = Item.objects.filter(product=room.product, archived_at=None).order_by("number")
        subscription = Subscription.objects.filter(audience=audience)[0]
        found = mine.filter(pk__in=subscription.items.values("pk"))
        if goals := list(audience.goals.all()):
            found = mine.filter(pk__in=Contribution.objects.filter(goal__in=goals).values("item"))
        moved.update(found[::MOVED])
    for item in moved:
        end = (item.end or timezone.localdate()) + timedelta(days=100)
        edit_item(
            room.actor(), item, start=item.start or timezone.localdate(), end=end, granularity="day", status="planned",
            reason="It is harder than we thought.",
        )  # fmt: skip


def report(room: Room, now: datetime) -> None:
    """Print what a digest costs beside the floor, in turns, how many statements it takes, and how memory grows."""
    planning = timed(lambda: plan_due(now))
    planned = Mail.objects.filter(state=MailState.QUEUED).count()
    line("digests_planned", value=round(planning / planned, 3), unit="ms a mail", mails=planned)
    statements, sizes, pairs = Counted(), [], []
    while waiting := Mail.objects.filter(state=MailState.QUEUED).count():
        turn = min(TURN, waiting)
        with connection.execute_wrapper(statements):
            ours = timed(partial(outbox.deliver, limit=turn, seconds=inf)) / turn
        pairs.append((ours + planning / planned, timed(partial(floor(now), turn)) / turn))
        sizes.append(resident())
    states = Mail.objects.filter(payload__as_of=now.isoformat()).values_list("state", flat=True)
    if set(states) != {MailState.SENT}:
        raise AssertionError(set(states))
    line(
        f"digests_{planned}_of_{Item.objects.filter(product=room.product).count()}_items",
        value=round(statistics.median(mine for mine, _ in pairs), 3),
        unit="ms a mail, planned, rendered and handed over",
        against="composing one fixed message of that size and handing it to the same server "
        f"({statistics.median(bare for _, bare in pairs):.3f} ms a mail)",
        ratio=round(statistics.median(mine / bare for mine, bare in pairs), 2),
        goal=4,
    )
    line("digests_statements", value=round(statements.number / planned, 2), unit="statements a mail")
    line(
        "digests_memory", value=round(sizes[-1] - sizes[0], 1), unit=f"MB more after {planned} mails than after {TURN}",
        against=f"{sizes[0]:.0f} MB", ratio=round(sizes[-1] / sizes[0], 3), goal=1.1,
    )  # fmt: skip


class Counted:
    """Counts the statements that are run while it wraps them."""

    number = 0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self.number += 1
        return execute(*arguments)


def resident() -> float:
    """Return the memory that this process holds, in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


class Pictured(EmailMultiAlternatives):
    """A message whose HTML shows a picture that comes along with it, as Django composes one."""

    picture = b""

    def message(self, *, policy: Any = policy.SMTP) -> Any:
        made: Any = super().message(policy=policy)
        if self.picture:
            made.get_body(("html",)).add_related(self.picture, "image", "png", cid="<timeline@lodestar>", disposition="inline")
        return made


def floor(now: datetime) -> Callable[[int], None]:
    """Return what composes a digest of middling size as often as it is asked, and hands it over on one connection."""
    sent = Mail.objects.filter(state=MailState.SENT, payload__as_of=now.isoformat()).order_by(Length("raw"))
    raw = sent.values_list("raw", flat=True)[sent.count() // 2]
    made = message_from_bytes(bytes(raw), policy=policy.default)
    bodies = {kind: made.get_body((kind,)).get_content() for kind in ("plain", "html")}
    picture = next((each.get_content() for each in made.walk() if each.get_content_type() == "image/png"), b"")

    def hand_over(turn: int) -> None:
        host, _, port = settings.SMTP_URL.removeprefix("smtp://").partition(":")
        with smtplib.SMTP(host, int(port)) as smtp:
            for n in range(turn):
                message = Pictured("The same", bodies["plain"], "a@example.test", [f"reader{n}@example.test"])
                message.attach_alternative(bodies["html"], "text/html")
                message.picture = picture
                smtp.sendmail("a@example.test", [f"reader{n}@example.test"], message.message().as_bytes())

    return hand_over


@contextmanager
def server() -> Iterator[str]:
    """Run a mail server that forgets what it takes, as a process of its own; its address."""
    with subprocess.Popen([sys.executable, "-m", "tests.bench.server"], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        try:
            yield f"smtp://127.0.0.1:{child.stdout.readline().strip()}"
        finally:
            child.kill()
