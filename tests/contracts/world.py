"""One of each object in a workspace, for tests that walk the registries. Made of rows, so that any state can be had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.core.signing import Signer
from django.db import connection
from django.utils import timezone

from apps.accounts.models import ApiToken, Invitation, Membership, Workspace, digest
from apps.accounts.tokens import invitation_secret, new_token
from apps.core.models import Change, Mail
from apps.milestones.models import Baseline, Milestone, Placement
from apps.roadmap.models import ColumnLimit, Comment, Contribution, Decision, Dependency, Item, SavedView, Score, Scorecard
from apps.roadmap.scoring import METHODS
from apps.stakeholders import models as told
from apps.vision.models import Goal, KeyResult, Product, SignOff, Vision, VisionVersion

if TYPE_CHECKING:
    from apps.accounts.models import User
    from tests.people import Room

TEXTS = {"statement": "Answers without a query language.", "goal": "Less searching.", "audience": "Analysts.", "value": "Time."}
SECRET = "s" * 43
SAID = {
    "title": "Search", "status": "planned", "status_words": "Planned", "when": "Q4 2026", "kind": "date", "first": "2026-10-01",
    "last": "2026-12-31", "goal": "Find it",
}  # fmt: skip


@dataclass
class World:
    """A room and the one of each thing in it, by name."""

    room: Room
    things: SimpleNamespace
    unknown = uuid4()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.things, name)


def furnish(room: Room, *, first_number: int = 1) -> World:
    """Put one of each object into the room; two rooms with other first numbers share no number and no slug."""
    made = SimpleNamespace(workspace=room.workspace, product=room.product, member=_member(room, room.viewer))
    if first_number != 1:
        Product.objects.filter(pk=room.product.pk).update(slug=f"product-{first_number}")
        room.product.refresh_from_db()
    _why(room, made, first_number)
    _what(room, made, first_number)
    _who(room, made)
    _people(room, made, first_number)
    return World(room, made)


def _member(room: Room, user: User) -> Membership:
    return Membership.objects.get(workspace=room.workspace, user=user)


def _why(room: Room, made: SimpleNamespace, number: int) -> None:
    mine = {"workspace": room.workspace, "product": room.product}
    made.archived_product = Product.objects.create(
        workspace=room.workspace, name="Retired", slug=f"retired-{number}", key=f"RE{number}", archived_at=timezone.now()
    )
    made.other_product = Product.objects.create(
        workspace=room.workspace, name=f"Second {number}", slug=f"second-{number}", key=f"SE{number}"
    )
    made.vision = Vision.objects.get(product=room.product)
    proposed = VisionVersion(**mine, vision=made.vision, number=number, **TEXTS, state="proposed", proposed_by=room.editor)
    draft = VisionVersion(**mine, vision=made.vision, number=number + 1, **{**TEXTS, "statement": "Answers at once."})
    for version in (proposed, draft):
        version.content_hash = version.hashed()
        version.save()
    made.version, made.draft = proposed, draft
    made.vision.current = proposed
    made.vision.save()
    made.sign_off = SignOff.objects.create(**mine, vision_version=proposed, user=room.viewer, title="Sales")
    made.goal = Goal.objects.create(**mine, name="Find it", weight=60, rank="a0")
    made.other_goal = Goal.objects.create(**mine, name="Keep it", weight=40, rank="a1", colour=2)
    made.archived_goal = Goal.objects.create(**mine, name="Gone", rank="a2", archived_at=timezone.now())
    made.key_result = KeyResult.objects.create(**mine, goal=made.goal, name="Answers under 2 s", start=0, current=10, target=90)


def _what(room: Room, made: SimpleNamespace, number: int) -> None:
    mine = {"workspace": room.workspace, "product": room.product}
    span = {"start": date(2026, 10, 1), "end": date(2026, 12, 31), "granularity": "quarter"}
    made.item = Item.objects.create(**mine, number=number, title="Search", rank="a0", effort=3, **span)
    made.other_item = Item.objects.create(**mine, number=number + 1, title="Index", rank="a1", owner=room.editor, **span)
    made.archived_item = Item.objects.create(**mine, number=number + 2, title="Old", rank="a2", archived_at=timezone.now())
    Product.objects.filter(pk=room.product.pk).update(items_made=number + 2)
    made.contribution = Contribution.objects.create(**mine, item=made.item, goal=made.goal)
    made.dependency = Dependency.objects.create(**mine, item=made.item, other=made.other_item)
    made.limit = ColumnLimit.objects.create(**mine, group="horizon", value="now", most=3)
    made.comment = Comment.objects.create(**mine, item=made.item, author=room.commenter, body="When?")
    made.view = SavedView.objects.create(
        **mine, name="At risk", query="view=table&health=at_risk", shared=True, owner=room.editor
    )
    factors = [each.as_json() for each in METHODS["own"]]
    made.scorecard = Scorecard.objects.create(**mine, name="Ours", method="own", factors=factors)
    made.archived_scorecard = Scorecard.objects.create(
        **mine, name="Theirs", method="own", factors=factors, archived_at=timezone.now()
    )
    made.score = Score.objects.create(
        **mine, item=made.item, scorecard=made.scorecard, ratings={"f1": "8", "f2": "3"}, number="2.6667"
    )
    matrix = [each.as_json() for each in METHODS["value_effort"]]
    made.matrix = Scorecard.objects.create(**mine, name="Matrix", method="value_effort", factors=matrix)
    rated = {"value": "8", "effort": "3"}
    made.rated = Score.objects.create(**mine, item=made.item, scorecard=made.matrix, ratings=rated, number="2.6667")
    made.decision = Decision.objects.create(
        **mine, question="Do we index drafts?", answer="No.", reason="They change too often.", item=made.item, goal=made.goal,
        decided_on=date(2026, 11, 1), by=room.editor,
    )  # fmt: skip
    made.archived_decision = Decision.objects.create(
        **mine, question="Do we sell by the seat?", answer="Yes.", reason="It is usual.", decided_on=date(2026, 10, 1),
        archived_at=timezone.now(),
    )  # fmt: skip
    made.milestone = Milestone.objects.create(**mine, name="GA", date=date(2026, 12, 31))
    made.other_milestone = Milestone.objects.create(**mine, name="Beta", date=date(2026, 11, 30))
    made.archived_milestone = Milestone.objects.create(**mine, name="Alpha", archived_at=timezone.now())
    made.baseline = Baseline.objects.create(**mine, name="Autumn", at=timezone.now(), by=room.editor)
    made.archived_baseline = Baseline.objects.create(**mine, name="Spring", at=timezone.now(), archived_at=timezone.now())
    made.placement = Placement.objects.create(**mine, milestone=made.milestone, item=made.item)


def _who(room: Room, made: SimpleNamespace) -> None:
    mine = {"workspace": room.workspace, "product": room.product}
    made.stakeholder = told.Stakeholder.objects.create(workspace=room.workspace, name="Acme", email="acme@example.test")
    made.other_stakeholder = told.Stakeholder.objects.create(workspace=room.workspace, name="Bolt", email="bolt@example.test")
    made.audience = told.Audience.objects.create(**mine, name="Customers", approval=True)
    made.audience_member = told.AudienceMember.objects.create(**mine, audience=made.audience, stakeholder=made.stakeholder)
    made.subscription = told.Subscription.objects.create(
        **mine, audience=made.audience, stakeholder=made.stakeholder, confirmed_at=timezone.now()
    )
    made.asked = told.Stakeholder.objects.create(workspace=room.workspace, name="Dock", email="dock@example.test")
    made.waiting = told.Subscription.objects.create(**mine, audience=made.audience, stakeholder=made.asked)
    made.unreachable = told.Stakeholder.objects.create(
        workspace=room.workspace, name="Eddy", email="eddy@example.test", unreachable_at=timezone.now(), unreachable_why="550 no"
    )
    made.confirm_token = Signer(salt=f"confirm {made.asked.email}").sign(str(made.waiting.pk))
    made.mail = Mail.objects.create(
        workspace=room.workspace,
        recipient="acme@example.test",
        kind="digest",
        period=f"{room.workspace.pk}:2026-11-23",
        state="unconfirmed",
    )
    made.digest = told.Digest.objects.create(
        **mine, subscription=made.subscription, stakeholder=made.stakeholder, period=date(2026, 11, 23), as_of=timezone.now(),
        mail=made.mail,
    )  # fmt: skip
    made.told = told.Told.objects.create(
        workspace=room.workspace, stakeholder=made.stakeholder, item=made.item, digest=made.digest, said=SAID,
        at=timezone.now(),
    )  # fmt: skip
    made.share_secret = f"{SECRET}-{room.workspace.slug}"
    made.link = told.ShareLink.objects.create(**mine, audience=made.audience, name="Acme", secret_hash=digest(made.share_secret))
    told.ShareLink.objects.filter(pk=made.link.pk).update(embed_origins=["https://www.example.com"])
    made.embed_token = Signer(salt="embed").sign(str(made.link.pk))
    made.webhook = told.Webhook.objects.create(**mine, audience=made.audience, target="https://hooks.example.com/roadmap")
    made.delivery = told.Delivery.objects.create(workspace=room.workspace, webhook=made.webhook, state="failed", body="{}")
    made.reader_token = Signer(salt="reader").sign(str(made.subscription.pk))
    made.own_token = Signer(salt=f"own {made.stakeholder.email}").sign(str(made.subscription.pk))
    made.leaving_token = Signer(salt="unsubscribe").sign(str(made.subscription.pk))
    made.review = told.Review.objects.create(**mine, title="Monthly", due_on=date(2026, 12, 1), owner=room.editor)
    made.held_review = told.Review.objects.create(
        **mine, title="Autumn", due_on=date(2026, 9, 1), state="held", held_at=timezone.now(), baseline=made.baseline,
        notes="All in good order.",
    )  # fmt: skip
    made.held_review.decisions.add(made.decision)
    told.ReviewedItem.objects.create(**mine, review=made.held_review, item=made.other_item, verdict="drop", note="No.")
    made.review.attendees.add(room.editor)
    made.review.guests.add(made.stakeholder)
    made.review.decisions.add(made.decision)
    made.reviewed = told.ReviewedItem.objects.create(**mine, review=made.review, item=made.item, verdict="keep", by=room.editor)


def _people(room: Room, made: SimpleNamespace, number: int) -> None:
    invitation = Invitation(workspace=room.workspace, email="new@example.test", invited_by=room.owner)
    invitation.expires_at = timezone.now() + timedelta(days=3)
    made.invitation_secret = invitation_secret(invitation)
    invitation.secret_hash = digest(made.invitation_secret)
    invitation.save()
    made.invitation = invitation
    _text, prefix, secret_hash = new_token()
    made.token = ApiToken.objects.create(
        workspace=room.workspace,
        user=room.owner,
        name="Import",
        prefix=prefix,
        secret_hash=secret_hash,
        last_used_at=timezone.now(),
    )
    made.change = Change.objects.create(
        workspace=room.workspace, seq=number, at=timezone.now(),
        actor=room.editor, actor_name="Editor", via="web", verb="item.edited",
        scope=room.product.pk, object_type="roadmap.item", object_id=made.item.pk, object_text="Search", version=1,
        touches=[made.item.pk], fields={"description": ["Finds words.", ""]},
    )  # fmt: skip
    Workspace.objects.filter(pk=room.workspace.pk).update(seq=number)


def everything_written() -> str:
    """Return one text that changes with any row of any of our tables; but for sessions and counters."""
    with connection.cursor() as cursor:
        tables = [t for t in connection.introspection.table_names(cursor) if t.split("_")[0] in _OURS and t not in _COUNTERS]
        parts = [
            f"SELECT '{table}' AS name, md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS sum "  # noqa: S608
            f"FROM (SELECT to_jsonb(x) - 'last_used_at' - 'last_login' AS t FROM {table} x) rows"
            for table in sorted(tables)
        ]
        cursor.execute(" UNION ALL ".join(parts))
        return repr(sorted(cursor.fetchall()))  # the server may answer them in any order


_COUNTERS = {"stakeholders_opening"}  # a look at a page is counted
_OURS = {"core", "accounts", "vision", "roadmap", "milestones", "stakeholders"}
