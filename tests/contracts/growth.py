"""Many rows of each kind beside the one of a furnished world."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from apps.accounts.models import ApiToken, Invitation, Membership, User
from apps.core.models import Change, Mail
from apps.milestones.models import Baseline, Milestone, Placement
from apps.roadmap.models import (
    ColumnLimit,
    Comment,
    Contribution,
    Decision,
    Dependency,
    Follow,
    Item,
    Mention,
    SavedView,
    Score,
    Scorecard,
)
from apps.stakeholders import models as told
from apps.vision.models import Goal, KeyResult, Product, SignOff, Vision, VisionVersion
from tests.contracts.world import SAID, TEXTS

if TYPE_CHECKING:
    from tests.contracts.world import World


def grow(world: World, rows: int) -> None:
    """Add so many rows to every list that a page or a collection shows."""
    people = _people(world, rows)
    items = _items(world, people)
    _why(world, people, items)
    _who(world, people, items)


def _people(world: World, rows: int) -> list[User]:
    workspace, soon = world.workspace, timezone.now() + timedelta(days=3)
    people = User.objects.bulk_create(User(email=f"more{n}@grown.test", name=f"More {n}") for n in range(rows))
    Membership.objects.bulk_create(Membership(workspace=workspace, user=each, role="commenter") for each in people)
    Invitation.objects.bulk_create(
        Invitation(workspace=workspace, email=f"asked{n}@grown.test", secret_hash=f"{n}", expires_at=soon, invited_by=people[n])
        for n in range(rows)
    )
    ApiToken.objects.bulk_create(
        ApiToken(workspace=workspace, user=world.room.owner, name=f"Token {n}", prefix=f"g{n}", secret_hash="x")
        for n in range(rows)
    )
    Change.objects.bulk_create(
        Change(
            workspace=workspace, seq=n + 2, at=timezone.now(), actor=each, actor_name=each.name, via="web", verb="item.edited",
            scope=world.product.pk, object_type="roadmap.item", object_id=world.item.pk, object_text="Search", version=2,
            touches=[world.item.pk], fields={"end": ["2026-12-31", "2027-03-31"]}, reason="The parser is rewritten.",
        )
        for n, each in enumerate(people)
    )  # fmt: skip
    products = Product.objects.bulk_create(
        Product(workspace=workspace, name=f"Product {n}", slug=f"grown-{n}", key=f"G{n}") for n in range(rows)
    )
    Vision.objects.bulk_create(Vision(workspace=workspace, product=each) for each in products)
    return people


def _items(world: World, people: list[User]) -> list[Item]:
    mine: dict[str, Any] = {"workspace": world.workspace, "product": world.product}
    items = Item.objects.bulk_create(
        Item(
            **mine, number=5_000 + n, title=f"Item {n}", rank=f"b{n:05}", owner=each, parent=world.item, effort=n,
            start=date(2026, 10, 1),
            end=date(2026, 12, 31), granularity="quarter",
        )
        for n, each in enumerate(people)
    )  # fmt: skip
    Contribution.objects.bulk_create(Contribution(**mine, item=each, goal=world.goal, share=50) for each in items)
    Dependency.objects.bulk_create(Dependency(**mine, item=world.item, other=each) for each in items)
    Dependency.objects.bulk_create(Dependency(**mine, item=each, other=world.item, kind="relates_to") for each in items)
    Comment.objects.bulk_create(
        Comment(**mine, item=world.item, author=person, body=f"Word {n} for @owner") for n, person in enumerate(people)
    )
    said = Comment.objects.filter(item=world.item, author__in=people)
    Mention.objects.bulk_create(Mention(comment=each, user=world.room.owner) for each in said)
    Follow.objects.bulk_create(Follow(workspace=world.workspace, item=world.item, user=each) for each in people)
    ColumnLimit.objects.bulk_create(ColumnLimit(**mine, group="release", value=str(each.pk), most=3) for each in people)
    SavedView.objects.bulk_create(
        SavedView(**mine, name=f"View {n}", query="view=board", shared=True, owner=each) for n, each in enumerate(people)
    )
    Score.objects.bulk_create(Score(**mine, item=each, scorecard=world.scorecard, ratings={"f1": "8"}) for each in items)
    cards = Scorecard.objects.bulk_create(
        Scorecard(**mine, name=f"Card {n}", method="own", factors=world.scorecard.factors) for n in range(len(people))
    )
    Score.objects.bulk_create(Score(**mine, item=world.item, scorecard=each, number=n) for n, each in enumerate(cards))
    Decision.objects.bulk_create(
        Decision(
            **mine, question=f"Question {n}?", answer="Yes.", reason="Asked often.", item=world.item, goal=world.goal, by=each,
            decided_on=date(2026, 11, 1),
        )
        for n, each in enumerate(people)
    )  # fmt: skip
    milestones = Milestone.objects.bulk_create(
        Milestone(**mine, name=f"Milestone {n}", date=date(2026, 12, 1)) for n in range(len(people))
    )
    Baseline.objects.bulk_create(Baseline(**mine, name=f"Kept {n}", at=timezone.now(), by=each) for n, each in enumerate(people))
    Placement.objects.bulk_create(Placement(**mine, milestone=world.milestone, item=each) for each in items)
    _moved(world, milestones)
    return items


def _moved(world: World, milestones: list[Milestone]) -> None:
    first = Change.objects.filter(workspace=world.workspace).count() + 1
    Change.objects.bulk_create(
        Change(
            workspace=world.workspace, seq=first + n, at=timezone.now(), actor=world.room.editor, actor_name="Editor", via="web",
            verb="milestone.edited", scope=world.product.pk, object_type="milestones.milestone", object_id=each.pk,
            object_text=each.name, version=2, touches=[each.pk], fields={"date": ["2026-11-01", "2026-12-01"]},
        )
        for n, each in enumerate(milestones)
    )  # fmt: skip


def _why(world: World, people: list[User], items: list[Item]) -> None:
    mine: dict[str, Any] = {"workspace": world.workspace, "product": world.product}
    goals = Goal.objects.bulk_create(Goal(**mine, name=f"Goal {n}", rank=f"b{n:05}") for n in range(len(items)))
    Contribution.objects.bulk_create(
        Contribution(**mine, item=item, goal=goal, share=10) for item, goal in zip(items, goals, strict=True)
    )
    KeyResult.objects.bulk_create(KeyResult(**mine, goal=goal, name="More", target=9) for goal in goals)
    SignOff.objects.bulk_create(SignOff(**mine, vision_version=world.version, user=each) for each in people)
    versions = VisionVersion.objects.bulk_create(
        VisionVersion(**mine, vision=world.vision, number=5_000 + n, state="superseded", content_hash=f"{n}", **TEXTS)
        for n in range(len(people))
    )
    SignOff.objects.bulk_create(SignOff(**mine, vision_version=each, user=world.room.editor) for each in versions)


def _who(world: World, people: list[User], items: list[Item]) -> None:
    mine: dict[str, Any] = {"workspace": world.workspace, "product": world.product}
    rows = range(len(people))
    told_ones = told.Stakeholder.objects.bulk_create(
        told.Stakeholder(workspace=world.workspace, name=f"Told {n}", email=f"told{n}@grown.test") for n in rows
    )
    audiences = told.Audience.objects.bulk_create(told.Audience(**mine, name=f"Audience {n}") for n in rows)
    for group in ([world.audience] * len(told_ones), audiences):
        pairs = list(zip(group, told_ones, strict=True))
        told.AudienceMember.objects.bulk_create(told.AudienceMember(**mine, audience=a, stakeholder=s) for a, s in pairs)
        told.Subscription.objects.bulk_create(
            told.Subscription(**mine, audience=a, stakeholder=s, confirmed_at=timezone.now()) for a, s in pairs
        )
    told.Subscription.objects.bulk_create(
        told.Subscription(**mine, audience=each, stakeholder=world.stakeholder, confirmed_at=timezone.now()) for each in audiences
    )
    links = told.ShareLink.objects.bulk_create(
        told.ShareLink(**mine, audience=world.audience, name=f"Link {n}", secret_hash=f"{n}", stakeholder=told_ones[n])
        for n in rows
    )
    for n, link in enumerate([*links, *[world.link] * len(links)]):
        day = date(2026, 1, 1) + timedelta(days=n)
        told.Opening(workspace=world.workspace, link=link, day=day, opened=2, read=1).save(force_insert=True)
    hooks = told.Webhook.objects.bulk_create(
        told.Webhook(**mine, audience=world.audience, target=f"https://hooks.example.com/{n}") for n in rows
    )
    told.Delivery.objects.bulk_create(
        told.Delivery(workspace=world.workspace, webhook=each, state="delivered")
        for each in [*hooks, *[world.webhook] * len(hooks)]
    )
    _told(world, told_ones, items)
    reviews = told.Review.objects.bulk_create(told.Review(**mine, title=f"Review {n}", due_on=date(2027, 1, 1)) for n in rows)
    world.review.attendees.add(*people)
    world.review.guests.add(*told_ones)
    world.review.decisions.add(*Decision.objects.filter(product=world.product))
    for review, item in [*((world.review, each) for each in items), *((each, world.item) for each in reviews)]:
        told.ReviewedItem(**mine, review=review, item=item, verdict="keep", by=world.room.editor).save(force_insert=True)


def _told(world: World, told_ones: list[told.Stakeholder], items: list[Item]) -> None:
    mine: dict[str, Any] = {"workspace": world.workspace, "product": world.product}
    now, day = timezone.now(), date(2026, 1, 1)
    mails = Mail.objects.bulk_create(
        Mail(workspace=world.workspace, recipient=each.email, kind="digest", period=f"{n}") for n, each in enumerate(told_ones)
    )
    digests = told.Digest.objects.bulk_create(
        told.Digest(
            **mine,
            subscription=world.subscription,
            stakeholder=world.stakeholder,
            period=day + timedelta(days=n),
            as_of=now,
            mail=mail,
        )
        for n, mail in enumerate(mails)
    )
    for item, digest, person in zip(items, digests, told_ones, strict=True):
        for about, reader in ((item, world.stakeholder), (world.item, person)):
            told.Told(
                workspace=world.workspace, stakeholder=reader, item=about, digest=digest, said=SAID, at=now,
                confirmed_at=now,
            ).save(force_insert=True)  # fmt: skip
