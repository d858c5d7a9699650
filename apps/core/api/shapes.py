"""A shape says once what a resource looks like: to OpenAPI, and to the database, which makes the JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db.models import F, Func, JSONField, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Concat
from rest_framework import serializers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.expressions import Combinable
    from django.db.models.sql.compiler import SQLCompiler


class JsonBuild(Func):
    """PostgreSQL's `json_build_object` as text: keeps the order of keys and is not decoded on its way out."""

    function = "json_build_object"
    template = "%(function)s(%(expressions)s)::text"
    output_field = TextField()


class Name(Value):
    """The name of a member, as a literal: of a parameter that is only an argument PostgreSQL could not tell the type."""

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        del compiler, connection
        if not self.value.isidentifier():
            message = f"A member is called by a word, and {self.value!r} is none."
            raise ValueError(message)
        return f"'{self.value}'", ()


class JsonArray(Subquery):
    """The rows of a related query as one JSON array, each row with the members given."""

    template = "coalesce((SELECT json_agg(doc.member) FROM (%(subquery)s) doc), '[]'::json)"
    output_field = JSONField()

    def __init__(self, rows: QuerySet[Any], members: dict[str, Combinable]) -> None:
        parts: list[Combinable] = []
        for name, value in members.items():
            parts += [Name(name), value]
        super().__init__(rows.annotate(member=_Member(*parts)).values("member"))


class _Member(Func):
    function = "json_build_object"
    output_field = JSONField()


class Shape(serializers.Serializer[Any]):
    """The output of a resource. It is never run over rows: `document` turns it into one SQL expression.

    `sql` maps the names whose value is not simply the model's field of that name (or `source`) to an
    expression. `path` is the collection's path under `/api/v1/`, of which `url` is made.
    """

    id = serializers.UUIDField()
    version = serializers.IntegerField(help_text="Counts the edits; send it as If-Match.")
    url = serializers.CharField(help_text="The address of this object.")

    path: ClassVar[str] = ""
    sql: ClassVar[dict[str, Combinable]] = {}

    @classmethod
    def names(cls) -> list[str]:
        """Return the names of all members, in order."""
        return list(cls._declared_fields)

    @classmethod
    def document(cls, only: Iterable[str] = ()) -> JsonBuild:
        """Return the expression of one object's JSON text, with all members or only those named."""
        wanted = set(only)
        parts: list[Combinable] = []
        for name, field in cls._declared_fields.items():
            if not wanted or name in wanted:
                parts += [Name(name), cls._expression(name, field)]
        return JsonBuild(*parts)

    @classmethod
    def _expression(cls, name: str, field: serializers.Field[Any, Any, Any, Any]) -> Combinable:
        if name in cls.sql:
            return cls.sql[name]
        if name == "url":
            return Concat(
                Value(f"{settings.BASE_URL}/api/v1/{cls.path}/"), Cast("id", TextField()), Value("/"), output_field=TextField()
            )
        suffix = "_id" if isinstance(field, serializers.UUIDField) and name != "id" else ""
        return F(field.source or name + suffix)
