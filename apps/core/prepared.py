"""Queries whose statement is made once a process: for a read of one row, making it costs several times what running it does."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connections
from django.db.models import UUIDField, Value

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.db.models.sql.compiler import SQLCompiler


type Given = UUID | str | int | date | datetime | list[UUID]


class Prepared[M: Model, R]:
    """A query of a fixed shape, made by `build` from as many values as it takes.

    They are ids, texts, numbers, days, moments or lists of ids.

    `build` is run once, with stand-ins for the values, so its shape must not depend on them: each is compared with
    a column and nothing else. What it returns becomes rows as Django makes them, related objects included.
    """

    def __init__(self, build: Callable[..., QuerySet[M, R]]) -> None:
        self._build = build
        self._kept: tuple[QuerySet[M, R], SQLCompiler, tuple[Any, ...]] | None = None

    def all(self, *values: Given) -> list[R]:
        """Return the rows for these values."""
        rows, compiler, parameters = self._kept or self._make(values)
        given = [values[each.place] if isinstance(each, _Hole) else each for each in parameters]
        ours = copy.copy(compiler)  # of this call alone: other threads ask with other values, over connections of their own
        ours.connection = connections[rows.db]
        sql = ours.as_sql()[0]
        ours.as_sql = lambda *_args, **_kwargs: (sql, given)  # type: ignore[assignment, method-assign]
        asked = rows._clone()  # type: ignore[attr-defined]
        asked.query.get_compiler = lambda *_args, **_kwargs: ours
        return list(asked)

    def first(self, *values: Given) -> R | None:
        """Return the only row for these values, or None."""
        return next(iter(self.all(*values)), None)

    def _make(self, values: tuple[Given, ...]) -> tuple[QuerySet[M, R], SQLCompiler, tuple[Any, ...]]:
        stands: list[Any] = [_STANDS[type(value)](place) for place, value in enumerate(values)]
        rows = self._build(*stands)
        compiler = rows.query.get_compiler(using=rows.db)
        sql, parameters = compiler.as_sql()
        holes = tuple(_Hole(stands.index(each)) if each in stands else each for each in parameters)
        if {each.place for each in holes if isinstance(each, _Hole)} != set(range(len(values))):
            message = "Each value must come whole among the statement's parameters; wrap a list in `ids`."
            raise TypeError(message)
        converters = compiler.get_converters([column for column, *_ in compiler.select])
        compiler.as_sql = lambda *_args, **_kwargs: (sql, holes)
        compiler.get_converters = lambda _columns: converters
        self._kept = (rows, compiler, holes)
        return self._kept


# Of a value's type: what no query would be built with, so that it is found again among the parameters.
_STANDS: dict[type, Callable[[int], Any]] = {
    UUID: lambda place: UUID(int=place),
    str: lambda place: f"\x7fstand-in {place}",
    int: lambda place: -7_000_000 - place,
    date: lambda place: date(1, 1, 1 + place),
    datetime: lambda place: datetime(1, 1, 1 + place, tzinfo=UTC),
    list: lambda place: [UUID(int=place)],
}


def ids(values: list[UUID]) -> Value:
    """Return a list of ids as one parameter, which Django would otherwise take apart."""
    return Value(values, output_field=ArrayField(UUIDField()))


class _Hole:
    """Where a value goes among a statement's parameters."""

    __slots__ = ("place",)

    def __init__(self, place: int) -> None:
        self.place = place


def prepared[M: Model, R](build: Callable[..., QuerySet[M, R]]) -> Prepared[M, R]:
    """Make a query of fixed shape; see `Prepared`."""
    return Prepared(build)
