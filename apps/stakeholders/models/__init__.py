"""Who cares: the people who are told, what each may see, and what each was told."""

from apps.stakeholders.models.following import (
    Digest,
    Frequency,
    Subscription,
    Told,
)
from apps.stakeholders.models.people import (
    Audience,
    AudienceMember,
    Precision,
    Side,
    Stakeholder,
    default_fields,
)
from apps.stakeholders.models.reviews import (
    Review,
    ReviewedItem,
    ReviewState,
    Verdict,
)
from apps.stakeholders.models.sharing import (
    Delivery,
    DeliveryState,
    Opening,
    ShareLink,
    Webhook,
)

__all__ = [
    "Audience",
    "AudienceMember",
    "Delivery",
    "DeliveryState",
    "Digest",
    "Frequency",
    "Opening",
    "Precision",
    "Review",
    "ReviewState",
    "ReviewedItem",
    "ShareLink",
    "Side",
    "Stakeholder",
    "Subscription",
    "Told",
    "Verdict",
    "Webhook",
    "default_fields",
]
