"""What people do about share links, and what follows when a person reads their own."""

from __future__ import annotations

from json import dumps, loads
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from django.contrib.auth.hashers import make_password
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext

from apps.accounts.models import digest as hashed
from apps.accounts.models import new_secret
from apps.core.actions import action, create, moment, note, refuse, save
from apps.core.wording import PHRASES
from apps.stakeholders import rules
from apps.stakeholders.embedding import origins
from apps.stakeholders.models import ShareLink, Told

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from apps.core.actors import Actor
    from apps.stakeholders.models import Audience, Stakeholder
    from apps.stakeholders.projection import Shown


class ShareLinkFields(TypedDict, total=False):
    """The fields of a share link that people edit; any subset."""

    name: str
    expires_at: datetime | None
    time_zone: str
    embed_origins: list[str]


@action("share_link.created", may=rules.edit)
def create_share_link(
    actor: Actor,
    audience: Audience,
    *,
    password: str = "",
    stakeholder: Stakeholder | None = None,
    reason: str = "",
    **fields: Unpack[ShareLinkFields],
) -> ShareLink:
    """Make a link that opens an audience's view without an account; its `secret` is on the returned object, this once.

    With a stakeholder it is theirs alone. Its days are theirs, or of whoever makes it.
    """
    del reason
    if audience.archived_at:
        refuse(audience=gettext("This audience is dissolved; choose another."))
    if stakeholder and not audience.members.filter(stakeholder=stakeholder, stakeholder__archived_at=None).exists():
        refuse(stakeholder=gettext("%(person)s is not in this audience; add them first.") % {"person": stakeholder.name})
    _check(fields, alone=bool(password or stakeholder))
    secret, zone = new_secret(), getattr(stakeholder or actor.user, "time_zone", "UTC")
    made = create(
        ShareLink(
            workspace_id=audience.workspace_id, product_id=audience.product_id, audience=audience, stakeholder=stakeholder,
            secret_hash=hashed(secret), password_hash=make_password(password) if password else "", created_at=moment(),
            **{"time_zone": zone, **fields},
        )
    )  # fmt: skip
    made.secret = secret
    return made


@action("share_link.edited", may=rules.edit)
def edit_share_link(
    actor: Actor,
    share_link: ShareLink,
    *,
    password: str | None = None,
    version: int | None = None,
    reason: str = "",
    **fields: Unpack[ShareLinkFields],
) -> ShareLink:
    """Change a link's name, expiry, sites or password (empty: none any more). A new password locks every browser that was in."""
    del actor, version, reason
    if share_link.revoked_at:
        refuse(name=gettext("This link is closed; make a new one."))
    fields.setdefault("embed_origins", share_link.embed_origins)
    locked = bool(share_link.password_hash) if password is None else bool(password)
    _check(fields, alone=bool(locked or share_link.stakeholder_id))
    values: dict[str, Any] = dict(fields)
    if password is not None:
        values["password_hash"] = make_password(password) if password else ""
    return save(share_link, **values)


@action("share_link.revoked", may=rules.edit)
def revoke_share_link(actor: Actor, share_link: ShareLink, *, version: int | None = None, reason: str = "") -> ShareLink:
    """Close a link at once; closing it twice is closing it once."""
    del actor, version, reason
    return share_link if share_link.revoked_at else save(share_link, revoked_at=moment())


@action("share_link.read", may=rules.by_page)
def read_share_link(actor: Actor, share_link: ShareLink, *, shown: Iterable[Shown]) -> ShareLink:
    """Put on record that a person read this on the page of their own link: from now on it counts as told.

    What the same page told them already that day is not told again.
    """
    del actor
    told = _told_today(share_link)
    news = [each for each in shown if told.get(each.item_id) != _kept(each)]
    reader = share_link.stakeholder
    if reader is None or not news:
        return share_link
    at = moment()
    Told.objects.bulk_create(
        Told(
            workspace_id=share_link.workspace_id, stakeholder=reader, item_id=each.item_id, link=share_link,
            said=each.said(), at=at, confirmed_at=at,
        )
        for each in news
    )  # fmt: skip
    note(share_link, stakeholder=reader.name, items=len(news))
    return share_link


def _told_today(link: ShareLink) -> dict[Any, Any]:
    """Return what the link's page told of each item since its day began."""
    midnight = timezone.localtime(moment(), link.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return dict(Told.objects.filter(link=link, at__gte=midnight).order_by("at", "id").values_list("item", "said"))


def _kept(shown: Shown) -> Any:
    """Return what is said of an item as the database gives it back."""
    return loads(dumps(shown.said(), cls=DjangoJSONEncoder))


def _check(fields: ShareLinkFields, *, alone: bool) -> None:
    """Refuse an expiry that has passed, and sites that cannot show it; `alone` says that it asks or names who looks."""
    expires_at = fields.get("expires_at")
    if expires_at and expires_at <= moment():
        refuse(expires_at=gettext("Choose a time to come."))
    try:
        sites = origins(fields.get("embed_origins", ()))
    except ValueError as error:
        refuse(embed_origins=str(error))
    if sites and alone:
        refuse(
            embed_origins=gettext(
                "A link with a password, or of one person, cannot be shown inside other pages; make another link."
            )
        )
    if "embed_origins" in fields:
        fields["embed_origins"] = sites


PHRASES.update(
    {
        "share_link.created": "made the share link",
        "share_link.edited": "changed the share link",
        "share_link.read": "read the page of",
        "share_link.revoked": "closed the share link",
    }
)
