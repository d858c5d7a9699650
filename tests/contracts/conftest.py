"""Two furnished workspaces, made once for a module: its tests take back what they write."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from config import urls
from tests.contracts.walk import Callers
from tests.contracts.world import World, furnish
from tests.people import new_room

DOORS = urls  # with all doors every action is known, whichever file of these tests runs alone


@pytest.fixture(scope="module")
def worlds(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        try:
            own, theirs = furnish(new_room("Harbor")), furnish(new_room("Elsewhere"), first_number=900)
            yield own, theirs, Callers(own, theirs)
        finally:
            call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)


@pytest.fixture
def own(worlds) -> World:
    return worlds[0]


@pytest.fixture
def theirs(worlds) -> World:
    return worlds[1]


@pytest.fixture
def callers(worlds) -> Callers:
    return worlds[2]
