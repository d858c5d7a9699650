"""`?as_of=`: a collection and its objects as they were at a moment, in the same shapes, narrowed by the same filters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from operator import eq, ge, le
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import django_filters
import orjson
from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from apps.core.api.filters import ChosenFilter
from apps.core.api.resources import Resource, json_answer
from apps.core.models import Change
from apps.core.past import day_of, moment_of, rewound

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.http import HttpResponse
    from rest_framework.request import Request

type Document = dict[str, Any]  # an object as its shape has it
type Documents = list[Document]
USUAL, MOST = 100, 1_000  # objects of a page


class Past(Resource):
    """A resource whose objects belong to a product, and whose list and objects can be asked for `?as_of=` a moment."""

    has_past: ClassVar[bool] = True

    def list(self, request: Request) -> HttpResponse:
        """Return one page as `{"next", "previous", "results"}`; with `as_of` and a product, as it was at that moment."""
        if "as_of" not in request.query_params:
            return super().list(request)
        at, product, only = _moment(request), _product(request), self._only(request)
        filters = self.filterset_class(request.query_params, queryset=self.rows(), request=request)  # type: ignore[misc]
        if not filters.is_valid():
            raise serializers.ValidationError(filters.errors)
        workspace = filters.form.cleaned_data.get("workspace")
        strayed = list(self.strayed(product))
        within = (Q(product_id=product) | Q(pk__in=strayed)) & Q(**({"workspace_id": workspace} if workspace else {}))
        then = self._then(within, Q(scope=product) | Q(touches__overlap=strayed), at)
        kept = [each for each in then if each["product"] == str(product) and self._holds(filters, each)]
        return json_answer(_page(request, [_narrowed(each, only) for each in kept], [each["id"] for each in kept]))

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """Return one object with its ETag; with `as_of`, as it was at that moment, or 404 where it was not made yet."""
        if "as_of" not in request.query_params:
            return super().retrieve(request, pk)
        at, only, found = _moment(request), self._only(request), self.visible(pk)
        for each in self._then(Q(pk=found.pk), Q(touches__contains=[found.pk]), at):
            if each["id"] == str(found.pk):
                return json_answer(_narrowed(each, only))
        raise Http404

    def strayed(self, product: UUID) -> Iterable[UUID]:
        """Return the ids of what left a product for another, or came from one; nothing where the model does not move."""
        del product
        return ()

    def as_it_was(self, documents: dict[UUID, Document], changes: Sequence[Change]) -> None:
        """Set in the documents what no field of the object itself holds, as it was before the changes; newest first."""

    def _then(self, now: Q, since: Q, at: datetime) -> Documents:
        """Return the documents of some rows as they were, by id: what they are now, taken back change by change."""
        seen = self.rows().filter(now).order_by().values("workspace").distinct()
        changes = list(Change.objects.filter(since, workspace__in=seen, at__gt=at).order_by("-seq"))
        kind = self.model._meta.label_lower
        touched = {pk for change in changes for type_, pk, *_rest in change.entries() if type_ == kind}
        flat = self.rows().filter(now | Q(pk__in=touched)).order_by("pk").annotate(doc=self.shape.document())
        today = {pk: orjson.loads(doc) for pk, doc in flat.values_list("pk", "doc")}
        then = {pk: each for pk, each in rewound(kind, today, changes).items() if pk in today}
        for pk, each in then.items():
            self._shape(each, today[pk], _version(self.model.uncounted, changes, pk))
        self.as_it_was(then, changes)
        return [then[pk] for pk in sorted(then)]

    def _shape(self, then: Document, today: Document, version: int | None) -> None:
        """Bring what the stream holds into the shape: its members only, decimals and moments as the database writes them."""
        for name in then.keys() - today.keys():
            del then[name]
        for name, field in self.shape._declared_fields.items():
            if isinstance(field, serializers.DecimalField) and isinstance(then[name], str):
                then[name] = float(Decimal(then[name]))
            elif isinstance(field, serializers.DateTimeField) and isinstance(then[name], str):
                then[name] = datetime.fromisoformat(then[name]).isoformat()
        then["version"] = today["version"] if version is None else version

    def _holds(self, filters: django_filters.FilterSet, document: Document) -> bool:
        given = {name: value for name, value in filters.form.cleaned_data.items() if value not in (None, "")}
        asked = given.keys() - {"product", "workspace"}  # by them the rows were read
        return all(self.holds(filters.filters[name], document, given[name]) for name in asked)

    def holds(self, each: django_filters.Filter, document: Document, value: Any) -> bool:
        """Say whether a document of the past has what a filter asks for."""
        name: str = each.field_name or ""
        have = document[name if name in document else name.removesuffix("_id")]
        if isinstance(each, ChosenFilter):
            return bool(value.keeps({str(have or "none")}))
        if each.lookup_expr == "isnull":
            return bool((have is not None) == value)
        wanted = str(value) if isinstance(have, str) else value  # days and ids are text in a document, and sort as such
        return have is not None and bool(ASKED[each.lookup_expr](have, wanted))


ASKED: dict[str, Callable[[Any, Any], bool]] = {"exact": eq, "gte": ge, "lte": le}


def _version(uncounted: Iterable[str], changes: Sequence[Change], pk: UUID) -> int | None:
    """Return the version that an object had before the changes, which come newest first; None where none touched it."""
    for change in reversed(changes):
        after = change.version_of(pk)
        if after is not None:
            return max(1, after - bool(change.fields_of(pk).keys() - set(uncounted)))
    return None


def _moment(request: Request) -> datetime:
    """Return the moment that is asked for; 400 for what is none, or has not come."""
    text, now = request.query_params["as_of"], timezone.now()
    at = moment_of(text)
    if at is None:
        raise serializers.ValidationError(
            {"as_of": [_("Give a day or a moment, as in 2026-09-01 or 2026-09-01T12:00:00+00:00.")]}
        )
    if at > now and day_of(text) != timezone.localdate(now):
        raise serializers.ValidationError({"as_of": [_("This moment has not come yet; give one of the past.")]})
    return at


def _product(request: Request) -> UUID:
    try:
        return UUID(request.query_params.get("product", ""))
    except ValueError:
        raise serializers.ValidationError({"product": [_("Give the product whose past is asked for.")]}) from None


def _narrowed(document: Document, only: Sequence[str]) -> Document:
    return {name: value for name, value in document.items() if not only or name in only}


def _page(request: Request, documents: Documents, ids: list[str]) -> dict[str, Any]:
    """Return a page of documents in the order of their ids; its cursor is the id after or, with a minus, before which it lies."""
    limit, cursor = request.query_params.get("limit", ""), request.query_params.get("cursor", "")
    count = max(1, min(int(limit), MOST)) if limit.isascii() and limit.isdecimal() and len(limit) < 6 else USUAL
    edge = cursor.removeprefix("-")
    if cursor and edge not in ids:
        raise Http404
    place = ids.index(edge) if cursor else -1
    first = max(0, place - count) if cursor.startswith("-") else place + 1
    last = first + count if not cursor.startswith("-") else place
    return {
        "next": _link(request, ids[last - 1]) if last < len(ids) else None,
        "previous": _link(request, f"-{ids[first]}") if first > 0 else None,
        "results": documents[first:last],
    }


def _link(request: Request, cursor: str) -> str:
    query = request.query_params.copy()
    query["cursor"] = cursor
    return str(request.build_absolute_uri(f"?{query.urlencode()}"))
