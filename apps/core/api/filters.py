"""The filters that most collections share; a collection adds its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django_filters import BooleanFilter, Filter, FilterSet, UUIDFilter

from apps.core.choosing import Chosen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet


def given(field: str) -> BooleanFilter:
    """Return a filter that says whether a moment is set: true keeps the rows that have one."""
    return BooleanFilter(field_name=field, lookup_expr="isnull", exclude=True)


class InWorkspace(FilterSet):
    """Rows of one workspace."""

    workspace = UUIDFilter(field_name="workspace_id")


class InProduct(InWorkspace):
    """Rows of one product."""

    product = UUIDFilter(field_name="product_id")


class ChosenField(forms.CharField):
    """Reads which values of a field are wanted and which are not; refuses what is no value of it."""

    def __init__(self, *, known: Iterable[str] = (), none: bool = False, **how: Any) -> None:
        super().__init__(max_length=2_000, **how)
        self.known, self.none = tuple(known), none

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        chosen = Chosen.read(text) if text else None
        for each in (*chosen.wanted, *chosen.unwanted) if chosen else ():
            if not (self._is_known(each) or (self.none and each == "none")):
                named = _("one of %(values)s") % {"values": ", ".join(self.known)} if self.known else _("an id")
                words = _("%(value)s is no value of it; give %(named)s, with a minus before it for all but that.")
                raise ValidationError(words % {"value": each[:60], "named": named})
        return chosen

    def _is_known(self, text: str) -> bool:
        if self.known:
            return text in self.known
        try:
            return bool(UUID(text))
        except ValueError:
            return False


class ChosenFilter(Filter):
    """Rows with one of several values of a field, or without: `planned,in_progress`, or `-shipped,-dropped`.

    `values` are those that it has; without them it holds ids. `none` lets `none` stand for no value. A field of `several` rows is
    asked for by whether any of them has the value.
    """

    field_class = ChosenField

    def __init__(self, field_name: str, *, values: Iterable[str] = (), none: bool = False, several: bool = False) -> None:
        self.values, self.several = tuple(values), several
        words = "Any of these, separated by commas; with a minus before it, none of these, as in `-{}`."
        also = " `none` stands for no value." if none else ""
        help_text = words.format(self.values[0] if self.values else "019a3c5e-0000-7000-8000-000000000001") + also
        super().__init__(field_name, known=self.values, none=none, help_text=help_text)

    def filter(self, qs: QuerySet[Any], value: Chosen | None) -> QuerySet[Any]:
        """Keep the rows that have a wanted value, if any is wanted, and no unwanted one."""
        if value is None:
            return qs
        rows = qs.filter(self._any_of(qs, value.wanted)) if value.wanted else qs
        return rows.exclude(self._any_of(qs, value.unwanted)) if value.unwanted else rows

    def _any_of(self, rows: QuerySet[Any], values: tuple[str, ...]) -> Q:
        found = Q(**{f"{self.field_name}__in": [each for each in values if each != "none"]})
        if "none" in values:
            found |= Q(**{f"{self.field_name}__isnull": True})
        return Q(pk__in=rows.model._base_manager.filter(found).values("pk")) if self.several else found
