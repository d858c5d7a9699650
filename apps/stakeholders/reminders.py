"""Review reminders: to the owner before, on and after the day, once per step, stopped by the review.

A review that stays undone is told of to the workspace's owners, once, so many days after its day.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
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
ESCALATED = "escalated"
FARTHEST = timedelta(days=92)  # the longest `escalate_after`, and a day of time zones either side
LATE = timedelta(days=1)  # a step missed by longer than this is not made up for


def plan_reminders(now: datetime | None = None) -> int:
    """Put the reminders that are due at `now` into the outbox, each once; returns how many are new."""
    moment = now or timezone.now()
    near = (moment.date() - FARTHEST, moment.date() + timedelta(days=4))
    reviews = Review.objects.filter(state=ReviewState.PLANNED, due_on__range=near, workspace__mail_paused=False).select_related(
        "owner"
    )
    return sum(
        _remind(review, person, step, days, moment, now)
        for review in reviews
        for step, days in _steps(review, moment.date())
        for person in (_owners(review) if step == ESCALATED else _people(review))
    )


def _steps(review: Review, today: date) -> Iterable[tuple[str, int]]:
    """Return the steps near today with their days from the review's day, so that people are read only for these."""
    steps = {**STEPS, ESCALATED: review.escalate_after} if review.escalate_after else STEPS
    passed = (today - review.due_on).days
    return [(step, days) for step, days in steps.items() if abs(passed - days) <= LATE.days + 1]


def _owners(review: Review) -> Iterable[User]:
    return User.objects.filter(
        memberships__workspace_id=review.workspace_id, memberships__role=Role.OWNER, is_active=True
    ).order_by("email")


def _people(review: Review) -> Iterable[User]:
    """Return the review's owner, or, where it has none, everybody who edits."""
    if review.owner:
        return [review.owner]
    editors = User.objects.filter(
        memberships__workspace_id=review.workspace_id, memberships__role__in=(Role.EDITOR, Role.OWNER), is_active=True
    )
    return editors.order_by("email")


def _remind(review: Review, person: User, step: str, days: int, moment: datetime, at: datetime | None) -> bool:
    due = step_moment(review.due_on, days, person.time_zone)
    if not due <= moment < due + LATE:
        return False
    payload: dict[str, Any] = {
        "review": str(review.pk), "step": step, "days": days, "user": str(person.pk), "due_on": review.due_on.isoformat()
    }  # fmt: skip
    mail = enqueue(person.email, KIND, f"{review.pk}:{review.due_on}:{step}", payload, workspace_id=review.workspace_id)
    if mail and at:
        Mail.objects.filter(pk=mail.pk).update(created_at=at)
    return mail is not None


def step_moment(due_on: date, days: int, zone: str) -> datetime:
    """Return when a step's reminder goes out: nine in the morning, where the person is."""
    return instant(due_on + timedelta(days=days), HOUR, str(ZoneInfo(zone)))
