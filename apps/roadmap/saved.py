"""What people do to saved views: keep an address under a name, share it, open the roadmap with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack, cast

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.actions import action, create, moment, note, refuse, remove, remove_all, save
from apps.core.wording import PHRASES, TEXTS, again
from apps.roadmap import rules
from apps.roadmap.address import kept_of
from apps.roadmap.models import DefaultView, SavedView
from apps.vision.models import Product

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from apps.accounts.models import User
    from apps.core.actors import Actor


class ViewFields(TypedDict, total=False):
    """The fields of a saved view that people edit; any subset."""

    name: str
    query: str
    shared: bool


@action("view.saved", may=rules.have_own)
def save_view(actor: Actor, product: Product, *, name: str, query: str = "", shared: bool = False) -> SavedView:
    """Keep an address's query under a name, for oneself or shared with all members."""
    _may_share(actor, product, shared=shared)
    made = SavedView(
        workspace_id=product.workspace_id, product=product, owner=cast("User", actor.user), name=name, query=kept_of(query),
        shared=shared, created_at=moment(),
    )  # fmt: skip
    create(made)
    note(made)
    return made


@action("view.edited", may=rules.edit_view)
def edit_view(
    actor: Actor, view: SavedView, *, version: int | None = None, reason: str = "", **fields: Unpack[ViewFields]
) -> SavedView:
    """Rename a view, keep another address under its name, share it or take it back."""
    del version, reason
    if "query" in fields:
        fields["query"] = kept_of(fields["query"])
    shared = fields.get("shared", view.shared)
    if shared and not view.shared:
        _may_share(actor, view.product, shared=True)
    if view.shared and not shared and view.owner_id != _pk(actor):
        refuse(shared=gettext("Only who saved this view makes it private; delete it, or save a view of your own."))
    save(view, **fields)
    if not shared:
        remove_all(DefaultView.objects.filter(view=view).exclude(user=view.owner))
    return view


@action("view.deleted", may=rules.edit_view)
def delete_view(actor: Actor, view: SavedView, *, version: int | None = None, reason: str = "") -> SavedView:
    """Delete a view; whoever opened the roadmap with it gets the plain one again."""
    del actor, version, reason
    remove(view)
    return view


@action("view.made_default", may=rules.open_view)
def open_with(actor: Actor, view: SavedView, *, everybody: bool = False, chosen: bool = True) -> SavedView:
    """Open the roadmap with this view, or no longer: for oneself, or for everybody who has chosen none."""
    if everybody and not rules.share_views(actor, view):
        refuse(everybody=gettext("This needs the role editor or above; choose the view for yourself."))
    if everybody and chosen and not view.shared:
        refuse(everybody=gettext("Share this view first; the others could not see it."))
    note(view)
    person = None if everybody else cast("User", actor.user)
    now = DefaultView.objects.filter(product=view.product_id, user=person).first()
    if chosen and now:
        save(now, view=view)
    elif chosen:
        create(
            DefaultView(
                workspace_id=view.workspace_id, product_id=view.product_id, user=person, view=view, created_at=moment()
            )
        )  # fmt: skip
    elif now and now.view_id == view.pk:
        remove(now)
    return view


def _may_share(actor: Actor, product: Product, *, shared: bool) -> None:
    if shared and not rules.share_views(actor, product):
        refuse(shared=gettext("Sharing a view needs the role editor or above; keep it as your own."))


def views_of(actor: Actor, product: Product) -> QuerySet[SavedView]:
    """Return the views of a product that the actor sees, by name, each with whether it opens first for them and for all."""
    chosen = DefaultView.objects.filter(view=OuterRef("pk"))
    rows: QuerySet[SavedView] = SavedView.objects.visible_to(actor).filter(product=product)
    return rows.annotate(mine=Exists(chosen.filter(user=_pk(actor))), everybodys=Exists(chosen.filter(user=None)))


def default_view(actor: Actor, product: Product) -> SavedView | None:
    """Return the view with which the roadmap opens for the actor: their own choice, or else everybody's."""
    found = DefaultView.objects.filter(Q(user=_pk(actor)) | Q(user=None), product=product)
    seen = found.filter(view__in=SavedView.objects.visible_to(actor)).order_by(F("user").asc(nulls_last=True))
    first = seen.select_related("view").first()
    return first.view if first else None


def _pk(actor: Actor) -> UUID | None:
    return getattr(actor.user, "pk", None)


PHRASES["view.saved"] = "saved the view"
PHRASES["view.made_default"] = "changed for whom the roadmap opens with the view"
TEXTS["roadmap.savedview"] = again(r"\(private\)", _("(private)"))
