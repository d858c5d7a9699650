"""What people do in reviews: plan them, walk the items, put them on record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, TypedDict, Unpack, cast

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Membership
from apps.core.actions import action, create, moment, note, refuse, save, save_set
from apps.core.stale import refuse_stale
from apps.core.wording import PHRASES
from apps.milestones.actions import kept
from apps.roadmap.deciding import settled
from apps.stakeholders import rules
from apps.stakeholders.models import Review, ReviewedItem, ReviewState, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps.accounts.models import User
    from apps.core.actors import Actor
    from apps.roadmap.models import Decision, Item
    from apps.stakeholders.models import Stakeholder
    from apps.vision.models import Goal, Product

CLOSED = _("This review is closed; plan another.")


class ReviewFields(TypedDict, total=False):
    """The fields of a planned review that people edit; any subset."""

    title: str
    due_on: date
    cadence_weeks: int
    escalate_after: int
    owner: User | None
    attendees: Iterable[User]
    guests: Iterable[Stakeholder]


@action("review.planned", may=rules.edit_product)
def plan_review(actor: Actor, product: Product, *, reason: str = "", **fields: Unpack[ReviewFields]) -> Review:
    """Plan a review of a product's roadmap; its owner is reminded before, on and after the day."""
    del actor, reason
    attendees, guests = _taking_part(product, fields)
    _check_owner(product, fields)
    review = create(Review(workspace_id=product.workspace_id, product=product, created_at=moment(), **cast("Any", fields)))
    _let_take_part(review, attendees, guests)
    return review


@action("review.edited", may=rules.edit)
def edit_review(
    actor: Actor, review: Review, *, version: int | None = None, reason: str = "", **fields: Unpack[ReviewFields]
) -> Review:
    """Change a review that was not held yet."""
    del actor, version, reason
    _check_planned(review)
    attendees, guests = _taking_part(review.product, fields)
    _check_owner(review.product, fields)
    save(review, **fields)
    _let_take_part(review, attendees, guests)
    return review


@action("review.item_reviewed", may=rules.edit)
def review_item(
    actor: Actor, review: Review, *, item: Item, verdict: str, note: str = "", seen: int | None = None
) -> ReviewedItem:
    """Say keep, change or drop of one item, with a word, which a drop needs.

    `seen` is the version of the verdict that the actor saw (0 or None: none yet). Raises `Stale` with both
    verdicts where somebody said otherwise since.
    """
    _check_planned(review)
    if item.product_id != review.product_id:
        refuse(item=gettext("Choose an item of the roadmap under review."))
    if verdict not in Verdict.values:
        refuse(verdict=gettext("Choose keep, change or drop."))
    if verdict == Verdict.DROP and not note.strip():
        refuse(note=gettext("Say why it is dropped."))
    said = ReviewedItem.objects.filter(review=review, item=item).first()
    by = cast("User | None", actor.user)
    if said is not None:
        _refuse_overruling(said, {"verdict": verdict, "note": note}, seen or 0)
        return save(said, verdict=verdict, note=note, by=by)
    return create(
        ReviewedItem(
            workspace_id=review.workspace_id, product_id=review.product_id, review=review, item=item, verdict=verdict, note=note,
            by=by, created_at=moment(),
        )
    )  # fmt: skip


@action("review.decided", may=rules.edit)
def decide_in(
    actor: Actor,
    review: Review,
    *,
    question: str,
    answer: str,
    reason: str = "",
    goal: Goal | None = None,
    item: Item | None = None,
) -> Decision:
    """Settle a question in a review, of the whole roadmap or of one item."""
    _check_planned(review)
    made = settled(actor, review.product, reason, {"question": question, "answer": answer, "goal": goal, "item": item})
    save_set(review, "decisions", [*review.decisions.all(), made])
    return made


@action("review.held", may=rules.edit)
def hold_review(actor: Actor, review: Review, *, notes: str = "", version: int | None = None, reason: str = "") -> Review:
    """Put a review on record and keep its moment as a baseline; with a cadence the next one is planned from its day."""
    del version, reason
    planned = review.state == ReviewState.PLANNED
    if notes:
        save(review, notes=notes)  # first, so that the second of two who close it at once sees the notes of both
    if not planned:
        refuse(state=CLOSED)
    baseline = kept(actor, review.product, f"{review.title}, {date_format(moment(), gettext('j M Y'))}")
    held = save(review, state=ReviewState.HELD, held_at=moment(), baseline=baseline)
    if review.cadence_weeks:
        _plan_next(review)
    note(held)
    return held


@action("review.cancelled", may=rules.edit)
def cancel_review(actor: Actor, review: Review, *, version: int | None = None, reason: str = "") -> Review:
    """Call a review off; its reminders stop."""
    del actor, version, reason
    _check_planned(review)
    return save(review, state=ReviewState.CANCELLED)


def _plan_next(review: Review) -> None:
    """Plan the review after one that was held: by its cadence, and with who took part in this one."""
    following = create(
        Review(
            workspace_id=review.workspace_id, product_id=review.product_id, title=review.title, owner=review.owner,
            cadence_weeks=review.cadence_weeks, escalate_after=review.escalate_after,
            due_on=review.due_on + timedelta(weeks=review.cadence_weeks),
            created_at=moment(),
        )
    )  # fmt: skip
    _let_take_part(following, list(review.attendees.all()), list(review.guests.filter(archived_at=None)))


def _refuse_overruling(said: ReviewedItem, wanted: dict[str, str], seen: int) -> None:
    changed: dict[str, list[Any]] = {
        name: [getattr(said, name), value] for name, value in wanted.items() if getattr(said, name) != value
    }
    refuse_stale(said, changed, seen)


def _taking_part(product: Product, fields: ReviewFields) -> tuple[list[User] | None, list[Stakeholder] | None]:
    """Take out of the fields who takes part: members, and stakeholders of the workspace; None where nothing is said of them."""
    found = [list(fields.pop(name)) if name in fields else None for name in ("attendees", "guests")]
    attendees, guests = cast("tuple[list[User] | None, list[Stakeholder] | None]", found)
    members = Membership.objects.filter(workspace_id=product.workspace_id, user__in=attendees or [])
    if attendees and members.count() < len({each.pk for each in attendees}):
        refuse(attendees=gettext("Choose members of the workspace."))
    if any(each.workspace_id != product.workspace_id for each in guests or ()):
        refuse(guests=gettext("Choose stakeholders of this workspace."))
    return attendees, guests


def _let_take_part(review: Review, attendees: list[User] | None, guests: list[Stakeholder] | None) -> None:
    if attendees is not None:
        save_set(review, "attendees", attendees)
    if guests is not None:
        save_set(review, "guests", guests)


def _check_planned(review: Review) -> None:
    if review.state != ReviewState.PLANNED:
        refuse(state=CLOSED)


def _check_owner(product: Product, fields: ReviewFields) -> None:
    owner = fields.get("owner")
    if owner and not Membership.objects.filter(workspace_id=product.workspace_id, user=owner).exists():
        refuse(owner=gettext("Choose a member of the workspace."))


PHRASES.update(
    {
        "review.item_reviewed": "reviewed",
        "review.decided": "settled a question in the review",
        "review.cancelled": "called off the review",
    }
)
