"""The people and things that tests are about. Made through the actions, as everything is."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import ApiToken, Membership, Role, User, Workspace
from apps.accounts.tokens import new_token
from apps.core.actors import Actor
from apps.vision.models import Product, Vision

_number = count(1)
ROLES = ("owner", "editor", "commenter", "viewer")


def user(name: str = "Somebody", **values: Any) -> User:
    return User.objects.create_user(
        f"{name.lower().replace(' ', '.')}{next(_number)}@example.test", "correct horse battery", name=name, **values
    )


def actor_of(person: User | None, **values: Any) -> Actor:
    return Actor(user=person, name=str(person or "Nobody"), **values)


@dataclass
class Room:
    """A workspace with one person of each role, a product, and ways in for each of them."""

    workspace: Workspace
    product: Product
    owner: User
    editor: User
    commenter: User
    viewer: User
    made: dict[str, Any] = field(default_factory=dict)

    def actor(self, role: str = "editor", **values: Any) -> Actor:
        return actor_of(getattr(self, role), **values)

    def client(self, role: str = "editor") -> Client:
        client = Client()
        client.force_login(getattr(self, role))
        return client

    def token(self, role: str = "editor", *scopes: str) -> str:
        """Return a new API token of this person."""
        text, prefix, secret_hash = new_token()
        ApiToken.objects.create(
            workspace=self.workspace, user=getattr(self, role), name="test", prefix=prefix, secret_hash=secret_hash,
            scopes=list(scopes or ("read", "write", "admin")),
        )  # fmt: skip
        return text

    def api(self, role: str = "editor", *scopes: str) -> Client:
        """Return a client that sends a token of this person."""
        return Client(headers={"Authorization": f"Bearer {self.token(role, *scopes)}"})

    def path(self, rest: str = "") -> str:
        """Return the address of a page inside the product."""
        return f"/w/{self.workspace.slug}/p/{self.product.slug}/{rest}"

    def now(self) -> Workspace:
        """Return the workspace as it is now, with the number of its newest change."""
        return Workspace.objects.get(pk=self.workspace.pk)


def new_room(name: str = "Harbor") -> Room:
    n = next(_number)
    people = {role: user(f"{role.title()} of {name}") for role in ROLES}
    workspace = Workspace.objects.create(name=name, slug=f"{name.lower()}-{n}")
    for role, person in people.items():
        Membership.objects.create(workspace=workspace, user=person, role=Role(role))
    product = Product.objects.create(workspace=workspace, name=f"{name} platform", slug="platform", key="HAR")
    Vision.objects.create(workspace=workspace, product=product)
    return Room(workspace=workspace, product=product, **people)


@pytest.fixture
def room(db: None) -> Room:
    """A workspace of one's own."""
    return new_room("Harbor")


@pytest.fixture
def foreign(db: None) -> Room:
    """Another workspace, of which nobody in `room` is a member."""
    return new_room("Elsewhere")


@pytest.fixture
def stranger(foreign: Room) -> User:
    """The owner of another workspace."""
    return foreign.owner


def today() -> Any:
    return timezone.localdate()
