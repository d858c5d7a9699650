"""The REST door of stakeholders."""

from __future__ import annotations

from typing import Any

from apps.stakeholders.api import audiences, following, ledger, reviews, staleness
from apps.stakeholders.imports import api as imports

routes: list[tuple[str, Any]] = [
    ("stakeholders", audiences.StakeholderResource),
    ("audiences", audiences.AudienceResource),
    ("subscriptions", following.SubscriptionResource),
    ("share-links", following.ShareLinkResource),
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
