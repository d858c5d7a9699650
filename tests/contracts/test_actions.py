"""Who may do what: every action against every role, written down here a second time by hand."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Scope
from apps.core.actions import REGISTRY, keywords
from apps.core.actors import Actor
from apps.core.errors import Refused
from apps.core.models import Change
from apps.roadmap.models import Item
from apps.stakeholders.projection import project
from tests.contracts.world import TEXTS, World, everything_written, furnish
from tests.people import Room, actor_of

ACTORS = ("owner", "editor", "commenter", "viewer", "stranger", "nobody", "mail", "page", "system")
OWNERS = "owner"
EDITORS = "owner editor"
COMMENTERS = "owner editor commenter"
MEMBERS = "owner editor commenter viewer"

# verb: who may
MAY: dict[str, str] = {
    "workspace.created": f"{MEMBERS} stranger",
    "workspace.edited": OWNERS,
    "workspace.mail_held": "system",
    "mail.resent": OWNERS,
    "change.undone": "editor",  # who made it
    "invitation.sent": OWNERS,
    "invitation.withdrawn": OWNERS,
    "invitation.accepted": "stranger",  # who was invited
    "membership.role_changed": OWNERS,
    "membership.mail_chosen": "viewer",  # it is the viewer's own
    "membership.steps_hidden": "viewer",  # likewise
    "item.followed": MEMBERS,
    "item.unfollowed": MEMBERS,
    "membership.removed": "owner viewer",  # it is the viewer's
    "token.created": MEMBERS,
    "token.revoked": OWNERS,  # it is the owner's
    "product.created": EDITORS,
    "product.edited": EDITORS,
    "product.archived": EDITORS,
    "product.restored": EDITORS,
    "vision_version.drafted": EDITORS,
    "vision_version.edited": EDITORS,
    "vision_version.proposed": EDITORS,
    "vision_version.signed": "viewer",  # the viewer is the signatory
    "vision_version.objected": "viewer",
    "goal.created": EDITORS,
    "goal.edited": EDITORS,
    "goal.moved": EDITORS,
    "goal.archived": EDITORS,
    "goal.restored": EDITORS,
    "key_result.created": EDITORS,
    "key_result.edited": EDITORS,
    "key_result.removed": EDITORS,
    "item.created": EDITORS,
    "item.edited": EDITORS,
    "items.edited": EDITORS,
    "item.moved": EDITORS,
    "item.indented": EDITORS,
    "item.outdented": EDITORS,
    "item.goals_set": EDITORS,
    "item.archived": EDITORS,
    "item.dependants_shifted": EDITORS,
    "item.duplicated": EDITORS,
    "item.restored": EDITORS,
    "item.placed": EDITORS,
    "scorecard.created": EDITORS,
    "scorecard.edited": EDITORS,
    "scorecard.archived": EDITORS,
    "scorecard.restored": EDITORS,
    "score.created": EDITORS,
    "score.edited": EDITORS,
    "score.removed": EDITORS,
    "item.transferred": EDITORS,
    "dependency.created": EDITORS,
    "dependency.removed": EDITORS,
    "baseline.kept": EDITORS,
    "baseline.edited": EDITORS,
    "baseline.archived": EDITORS,
    "baseline.restored": EDITORS,
    "decision.made": EDITORS,
    "decision.edited": EDITORS,
    "decision.archived": EDITORS,
    "decision.restored": EDITORS,
    "column.limited": EDITORS,
    "column.freed": EDITORS,
    "comment.created": COMMENTERS,
    "comment.edited": "commenter",  # its author
    "comment.withdrawn": "owner commenter",
    "view.saved": MEMBERS,
    "view.edited": EDITORS,
    "view.deleted": EDITORS,
    "view.made_default": MEMBERS,
    "milestone.created": EDITORS,
    "milestone.edited": EDITORS,
    "milestone.reached": EDITORS,
    "milestone.reopened": EDITORS,
    "milestone.dropped": EDITORS,
    "milestone.archived": EDITORS,
    "milestone.restored": EDITORS,
    "review.planned": EDITORS,
    "review.edited": EDITORS,
    "review.item_reviewed": EDITORS,
    "review.decided": EDITORS,
    "review.held": EDITORS,
    "review.cancelled": EDITORS,
    "stakeholder.created": EDITORS,
    "stakeholder.edited": EDITORS,
    "stakeholder.archived": EDITORS,
    "stakeholder.bounced": "system",
    "stakeholder.complained": "system",
    "stakeholder.tried_again": EDITORS,
    "audience.created": EDITORS,
    "audience.edited": EDITORS,
    "audience.archived": EDITORS,
    "audience.joined": EDITORS,
    "audience.digests_approved": EDITORS,
    "audience.left": EDITORS,
    "subscription.created": EDITORS,
    "subscription.edited": f"{EDITORS} mail system",
    "subscription.paused": f"{EDITORS} mail system",
    "subscription.resumed": f"{EDITORS} mail system",
    "subscription.ended": EDITORS,
    "subscription.left": "mail system",
    "subscription.asked": EDITORS,
    "subscription.confirmed": "mail system",
    "digest.sent": "system",
    "digest.returned": "system",
    "share_link.created": EDITORS,
    "share_link.edited": EDITORS,
    "share_link.read": "page system",
    "share_link.revoked": EDITORS,
    "webhook.created": EDITORS,
    "webhook.edited": EDITORS,
    "webhook.secret_rotated": EDITORS,
    "webhook.removed": EDITORS,
    "webhook.redelivered": EDITORS,
    "webhook.disabled": "system",
}


def inside(item: Item, parent: Item) -> Item:
    """Return an item that is in another."""
    Item.objects.filter(pk=item.pk).update(parent=parent)
    return item


# verb: the target and the keywords of one call that means something
CASES: dict[str, Callable[[World], tuple[Any, dict[str, Any]]]] = {
    "workspace.created": lambda w: (None, {"name": "Mine"}),
    "workspace.edited": lambda w: (w.workspace, {"name": "Renamed"}),
    "workspace.mail_held": lambda w: (w.workspace, {}),
    "mail.resent": lambda w: (w.workspace, {"mail": w.mail}),
    "change.undone": lambda w: (w.workspace, {"change": w.change}),
    "invitation.sent": lambda w: (w.workspace, {"email": "more@example.test"}),
    "invitation.withdrawn": lambda w: (w.invitation, {}),
    "invitation.accepted": lambda w: (w.invitation, {"secret": w.invitation_secret}),
    "membership.role_changed": lambda w: (w.member, {"role": "editor"}),
    "membership.mail_chosen": lambda w: (w.member, {"comment_mail": False}),
    "membership.steps_hidden": lambda w: (w.member, {"product": w.product}),
    "item.followed": lambda w: (w.item, {}),
    "item.unfollowed": lambda w: (w.item, {}),
    "membership.removed": lambda w: (w.member, {}),
    "token.created": lambda w: (w.workspace, {"name": "Mine"}),
    "token.revoked": lambda w: (w.token, {}),
    "product.created": lambda w: (w.workspace, {"name": "Second"}),
    "product.edited": lambda w: (w.product, {"name": "Renamed"}),
    "product.archived": lambda w: (w.product, {}),
    "product.restored": lambda w: (w.archived_product, {}),
    "vision_version.drafted": lambda w: (w.vision, TEXTS),
    "vision_version.edited": lambda w: (w.draft, {"statement": "Other words."}),
    "vision_version.proposed": lambda w: (w.draft, {"signatories": [w.room.viewer]}),
    "vision_version.signed": lambda w: (w.sign_off, {}),
    "vision_version.objected": lambda w: (w.sign_off, {"reason": "Too early."}),
    "goal.created": lambda w: (w.product, {"name": "New goal"}),
    "goal.edited": lambda w: (w.goal, {"name": "Renamed"}),
    "goal.moved": lambda w: (w.goal, {"after": w.other_goal}),
    "goal.archived": lambda w: (w.goal, {}),
    "goal.restored": lambda w: (w.archived_goal, {}),
    "key_result.created": lambda w: (w.goal, {"name": "More answers", "target": 5}),
    "key_result.edited": lambda w: (w.key_result, {"current": 20}),
    "key_result.removed": lambda w: (w.key_result, {}),
    "item.created": lambda w: (w.product, {"title": "New"}),
    "item.edited": lambda w: (w.item, {"title": "Renamed"}),
    "items.edited": lambda w: (w.product, {"items": [w.item, w.other_item], "status": "planned"}),
    "item.moved": lambda w: (w.item, {"after": w.other_item}),
    "item.indented": lambda w: (w.item, {"under": w.other_item}),
    "item.outdented": lambda w: (inside(w.other_item, w.item), {}),
    "item.goals_set": lambda w: (w.item, {"goals": [{"goal": w.other_goal, "share": 50}]}),
    "item.archived": lambda w: (w.item, {}),
    "item.dependants_shifted": lambda w: (w.item, {}),
    "item.duplicated": lambda w: (w.item, {}),
    "item.restored": lambda w: (w.archived_item, {}),
    "item.placed": lambda w: (w.other_item, {"milestone": w.milestone}),
    "scorecard.created": lambda w: (w.product, {"method": "rice"}),
    "scorecard.edited": lambda w: (w.scorecard, {"name": "Renamed"}),
    "scorecard.archived": lambda w: (w.scorecard, {}),
    "scorecard.restored": lambda w: (w.archived_scorecard, {}),
    "score.created": lambda w: (w.other_item, {"scorecard": w.scorecard, "ratings": {"f1": 8}}),
    "score.edited": lambda w: (w.score, {"ratings": {"f1": 5}}),
    "score.removed": lambda w: (w.score, {}),
    "item.transferred": lambda w: (w.item, {"product": w.other_product}),
    "dependency.created": lambda w: (w.item, {"other": w.other_item, "kind": "relates_to"}),
    "dependency.removed": lambda w: (w.dependency, {}),
    "baseline.kept": lambda w: (w.product, {"name": "What the board agreed to"}),
    "baseline.edited": lambda w: (w.baseline, {"name": "Spring"}),
    "baseline.archived": lambda w: (w.baseline, {}),
    "baseline.restored": lambda w: (w.archived_baseline, {}),
    "decision.made": lambda w: (w.product, {"question": "On-premises?", "answer": "No.", "reason": "Nobody asked."}),
    "decision.edited": lambda w: (w.decision, {"answer": "Yes."}),
    "decision.archived": lambda w: (w.decision, {}),
    "decision.restored": lambda w: (w.archived_decision, {}),
    "column.limited": lambda w: (w.product, {"group": "horizon", "value": "next", "most": 5}),
    "column.freed": lambda w: (w.limit, {}),
    "comment.created": lambda w: (w.item, {"body": "Soon."}),
    "comment.edited": lambda w: (w.comment, {"body": "When exactly?"}),
    "comment.withdrawn": lambda w: (w.comment, {}),
    "view.saved": lambda w: (w.product, {"name": "Mine", "query": "view=board"}),
    "view.edited": lambda w: (w.view, {"query": "view=board"}),
    "view.deleted": lambda w: (w.view, {}),
    "view.made_default": lambda w: (w.view, {}),
    "milestone.created": lambda w: (w.product, {"name": "Launch"}),
    "milestone.edited": lambda w: (w.milestone, {"name": "General availability"}),
    "milestone.reached": lambda w: (w.milestone, {}),
    "milestone.reopened": lambda w: (_reached(w), {}),
    "milestone.dropped": lambda w: (w.milestone, {"reason": "Nobody needs it."}),
    "milestone.archived": lambda w: (w.milestone, {}),
    "milestone.restored": lambda w: (w.archived_milestone, {}),
    "review.planned": lambda w: (w.product, {"title": "Spring", "due_on": date(2027, 3, 1)}),
    "review.edited": lambda w: (w.review, {"title": "Quarterly"}),
    "review.item_reviewed": lambda w: (w.review, {"item": w.other_item, "verdict": "drop", "note": "No."}),
    "review.decided": lambda w: (w.review, {"question": "On-premises?", "answer": "No.", "reason": "Nobody asked."}),
    "review.held": lambda w: (w.review, {"notes": "All kept."}),
    "review.cancelled": lambda w: (w.review, {}),
    "stakeholder.created": lambda w: (w.workspace, {"name": "Cargo", "email": "cargo@example.test"}),
    "stakeholder.edited": lambda w: (w.stakeholder, {"name": "Acme Ltd"}),
    "stakeholder.bounced": lambda w: (w.stakeholder, {"answer": "550 5.1.1 nobody"}),
    "stakeholder.complained": lambda w: (w.stakeholder, {"words": "reported as spam"}),
    "stakeholder.tried_again": lambda w: (w.unreachable, {}),
    "stakeholder.archived": lambda w: (w.stakeholder, {}),
    "audience.created": lambda w: (w.product, {"name": "Partners"}),
    "audience.edited": lambda w: (w.audience, {"name": "Clients"}),
    "audience.archived": lambda w: (w.audience, {}),
    "audience.digests_approved": lambda w: (w.audience, {"through": date(2026, 12, 1)}),
    "audience.joined": lambda w: (w.audience, {"stakeholder": w.other_stakeholder}),
    "audience.left": lambda w: (w.audience, {"stakeholder": w.stakeholder}),
    "subscription.created": lambda w: (w.audience, {"stakeholder": w.other_stakeholder}),
    "subscription.edited": lambda w: (w.subscription, {"hour": 7}),
    "subscription.paused": lambda w: (w.subscription, {"until": date(2099, 1, 1)}),
    "subscription.resumed": lambda w: (_paused(w), {}),
    "subscription.ended": lambda w: (w.subscription, {}),
    "subscription.asked": lambda w: (w.waiting, {}),
    "subscription.confirmed": lambda w: (w.waiting, {}),
    "subscription.left": lambda w: (w.subscription, {}),
    "digest.sent": lambda w: (w.subscription, {"digest": w.digest}),
    "digest.returned": lambda w: (w.subscription, {"digest": w.digest}),
    "share_link.created": lambda w: (w.audience, {"name": "For all"}),
    "share_link.edited": lambda w: (w.link, {"name": "For all"}),
    "share_link.read": lambda w: (_own(w), {"shown": project(w.audience)}),
    "share_link.revoked": lambda w: (w.link, {}),
    "webhook.created": lambda w: (w.audience, {"target": "https://hooks.example.com/more"}),
    "webhook.edited": lambda w: (w.webhook, {"target": "https://hooks.example.com/other"}),
    "webhook.secret_rotated": lambda w: (w.webhook, {}),
    "webhook.removed": lambda w: (w.webhook, {}),
    "webhook.redelivered": lambda w: (w.webhook, {"delivery": w.delivery}),
    "webhook.disabled": lambda w: (w.webhook, {"why": "It is gone."}),
}


def _own(world: World) -> Any:
    type(world.link).objects.filter(pk=world.link.pk).update(stakeholder=world.stakeholder)
    return world.link


def _reached(world: World) -> Any:
    type(world.milestone).objects.filter(pk=world.milestone.pk).update(state="reached", reached_on=date(2026, 12, 1))
    return world.milestone


def _paused(world: World) -> Any:
    type(world.subscription).objects.filter(pk=world.subscription.pk).update(paused_at=timezone.now())
    return world.subscription


def an_actor(who: str, world: World, stranger: Any) -> Actor:
    if who == "stranger":
        type(world.invitation).objects.filter(pk=world.invitation.pk).update(email=stranger.email)
        return actor_of(stranger)
    if who == "nobody":
        return actor_of(None)
    if who == "mail":
        return Actor(user=None, name="Acme", via="mail")
    if who == "page":
        return Actor(user=None, name="Acme", via="page")
    return Actor.system() if who == "system" else world.room.actor(who)


def outcome(verb: str, world: World, actor: Actor) -> str:
    """Call the action, take back what it wrote, and say "done", "refused" or "nothing written"."""
    target, values = CASES[verb](world)
    before, said = everything_written(), "refused"
    with contextlib.suppress(Refused), transaction.atomic():
        REGISTRY[verb].function(actor, *([] if target is None else [target]), **values)
        said = "done" if Change.objects.filter(verb=verb).exists() else "nothing written"
        transaction.set_rollback(True)
    assert everything_written() == before
    return said


def test_every_action_has_a_row_here():
    ours = {verb for verb in REGISTRY if not verb.startswith("test.")}  # other tests make some of their own
    assert set(MAY) == set(CASES) == ours


def test_every_row_names_known_actors():
    assert {who for row in MAY.values() for who in row.split()} <= set(ACTORS)


@pytest.mark.parametrize("verb", sorted(REGISTRY))
def test_who_may(room: Room, stranger, verb: str):
    world = furnish(room)
    Change.objects.all().delete()
    found = {}
    for who in ACTORS:
        with transaction.atomic():
            found[who] = outcome(verb, world, an_actor(who, world, stranger))
            transaction.set_rollback(True)
    allowed = MAY[verb].split()
    assert found == {who: "done" if who in allowed else "refused" for who in ACTORS}


# A token does no more than its person may, and less where its scopes end.
BY_SCOPE = {
    "read": {"write": "refused", "admin": "refused"},
    "write": {"write": "done", "admin": "refused"},
    "admin": {"write": "refused", "admin": "done"},
}
ADMIN = {
    "workspace.edited", "mail.resent", "invitation.sent", "invitation.withdrawn", "membership.role_changed", "membership.removed",
    "token.created", "token.revoked",
}  # fmt: skip
NOT_BY_TOKEN = {
    "workspace.created",
    "invitation.accepted",
    "workspace.mail_held",
    "subscription.left",
    "subscription.confirmed",
    "digest.sent",
    "digest.returned",
    "stakeholder.bounced",
    "stakeholder.complained",
    "share_link.read",
    "webhook.disabled",
}


@pytest.mark.parametrize("verb", sorted(set(REGISTRY) - NOT_BY_TOKEN))
def test_what_a_token_may(room: Room, verb: str):
    world = furnish(room)
    Change.objects.all().delete()
    role = "commenter" if verb == "comment.withdrawn" else MAY[verb].split()[0]  # its author, not the owner who tidies up
    needed = "admin" if verb in ADMIN else "write"
    for scope in Scope.values:
        actor = room.actor(role, via="api", scopes=frozenset({"read", scope}), workspace_id=room.workspace.pk)
        with transaction.atomic():
            assert (scope, outcome(verb, world, actor)) == (scope, BY_SCOPE[scope][needed])
            transaction.set_rollback(True)


@pytest.mark.parametrize("verb", sorted(REGISTRY))
def test_a_token_of_another_workspace_may_nothing_here(room: Room, foreign: Room, verb: str):
    world = furnish(room)
    everything = frozenset(Scope.values)
    for role in ("owner", "viewer"):
        actor = room.actor(role, via="api", scopes=everything, workspace_id=foreign.workspace.pk)
        with transaction.atomic():
            assert outcome(verb, world, actor) == "refused"
            transaction.set_rollback(True)


@pytest.mark.parametrize("verb", sorted(set(REGISTRY) - {"workspace.created"}))
def test_an_action_says_who_and_what_and_why(room: Room, stranger, verb: str):
    world = furnish(room)
    Change.objects.all().delete()
    who = MAY[verb].split()[0]
    actor = an_actor(who, world, stranger)
    target, values = CASES[verb](world)
    takes_reason = "reason" in keywords(REGISTRY[verb].function)
    if takes_reason:
        values = {**values, "reason": "Because."}
    REGISTRY[verb].function(actor, target, **values)
    change = Change.objects.get(verb=verb)
    assert (change.actor_name, change.via) == (actor.name, actor.via)
    assert change.object_text
    assert change.fields or change.also or change.detail
    assert change.reason == ("Because." if takes_reason else "")
    assert change.object_id in change.touches


@pytest.mark.parametrize("verb", sorted(set(REGISTRY) - {"workspace.created"}))
def test_twice_is_done_or_refused_in_words_and_never_a_fault(room: Room, stranger, verb: str):
    world = furnish(room)
    actor = an_actor(MAY[verb].split()[0], world, stranger)
    target, values = CASES[verb](world)
    REGISTRY[verb].function(actor, target, **values)
    with contextlib.suppress(Refused, ValidationError), transaction.atomic():
        REGISTRY[verb].function(actor, target, **values)
