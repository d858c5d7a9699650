"""What people do to milestones: set a date, promise it, move it with a reason, reach it, put items in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, Unpack, cast

from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy

from apps.core.actions import action, create, create_all, moment, note, note_of, refuse, remove_all, save, save_all
from apps.core.undo import undoable
from apps.core.wording import NOTED, PHRASES, FieldWords, field_words, value_words
from apps.milestones import rules
from apps.milestones.models import Baseline, Commitment, Milestone, MilestoneState, Placement

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from apps.accounts.models import User
    from apps.core.actors import Actor
    from apps.roadmap.models import Item
    from apps.vision.models import Product

PROMISED = gettext_lazy("Say why: this date is committed, and whoever was promised it will ask.")


class MilestoneFields(TypedDict, total=False):
    """The fields of a milestone that people edit; any subset."""

    name: str
    kind: str
    date: date | None
    starts: date | None
    granularity: str
    commitment: str
    notes: str
    external_id: str


@action("milestone.created", may=rules.add_milestone)
def create_milestone(actor: Actor, product: Product, *, reason: str = "", **fields: Unpack[MilestoneFields]) -> Milestone:
    """Add a milestone or a release to a product."""
    del actor, reason
    if not str(fields.get("name", "")).strip():
        refuse(name=gettext("Give the milestone a name."))
    return create(Milestone(workspace_id=product.workspace_id, product=product, created_at=moment(), **fields))


@action("milestone.edited", may=rules.edit_milestone)
def edit_milestone(
    actor: Actor, milestone: Milestone, *, version: int | None = None, reason: str = "", **fields: Unpack[MilestoneFields]
) -> Milestone:
    """Change any of a milestone's fields. A committed date moves, or loses its commitment, only with a reason."""
    del actor, version
    promised = milestone.commitment == Commitment.COMMITTED
    moves = fields.get("date", milestone.date) != milestone.date
    weakens = fields.get("commitment", Commitment.COMMITTED) != Commitment.COMMITTED
    if promised and (moves or weakens) and not reason.strip():
        refuse(reason=PROMISED)
    return save(milestone, **fields)


@action("milestone.reached", may=rules.edit_milestone)
def reach_milestone(
    actor: Actor, milestone: Milestone, *, on: date | None = None, version: int | None = None, reason: str = ""
) -> Milestone:
    """Note the day on which a milestone was reached; today where none is given."""
    del actor, version, reason
    return save(milestone, state=MilestoneState.REACHED, reached_on=on or moment().date())


@action("milestone.reopened", may=rules.edit_milestone)
def reopen_milestone(actor: Actor, milestone: Milestone, *, version: int | None = None, reason: str = "") -> Milestone:
    """Take back that a milestone was reached or dropped."""
    del actor, version, reason
    return save(milestone, state=MilestoneState.PLANNED, reached_on=None)


@action("milestone.dropped", may=rules.edit_milestone)
def drop_milestone(actor: Actor, milestone: Milestone, *, reason: str, version: int | None = None) -> Milestone:
    """Give a milestone up, and say why."""
    del actor, version
    if not reason.strip():
        refuse(reason=gettext("Say why it is dropped; those who waited for it will ask."))
    return save(milestone, state=MilestoneState.DROPPED, reached_on=None)


@action("milestone.archived", may=rules.edit_milestone)
def archive_milestone(actor: Actor, milestone: Milestone, *, version: int | None = None, reason: str = "") -> Milestone:
    """Take a milestone out of sight; its history stays."""
    del actor, version
    if milestone.commitment == Commitment.COMMITTED and milestone.state == MilestoneState.PLANNED and not reason.strip():
        refuse(reason=PROMISED)
    return save(milestone, archived_at=moment())


@action("milestone.restored", may=rules.edit)
def restore_milestone(actor: Actor, milestone: Milestone, *, version: int | None = None, reason: str = "") -> Milestone:
    """Put an archived milestone back."""
    del actor, version, reason
    return save(milestone, archived_at=None)


@action("item.placed", may=rules.place_item)
def place_item(actor: Actor, item: Item, *, milestone: Milestone | None, reason: str = "") -> Item:
    """Put an item into a milestone, or (None) take it out; it is in one at the most."""
    del actor, reason
    _place([item], milestone)
    return item


def put(items: list[Item], key: str) -> set[UUID]:
    """Put items of one product into the milestone of that id, as a lane or column names it; into none for an empty one.

    It is part of the action under way, and returns the ids of those that were elsewhere.
    """
    milestone = Milestone.objects.filter(product_id=items[0].product_id, pk=key).first() if key else None
    if key and milestone is None:
        refuse(milestone=gettext("This milestone is no longer there."))
    return _place(items, milestone)


def _place(items: list[Item], milestone: Milestone | None) -> set[UUID]:
    if milestone is not None and milestone.product_id != items[0].product_id:
        refuse(milestone=gettext("Choose a milestone of the item's product."))
    if milestone is not None and milestone.archived_at:
        refuse(milestone=gettext("This milestone is archived; restore it first."))
    there = {each.item_id: each for each in Placement.objects.filter(item__in=items).select_related("milestone")}
    before = {pk: each.milestone for pk, each in there.items()}
    moved = [item for item in items if before.get(item.pk) != milestone]
    if milestone is None:
        remove_all(there.values())
    else:
        save_all((each, {"milestone": milestone}) for each in there.values())
        create_all(
            Placement(workspace_id=item.workspace_id, product_id=item.product_id, item=item, milestone=milestone)
            for item in moved
            if item.pk not in there
        )
    for item in moved:
        note_of(item, milestone=[each and each.name for each in (before.get(item.pk), milestone)])
    return {item.pk for item in moved}


def _milestone_said(detail: dict[str, Any]) -> FieldWords:
    """Say into which milestone an item went, and out of which."""
    before, after = (value_words(None, "milestone", each) for each in detail["milestone"])
    return FieldWords(field_words(None, "milestone"), before, after)


NOTED["milestone"] = _milestone_said


@undoable("milestones.placement", may=rules.edit)
def _placements_again(pairs: list[tuple[Placement, dict[str, Any]]]) -> None:
    """Refuse to put items back where the item or the milestone is archived by now."""
    for placement, values in pairs:
        if placement.item.archived_at:
            refuse(__all__=gettext("%(name)s is archived; restore it first.") % {"name": placement.item.title})
        wanted = values.get("milestone")
        if wanted and Milestone.objects.filter(pk=wanted, archived_at__isnull=False).exists():
            item = {"item": placement.item.title}
            refuse(milestone=gettext("The milestone of %(item)s is archived; restore it first.") % item)


@action("baseline.kept", may=rules.keep_baseline)
def keep_baseline(actor: Actor, product: Product, *, name: str, at: datetime | None = None, reason: str = "") -> Baseline:
    """Keep a moment of a roadmap to compare with: now, or one that has passed."""
    del reason
    made = kept(actor, product, name, at)
    note(made)
    return made


@action("baseline.edited", may=rules.edit_baseline)
def edit_baseline(
    actor: Actor, baseline: Baseline, *, name: str | None = None, version: int | None = None, reason: str = ""
) -> Baseline:
    """Call a baseline otherwise; its moment stays."""
    del actor, version, reason
    return save(baseline, name=baseline.name if name is None else name)


@action("baseline.archived", may=rules.edit_baseline)
def archive_baseline(actor: Actor, baseline: Baseline, *, version: int | None = None, reason: str = "") -> Baseline:
    """Take a baseline out of the choices; what it stood for is not lost."""
    del actor, version, reason
    return save(baseline, archived_at=moment())


@action("baseline.restored", may=rules.edit)
def restore_baseline(actor: Actor, baseline: Baseline, *, version: int | None = None, reason: str = "") -> Baseline:
    """Put a baseline back among the choices."""
    del actor, version, reason
    return save(baseline, archived_at=None)


def kept(actor: Actor, product: Product, name: str, at: datetime | None = None) -> Baseline:
    """Make a baseline of a moment, or of now; only inside an action's body."""
    if at and at > moment():
        refuse(at=gettext("Choose a moment that has passed."))
    if at and at < product.created_at:
        day = {"day": date_format(product.created_at, "Y-m-d")}
        refuse(at=gettext("Choose a moment after the product was made, on %(day)s.") % day)
    by = cast("User | None", actor.user)
    return create(
        Baseline(
            workspace_id=product.workspace_id, product=product, name=name, at=at or moment(), by=by, created_at=moment()
        )
    )  # fmt: skip


PHRASES.update(
    {
        "baseline.kept": "kept the baseline",
        "milestone.created": "added the milestone",
        "item.placed": "changed the milestone of",
    }
)
