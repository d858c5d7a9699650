"""Who follows what, as rows say it: an audience for each name, its stakeholder, and the items they follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext

from apps.roadmap.models import Item
from apps.stakeholders.actions import (
    create_audience,
    create_stakeholder,
    edit_subscription,
    end_subscription,
    subscribe,
)
from apps.stakeholders.imports.reading import Problem
from apps.stakeholders.models import Stakeholder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from apps.core.actors import Actor
    from apps.stakeholders.imports.mapping import Names
    from apps.stakeholders.imports.reading import Wanted
    from apps.stakeholders.imports.room import Room


def follow(room: Room, actor: Actor, names: Names, placed: Iterable[Wanted]) -> list[Problem]:
    """Let each audience's people follow exactly those of the rows' items that name it; other items stay as they are.

    Returns a problem for each name that can be no audience or no stakeholder.
    """
    touched: set[str] = set()
    for wanted in placed:
        touched |= attend(room, room.items[wanted.external_id], wanted.audiences or ())
    settled = (settle(room, actor, names, name) for name in sorted(touched))
    return [problem for problem in settled if problem]


def attend(room: Room, item: Item, audiences: Collection[str]) -> set[str]:
    """Note in the room who follows an item, and return the names for which that is new; `settle` makes it true."""
    touched = set()
    for name in {*audiences, *room.followed}:
        followed = room.followed.setdefault(name, set())
        if (item.pk in followed) != (name in audiences):
            followed ^= {item.pk}
            touched.add(name)
    return touched


def settle(room: Room, actor: Actor, names: Names, name: str) -> Problem | None:
    """Make the audience and its subscription as `room.followed` says. Who follows nothing is not subscribed."""
    try:
        with transaction.atomic():
            _settle(room, actor, names, name)
    except ValidationError as error:
        room.audiences.pop(name, None)
        return Problem(0, names.columns[0], name, " ".join(error.messages), gettext("Correct the name; nobody follows it yet."))
    return None


def _settle(room: Room, actor: Actor, names: Names, name: str) -> None:
    audience = room.audiences.get(name)
    if audience is None and names.create:
        audience = create_audience(actor, room.product, name=name[:100], precision=names.precision, external_id=name[:100])
        room.audiences[name] = audience
    if audience is None or not names.address:
        return
    items = list(Item.objects.filter(pk__in=room.followed[name]))
    subscription = room.subscriptions.get(name)
    if subscription and items:
        edit_subscription(actor, subscription, items=items)
    elif subscription:
        end_subscription(actor, room.subscriptions.pop(name))
    elif items:
        stakeholder = _stakeholder(room, actor, names, name)
        room.subscriptions[name] = subscribe(actor, audience, stakeholder=stakeholder, frequency=names.frequency, items=items)


def _stakeholder(room: Room, actor: Actor, names: Names, name: str) -> Stakeholder:
    address = names.address.replace("{name}", slugify(name)[:60])
    workspace = room.product.workspace
    known = Stakeholder.objects.filter(workspace=workspace, email__iexact=address, archived_at=None).first()
    found: Stakeholder = known or create_stakeholder(actor, workspace, name=name[:100], email=address, organisation=name[:100])
    return found
