"""What people do to the why: products, versions of a vision with their sign-offs, goals and key results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypedDict, Unpack, cast

from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext

from apps.accounts.models import Membership
from apps.core import ranks
from apps.core.actions import action, create, moment, note, refuse, remove, save
from apps.core.wording import PHRASES
from apps.vision import rules
from apps.vision.models import Answer, Goal, KeyResult, Product, SignOff, VersionState, Vision, VisionVersion

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from apps.accounts.models import User, Workspace
    from apps.core.actors import Actor

COLOURS = 8


class ProductFields(TypedDict, total=False):
    """The fields of a product that people edit; any subset."""

    name: str
    slug: str
    key: str
    description: str
    review_weeks_now: int
    review_weeks_next: int
    review_weeks_later: int


class Texts(TypedDict, total=False):
    """The four texts of a version."""

    statement: str
    goal: str
    audience: str
    value: str


class GoalFields(TypedDict, total=False):
    """The fields of a goal that people edit; any subset."""

    name: str
    description: str
    serves: str
    weight: int
    colour: int


class KeyResultFields(TypedDict, total=False):
    """The fields of a key result that people edit; any subset."""

    name: str
    unit: str
    start: Decimal | int
    current: Decimal | int
    target: Decimal | int


class Signatory(TypedDict, total=False):
    """Who is to sign, and in what capacity."""

    user: User
    title: str


@action("product.created", may=rules.make_product)
def create_product(
    actor: Actor, workspace: Workspace, *, name: str, slug: str = "", key: str = "", description: str = "", reason: str = ""
) -> Product:
    """Make a product and the empty place of its vision; address and key follow from the name where they are not given."""
    del actor, reason
    taken = Product.objects.filter(workspace=workspace)
    slug = slug or _free(_address(name), set(taken.values_list("slug", flat=True)), "-")
    key = key or _free(_initials(name), set(taken.values_list("key", flat=True)), "")
    product = create(
        Product(workspace_id=workspace.pk, name=name, slug=slug, key=key, description=description, created_at=moment())
    )
    create(Vision(workspace_id=workspace.pk, product=product, created_at=moment()))
    note(product)
    return product


@action("product.edited", may=rules.edit_product)
def edit_product(
    actor: Actor, product: Product, *, version: int | None = None, reason: str = "", **fields: Unpack[ProductFields]
) -> Product:
    """Change any of a product's fields."""
    del actor, version, reason
    return save(product, **fields)


@action("product.archived", may=rules.edit_product)
def archive_product(actor: Actor, product: Product, *, version: int | None = None, reason: str = "") -> Product:
    """Take a product out of sight; nothing of it is lost."""
    del actor, version, reason
    return save(product, archived_at=moment())


@action("product.restored", may=rules.restore_product)
def restore_product(actor: Actor, product: Product, *, version: int | None = None, reason: str = "") -> Product:
    """Put an archived product back."""
    del actor, version, reason
    return save(product, archived_at=None)


@action("vision_version.drafted", may=rules.edit)
def draft_version(
    actor: Actor, vision: Vision, *, statement: str, goal: str, audience: str, value: str, reason: str = ""
) -> VisionVersion:
    """Write the next version of a vision; nobody is asked to sign it yet."""
    del actor, reason
    last = VisionVersion.objects.filter(vision=vision).aggregate(number=Max("number"))["number"] or 0
    version = VisionVersion(
        workspace_id=vision.workspace_id, vision=vision, product_id=vision.product_id, number=last + 1,
        statement=statement, goal=goal, audience=audience, value=value, created_at=moment(),
    )  # fmt: skip
    version.content_hash = version.hashed()
    return create(version)


@action("vision_version.edited", may=rules.edit)
def edit_draft(
    actor: Actor, vision_version: VisionVersion, *, version: int | None = None, reason: str = "", **texts: Unpack[Texts]
) -> VisionVersion:
    """Change the texts of a version that nobody has been asked to sign."""
    del actor, version, reason
    if vision_version.state != VersionState.DRAFT:
        refuse(statement=gettext("This version was proposed and never changes; write a new one."))
    written = VisionVersion(**{name: texts.get(name, getattr(vision_version, name)) for name in Texts.__annotations__})
    return save(vision_version, **texts, content_hash=written.hashed())


@action("vision_version.proposed", may=rules.edit)
def propose_version(
    actor: Actor, vision_version: VisionVersion, *, signatories: Iterable[User | Signatory], reason: str = ""
) -> VisionVersion:
    """Put a draft to those who are to sign it; the version before it is superseded, whoever had signed that."""
    del reason
    if vision_version.state != VersionState.DRAFT:
        refuse(state=gettext("This version was proposed already."))
    asked = [cast("Signatory", each if isinstance(each, dict) else {"user": each}) for each in signatories]
    _check_signatories(vision_version, asked)
    before = vision_version.vision.current
    if before is not None:
        save(before, state=VersionState.SUPERSEDED)
    proposed = save(vision_version, state=VersionState.PROPOSED, proposed_by=actor.user, proposed_at=moment())
    for each in asked:
        create(
            SignOff(
                workspace_id=proposed.workspace_id, product_id=proposed.product_id, vision_version=proposed,
                user=each["user"], title=each.get("title", ""), created_at=moment(),
            )
        )  # fmt: skip
    save(proposed.vision, current=proposed)
    note(proposed, content_hash=proposed.content_hash)
    return proposed


@action("vision_version.signed", may=rules.answer)
def sign(actor: Actor, sign_off: SignOff, *, reason: str = "") -> SignOff:
    """Agree to a version, to its very hash; the last signature makes it agreed. Signing twice is signing once."""
    del actor
    version = _open(sign_off)
    if sign_off.answer == Answer.SIGNED:
        return sign_off
    note(version)
    signed = save(sign_off, answer=Answer.SIGNED, reason=reason, signed_hash=version.content_hash, answered_at=moment())
    if not version.sign_offs.exclude(answer=Answer.SIGNED).exists() and version.state != VersionState.AGREED:
        save(version, state=VersionState.AGREED, agreed_at=moment())
        note(agreed=version.number)
    return signed


@action("vision_version.objected", may=rules.answer)
def object_to(actor: Actor, sign_off: SignOff, *, reason: str) -> SignOff:
    """Object to a version and say why; an agreed one is open again."""
    del actor
    version = _open(sign_off)
    if not reason.strip():
        refuse(reason=gettext("Say why: an objection needs its reason."))
    note(version)
    objected = save(sign_off, answer=Answer.OBJECTED, reason=reason, signed_hash="", answered_at=moment())
    if version.state == VersionState.AGREED:
        save(version, state=VersionState.PROPOSED, agreed_at=None)
        note(reopened=version.number)
    return objected


@action("goal.created", may=rules.edit_product)
def create_goal(
    actor: Actor, product: Product, *, name: str, description: str = "", serves: str = "", weight: int = 0,
    colour: int | None = None, reason: str = "",
) -> Goal:  # fmt: skip
    """Add a goal after the product's others."""
    del actor, reason
    goals = Goal.objects.filter(product=product)
    return create(
        Goal(
            workspace_id=product.workspace_id, product=product, name=name, description=description, serves=serves,
            weight=weight, colour=colour or goals.count() % COLOURS + 1, created_at=moment(),
            rank=ranks.last(goals),
        )
    )  # fmt: skip


@action("goal.edited", may=rules.edit)
def edit_goal(actor: Actor, goal: Goal, *, version: int | None = None, reason: str = "", **fields: Unpack[GoalFields]) -> Goal:
    """Change any of a goal's fields."""
    del actor, version, reason
    return save(goal, **fields)


@action("goal.moved", may=rules.edit)
def move_goal(actor: Actor, goal: Goal, *, after: Goal | None = None, before: Goal | None = None, reason: str = "") -> Goal:
    """Put a goal right after or before another of the same product."""
    del actor, reason
    anchor = after or before
    if anchor is None or anchor.product_id != goal.product_id or anchor.pk == goal.pk:
        refuse(**{"before" if before else "after": gettext("Name another goal of this product, after or before which it goes.")})
    siblings = Goal.objects.filter(product_id=goal.product_id)
    return save(goal, rank=ranks.beside(siblings, goal, after=after, before=before))


@action("goal.archived", may=rules.edit)
def archive_goal(actor: Actor, goal: Goal, *, version: int | None = None, reason: str = "") -> Goal:
    """Give a goal up; what served it keeps its history."""
    del actor, version, reason
    return save(goal, archived_at=moment())


@action("goal.restored", may=rules.edit)
def restore_goal(actor: Actor, goal: Goal, *, version: int | None = None, reason: str = "") -> Goal:
    """Take a goal up again."""
    del actor, version, reason
    return save(goal, archived_at=None)


@action("key_result.created", may=rules.edit)
def create_key_result(actor: Actor, goal: Goal, *, reason: str = "", **fields: Unpack[KeyResultFields]) -> KeyResult:
    """Add a number that shows the goal is met; it begins where it starts."""
    del actor, reason
    values: dict[str, Any] = {"current": fields.get("start", 0), **fields}
    return create(KeyResult(workspace_id=goal.workspace_id, product_id=goal.product_id, goal=goal, created_at=moment(), **values))


@action("key_result.edited", may=rules.edit)
def edit_key_result(
    actor: Actor, key_result: KeyResult, *, version: int | None = None, reason: str = "", **fields: Unpack[KeyResultFields]
) -> KeyResult:
    """Change any of a key result's fields, as where it is now."""
    del actor, version, reason
    return save(key_result, **fields)


@action("key_result.removed", may=rules.edit)
def remove_key_result(actor: Actor, key_result: KeyResult, *, version: int | None = None, reason: str = "") -> KeyResult:
    """Take a key result away."""
    del actor, version, reason
    remove(key_result)
    return key_result


def _free(wanted: str, taken: set[str], joint: str) -> str:
    """Return the wanted name, or with the first number that makes it free."""
    if wanted not in taken:
        return wanted
    return next(name for n in range(2, len(taken) + 3) if (name := f"{wanted}{joint}{n}") not in taken)


def _address(name: str) -> str:
    return slugify(name).replace("_", "-")[:40].strip("-") or "product"


def _initials(name: str) -> str:
    letters = re.sub(r"[^A-Z0-9]|^[0-9]+", "", slugify(name).upper())
    return letters[:3] if len(letters) > 1 else "PR"


def _check_signatories(version: VisionVersion, asked: list[Signatory]) -> None:
    if not asked:
        refuse(signatories=gettext("Name at least one person who is to sign."))
    people = {each["user"].pk for each in asked}
    if len(people) != len(asked):
        refuse(signatories=gettext("Name each person once."))
    if Membership.objects.filter(workspace_id=version.workspace_id, user__in=people).count() != len(people):
        refuse(signatories=gettext("Only members of the workspace can sign; invite the others first."))


def _open(sign_off: SignOff) -> VisionVersion:
    version = sign_off.vision_version
    if version.state not in (VersionState.PROPOSED, VersionState.AGREED):
        refuse(answer=gettext("A newer version was proposed; answer that one."))
    return version


PHRASES.update(
    {
        "vision_version.drafted": "drafted",
        "vision_version.edited": "edited the draft",
        "vision_version.proposed": "proposed",
        "vision_version.signed": "signed",
        "vision_version.objected": "objected to",
        "goal.created": "added the goal",
        "goal.archived": "gave up the goal",
        "goal.restored": "took up the goal … again",
        "key_result.created": "added the key result",
    }
)
