"""What people do about those who are told, and in reviews."""

from apps.stakeholders.actions.consent import ask_again, confirm_subscription
from apps.stakeholders.actions.following import (
    edit_subscription,
    end_subscription,
    pause_subscription,
    record_digest,
    resume_subscription,
    subscribe,
    take_back_digest,
    unsubscribe,
)
from apps.stakeholders.actions.reaching import note_bounce, note_complaint, try_again
from apps.stakeholders.actions.reviewing import cancel_review, decide_in, edit_review, hold_review, plan_review, review_item
from apps.stakeholders.actions.sharing import create_share_link, edit_share_link, read_share_link, revoke_share_link
from apps.stakeholders.actions.telling import (
    add_to_audience,
    approve_digests,
    archive_audience,
    archive_stakeholder,
    create_audience,
    create_stakeholder,
    edit_audience,
    edit_stakeholder,
    remove_from_audience,
)
from apps.stakeholders.actions.webhooks import (
    archive_webhook,
    create_webhook,
    disable_webhook,
    edit_webhook,
    redeliver,
    rotate_webhook_secret,
)

__all__ = [
    "add_to_audience",
    "approve_digests",
    "archive_audience",
    "archive_stakeholder",
    "archive_webhook",
    "ask_again",
    "cancel_review",
    "confirm_subscription",
    "create_audience",
    "create_share_link",
    "create_stakeholder",
    "create_webhook",
    "decide_in",
    "disable_webhook",
    "edit_audience",
    "edit_review",
    "edit_share_link",
    "edit_stakeholder",
    "edit_subscription",
    "edit_webhook",
    "end_subscription",
    "hold_review",
    "note_bounce",
    "note_complaint",
    "pause_subscription",
    "plan_review",
    "read_share_link",
    "record_digest",
    "redeliver",
    "remove_from_audience",
    "resume_subscription",
    "review_item",
    "revoke_share_link",
    "rotate_webhook_secret",
    "subscribe",
    "take_back_digest",
    "try_again",
    "unsubscribe",
]
