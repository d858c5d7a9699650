"""What people do about those who are told: who they are, what they see, how often they hear, and the reviews behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, Unpack, cast

from django.conf import settings
from django.utils.translation import gettext

from apps.core.actions import action, create, moment, note, refuse, remove, save, save_set
from apps.core.reading import plain
from apps.core.wording import PHRASES
from apps.roadmap.models import ItemType, Status
from apps.stakeholders import rules
from apps.stakeholders.actions.consent import ask_anew
from apps.stakeholders.actions.reaching import reachable
from apps.stakeholders.models import (
    Audience,
    AudienceMember,
    ShareLink,
    Side,
    Stakeholder,
    Subscription,
)
from apps.stakeholders.projection import PUBLIC

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from apps.accounts.models import Workspace
    from apps.core.actors import Actor
    from apps.vision.models import Goal, Product


class StakeholderFields(TypedDict, total=False):
    """The fields of a stakeholder that people edit; any subset."""

    name: str
    email: str
    organisation: str
    side: str
    time_zone: str
    language: str


class AudienceFields(TypedDict, total=False):
    """The fields of an audience that people edit; any subset."""

    name: str
    description: str
    side: str
    precision: str
    fields: list[str]
    statuses: list[str]
    types: list[str]
    language: str
    digest_word: str
    held: bool
    approval: bool
    external_id: str


@action("stakeholder.created", may=rules.edit)
def create_stakeholder(
    actor: Actor, workspace: Workspace, *, reason: str = "", **fields: Unpack[StakeholderFields]
) -> Stakeholder:
    """Add a person who is to be told; with an account of the same address it is that member, and spoken to in their language."""
    del actor, reason
    made = Stakeholder(workspace_id=workspace.pk, created_at=moment(), **_person(fields))
    accounts = workspace.memberships.filter(user__email=made.email).values_list("user_id", "user__language")
    made.user_id, language = accounts.first() or (None, "")
    if language and made.language == settings.LANGUAGE_CODE:  # what they chose themselves counts more than a default
        made.language = language
    return create(made)


@action("stakeholder.edited", may=rules.edit)
def edit_stakeholder(
    actor: Actor, stakeholder: Stakeholder, *, version: int | None = None, reason: str = "", **fields: Unpack[StakeholderFields]
) -> Stakeholder:
    """Change any of a person's fields; at a new address somebody outside is asked anew whether they want their digests."""
    del version, reason
    if fields.get("side") == Side.OUTSIDE and stakeholder.audiences.filter(audience__side=Side.INSIDE).exists():
        refuse(side=gettext("%(person)s is in an audience inside; take them out of it first.") % {"person": stakeholder.name})
    before = stakeholder.email
    save(stakeholder, **_person(fields))
    if stakeholder.email != before:
        reachable(stakeholder)
        ask_anew(actor, stakeholder)
    return stakeholder


@action("stakeholder.archived", may=rules.edit)
def archive_stakeholder(actor: Actor, stakeholder: Stakeholder, *, version: int | None = None, reason: str = "") -> Stakeholder:
    """Tell a person nothing any more: their subscriptions end, their links close; what they were told stays on record."""
    del version, reason
    for subscription in Subscription.objects.filter(stakeholder=stakeholder, ended_at=None):
        save(subscription, ended_at=moment(), ended_by=actor.name[:100])
    for link in ShareLink.objects.filter(stakeholder=stakeholder, revoked_at=None):
        save(link, revoked_at=moment())
    archived = save(stakeholder, archived_at=moment())
    note(archived)
    return archived


@action("audience.created", may=rules.edit_product)
def create_audience(
    actor: Actor, product: Product, *, goals: Iterable[Goal] = (), reason: str = "", **fields: Unpack[AudienceFields]
) -> Audience:
    """Make an audience of a product: which items, which fields, how exact a date."""
    del actor, reason
    made = create(Audience(workspace_id=product.workspace_id, product=product, created_at=moment(), **_projection(fields)))
    _narrow(made, goals)
    return made


@action("audience.edited", may=rules.edit)
def edit_audience(
    actor: Actor,
    audience: Audience,
    *,
    goals: Iterable[Goal] | None = None,
    version: int | None = None,
    reason: str = "",
    **fields: Unpack[AudienceFields],
) -> Audience:
    """Change what an audience sees."""
    del actor, version, reason
    if fields.get("side") == Side.INSIDE and audience.members.filter(stakeholder__side=Side.OUTSIDE).exists():
        refuse(side=gettext("There are people from outside in it; take them out first."))
    save(audience, **_projection(fields))
    if goals is not None:
        _narrow(audience, goals)
    return audience


@action("audience.archived", may=rules.edit)
def archive_audience(actor: Actor, audience: Audience, *, version: int | None = None, reason: str = "") -> Audience:
    """Dissolve an audience: its links close and its subscriptions end."""
    del version, reason
    for subscription in Subscription.objects.filter(audience=audience, ended_at=None):
        save(subscription, ended_at=moment(), ended_by=actor.name[:100])
    for link in ShareLink.objects.filter(audience=audience, revoked_at=None):
        save(link, revoked_at=moment())
    archived = save(audience, archived_at=moment())
    note(archived)
    return archived


@action("audience.digests_approved", may=rules.edit)
def approve_digests(actor: Actor, audience: Audience, *, through: date, version: int | None = None, reason: str = "") -> Audience:
    """Let the digests that are due until that day, on the reader's own calendar, go out."""
    del actor, version, reason
    if audience.archived_at:
        refuse(audience=gettext("This audience is dissolved; choose another."))
    if not audience.approval:
        refuse(approval=gettext("The digests of this audience wait for nobody."))
    return save(audience, approved_through=through)


@action("audience.joined", may=rules.edit)
def add_to_audience(actor: Actor, audience: Audience, *, stakeholder: Stakeholder, reason: str = "") -> AudienceMember:
    """Put a person into an audience."""
    del actor, reason
    check_open(audience, stakeholder)
    return create(member(audience, stakeholder))


@action("audience.left", may=rules.edit)
def remove_from_audience(actor: Actor, audience: Audience, *, stakeholder: Stakeholder, reason: str = "") -> Audience:
    """Take a person out of an audience; what they follow of it ends, and their own links to it close."""
    del reason
    for member in AudienceMember.objects.filter(audience=audience, stakeholder=stakeholder):
        remove(member)
    for subscription in Subscription.objects.filter(audience=audience, stakeholder=stakeholder, ended_at=None):
        save(subscription, ended_at=moment(), ended_by=actor.name[:100])
    for link in ShareLink.objects.filter(audience=audience, stakeholder=stakeholder, revoked_at=None):
        save(link, revoked_at=moment())
    note(audience, stakeholder=stakeholder.name)
    return audience


def _person(fields: StakeholderFields) -> dict[str, Any]:
    values = dict(fields)
    for name in ("name", "organisation"):
        if name in values:
            values[name] = plain(str(values[name]))
    if "email" in values:
        values["email"] = str(values["email"]).strip().lower()
    return values


def _projection(fields: AudienceFields) -> dict[str, Any]:
    """Return the fields, refusing what is not a field, a status or a type, by name."""
    known = {"fields": set(PUBLIC), "statuses": set(Status.values), "types": set(ItemType.values)}
    values = cast("dict[str, Any]", dict(fields))
    for name, allowed in known.items():
        unknown = [each for each in values.get(name) or [] if each not in allowed]
        if unknown:
            refuse(
                **{
                    name: gettext("There is no %(name)s; choose from %(names)s.")
                    % {"name": unknown[0], "names": ", ".join(sorted(allowed))}
                }
            )
        if name in values:
            values[name] = list(dict.fromkeys(values[name]))
    return values


def _narrow(audience: Audience, goals: Iterable[Goal]) -> None:
    wanted = list(goals)
    if any(goal.product_id != audience.product_id for goal in wanted):
        refuse(goals=gettext("Choose goals of the audience's product."))
    save_set(audience, "goals", wanted)


def check_open(audience: Audience, stakeholder: Stakeholder) -> None:
    if audience.archived_at:
        refuse(audience=gettext("This audience is dissolved; choose another."))
    if stakeholder.workspace_id != audience.workspace_id:
        refuse(stakeholder=gettext("Choose a stakeholder of this workspace."))
    if stakeholder.archived_at:
        refuse(stakeholder=gettext("%(person)s is told nothing any more; add them anew.") % {"person": stakeholder.name})
    if audience.side == Side.INSIDE and stakeholder.side == Side.OUTSIDE:
        refuse(stakeholder=gettext("%(person)s is from outside; choose an audience outside.") % {"person": stakeholder.name})


def member(audience: Audience, stakeholder: Stakeholder) -> AudienceMember:
    return AudienceMember(
        workspace_id=audience.workspace_id, product_id=audience.product_id, audience=audience, stakeholder=stakeholder,
        created_at=moment(),
    )  # fmt: skip


PHRASES.update(
    {
        "stakeholder.created": "added the stakeholder",
        "stakeholder.archived": "stopped telling",
        "audience.created": "made the audience",
        "audience.archived": "dissolved the audience",
        "audience.joined": "put",
        "audience.left": "took a person out of the audience",
    }
)
