"""What a page inside a product needs: the product, and the others to switch to."""

from __future__ import annotations

import copy
import functools
from typing import TYPE_CHECKING, Any, Concatenate, cast

from django.db.models import Count, F, Q
from django.http import Http404
from django.urls import reverse

from apps.accounts.http import Request, room
from apps.core.lasting import lasting
from apps.core.prepared import prepared
from apps.vision import rules
from apps.vision.models import Answer, Product, VisionVersion

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from apps.accounts.models import Workspace


class ProductRequest(Request):
    """A request inside `/w/WORKSPACE/p/PRODUCT/`."""

    product: Product


def product_room[**P](
    view: Callable[Concatenate[ProductRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, str, str, P], HttpResponse]:
    """Open a page inside a product: members only, strangers get 404, `request.product` is set."""

    @functools.wraps(view)
    def enter(request: Request, product: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        inside = cast("ProductRequest", request)
        found = next((each for each in _every_product(request.workspace) if each.slug == product), None)
        if found is None:
            raise Http404
        inside.product = copy.copy(found)  # what is kept belongs to every request
        inside.product.workspace = request.workspace
        return view(inside, *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, str, str, P], HttpResponse]", room(cast("Any", enter)))


@prepared
def _products(workspace: UUID) -> QuerySet[Product]:
    rows: QuerySet[Product] = Product.objects.filter(workspace_id=workspace)
    return rows


def _every_product(workspace: Workspace) -> list[Product]:
    return lasting(workspace, ("vision.product",), ("products",), lambda: _products.all(workspace.pk))


@prepared
def _north(product: UUID) -> QuerySet[VisionVersion, Any]:
    return (
        VisionVersion.objects.filter(vision__product_id=product, pk=F("vision__current"))
        .annotate(signed=Count("sign_offs", filter=Q(sign_offs__answer=Answer.SIGNED)), asked=Count("sign_offs"))
        .values("number", "statement", "state", "signed", "asked", "agreed_at")
    )


def north(product: Product) -> dict[str, Any] | None:
    """Return what every page says of the vision it follows: its statement, number and who agreed; None without one."""
    version = _north.first(product.pk)
    return dict(version) if version else None


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give the frame around a page the product and, when it asks for them, the products to switch to.

    In an archived product nobody may edit; who may elsewhere may restore it.
    """
    workspace = getattr(request, "workspace", None)
    if workspace is None:
        return {}
    here = getattr(request, "product", None)
    others = functools.cache(lambda: [each for each in _every_product(workspace) if each.archived_at is None])
    found = {"product": here, "products": others}
    if here is None or here.archived_at is None:
        return found
    return found | {"may_edit": False, "may_restore": bool(rules.restore_product(cast("Request", request).actor, here))}


def front_page(workspace: Workspace) -> str | None:
    """Return where a workspace opens: the roadmap of its first product, or nowhere before there is one."""
    first = Product.objects.filter(workspace=workspace, archived_at=None).order_by("created_at").first()
    return reverse("roadmap:page", args=[workspace.slug, first.slug]) if first else None
