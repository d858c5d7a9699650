"""A roadmap with many readers whose digests are due now, in the database that the environment names."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from apps.accounts.actions import invite_member
from apps.roadmap.actions import create_item
from apps.stakeholders.actions import create_audience
from apps.stakeholders.models import AudienceMember, Stakeholder, Subscription
from tests.people import new_room

INVITED = 10  # one invitation for so many readers
UNKNOWN = 20  # one address that the server does not know for so many


def seed(readers: int) -> None:
    """Make so many readers, due since midnight, and some invitations."""
    room, since = new_room("Harbor"), timezone.now() - timedelta(days=2)
    made = {"workspace": room.workspace, "created_at": since}
    create_item(room.actor(at=since), room.product, title="Search", status="planned", start=_DAY, end=_DAY, granularity="day")
    audience = create_audience(room.actor(at=since), room.product, name="Customers")
    people = Stakeholder.objects.bulk_create(
        Stakeholder(**made, name=f"Reader {n}", email=f"{'nobody' if n % UNKNOWN == 0 else 'reader'}{n}@example.test")
        for n in range(readers)
    )
    mine = made | {"product": room.product, "audience": audience}
    AudienceMember.objects.bulk_create(AudienceMember(**mine, stakeholder=each) for each in people)
    Subscription.objects.bulk_create(
        Subscription(**mine, stakeholder=each, frequency="daily", hour=0, confirmed_at=since) for each in people
    )
    for n in range(min(100, readers // INVITED)):
        invite_member(room.actor("owner"), room.workspace, email=f"new{n}@example.test")


_DAY = date(2027, 3, 1)
