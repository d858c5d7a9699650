"""The REST door of stakeholders."""

from __future__ import annotations

from typing import Any

from apps.stakeholders.api import audiences, files, following, ledger, reviews, sharing, staleness, webhooks
from apps.stakeholders.imports import api as imports

routes: list[tuple[str, Any]] = [
    ("stakeholders", audiences.StakeholderResource),
    ("audiences", audiences.AudienceResource),
    ("subscriptions", following.SubscriptionResource),
    ("share-links", sharing.ShareLinkResource),
    ("webhooks", webhooks.WebhookResource),
    ("takeaways", files.TakeawayResource),
    ("digests", following.DigestResource),
    ("told", following.ToldResource),
    ("reviews", reviews.ReviewResource),
    ("staleness", staleness.StalenessResource),
    ("review-debt", staleness.DebtResource),
    ("ledger", ledger.LedgerResource),
    ("out-of-date", ledger.OutOfDateResource),
    ("items/<uuid:item>/surprise", ledger.SurpriseResource),
    *imports.routes,
]
