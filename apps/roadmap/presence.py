"""Who is on a roadmap just now, and which item and field they are in: signs of life in Valkey that end by themselves.

Nothing that matters is here: with Valkey away nobody is shown, and nothing waits for it.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import orjson
import redis
from django.conf import settings
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.core.live import valkey
from apps.core.wording import field_words
from apps.roadmap.models import Item

if TYPE_CHECKING:
    from uuid import UUID

    from apps.vision.models import Product

log = logging.getLogger(__name__)

GONE_AFTER = 20  # seconds without a sign of life
MOST = 100  # tabs that are looked at


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is: the number of the item that is open, or 0, and the field that has their focus, or nothing."""

    item: int = 0
    field: str = ""


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who is here, and where."""

    user: User
    place: Place

    @property
    def label(self) -> str:
        """The field in words."""
        if self.place.field == "body":
            return gettext("a comment")
        return gettext("the %(field)s") % {"field": field_words(Item, self.place.field)}


def beat(product: Product, user_id: UUID, tab: str, place: Place | None) -> list[Present]:
    """Note a sign of life of one tab, or (None) its end, and return the other members who are here, by name."""
    now = time.time()
    key = f"{settings.VALKEY_PREFIX}presence:{product.pk}"
    try:
        with valkey().pipeline(transaction=False) as pipe:
            if place is None:
                pipe.hdel(key, tab)
            else:
                pipe.hset(key, tab, orjson.dumps([str(user_id), place.item, place.field, now]).decode())
                pipe.expire(key, GONE_AFTER * 3)
            pipe.hgetall(key)
            rows = cast("dict[bytes, bytes]", pipe.execute()[-1])
    except redis.RedisError as error:
        log.warning("nobody is shown as present: %s", error)
        return []
    return _others(product, str(user_id), [orjson.loads(row) for row in list(rows.values())[:MOST]], now)


def _others(product: Product, me: str, rows: list[list[str | int | float]], now: float) -> list[Present]:
    """Return where each of the others is: the tab in which they edit, or else the newest."""
    newest: dict[str, tuple[bool, float, Place]] = {}
    for user, item, field, at in rows:
        if user == me or now - float(at) > GONE_AFTER:
            continue
        found = (bool(field), float(at), Place(int(item), str(field)))
        newest[str(user)] = max(newest.get(str(user), found), found, key=lambda each: each[:2])
    people = User.objects.filter(pk__in=newest, memberships__workspace=product.workspace_id, is_active=True)
    return [Present(user, newest[str(user.pk)][2]) for user in people.order_by("name", "email")]
