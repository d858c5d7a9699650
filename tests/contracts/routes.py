"""The table of routes: what each address answers to whom. Written by hand beside the rules, so that neither is alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.contracts.world import TEXTS, World

# A row says, for each method, what anon, viewer, commenter, editor, owner and stranger get, about their own workspace's
# things (the stranger: about a workspace that is not theirs). With "!" the answer leads back and nothing was written.
PAGE = "302 200 200 200 200 404"
WRITE = "302 403 403 302 302 404"
OWNERS = "302 403 403 403 302 404"
FORM = {"GET": PAGE, "POST": WRITE}
EVERYBODY = "200 200 200 200 200 200"
NOBODY = "404 404 404 404 404 404"

READ = "401 200 200 200 200 404"
LIST = "401 200 200 200 200 200"
CREATE = "401 403 403 201 201 400"
CHANGE = "401 403 403 200 200 404"
AWAY = "401 403 403 204 204 404"
OBJECT = {"GET": READ, "PATCH": CHANGE, "DELETE": AWAY}
COLLECTION = {"GET": LIST, "POST": CREATE}

ROUTES: dict[str, dict[str, str]] = {
    "schema": {"GET": EVERYBODY},
    "docs": {"GET": EVERYBODY},
    # people
    "api:workspaces-list": {"GET": LIST, "POST": "401 403 403 403 403 403"},  # a token opens one workspace
    "api:workspaces-detail": {"GET": READ, "PATCH": "401 403 403 403 200 404"},
    "api:memberships-list": {"GET": LIST},
    "api:memberships-detail": {"GET": READ, "PATCH": "401 403 403 403 200 404", "DELETE": "401 204 403 403 204 404"},
    "api:memberships-mail": {"POST": "401 200 403 403 403 404"},  # it is the viewer's own
    "api:invitations-list": {"GET": LIST, "POST": "401 403 403 403 201 400"},
    "api:invitations-detail": {"GET": "401 404 404 404 200 404", "DELETE": "401 404 404 404 204 404"},
    "api:tokens-list": {"GET": LIST, "POST": "401 201 201 201 201 400"},
    "api:tokens-detail": {"GET": "401 404 404 404 200 404", "DELETE": "401 404 404 404 204 404"},
    "api:mails-list": {"GET": LIST},
    "api:mails-resend": {"POST": "401 404 404 404 200 404"},
    "api:changes-list": {"GET": READ},
    "api:search-list": {"GET": LIST},
    "api:changes-undo": {"POST": "401 403 403 201 403 404"},  # who made it
    # why
    "api:products-list": COLLECTION,
    "api:products-detail": OBJECT,
    "api:products-restore": {"POST": CHANGE},
    "api:visions-list": {"GET": LIST},
    "api:visions-detail": {"GET": READ},
    "api:vision-versions-list": COLLECTION,
    "api:vision-versions-detail": {"GET": READ, "PATCH": CHANGE},
    "api:vision-versions-propose": {"POST": CHANGE},
    "api:sign-offs-list": {"GET": LIST},
    "api:sign-offs-detail": {"GET": READ},
    "api:sign-offs-sign": {"POST": "401 200 403 403 403 404"},  # the viewer is the signatory
    "api:sign-offs-object-to": {"POST": "401 200 403 403 403 404"},
    "api:goals-list": COLLECTION,
    "api:goals-detail": OBJECT,
    "api:goals-move": {"POST": CHANGE},
    "api:goals-restore": {"POST": CHANGE},
    "api:key-results-list": COLLECTION,
    "api:key-results-detail": OBJECT,
    # what and when
    "api:items-list": COLLECTION,
    "api:items-detail": OBJECT,
    "api:items-goals": {"PUT": CHANGE},
    "api:items-bulk": {"POST": "401 403 403 200 200 400"},
    "api:items-dependants": {"GET": READ, "POST": CHANGE},
    "api:items-duplicate": {"POST": "401 403 403 201 201 404"},
    "api:items-move": {"POST": CHANGE},
    "api:items-restore": {"POST": CHANGE},
    "api:dependencies-list": COLLECTION,
    "api:dependencies-detail": {"GET": READ, "DELETE": AWAY},
    "api:comments-list": {"GET": LIST, "POST": "401 403 201 201 201 400"},
    "api:comments-detail": {"GET": READ, "PATCH": "401 403 200 403 403 404", "DELETE": "401 403 204 403 204 404"},
    "api:followers-list": {"GET": READ, "POST": "401 200 200 200 200 400"},
    "api:views-list": {"GET": LIST, "POST": "401 201 201 201 201 400"},  # everybody for themselves
    "api:views-detail": OBJECT,
    "api:views-default": {"POST": "401 200 200 200 200 404"},
    "api:views-no-default": {"POST": "401 200 200 200 200 404"},
    "api:scorecards-list": COLLECTION,
    "api:scorecards-detail": OBJECT,
    "api:scorecards-restore": {"POST": CHANGE},
    "api:scores-list": COLLECTION,
    "api:scores-detail": OBJECT,
    "api:decisions-list": COLLECTION,
    "api:decisions-detail": OBJECT,
    "api:alignment-list": {"GET": READ},
    "api:portfolio-list": {"GET": READ},
    # by when
    "api:milestones-list": COLLECTION,
    "api:milestones-detail": OBJECT,
    "api:milestones-drop": {"POST": CHANGE},
    "api:milestones-reach": {"POST": CHANGE},
    "api:milestones-reopen": {"POST": CHANGE},
    "api:milestones-restore": {"POST": CHANGE},
    "api:milestones-slip": {"GET": READ},
    "api:transfers-list": {"GET": READ, "POST": "401 403 403 200 200 400"},
    "api:baselines-list": COLLECTION,
    "api:baselines-detail": OBJECT,
    "api:placements-list": COLLECTION,
    "api:placements-detail": {"GET": READ, "DELETE": AWAY},
    # who cares
    "api:stakeholders-list": COLLECTION,
    "api:stakeholders-detail": OBJECT,
    "api:stakeholders-preview": {"GET": READ},
    "api:stakeholders-try-again": {"POST": CHANGE},
    "api:audiences-list": COLLECTION,
    "api:audiences-detail": OBJECT,
    "api:audiences-add": {"POST": CHANGE},
    "api:audiences-remove": {"POST": CHANGE},
    "api:audiences-next-digests": {"GET": READ},
    "api:audiences-approve": {"POST": CHANGE},
    "api:audiences-preview": {"GET": READ},
    "api:subscriptions-list": COLLECTION,
    "api:subscriptions-detail": OBJECT,
    "api:subscriptions-ask": {"POST": CHANGE},
    "api:subscriptions-pause": {"POST": CHANGE},
    "api:subscriptions-resume": {"POST": CHANGE},
    "api:share-links-list": COLLECTION,
    "api:share-links-detail": {"GET": READ},
    "api:share-links-revoke": {"POST": CHANGE},
    "api:digests-list": {"GET": LIST},
    "api:digests-detail": {"GET": READ},
    "api:told-list": {"GET": LIST},
    "api:ledger-list": {"GET": READ},
    "api:out-of-date-list": {"GET": READ},
    "api:surprise-list": {"GET": READ},
    "api:staleness-list": {"GET": READ},
    "api:review-debt-list": {"GET": READ},
    "api:reviews-list": COLLECTION,
    "api:reviews-detail": {"GET": READ, "PATCH": CHANGE},
    "api:reviews-cancel": {"POST": CHANGE},
    "api:reviews-hold": {"POST": CHANGE},
    "api:reviews-minutes": {"GET": READ},
    "api:reviews-items": {"GET": READ, "POST": CHANGE},
    "api:reviews-decisions": {"POST": "401 403 403 201 201 404"},
    "api:imports-list": {"POST": "401 403 403 200 200 400"},
    # pages of the mechanism
    "core:healthz": {"GET": EVERYBODY},
    "core:readyz": {"GET": "503 503 503 503 503 503"},  # no beat in tests
    "core:mailbox": {"GET": "302 404 404 404 200 200"},  # the stranger owns a workspace, and reads its mails
    "core:mail": {"GET": "302 404 404 404 200 404"},
    "core:mail_body": {"GET": "302 404 404 404 200 404"},
    "core:object": {"GET": "302 302 302 302 302 404"},
    # pages of people
    "accounts:home": {"GET": "302 302 302 302 302 302"},
    "accounts:new_workspace": {"GET": "302 200 200 200 200 200", "POST": "302 302 302 302 302 302"},
    "accounts:invitation": {"GET": EVERYBODY, "POST": "200 403 403 403 403 403"},  # it is somebody else's
    "accounts:accept": {"POST": "302 404 404 404 404 404"},
    "accounts:live": {"GET": "401 stream stream stream stream 404"},
    "accounts:workspace": {"GET": PAGE},
    "accounts:activity": {"GET": PAGE},
    "accounts:search": {"GET": PAGE},
    "accounts:mails": {"GET": "302 403 403 403 200 404"},
    "accounts:resend": {"POST": "302 404 404 404 302 404"},
    "accounts:settings": {"GET": PAGE, "POST": OWNERS},
    "accounts:invite": {"POST": OWNERS},
    "accounts:withdraw": {"POST": "302 404 404 404 302 404"},
    "accounts:change_role": {"POST": OWNERS},
    "accounts:remove": {"POST": "302 302 403 403 302 404"},  # it is the viewer's own membership
    "accounts:choose_mail": {"POST": "302 302 302 302 302 404"},
    "accounts:new_token": {"POST": PAGE},
    "accounts:revoke_token": {"POST": "302 404 404 404 302 404"},  # it is the owner's
    # pages of the why
    "vision:new_product": FORM,
    "vision:product_settings": FORM,
    "vision:archive_product": {"POST": WRITE},
    "vision:page": {"GET": PAGE},
    "vision:propose": FORM,
    "vision:compare": {"GET": PAGE},
    "vision:version": {"GET": PAGE},
    "vision:answer": {"POST": "302 302 403 403 403 404"},
    "vision:new_goal": FORM,
    "vision:edit_goal": FORM,
    "vision:archive_goal": {"POST": WRITE},
    "vision:move_goal": {"POST": "302 302! 302! 302 302 404"},  # says why on the page
    "vision:new_key_result": FORM,
    "vision:edit_key_result": FORM,
    "vision:remove_key_result": {"POST": WRITE},
    "vision:restore_product": {"POST": WRITE},
    "vision:object": {"GET": PAGE, "POST": "302 302 403 403 403 404"},
    "vision:restore_goal": {"POST": WRITE},
    # pages of milestones
    "milestones:page": {"GET": PAGE},
    "milestones:new": FORM,
    "milestones:show": {"GET": PAGE},
    "milestones:edit": FORM,
    "milestones:reach": {"POST": WRITE},
    "milestones:reopen": {"POST": WRITE},
    "milestones:drop": {"POST": WRITE},
    "milestones:archive": {"POST": WRITE},
    "milestones:restore": {"POST": WRITE},
    "milestones:add_item": {"POST": WRITE},
    "milestones:pill": FORM,
    "milestones:transfer": FORM,
    "milestones:baselines": {"GET": PAGE},
    "milestones:new_baseline": FORM,
    "milestones:edit_baseline": FORM,
    "milestones:archive_baseline": {"POST": WRITE},
    # pages of the roadmap
    "roadmap:page": {"GET": PAGE},
    "roadmap:alignment": {"GET": PAGE},
    "roadmap:view": {"GET": "302 302 302 302 302 404"},
    "roadmap:new_view": {"GET": PAGE, "POST": "302 302 302 302 302 404"},  # everybody for themselves
    "roadmap:edit_view": FORM,
    "roadmap:keep_view": {"POST": WRITE},
    "roadmap:default_view": {"POST": "302 302 302 302 302 404"},
    "roadmap:delete_view": {"POST": WRITE},
    "roadmap:present": {"GET": PAGE},
    "roadmap:scorecards": {"GET": PAGE},
    "roadmap:new_scorecard": FORM,
    "roadmap:scorecard": FORM,
    "roadmap:archive_scorecard": {"POST": WRITE},
    "roadmap:restore_scorecard": {"POST": WRITE},
    "roadmap:rate": FORM,
    "roadmap:presence": {"POST": "302 200 200 200 200 404"},
    "roadmap:undo": {"POST": WRITE},
    "roadmap:undo_change": {"POST": "302 403 403 302 403 404"},  # who made it
    "roadmap:redo": {"POST": WRITE},
    "roadmap:bulk": {"POST": WRITE},
    "roadmap:paste": {"POST": WRITE},
    "roadmap:portfolio": {"GET": PAGE},
    "roadmap:decisions": {"GET": PAGE},
    "roadmap:new_decision": FORM,
    "roadmap:edit_decision": FORM,
    "roadmap:archive_decision": {"POST": WRITE},
    "roadmap:new": FORM,
    "roadmap:item": {"GET": PAGE},
    "roadmap:edit": FORM,
    "roadmap:cell": {"POST": WRITE},
    "roadmap:nest": {"POST": WRITE},
    "roadmap:move": {"POST": WRITE},
    "roadmap:archive": {"POST": WRITE},
    "roadmap:duplicate": {"POST": WRITE},
    "roadmap:shift": FORM,
    "roadmap:restore": {"POST": WRITE},
    "roadmap:comment": {"POST": "302 403 302 302 302 404"},
    "roadmap:edit_comment": {"POST": "302 403 302 403 403 404"},
    "roadmap:withdraw": {"POST": "302 403 302 403 302 404"},  # the commenter wrote it; owners keep the room clean
    "roadmap:follow": {"POST": "302 302 302 302 302 404"},
    "roadmap:unfollow": {"POST": "302 302 302 302 302 404"},
    "roadmap:link": {"POST": WRITE},
    "roadmap:unlink": {"POST": WRITE},
    # pages of those who are told
    "stakeholders:page": {"GET": PAGE},
    "stakeholders:new": FORM,
    "stakeholders:person": {"GET": PAGE},
    "stakeholders:edit": FORM,
    "stakeholders:archive": {"POST": WRITE},
    "stakeholders:try_again": {"POST": WRITE},
    "stakeholders:rhythm": {"POST": WRITE},
    "stakeholders:narrow": FORM,
    "stakeholders:ask": {"POST": WRITE},
    "stakeholders:pause": FORM,
    "stakeholders:resume": {"POST": WRITE},
    "stakeholders:end": {"POST": WRITE},
    "stakeholders:told_item": {"GET": PAGE},
    "stakeholders:surprise": {"GET": PAGE},
    "stakeholders:shown": {"GET": PAGE},
    "stakeholders:told_milestone": {"GET": PAGE},
    "stakeholders:digests": FORM,
    "stakeholders:approve_digests": {"POST": WRITE},
    "stakeholders:told_audience": {"GET": PAGE},
    "stakeholders:out_of_date": {"GET": PAGE},
    "stakeholders:new_audience": FORM,
    "stakeholders:audience": {"GET": PAGE},
    "stakeholders:edit_audience": FORM,
    "stakeholders:archive_audience": {"POST": WRITE},
    "stakeholders:subscribe": {"POST": WRITE},
    "stakeholders:leave": {"POST": WRITE},
    "stakeholders:new_link": {"POST": "302 403 403 200 200 404"},
    "stakeholders:revoke_link": {"POST": WRITE},
    "stakeholders:reviews_of": {"GET": PAGE},
    "stakeholders:reviews": {"GET": PAGE},
    "stakeholders:new_review": FORM,
    "stakeholders:review": {"GET": PAGE},
    "stakeholders:edit_review": FORM,
    "stakeholders:verdict": {"POST": WRITE},
    "stakeholders:decide": FORM,
    "stakeholders:minutes": {"GET": PAGE},
    "stakeholders:hold": {"POST": WRITE},
    "stakeholders:cancel_review": {"POST": WRITE},
    # by link, whoever one is
    "stakeholders:share": {"GET": "302 302 302 302 302 302"},
    "stakeholders:atom": {"GET": EVERYBODY},
    "stakeholders:calendar": {"GET": EVERYBODY},
    "stakeholders:shared": {"GET": NOBODY, "POST": NOBODY},  # nobody came by the link
    "stakeholders:reader": {"GET": EVERYBODY},
    "stakeholders:confirm": {"GET": EVERYBODY, "POST": "302 302 302 302 302 302"},
    "stakeholders:own": {"GET": EVERYBODY, "POST": "302 302 302 302 302 302"},
    "stakeholders:own_pause": {"POST": "302 302 302 302 302 302"},
    "stakeholders:own_resume": {"POST": "302 302 302 302 302 302"},
    "stakeholders:unsubscribe": {"GET": EVERYBODY, "POST": EVERYBODY},
}

# Routes of others, and where they are tried.
ELSEWHERE = {"account_": "allauth's own pages; tests/accounts and tests/browser sign in by them"}

# route: the names in its path, where they are not simply those of `BY_NAME`
IN_PATH: dict[str, Callable[[World], dict[str, Any]]] = {
    "core:mail": lambda w: {"pk": w.mail.pk},
    "core:mail_body": lambda w: {"pk": w.mail.pk},
    "core:object": lambda w: {"kind": "roadmap.item", "pk": w.item.pk},
    "accounts:invitation": lambda w: {"secret": w.invitation_secret},
    "vision:version": lambda w: {"number": w.version.number},
    "roadmap:restore_scorecard": lambda w: {"scorecard": w.archived_scorecard.pk},
    "api:scorecards-restore": lambda w: {"pk": w.archived_scorecard.pk},
    "roadmap:restore": lambda w: {"number": w.archived_item.number},
    "vision:restore_product": lambda w: {"product": w.archived_product.slug},
    "vision:restore_goal": lambda w: {"goal": w.archived_goal.pk},
    "milestones:restore": lambda w: {"milestone": w.archived_milestone.pk},
    "stakeholders:share": lambda w: {"token": w.share_secret},
    "stakeholders:atom": lambda w: {"token": w.share_secret},
    "stakeholders:calendar": lambda w: {"token": w.share_secret},
    "stakeholders:reader": lambda w: {"token": w.reader_token},
    "stakeholders:try_again": lambda w: {"stakeholder": w.unreachable.pk},
    "api:stakeholders-try-again": lambda w: {"pk": w.unreachable.pk},
    "stakeholders:ask": lambda w: {"subscription": w.waiting.pk},
    "api:subscriptions-ask": lambda w: {"pk": w.waiting.pk},
    "stakeholders:confirm": lambda w: {"token": w.confirm_token},
    "stakeholders:own": lambda w: {"token": w.own_token},
    "stakeholders:own_pause": lambda w: {"token": w.own_token},
    "stakeholders:own_resume": lambda w: {"token": w.own_token},
    "stakeholders:unsubscribe": lambda w: {"token": w.leaving_token},
    "api:changes-undo": lambda w: {"pk": w.change.seq},
    "api:products-restore": lambda w: {"pk": w.archived_product.pk},
    "api:goals-restore": lambda w: {"pk": w.archived_goal.pk},
    "api:items-restore": lambda w: {"pk": w.archived_item.pk},
    "api:milestones-restore": lambda w: {"pk": w.archived_milestone.pk},
    "api:vision-versions-detail": lambda w: {"pk": w.draft.pk},
    "api:vision-versions-propose": lambda w: {"pk": w.draft.pk},
    "stakeholders:verdict": lambda w: {"review": w.review.pk, "item": w.other_item.pk},
}
BY_NAME: dict[str, Callable[[World], Any]] = {
    "ws": lambda w: w.workspace.slug,
    "product": lambda w: w.product.slug,
    "number": lambda w: w.item.number,
    "seq": lambda w: w.change.seq,
    "token": lambda w: w.token.pk,
    "sign_off": lambda w: w.sign_off.pk,
    "goal": lambda w: w.goal.pk,
    "key_result": lambda w: w.key_result.pk,
    "comment": lambda w: w.comment.pk,
    "view": lambda w: w.view.pk,
    "dependency": lambda w: w.dependency.pk,
    "scorecard": lambda w: w.scorecard.pk,
    "invitation": lambda w: w.invitation.pk,
    "mail": lambda w: w.mail.pk,
    "member": lambda w: w.member.pk,
    "milestone": lambda w: w.milestone.pk,
    "stakeholder": lambda w: w.stakeholder.pk,
    "subscription": lambda w: w.subscription.pk,
    "audience": lambda w: w.audience.pk,
    "decision": lambda w: w.decision.pk,
    "baseline": lambda w: w.baseline.pk,
    "review": lambda w: w.review.pk,
    "item": lambda w: w.item.pk,
    "link": lambda w: w.link.pk,
}
# collection: what its ids name
OF_COLLECTION = {
    "workspaces": "workspace", "memberships": "member", "invitations": "invitation", "tokens": "token", "products": "product",
    "visions": "vision", "vision-versions": "version", "sign-offs": "sign_off", "goals": "goal", "key-results": "key_result",
    "items": "item", "dependencies": "dependency", "comments": "comment", "scorecards": "scorecard", "scores": "score",
    "views": "view",
    "milestones": "milestone", "placements": "placement",
    "stakeholders": "stakeholder", "audiences": "audience", "subscriptions": "subscription", "share-links": "link",
    "digests": "digest", "reviews": "review", "mails": "mail",
    "decisions": "decision", "baselines": "baseline",
}  # fmt: skip
# filter: what it names
OF_FILTER = {
    "workspace": "workspace", "product": "product", "parent": "item", "goal": "goal", "item": "item", "other": "other_item",
    "milestone": "milestone", "stakeholder": "stakeholder", "audience": "audience", "subscription": "subscription",
    "vision": "vision", "vision_version": "version", "object": "item", "scorecard": "scorecard",
}  # fmt: skip
OF_PERSON = {"owner", "user", "author", "actor"}

# (route, method): what is sent
BODIES: dict[tuple[str, str], Callable[[World], dict[str, Any]]] = {
    ("api:workspaces-list", "POST"): lambda w: {"name": "Mine"},
    ("api:workspaces-detail", "PATCH"): lambda w: {"name": "Renamed"},
    ("api:memberships-detail", "PATCH"): lambda w: {"role": "editor"},
    ("api:invitations-list", "POST"): lambda w: {"workspace": w.workspace.pk, "email": "more@example.test"},
    ("api:tokens-list", "POST"): lambda w: {"workspace": w.workspace.pk, "name": "Mine"},
    ("api:products-list", "POST"): lambda w: {"workspace": w.workspace.pk, "name": "Second"},
    ("api:products-detail", "PATCH"): lambda w: {"name": "Renamed"},
    ("api:vision-versions-list", "POST"): lambda w: {"vision": w.vision.pk, **TEXTS},
    ("api:vision-versions-detail", "PATCH"): lambda w: {"statement": "Other words."},
    ("api:vision-versions-propose", "POST"): lambda w: {"signatories": [{"user": w.room.viewer.pk}]},
    ("api:sign-offs-object-to", "POST"): lambda w: {"reason": "Too early."},
    ("api:goals-list", "POST"): lambda w: {"product": w.product.pk, "name": "New goal"},
    ("api:goals-detail", "PATCH"): lambda w: {"name": "Renamed"},
    ("api:goals-move", "POST"): lambda w: {"after": w.other_goal.pk},
    ("api:key-results-list", "POST"): lambda w: {"goal": w.goal.pk, "name": "More answers", "target": 5},
    ("api:key-results-detail", "PATCH"): lambda w: {"current": 20},
    ("api:items-list", "POST"): lambda w: {
        "product": w.product.pk, "title": "New", "parent": w.item.pk, "owner": w.room.editor.pk,
        "goals": [{"goal": w.goal.pk, "share": 50}],
    },
    ("api:items-detail", "PATCH"): lambda w: {"title": "Renamed", "parent": w.other_item.pk, "owner": w.room.viewer.pk},
    ("api:items-goals", "PUT"): lambda w: {"goals": [{"goal": w.other_goal.pk, "share": 50}]},
    ("api:items-bulk", "POST"): lambda w: {
        "product": w.product.pk, "items": [w.item.pk, w.other_item.pk], "goal": w.goal.pk, "owner": w.room.viewer.pk,
    },
    ("api:items-move", "POST"): lambda w: {"after": w.other_item.pk},
    ("api:dependencies-list", "POST"): lambda w: {"item": w.item.pk, "other": w.other_item.pk, "kind": "relates_to"},
    ("api:comments-list", "POST"): lambda w: {"item": w.item.pk, "body": "Soon."},
    ("api:comments-detail", "PATCH"): lambda w: {"body": "When exactly?"},
    ("api:memberships-mail", "POST"): lambda w: {"comment_mail": False},
    ("api:followers-list", "POST"): lambda w: {"item": w.item.pk},
    ("api:views-list", "POST"): lambda w: {"product": w.product.pk, "name": "Mine", "query": "view=board"},
    ("api:views-detail", "PATCH"): lambda w: {"name": "Renamed"},
    ("roadmap:new_view", "POST"): lambda w: {"name": "Mine", "query": "view=board"},
    ("roadmap:edit_view", "POST"): lambda w: {"name": "Renamed", "shared": "on", "initial-shared": "True", "version": 1},
    ("roadmap:keep_view", "POST"): lambda w: {"query": "view=board"},
    ("api:scorecards-list", "POST"): lambda w: {"product": w.product.pk, "method": "rice"},
    ("api:scorecards-detail", "PATCH"): lambda w: {"name": "Renamed"},
    ("api:scores-list", "POST"): lambda w: {
        "item": w.other_item.pk, "scorecard": w.scorecard.pk, "ratings": {"f1": "8", "f2": 3},
    },
    ("api:scores-detail", "PATCH"): lambda w: {"ratings": {"f1": "5.5"}},
    ("api:decisions-list", "POST"): lambda w: {
        "product": w.product.pk, "question": "On-premises?", "answer": "No.", "reason": "Nobody asked.", "goal": w.goal.pk,
        "item": w.item.pk,
    },
    ("api:decisions-detail", "PATCH"): lambda w: {"answer": "Yes.", "goal": w.other_goal.pk, "item": w.other_item.pk},
    ("api:reviews-decisions", "POST"): lambda w: {
        "question": "On-premises?", "answer": "No.", "reason": "Nobody asked.", "goal": w.goal.pk, "item": w.item.pk,
    },
    ("api:milestones-list", "POST"): lambda w: {"product": w.product.pk, "name": "Launch"},
    ("api:milestones-detail", "PATCH"): lambda w: {"name": "General availability"},
    ("api:milestones-drop", "POST"): lambda w: {"reason": "Nobody needs it."},
    ("api:transfers-list", "POST"): lambda w: {"item": w.item.pk, "product": w.other_product.pk},
    ("milestones:transfer", "POST"): lambda w: {"product": w.other_product.slug},
    ("api:baselines-list", "POST"): lambda w: {"product": w.product.pk, "name": "What the board agreed to"},
    ("api:baselines-detail", "PATCH"): lambda w: {"name": "Spring"},
    ("api:placements-list", "POST"): lambda w: {"item": w.other_item.pk, "milestone": w.milestone.pk},
    ("api:stakeholders-list", "POST"): lambda w: {"workspace": w.workspace.pk, "name": "Cargo", "email": "cargo@example.test"},
    ("api:stakeholders-detail", "PATCH"): lambda w: {"name": "Acme Ltd"},
    ("api:audiences-list", "POST"): lambda w: {"product": w.product.pk, "name": "Partners", "goals": [w.goal.pk]},
    ("api:audiences-detail", "PATCH"): lambda w: {"name": "Clients", "goals": [w.goal.pk]},
    ("api:audiences-approve", "POST"): lambda w: {"through": "2026-12-01"},
    ("stakeholders:digests", "POST"): lambda w: {"digest_word": "Hello.", "approval": "on"},
    ("stakeholders:approve_digests", "POST"): lambda w: {"through": "2026-12-01"},
    ("api:audiences-add", "POST"): lambda w: {"stakeholder": w.other_stakeholder.pk},
    ("api:audiences-remove", "POST"): lambda w: {"stakeholder": w.stakeholder.pk},
    ("api:subscriptions-list", "POST"): lambda w: {
        "audience": w.audience.pk, "stakeholder": w.other_stakeholder.pk, "goals": [w.goal.pk], "items": [w.item.pk],
    },
    ("api:subscriptions-detail", "PATCH"): lambda w: {
        "hour": 7, "goals": [w.goal.pk], "items": [w.item.pk], "milestones": [w.milestone.pk],
    },
    ("api:share-links-list", "POST"): lambda w: {"audience": w.audience.pk, "name": "For all"},
    ("api:reviews-list", "POST"): lambda w: {
        "product": w.product.pk, "title": "Spring", "due_on": "2027-03-01", "owner": w.room.editor.pk,
        "attendees": [w.room.viewer.pk], "guests": [w.stakeholder.pk],
    },
    ("api:reviews-detail", "PATCH"): lambda w: {
        "title": "Quarterly", "owner": w.room.viewer.pk, "attendees": [w.room.viewer.pk], "guests": [w.stakeholder.pk],
    },
    ("api:reviews-items", "POST"): lambda w: {"item": w.other_item.pk, "verdict": "drop", "note": "No."},
    ("api:imports-list", "POST"): lambda w: {
        "product": w.product.pk, "format": "csv", "content": "id,name\n1,Search\n",
        "mapping": {"external_id": "id", "fields": {"title": "name"}},
    },
    ("accounts:new_workspace", "POST"): lambda w: {"name": "Mine"},
    ("accounts:settings", "POST"): lambda w: {"name": "Renamed", "version": 1},
    ("accounts:invite", "POST"): lambda w: {"email": "more@example.test", "role": "viewer"},
    ("accounts:change_role", "POST"): lambda w: {"role": "editor"},
    ("accounts:new_token", "POST"): lambda w: {"name": "Mine", "scopes": "read"},
    ("vision:new_product", "POST"): lambda w: {"name": "Second", "key": "SEC"},
    ("vision:product_settings", "POST"): lambda w: {
        "name": "Renamed", "key": "REN", "slug": "renamed", "version": 1,
        "review_weeks_now": 2, "review_weeks_next": 8, "review_weeks_later": 20,
    },
    ("vision:propose", "POST"): lambda w: {**TEXTS, "signatories": [w.room.viewer.pk], "propose": "1", "version": 1},
    ("vision:answer", "POST"): lambda w: {"answer": "signed"},
    ("vision:object", "POST"): lambda w: {"reason": "Too early."},
    ("vision:new_goal", "POST"): lambda w: {"name": "New goal", "weight": 5, "colour": 3},
    ("vision:edit_goal", "POST"): lambda w: {"name": "Renamed", "weight": 5, "colour": 3, "version": 1},
    ("vision:move_goal", "POST"): lambda w: {"after": w.other_goal.pk},
    ("vision:new_key_result", "POST"): lambda w: {"name": "More", "start": 0, "current": 0, "target": 5},
    ("vision:edit_key_result", "POST"): lambda w: {"name": "More", "start": 0, "current": 20, "target": 90, "version": 1},
    ("milestones:new", "POST"): lambda w: {
        "name": "Launch", "kind": "release", "granularity": "day", "commitment": "target", "date": "2027-01-01",
    },
    ("milestones:edit", "POST"): lambda w: {
        "name": "Launch", "kind": "release", "granularity": "day", "commitment": "target", "date": "2027-01-01", "version": 1,
    },
    ("milestones:drop", "POST"): lambda w: {"reason": "Nobody needs it."},
    ("milestones:add_item", "POST"): lambda w: {"item": w.other_item.number},
    ("milestones:new_baseline", "POST"): lambda w: {"name": "What the board agreed to"},
    ("milestones:edit_baseline", "POST"): lambda w: {"name": "Spring"},
    ("milestones:pill", "POST"): lambda w: {"milestone": w.other_milestone.pk},
    ("roadmap:new", "POST"): lambda w: {
        "title": "New", "parent": w.item.pk, "owner": w.room.editor.pk, "goal": w.goal.pk,
    },
    ("roadmap:edit", "POST"): lambda w: {
        "title": "Renamed", "version": 1, "parent": w.other_item.pk, "owner": w.room.viewer.pk, "goal": w.other_goal.pk,
    },
    ("roadmap:new_scorecard", "POST"): lambda w: {"method": "wsjf"},
    ("roadmap:scorecard", "POST"): lambda w: {"name": "Renamed", "version": 1},
    ("roadmap:rate", "POST"): lambda w: {"scorecard": w.scorecard.pk, "f1": "5", "version": 1},
    ("roadmap:bulk", "POST"): lambda w: {"items": [w.item.number, w.other_item.number], "horizon": "now"},
    ("roadmap:new_decision", "POST"): lambda w: {
        "question": "On-premises?", "answer": "No.", "reason": "Nobody asked.", "goal": w.goal.pk, "item": w.item.pk,
    },
    ("roadmap:edit_decision", "POST"): lambda w: {
        "question": "On-premises?", "answer": "No.", "reason": "Nobody asked.", "goal": w.goal.pk, "item": w.other_item.pk,
    },
    ("stakeholders:decide", "POST"): lambda w: {
        "question": "On-premises?", "answer": "No.", "reason": "Nobody asked.", "goal": w.goal.pk, "item": w.item.pk,
    },
    ("roadmap:paste", "POST"): lambda w: {
        "edits": json.dumps([{"number": w.item.number, "version": w.item.version, "cells": {"health": "At risk"}}]),
    },
    ("roadmap:nest", "POST"): lambda w: {"under": w.other_item.number},
    ("roadmap:cell", "POST"): lambda w: {"column": "status", "value": "In progress"},
    ("roadmap:move", "POST"): lambda w: {"after": w.other_item.number},
    ("roadmap:comment", "POST"): lambda w: {"body": "Soon."},
    ("roadmap:edit_comment", "POST"): lambda w: {"body": "When exactly?"},
    ("roadmap:link", "POST"): lambda w: {"other": w.other_item.number, "kind": "relates_to"},
    ("stakeholders:new", "POST"): lambda w: {
        "name": "Cargo", "email": "cargo@example.test", "side": "outside", "time_zone": "UTC",
    },
    ("stakeholders:edit", "POST"): lambda w: {
        "name": "Acme Ltd", "email": "acme@example.test", "side": "outside", "time_zone": "UTC",
    },
    ("stakeholders:rhythm", "POST"): lambda w: {"frequency": "daily", "weekday": 0, "hour": 7},
    ("stakeholders:own", "POST"): lambda w: {
        "frequency": "daily", "weekday": 0, "hour": 7, "time_zone": "UTC", "scope": "some", "items": [w.item.pk],
    },
    ("stakeholders:narrow", "POST"): lambda w: {
        "scope": "some", "goals": [w.goal.pk], "items": [w.item.pk], "milestones": [w.milestone.pk],
    },
    ("stakeholders:new_audience", "POST"): lambda w: {
        "name": "Partners", "side": "outside", "precision": "quarter", "fields_shown": ["title"], "goals": [w.goal.pk],
    },
    ("stakeholders:edit_audience", "POST"): lambda w: {
        "name": "Clients", "side": "outside", "precision": "quarter", "fields_shown": ["title"], "goals": [w.goal.pk],
    },
    ("stakeholders:subscribe", "POST"): lambda w: {
        "stakeholder": w.other_stakeholder.pk, "frequency": "weekly", "weekday": 0, "hour": 9,
    },
    ("stakeholders:new_link", "POST"): lambda w: {"name": "For all"},
    ("stakeholders:new_review", "POST"): lambda w: {
        "title": "Spring", "due_on": "2027-03-01", "cadence_weeks": 4, "owner": w.room.editor.pk,
    },
    ("stakeholders:edit_review", "POST"): lambda w: {
        "title": "Quarterly", "due_on": "2027-03-01", "cadence_weeks": 4, "owner": w.room.viewer.pk,
    },
    ("stakeholders:verdict", "POST"): lambda w: {"verdict": "drop", "note": "No."},
    ("stakeholders:hold", "POST"): lambda w: {"notes": "All kept."},
}  # fmt: skip

# route: the query without which it only asks for one
QUERIES: dict[str, Callable[[World], str]] = {
    "api:changes-undo": lambda w: f"?workspace={w.workspace.pk}",
    "api:changes-list": lambda w: f"?workspace={w.workspace.pk}",
    "api:alignment-list": lambda w: f"?product={w.product.pk}",
    "api:staleness-list": lambda w: f"?product={w.product.pk}",
    "api:review-debt-list": lambda w: f"?product={w.product.pk}",
    "api:portfolio-list": lambda w: f"?workspace={w.workspace.pk}",
    "api:ledger-list": lambda w: f"?stakeholder={w.stakeholder.pk}",
    "api:out-of-date-list": lambda w: f"?workspace={w.workspace.pk}",
    "api:surprise-list": lambda w: "?end=2027-06-30",
    "api:followers-list": lambda w: f"?item={w.item.pk}",
    "api:transfers-list": lambda w: f"?item={w.item.pk}&product={w.other_product.pk}",
    "api:search-list": lambda w: "?q=more+or+word+or+item",
    "accounts:search": lambda w: "?q=more+or+word+or+item",
    "stakeholders:shown": lambda w: f"?as=person:{w.stakeholder.pk}",
    "stakeholders:surprise": lambda w: "?end=2027-06-30",
}


def path_of(name: str, kwargs: tuple[str, ...], world: World) -> dict[str, Any]:
    """Return the names in a route's path, filled with the world's things."""
    given = IN_PATH[name](world) if name in IN_PATH else {}
    if "pk" in kwargs and "pk" not in given:
        given["pk"] = getattr(world, collection_of(name)).pk
    return {each: given[each] if each in given else BY_NAME[each](world) for each in kwargs}


def collection_of(name: str) -> str:
    """Return what the ids of a REST route name."""
    return next(thing for path, thing in OF_COLLECTION.items() if name.startswith(f"api:{path}-"))
