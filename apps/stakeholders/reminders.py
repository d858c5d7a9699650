"""Review reminders: to the owner before, on and after the day, once per step, stopped by the review."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import timezone

from apps.accounts.models import Role, User
from apps.core.models import Mail
from apps.core.outbox import enqueue
from apps.stakeholders.models import Review, ReviewState
from apps.stakeholders.schedule import instant

if TYPE_CHECKING:
    from collections.abc import Iterable

KIND = "review-reminder"
HOUR = 9
STEPS = {"before": -2, "on": 0, "after": 2}  # days from the review's day
LATE = timedelta(days=1)  # a step missed by longer than this is not made up for


def plan_reminders(now: datetime | None = None) -> int:
    """Put the reminders that are due at `now` into the outbox, each once; returns how many are new."""
    moment = now or timezone.now()
    near = timedelta(days=max(STEPS.values()) + 2)
    reviews = Review.objects.filter(
        state=ReviewState.PLANNED, due_on__range=(moment.date() - near, moment.date() + near), workspace__mail_paused=False
    ).select_related("owner")
    return sum(_remind(review, person, step, moment, now) for review in reviews for person in _people(review) for step in STEPS)


def _people(review: Review) -> Iterable[User]:
    """Return the review's owner, or, where it has none, everybody who edits."""
    if review.owner:
        return [review.owner]
    editors = User.objects.filter(
        memberships__workspace_id=review.workspace_id, memberships__role__in=(Role.EDITOR, Role.OWNER), is_active=True
    )
    return editors.order_by("email")


def _remind(review: Review, person: User, step: str, moment: datetime, at: datetime | None) -> bool:
    due = step_moment(review.due_on, step, person.time_zone)
    if not due <= moment < due + LATE:
        return False
    payload = {"review": str(review.pk), "step": step, "user": str(person.pk), "due_on": review.due_on.isoformat()}
    mail = enqueue(person.email, KIND, f"{review.pk}:{review.due_on}:{step}", payload, workspace_id=review.workspace_id)
    if mail and at:
        Mail.objects.filter(pk=mail.pk).update(created_at=at)
    return mail is not None


def step_moment(due_on: date, step: str, zone: str) -> datetime:
    """Return when a step's reminder goes out: nine in the morning, where the person is."""
    return instant(due_on + timedelta(days=STEPS[step]), HOUR, str(ZoneInfo(zone)))
