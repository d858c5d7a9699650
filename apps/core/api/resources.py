"""A resource: a collection whose documents the database makes and whose writes are actions."""

from __future__ import annotations

import copy
import functools
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

import orjson
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F, QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext, gettext_lazy
from rest_framework import exceptions, serializers
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.utils.serializer_helpers import BindingDict
from rest_framework.viewsets import ViewSet

from apps.core.actors import Actor
from apps.core.api.idempotency import once
from apps.core.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import Field, Model
    from django_filters import FilterSet
    from rest_framework.request import Request

    from apps.core.api.shapes import Shape
    from apps.core.models import Tracked


class PreconditionRequired(exceptions.APIException):
    status_code = 428
    default_detail = gettext_lazy('Send If-Match with the version you saw, for example If-Match: "3".')


class Cursor(CursorPagination):
    """Keyset pages: `?limit=` 1 to 1,000, `?cursor=` as given in `next` and `previous`."""

    page_size = 100
    page_size_query_param = "limit"
    max_page_size = 1_000
    ordering = "id"
    key: Field[Any, Any]  # what the rows are ordered by first

    def decode_cursor(self, request: Request) -> Any:
        """Return where a page begins; 404 also for what looks like a cursor and is none of this list's."""
        found = super().decode_cursor(request)
        if found and found.position is not None:
            try:
                self.key.to_python(found.position)
            except ValidationError as error:
                raise exceptions.NotFound(self.invalid_cursor_message) from error
        return found


class Door(ViewSet):
    """What every view knows: who knocks, and what they sent."""

    def actor(self) -> Actor:
        actor: Actor = self.request.actor  # type: ignore[attr-defined]
        return actor

    def values(self, serializer: type[serializers.BaseSerializer[Any]], *, partial: bool = False) -> dict[str, Any]:
        """Return the validated body; 400 names each unknown or invalid member."""
        data = self.request.data
        if not isinstance(data, dict):
            raise serializers.ValidationError({"": [gettext("Send a JSON object.")]})
        form = serializer(data=data, partial=partial, context={"request": self.request, "view": self, "actor": self.actor()})
        if partial and isinstance(form, serializers.Serializer) and type(form).get_fields is serializers.Serializer.get_fields:
            _keep_sent(form, data)
        unknown = set(data) - set(getattr(form, "fields", data))
        if unknown:
            raise serializers.ValidationError({name: [gettext("There is no such field here.")] for name in sorted(unknown)})
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)


class Listing(Door):
    """Lists one kind of row, and no more: what has no address of its own.

    A subclass names its `shape`, its `model` and a `filterset_class`; it overrides `rows` where seeing is not
    simply `visible_to`.
    """

    model: ClassVar[type[Model]]
    shape: ClassVar[type[Shape]]
    filterset_class: ClassVar[type[FilterSet] | None] = None
    ordering: ClassVar[str] = "id"
    pagination_class = Cursor

    def rows(self) -> QuerySet[Any]:
        """Return what this actor may see of the collection."""
        manager: Any = self.model._default_manager
        rows: QuerySet[Any] = manager.visible_to(self.actor())
        return rows

    def list(self, request: Request) -> HttpResponse:
        """Return one page as `{"next", "previous", "results"}`."""
        rows = self._filtered(request)
        pager = Cursor()
        pager.ordering = (self.ordering,) if self.ordering.lstrip("-") == "id" else (self.ordering, "id")  # type: ignore[assignment]
        pager.key = self.model._meta.get_field(self.ordering.lstrip("-"))
        values = rows.annotate(doc=self.shape.document(self._only(request))).values(
            "doc", *{o.lstrip("-") for o in pager.ordering}
        )
        page: Sequence[Any] = pager.paginate_queryset(values, request, self) or []
        links = orjson.dumps({"next": pager.get_next_link(), "previous": pager.get_previous_link()})
        body = b'%s,"results":[%s]}' % (links[:-1], ",".join(row["doc"] for row in page).encode())
        return HttpResponse(body, content_type="application/json")

    def _filtered(self, request: Request) -> QuerySet[Any]:
        if self.filterset_class is None:
            return self.rows()
        filters = self.filterset_class(request.query_params, queryset=self.rows(), request=request)
        if not filters.is_valid():
            raise serializers.ValidationError(filters.errors)
        rows: QuerySet[Any] = filters.qs
        return rows

    def _only(self, request: Request) -> Sequence[str]:
        only = [name for name in request.query_params.get("fields", "").split(",") if name]
        unknown = set(only) - set(self.shape.names())
        if unknown:
            raise serializers.ValidationError(
                {"fields": [gettext("There is no %(names)s here.") % {"names": ", ".join(sorted(unknown))}]}
            )
        return only


class Writing(Listing):
    """Calls actions through `do`; what a `Resource` is without addresses of single objects."""

    model: ClassVar[type[Tracked]]

    def visible(self, pk: Any) -> Any:
        """Return the visible object of this id, or 404."""
        actor, id_ = self.actor(), id_of(pk)
        if type(self).rows is not Listing.rows or actor.user is None or id_ is None:
            return find(self.rows(), pk)
        bounds = (actor.workspace_id,) if actor.workspace_id else ()
        found = _visible(self.model, bound=bool(bounds)).first(id_, actor.user.pk, *bounds)
        if found is None:
            raise Http404
        return found

    def document(self, pk: UUID) -> Any:
        """Return the object as the database's JSON, decoded."""
        row = _document(self.model, self.shape, pk)
        return row and orjson.loads(row[0])

    def answer(self, pk: UUID, *, status: int = 200, only: Sequence[str] = ()) -> HttpResponse:
        """Return the object's JSON, with `ETag`, and `Location` when it is new."""
        row = _document(self.model, self.shape, pk, only)
        if row is None:
            raise Http404
        response = HttpResponse(row[0], status=status, content_type="application/json")
        response["ETag"] = f'"{row[1]}"'
        if status == 201:
            response["Location"] = f"/api/v1/{self.shape.path}/{pk}/"
        return response

    def expected(self) -> int:
        """Return the version of `If-Match`; 428 without the header, 400 when it is not one version."""
        header = self.request.headers.get("If-Match")
        if header is None:
            raise PreconditionRequired
        found = re.fullmatch(r'"(\d{1,9})"', header.strip())
        if not found:
            raise serializers.ValidationError({"If-Match": [gettext('Send one strong version, for example "3".')]})
        return int(found[1])

    def do(self, act: Callable[..., Any], target: Any, values: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """Call the action and answer with the object it returns, once for each `Idempotency-Key`."""

        def run() -> HttpResponse:
            result = act(self.actor(), target, **values) if target is not None else act(self.actor(), **values)
            return self.answer(result.pk, status=status)

        return once(self.request, run) if self.request.method == "POST" else run()

    def gone(self, act: Callable[..., Any], target: Any, **values: Any) -> Response:
        """Call an action that takes the object away and answer 204."""
        act(self.actor(), target, **values)
        return Response(status=204)


class Resource(Writing):
    """Lists, shows and writes one kind of object; defines `create`, `partial_update` and `destroy` through `do`."""

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """Return one object with its ETag."""
        return self.answer(self.visible(pk).pk, only=self._only(request))


def _document(model: type[Tracked], shape: type[Shape], pk: UUID, only: Sequence[str] = ()) -> tuple[str, int] | None:
    """Return one object as JSON text, with its version."""
    sql, values = _statement(model, shape, tuple(only))
    with connection.cursor() as cursor:
        cursor.execute(sql, [pk if value == ANY_ID else value for value in values])
        row: tuple[str, int] | None = cursor.fetchone()
    return row


ANY_ID = UUID(int=0)  # stands in the statement where an id goes


@functools.cache
def _statement(model: type[Tracked], shape: type[Shape], only: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    """Return the statement that reads one document; making it takes longer than running it, so it is made once."""
    rows = model._base_manager.filter(pk=ANY_ID).annotate(doc=shape.document(only)).values_list("doc", "version").order_by()
    return rows.query.sql_with_params()


# The number of the newest change, so that an action need not read what it gets once more under the lock.
_READ_AT = {"read_at": F("workspace__seq")}


def _keep_sent(form: serializers.Serializer[Any], data: dict[str, Any]) -> None:
    """Give the form only those of its fields that were sent: a copy of all of them costs more than the rest of parsing."""
    fields = BindingDict(form)
    for name, field in form._declared_fields.items():
        if name in data:
            fields[name] = copy.deepcopy(field)
    form.fields = fields


@functools.cache
def _visible(model: type[Tracked], *, bound: bool) -> Prepared[Tracked, Tracked]:
    """Return the read of one row as far as somebody sees it; `bound` to one workspace as a token is."""

    def build(pk: UUID, user: UUID, workspace: UUID | None = None) -> QuerySet[Tracked]:
        somebody = Actor(user=get_user_model()(pk=user), name="", workspace_id=workspace if bound else None)
        manager: Any = model._default_manager
        rows: QuerySet[Tracked] = manager.visible_to(somebody).filter(pk=pk)
        if hasattr(model, "workspace"):
            rows = rows.annotate(**_READ_AT)
        return rows

    return Prepared(build)


def id_of(text: Any) -> UUID | None:
    """Return the id that a text is, or None."""
    try:
        return UUID(str(text))
    except ValueError:
        return None


def actor_of(request: Request) -> Actor:
    """Return who knocks at the REST door, as authentication found out."""
    return cast("Actor", cast("Any", request).actor)


def find(rows: QuerySet[Any], pk: Any) -> Any:
    """Return the row of this id, or 404 also when the id is not one."""
    try:
        found = rows.filter(pk=pk).first()
    except (ValueError, TypeError, ValidationError) as error:
        raise Http404 from error
    if found is None:
        raise Http404
    return found


def chosen(resource: Writing, among: type[Tracked] | QuerySet[Any], name: str, pk: Any) -> Any:
    """Return what a body names by its id, as far as the actor can see it; 400 under the field's name otherwise."""
    rows = among if isinstance(among, QuerySet) else cast("Any", among)._default_manager.visible_to(resource.actor())
    try:
        return find(rows, pk)
    except Http404:
        raise serializers.ValidationError(
            {name: [gettext("There is nothing of this id here; choose one that you can see.")]}
        ) from None


def json_answer(value: Any, status: int = 200) -> HttpResponse:
    """Return a value as JSON; dates and ids as text, decimals as numbers."""
    body = orjson.dumps(value, default=lambda each: float(each) if isinstance(each, Decimal) else str(each))
    return HttpResponse(body, status=status, content_type="application/json")
