"""Canary words in every text of a full workspace: whatever leaves it, to whichever audience, holds only what was granted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default as modern
from html import unescape
from itertools import count
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.test import Client

from apps.core.models import Mail
from apps.stakeholders import actions, digests, embedding, webhooks
from apps.stakeholders.links import link_to
from apps.stakeholders.models import Audience, Precision, ShareLink, Webhook
from apps.stakeholders.projection import PUBLIC
from apps.stakeholders.reminders import plan_reminders
from tests.contracts.world import furnish
from tests.stakeholders import scene
from tests.stakeholders.scene import at

OURS = ("accounts", "vision", "roadmap", "milestones", "stakeholders", "core")
# What cannot hold a word: hashes by which a link is found, zones, and the keys of things that the door itself reads.
NOT_WORDS = {
    "stakeholders.sharelink.secret_hash", "stakeholders.sharelink.password_hash", "stakeholders.stakeholder.time_zone",
    "stakeholders.sharelink.time_zone",
    "accounts.user.time_zone", "core.mail.kind", "core.mail.period", "core.mail.recipient", "stakeholders.stakeholder.email",
    "core.change.verb", "core.change.object_type",
}  # fmt: skip
# What is said to anybody outside who comes by a link or a mail: the names of what they opened, and their own.
ALWAYS = {
    "stakeholders.audience.digest_word",
    "vision.product.name",
    "stakeholders.audience.name",
    "stakeholders.stakeholder.name",
}
# What each grant lets out, beside the words of the application.
GRANTED = {
    "title": {"roadmap.item.outside_title"},
    "summary": {"roadmap.item.outside_summary"},
    "goals": {"vision.goal.name"},
    "milestone": {"milestones.milestone.name"},
    "vision": {"vision.visionversion.statement"},
    "reason": {"core.change.reason"},
}
HIDDEN = ("Confidential", "Archived")
_number = count(1)


@dataclass
class Canaries:
    """The words that were put into the rows, each with the field it sits in."""

    words: dict[str, str] = field(default_factory=dict)

    def word(self, label: str, longest: int | None) -> str:
        n = next(_number)
        word = f"cnry{n:05}x" if longest is None or longest >= 10 else f"Q{n % 90 + 10}Z"
        self.words[word.lower()] = label
        return word

    def found(self, text: str) -> set[str]:
        """Return the fields whose words are in a text."""
        low = unescape(text).lower()
        return {self.words[word] for word in re.findall(r"cnry\d{5}x|\bq\d\dz\b", low) if word in self.words}


def texts(model: type[models.Model]) -> Iterator[models.Field]:
    """Yield the fields of a model that hold words of people."""
    for each in model._meta.concrete_fields:
        words = isinstance(each, models.CharField | models.TextField) and not each.choices
        if words and f"{model._meta.label_lower}.{each.name}" not in NOT_WORDS and not each.primary_key:
            yield each


def paint() -> Canaries:
    """Put a word of its own into every text of every row of every model, whatever guards it."""
    canaries = Canaries()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # what is immutable is painted too
        for model in (each for label in OURS for each in apps.get_app_config(label).get_models()):
            for row in model._base_manager.all():
                hidden = next((word for word in HIDDEN if getattr(row, "title", "") == word), "")
                for each in texts(model):
                    label = f"{model._meta.label_lower}.{each.name}"
                    word = canaries.word(f"{hidden} {label}".strip(), each.max_length)
                    model._base_manager.filter(pk=row.pk).update(**{each.name: word})
        cursor.execute("SET LOCAL session_replication_role = origin")
    return canaries


AUDIENCES: dict[str, dict[str, Any]] = {
    "least": {"fields": ["title"]},
    "usual": {},
    "without words": {"fields": ["timeframe", "status", "health", "confidence", "progress", "horizon", "type", "commitment"]},
    **{f"only {grant}": {"fields": [grant]} for grant in PUBLIC},
    **{f"all by {precision}": {"fields": list(PUBLIC), "precision": precision} for precision in Precision.values},
    "colleagues": {"fields": list(PUBLIC), "side": "inside"},
}


@dataclass
class Read:
    """Everything that an audience reads, by where it reads it."""

    audience: Audience
    texts: dict[str, str]


def answer_text(answer: Any) -> str:
    """Return the whole of an answer: address, headers, cookies, body."""
    parts = [str(getattr(answer, "redirect_chain", "")), str(dict(answer.headers)), answer.cookies.output()]
    return "\n".join([*parts, answer.content.decode()])


def mail_text(mail: Mail) -> str:
    """Return the headers and both bodies of a mail, decoded."""
    message = message_from_bytes(bytes(mail.raw), policy=modern)
    headers = "\n".join(f"{name}: {value}" for name, value in message.items())
    return "\n".join([headers, *(part.get_content() for part in message.walk() if part.get_content_maintype() == "text")])


def furnished(room) -> None:
    """Fill the room with one of everything, seen items beside hidden ones, and a reason for a move."""
    furnish(room)
    seen = scene.item(
        room, "Search engine", type="epic", health="at_risk", confidence=70, progress=40, description="x",
        outside_title="Search", outside_summary="Finds.",
    )  # fmt: skip
    scene.serve(room, seen, scene.goal(room, "Find all"))
    scene.place(room, seen, "Launch", notes="Notes")
    for title in HIDDEN:
        made = scene.item(room, title, description="x", outside_title="x", outside_summary="x", confidential=title == HIDDEN[0])
        scene.serve(room, made, scene.goal(room, f"Goal of {title}"))
        if title == "Archived":
            type(made).objects.filter(pk=made.pk).update(archived_at=scene.START)


def allowed(audience: Audience, canaries: Canaries) -> set[str]:
    found = ALWAYS | {label for grant in audience.fields for label in GRANTED.get(grant, ())}
    if audience.side == "inside" and "title" in audience.fields:
        found = found | {"roadmap.item.title"}
    return found


@pytest.fixture
def painted(room, settings):
    """Return the canaries and what each audience reads, after a first digest, a move with a reason, and a second digest."""
    settings.DEBUG = False
    furnished(room)
    follows = {}
    for name, fields in AUDIENCES.items():
        followed = scene.audience(room, name, description="x", **fields)
        who = scene.person(room, "Reader", side=followed.side, organisation="x")
        follows[name] = (scene.follow(room, followed, who), _links(room, followed))
    scene.send(at(2026, 1, 5))
    moved = next(each for each in apps.get_model("roadmap.item").objects.filter(title="Search engine"))
    scene.edit(
        room, moved, at(2026, 1, 6), start=date(2028, 1, 1), end=date(2028, 6, 1), title="Engine", outside_title="Find",
        status="in_progress", reason="The parser.",
    )  # fmt: skip
    canaries = paint()
    scene.send(at(2026, 1, 7))
    reads = [_read(name, *each) for name, each in follows.items()]
    return canaries, reads


def _links(room, followed: Audience) -> tuple[ShareLink, ...]:
    made = [
        actions.create_share_link(room.actor(), followed, name=name, password=word) for name, word in (("a", ""), ("b", "pw"))
    ]
    closed = actions.create_share_link(room.actor(), followed, name="c")
    actions.revoke_share_link(room.actor(), closed)
    embedded = actions.create_share_link(room.actor(), followed, name="d", embed_origins=["https://www.example.com"])
    return *made, closed, embedded


def _read(name: str, subscription: Any, links: tuple[ShareLink, ...]) -> Read:
    guest = Client(raise_request_exception=False)
    audience = Audience.objects.get(pk=subscription.audience_id)
    unsubscribe = digests.unsubscribe_link(subscription)
    texts = {
        f"mail {n}": mail_text(mail)
        for n, mail in enumerate(Mail.objects.filter(recipient=subscription.stakeholder.email))
        if mail.raw
    }
    hook = Webhook(audience=audience, workspace_id=audience.workspace_id, product_id=audience.product_id)
    texts |= {
        "webhook": getattr(webhooks.news_of(hook, at(2026, 1, 8)), "body", ""),
        "share": answer_text(guest.get(f"/s/{links[0].secret}", follow=True)),
        "atom": answer_text(guest.get(f"/s/{links[0].secret}/atom.xml")),
        "calendar": answer_text(guest.get(f"/s/{links[0].secret}/calendar.ics")).replace("\r\n ", ""),
        "embedded": answer_text(guest.get(embedding.address(links[3]).removeprefix(settings.BASE_URL))),
        "kept": answer_text(guest.get(f"/shared/{links[0].pk}/keep/")),
        "no feed": answer_text(guest.get(f"/s/{links[1].secret}/atom.xml")),
        "locked": answer_text(guest.get(f"/s/{links[1].secret}", follow=True)),
        "wrong password": answer_text(guest.post(f"/shared/{links[1].pk}/", {"password": "no"})),
        "closed": answer_text(guest.get(f"/s/{links[2].secret}", follow=True)),
        "not mine": answer_text(Client().get(f"/shared/{links[0].pk}/")),
        "refused method": answer_text(guest.post(f"/s/{links[0].secret}")),
        "reader": answer_text(guest.get(digests.reader_link(subscription))),
        "forged": answer_text(guest.get(digests.reader_link(subscription)[:-3] + "x/")),
        "own": answer_text(guest.get(link_to(subscription, "own"))),
        "own refused": answer_text(guest.post(link_to(subscription, "own"))),
        "own forged": answer_text(guest.get(link_to(subscription, "own")[:-3] + "x/")),
        "unsubscribe": answer_text(guest.get(unsubscribe)),
        "unsubscribed": answer_text(guest.post(unsubscribe)),
        "reader after": answer_text(guest.get(digests.reader_link(subscription))),
    }  # fmt: skip
    return Read(audience, texts)


def test_no_word_of_the_room_leaves_it(painted):
    canaries, reads = painted
    leaks = {
        (AUDIENCES_NAMES[n], where): sorted(hits)
        for n, read in enumerate(reads)
        for where, text in read.texts.items()
        if (hits := canaries.found(text) - allowed(read.audience, canaries))
    }
    assert leaks == {}
    assert len(canaries.words) > 150

    _sing_where_they_may(canaries, reads)


def _sing_where_they_may(canaries: Canaries, reads: list[Read]) -> None:
    """Each granted word is really found, so that finding none elsewhere means something."""
    everything = reads[AUDIENCES_NAMES.index("all by day")].texts
    for where in ("share", "reader"):
        assert canaries.found(everything[where]) >= {
            "roadmap.item.outside_title", "roadmap.item.outside_summary", "vision.goal.name", "milestones.milestone.name",
            "vision.visionversion.statement", "vision.product.name",
        }  # fmt: skip
    told = set().union(*(canaries.found(text) for where, text in everything.items() if where.startswith("mail")))
    assert told >= {"roadmap.item.outside_title", "core.change.reason", "vision.visionversion.statement"}


def test_a_stranger_hears_nothing_from_any_address(room):
    furnished(room)
    canaries, guest = paint(), Client(raise_request_exception=False)
    item = apps.get_model("roadmap.item").objects.first()
    for path in (
        "/", f"/w/{room.workspace.slug}/stakeholders/", f"/api/v1/items/{item.pk}/", "/api/v1/told/", "/api/v1/items/",
        f"/o/roadmap.item/{item.pk}/", "/s/none", "/r/none/", "/u/none/", "/nowhere", "/readyz", "/healthz", "/live/x",
    ):  # fmt: skip
        answer = guest.get(path)
        if not answer.streaming:
            assert canaries.found(answer_text(answer)) == set(), path


def test_a_reminder_names_the_review_and_nothing_else(room):
    furnished(room)
    canaries = paint()
    reviews = apps.get_model("stakeholders.review").objects
    reviews.update(due_on=date(2026, 12, 1))
    plan_reminders(datetime(2026, 12, 1, 9, tzinfo=UTC))
    scene.outbox.deliver()
    mails = [mail_text(mail) for mail in Mail.objects.filter(kind="review-reminder")]
    assert mails
    for text in mails:
        assert canaries.found(text) <= {
            "stakeholders.review.title",
            "vision.product.name",
            "accounts.workspace.slug",
            "accounts.user.email",
        }


AUDIENCES_NAMES = list(AUDIENCES)
