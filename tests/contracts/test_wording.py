"""Each verb said once, as the activity shows it: actor, what they did, and the object."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from apps.core.actions import REGISTRY
from apps.core.actors import Actor
from apps.core.models import Change
from apps.core.wording import change_words, phrase, spelled
from tests.contracts.test_actions import CASES, MAY
from tests.contracts.world import furnish
from tests.people import new_room

SAID = {
    "vision_version.signed": "signed v1 of the vision",
    "comment.created": "wrote a comment on Search",
    "review.cancelled": "called off the review Monthly",
}


def actor(world: Any, verb: str) -> Actor:
    who = MAY[verb].split()[0]
    return Actor(user=None, name="Lodestar", via="system") if who in ("system", "mail", "page") else world.room.actor(who)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "verb", sorted(verb for verb in CASES if MAY[verb].split()[0] not in ("stranger", "system", "mail", "page"))
)
def test_it_reads_well(verb: str):
    world = furnish(new_room("Harbor"))
    target, values = CASES[verb](world)
    who = actor(world, verb)
    before = set(Change.objects.values_list("pk", flat=True))
    REGISTRY[verb].function(who, target, **values) if target is not None else REGISTRY[verb].function(who, **values)
    words = change_words(Change.objects.exclude(pk__in=before).order_by("pk").first())
    said = f"{words.did} {words.text}"
    assert "_" not in words.did
    nouns = words.did.lower().split()[-1:]
    assert not words.text.lower().startswith(f"{nouns[0]} "), said  # "the comment Comment on …"
    assert said == SAID.get(verb, said)


@pytest.mark.parametrize("verb", sorted(REGISTRY))
def test_it_is_said_in_german_too(verb: str):
    with translation.override("de"):
        did, rest = phrase(verb)
    assert f"{did} … {rest}".strip(" …") != spelled(verb)
    assert did
