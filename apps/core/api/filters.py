"""The filters that most collections share; a collection adds its own."""

from __future__ import annotations

from django_filters import BooleanFilter, FilterSet, UUIDFilter


def given(field: str) -> BooleanFilter:
    """Return a filter that says whether a moment is set: true keeps the rows that have one."""
    return BooleanFilter(field_name=field, lookup_expr="isnull", exclude=True)


class InWorkspace(FilterSet):
    """Rows of one workspace."""

    workspace = UUIDFilter(field_name="workspace_id")


class InProduct(InWorkspace):
    """Rows of one product."""

    product = UUIDFilter(field_name="product_id")
