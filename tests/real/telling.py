"""A product into which the real history is played, and what its digests said."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import connection

from apps.core.models import MailState
from apps.roadmap.models import Item
from apps.stakeholders.models import Digest
from apps.stakeholders.replay import read_history, replay
from tests.people import Room
from tests.real.data import folder, mapping
from tests.real.oracle import Line


def play(room: Room, until: datetime, **names: str) -> None:
    """Play the history made before that moment; `names` says how exactly and how often its groups are told."""
    read = mapping("items")
    assert read.audiences
    with (folder() / "history.jsonl").open("rb") as lines:
        replay(
            room.owner, room.product, read_history(lines), replace(read, audiences=replace(read.audiences, **names)), until=until
        )
    with connection.cursor() as cursor:  # all is one transaction, of which the server's own housekeeping sees nothing
        cursor.execute(
            "ANALYZE roadmap_item, roadmap_contribution, milestones_placement, milestones_milestone, stakeholders_told"
        )


def sent(room: Room, now: datetime) -> list[Line]:
    """Return all lines of the digests of that day, as they were sent."""
    names = {str(pk): name for pk, name in Item.objects.filter(product=room.product).values_list("pk", "external_id")}
    digests = Digest.objects.filter(product=room.product, period=now.date(), mail__state=MailState.SENT)
    lines: list[Line] = [
        (who, names[line["item_id"]], line["kind"], line["title"], line["told"], line["now"], line["days"], line["goal"])
        for who, said in digests.values_list("stakeholder__name", "lines")
        for line in said
    ]
    return sorted(lines, key=str)
