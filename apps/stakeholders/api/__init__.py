"""The REST door of stakeholders."""

from __future__ import annotations

from typing import Any

from apps.stakeholders.api import ledger, telling
from apps.stakeholders.imports import api as imports

routes: list[tuple[str, Any]] = [
    ("stakeholders", telling.StakeholderResource),
    ("audiences", telling.AudienceResource),
    ("subscriptions", telling.SubscriptionResource),
    ("share-links", telling.ShareLinkResource),
    ("digests", telling.DigestResource),
    ("told", telling.ToldResource),
    ("reviews", telling.ReviewResource),
    ("ledger", ledger.LedgerResource),
    ("out-of-date", ledger.OutOfDateResource),
    ("items/<uuid:item>/surprise", ledger.SurpriseResource),
    *imports.routes,
]
