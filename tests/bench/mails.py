"""Planning, rendering and handing over digests, beside composing and storing one fixed message as often."""

from __future__ import annotations

from datetime import timedelta

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from apps.core.models import Mail
from apps.roadmap.models import Item
from apps.stakeholders.actions import create_audience
from apps.stakeholders.models import AudienceMember, Stakeholder, Subscription
from apps.stakeholders.tasks import send_due_at
from tests.bench.measure import line, timed
from tests.bench.roadmaps import filled
from tests.people import Room

READERS = 1_000
ITEMS = 60


def run() -> None:
    """Run this file's benchmark: every reader gets a first digest, then one about five moved dates."""
    room = filled(ITEMS)
    follow(room)
    tomorrow = timezone.now() + timedelta(days=1)
    send_due_at(tomorrow)  # the first: everything is new to everybody
    for item in Item.objects.filter(product=room.product)[:5]:
        Item.objects.filter(pk=item.pk).update(end=item.end + timedelta(days=40))
    took = timed(lambda: send_due_at(tomorrow + timedelta(days=1)))
    bare = timed(lambda: fixed(READERS))
    line(
        f"digests_{READERS}",
        value=round(took / READERS, 3),
        unit="ms a mail",
        against=f"composing one fixed message and storing it ({bare / READERS:.3f} ms a mail)",
        ratio=round(took / bare, 2),
    )


def follow(room: Room) -> None:
    """Let so many stakeholders follow one audience of the product, daily."""
    audience = create_audience(room.actor(), room.product, name="Everybody", precision="month")
    own = {"workspace": room.workspace, "created_at": timezone.now() - timedelta(days=2)}
    people = Stakeholder.objects.bulk_create(
        Stakeholder(name=f"Reader {n}", email=f"reader{n}@example.test", **own) for n in range(READERS)
    )
    AudienceMember.objects.bulk_create(
        AudienceMember(audience=audience, stakeholder=person, product=room.product, **own) for person in people
    )
    Subscription.objects.bulk_create(
        Subscription(
            audience=audience,
            stakeholder=person,
            product=room.product,
            frequency="daily",
            hour=0,
            confirmed_at=own["created_at"],
            **own,
        )
        for person in people
    )


def fixed(count: int) -> None:
    """Compose the same message and store it, so many times, one transaction each."""
    for n in range(count):
        message = EmailMultiAlternatives("The same", "Five dates moved.\n" * 20, "a@example.test", [f"reader{n}@example.test"])
        message.attach_alternative("<p>Five dates moved.</p>" * 100, "text/html")
        with transaction.atomic():
            Mail.objects.create(
                recipient=f"reader{n}@example.test",
                kind="account",
                period=f"bench{n}",
                raw=message.message().as_bytes(),
                state="sent",
            )
