"""What people do to items: plan, move, relate, discuss, archive."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypedDict, Unpack, cast

from django.db.models import F
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core import ranks
from apps.core.actions import action, create, moment, note, refuse, remove, save
from apps.core.wording import NOTED, PHRASES, TEXTS, FieldWords, again, inside
from apps.roadmap import queries, rules
from apps.roadmap.models import Comment, Dependency, DependencyKind, FormerNumber, Granularity, Item, Status
from apps.roadmap.placing import place
from apps.roadmap.serving import Serves, serve
from apps.roadmap.sizes import check_sizes
from apps.roadmap.timeframes import first_day, last_day
from apps.vision.models import Goal, Product

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from decimal import Decimal
    from uuid import UUID

    from apps.accounts.models import User
    from apps.core.actors import Actor

DEEPEST = 12  # levels of parents
TITLE_COPIED = 190  # characters of a title to which "(copy)" is added
COPIED = (
    "type", "description", "status", "health", "confidence", "horizon", "start", "end", "granularity", "owner", "parent",
    "effort", "confidential", "outside_title", "outside_summary",
)  # fmt: skip


class ItemFields(TypedDict, total=False):
    """The fields of an item that people edit; any subset."""

    type: str
    title: str
    description: str
    status: str
    health: str
    confidence: int | None
    horizon: str
    start: date | None
    end: date | None
    granularity: str
    owner: User | None
    parent: Item | None
    progress: int
    effort: Decimal | None
    shipped_on: date | None
    confidential: bool
    outside_title: str
    outside_summary: str
    external_id: str


@action("item.created", may=rules.add_item)
def create_item(
    actor: Actor,
    product: Product,
    *,
    goals: Iterable[Serves] = (),
    milestone: str | None = None,
    reason: str = "",
    **fields: Unpack[ItemFields],
) -> Item:
    """Add an item at the end of the product's roadmap, serving the given goals, in the milestone of that id."""
    del actor, reason
    if not str(fields.get("title", "")).strip():
        refuse(title=gettext("Give the item a title."))
    item = _add(product, ranks.last(Item.objects.filter(product=product)), fields, list(goals))
    place([item], milestone)
    note(item)
    return item


@action("item.duplicated", may=rules.edit_item)
def duplicate_item(actor: Actor, item: Item, *, reason: str = "") -> Item:
    """Put a copy of an item right after it and return the copy: its facts, words and goals, nothing of what happened to it.

    Progress and the day of shipping begin anew, what is shipped or dropped is proposed again, and dependencies, comments,
    milestones, goals that were given up and what an import knows it by stay with the first.
    """
    del actor, reason
    fields = cast("ItemFields", {name: getattr(item, name) for name in COPIED})
    fields["title"] = gettext("%(title)s (copy)") % {"title": item.title[:TITLE_COPIED]}
    if item.status in (Status.SHIPPED, Status.DROPPED):
        fields["status"] = Status.PROPOSED
    served = item.contributions.filter(goal__archived_at=None).select_related("goal").order_by("goal__rank")
    goals: list[Serves] = [{"goal": each.goal, "share": each.share} for each in served]
    made = _add(item.product, rank_beside(Item(product_id=item.product_id), item, None), fields, goals)
    note(made, copied=str(item.pk), copied_text=item.title)
    return made


@action("item.edited", may=rules.edit_item)
def edit_item(
    actor: Actor,
    item: Item,
    *,
    goals: Iterable[Serves] | None = None,
    shares: Mapping[Goal, int] = MappingProxyType({}),
    milestone: str | None = None,
    version: int | None = None,
    reason: str = "",
    **fields: Unpack[ItemFields],
) -> Item:
    """Change any of an item's fields, and the goals that it serves: all, or by `shares` only those named, 0 for one no longer.

    A milestone comes by its id, empty for none. Raises `Stale` where a field was changed after `version`.
    """
    del actor, version, reason
    save(item, **completed(item, fields))
    if shares:
        now = {each.goal: each.share for each in item.contributions.select_related("goal")}
        goals = [{"goal": goal, "share": share} for goal, share in {**now, **shares}.items() if share]
    _serve(item, goals)
    place([item], milestone)
    return item


@action("item.moved", may=rules.edit_item)
def move_item(
    actor: Actor,
    item: Item,
    *,
    after: Item | None = None,
    before: Item | None = None,
    goals: Iterable[Serves] | None = None,
    milestone: str | None = None,
    version: int | None = None,
    reason: str = "",
    **fields: Unpack[ItemFields],
) -> Item:
    """Put an item right after or before another in the roadmap's order; a board's column comes as a field, goal or milestone.

    Raises `Stale` where what the column says was changed after `version`.
    """
    del actor, version, reason
    save(item, rank=rank_beside(item, after, before), **completed(item, fields))
    _serve(item, goals)
    place([item], milestone)
    return item


@action("item.goals_set", may=rules.edit_item)
def set_goals(actor: Actor, item: Item, *, goals: Iterable[Serves], reason: str = "") -> Item:
    """Say which goals an item serves, and with what share each; replaces what was said before."""
    del actor, reason
    _serve(item, goals)
    return item


@action("item.archived", may=rules.edit_item)
def archive_item(actor: Actor, item: Item, *, version: int | None = None, reason: str = "") -> Item:
    """Take an item off the roadmap; its history stays, and it can be restored."""
    del actor, version, reason
    return save(item, archived_at=moment())


@action("item.restored", may=rules.edit)
def restore_item(actor: Actor, item: Item, *, version: int | None = None, reason: str = "") -> Item:
    """Put an archived item back where it was."""
    del actor, version, reason
    return save(item, archived_at=None)


@action("dependency.created", may=rules.edit_item)
def link_items(actor: Actor, item: Item, *, other: Item, kind: str = DependencyKind.BLOCKS, reason: str = "") -> Dependency:
    """Say that the item blocks, moves with or relates to another; a circle of blocking is refused."""
    del actor, reason
    if other.workspace_id != item.workspace_id:
        refuse(other=gettext("Choose an item of this workspace."))
    if other.pk == item.pk:
        refuse(other=gettext("An item cannot depend on itself."))
    if kind != DependencyKind.RELATES_TO and queries.leads_to(other, item):
        said = gettext("%(item)s already waits for %(other)s, at once or through others; that would be a circle.")
        refuse(other=said % {"item": item.title, "other": other.title})
    dependency = create(Dependency(workspace_id=item.workspace_id, product_id=item.product_id, item=item, other=other, kind=kind))
    note(item, other=str(other.pk), other_text=other.title, kind=kind)
    return dependency


@action("dependency.removed", may=rules.edit)
def unlink_items(actor: Actor, dependency: Dependency, *, reason: str = "") -> Dependency:
    """Take a dependency away."""
    del actor, reason
    note(dependency.item, other=str(dependency.other_id), other_text=dependency.other.title, kind=dependency.kind)
    remove(dependency)
    return dependency


@action("comment.created", may=rules.comment)
def comment_on(actor: Actor, item: Item, *, body: str) -> Comment:
    """Say something about an item, in markdown."""
    made = create(
        Comment(
            workspace_id=item.workspace_id, product_id=item.product_id, item=item,
            author=cast("User | None", actor.user), body=body, created_at=moment(),
        )
    )  # fmt: skip
    note(made, item=str(item.pk), item_text=item.title)
    return made


@action("comment.edited", may=rules.edit_comment)
def edit_comment(
    actor: Actor, comment: Comment, *, body: str | None = None, version: int | None = None, reason: str = ""
) -> Comment:
    """Change one's own words; raises `Stale` where they were changed after `version`, as in another window."""
    del actor, version, reason
    if comment.withdrawn_at:
        refuse(body=gettext("This comment was withdrawn; write a new one."))
    if body is not None and body != comment.body:
        save(comment, body=body)
        note(comment, item=str(comment.item_id))
    return comment


@action("comment.withdrawn", may=rules.withdraw_comment)
def withdraw_comment(actor: Actor, comment: Comment, *, version: int | None = None) -> Comment:
    """Take a comment's words away; its place stays."""
    del actor, version
    return save(comment, body="(withdrawn)", withdrawn_at=moment())


def _add(product: Product, rank: str, fields: ItemFields, goals: list[Serves]) -> Item:
    Product.objects.filter(pk=product.pk).update(items_made=F("items_made") + 1)
    item = Item(workspace_id=product.workspace_id, product=product, number=product.items_made + 1, rank=rank, created_at=moment())
    for name, value in completed(item, fields).items():
        setattr(item, name, value)
    create(item)
    serve([item], {item.pk: goals})
    return item


def completed(
    item: Item, fields: ItemFields, together: Mapping[UUID, Mapping[str, Any]] = MappingProxyType({})
) -> dict[str, Any]:
    """Return the fields with what follows from them: whole periods, the day of shipping. `together` is as in `check_sizes`."""
    values: dict[str, Any] = dict(fields)
    if values.keys() & {"start", "end", "granularity"}:
        values |= _timeframe(item, values)
    shipped = values.get("status", item.status) == Status.SHIPPED
    if values.get("shipped_on") and not shipped:
        refuse(shipped_on=gettext("Only a shipped item has this day; set its status to shipped too, or leave the day out."))
    if shipped and not values.get("shipped_on", item.shipped_on):
        values["shipped_on"] = moment().date()
    elif not shipped and item.shipped_on:
        values["shipped_on"] = None
    if values.get("parent"):
        check_parent(item, values["parent"])
    check_sizes(item, values, together)
    return values


def _timeframe(item: Item, values: dict[str, Any]) -> dict[str, Any]:
    start, end = values.get("start", item.start), values.get("end", item.end)
    if start is None and end is None:
        return {"start": None, "end": None, "granularity": ""}
    if start is None or end is None:
        refuse(**{"start" if start is None else "end": gettext("Give both start and end, or neither for the parking lot.")})
    granularity = values.get("granularity") or item.granularity or "day"
    if granularity not in Granularity.values:
        refuse(granularity=gettext("Choose day, month, quarter, half or year."))
    begins = item.workspace.year_begins
    return {"start": first_day(start, granularity, begins), "end": last_day(end, granularity, begins), "granularity": granularity}


def check_parent(item: Item, parent: Item, homes: Mapping[UUID, UUID] = MappingProxyType({})) -> None:
    """Refuse a parent of another product, a circle and too many levels; `homes` are the products to which items are going."""
    if homes.get(parent.pk, parent.product_id) != homes.get(item.pk, item.product_id):
        refuse(parent=gettext("Choose a parent on the same roadmap."))
    above = queries.ancestors(parent, DEEPEST)
    if item.pk == parent.pk or item.pk in above:
        refuse(parent=gettext("An item cannot be inside itself or one of its own children."))
    if len(above) + 2 + queries.levels_below(item, DEEPEST) > DEEPEST:
        refuse(parent=gettext("Items nest at most %(count)s deep; choose a parent higher up.") % {"count": DEEPEST})


def rank_beside(item: Item, after: Item | None, before: Item | None) -> str:
    anchor = after or before
    if anchor is None or anchor.product_id != item.product_id or anchor.pk == item.pk:
        refuse(after=gettext("Name another item after or before which it goes, on the same roadmap."))
    return ranks.beside(Item.objects.filter(product_id=item.product_id), item, after=after, before=before)


def _serve(item: Item, goals: Iterable[Serves] | None) -> None:
    if goals is not None:
        serve([item], {item.pk: list(goals)})


def take_numbers(product: Product, count: int) -> int:
    """Take so many numbers of a product, under the lock of its workspace, and return the first."""
    made = Product.objects.values_list("items_made", flat=True).get(pk=product.pk)
    Product.objects.filter(pk=product.pk).update(items_made=made + count)
    return made + 1


def follow(item: Item, product_id: UUID) -> None:
    """Before an item changes its product: keep its address, and let what was said of it go along; no edit of anybody's words."""
    FormerNumber.objects.bulk_create(
        [FormerNumber(item=item, product_id=item.product_id, number=item.number)], ignore_conflicts=True
    )
    Comment.objects.filter(item=item).update(product=product_id)


def _other_said(detail: dict[str, Any]) -> FieldWords:
    """Say of a dependency what it is, and of what."""
    kind = inside(DependencyKind(detail["kind"]).label) if detail.get("kind") in DependencyKind.values else ""
    return FieldWords(f"{kind} {detail.get('other_text', '')}".strip())


NOTED["other"] = _other_said
PHRASES.update(
    {
        "item.created": "added the item",
        "item.duplicated": "added the copy",
        "dependency.created": "added a dependency to",
        "dependency.removed": "removed a dependency of",
        "comment.created": "wrote a",
        "comment.edited": "edited a",
        "comment.withdrawn": "withdrew a",
    }
)
TEXTS["roadmap.comment"] = again(r"comment on (?P<item>.*)", _("comment on %(item)s"))
