"""Forms as browsers read them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from django import forms

from apps.core.forms import moment_input

if TYPE_CHECKING:
    from collections.abc import Iterator

APPS = ("accounts", "vision", "roadmap", "milestones", "stakeholders")
NOON = datetime(2026, 11, 26, 12, 30, tzinfo=UTC)


def inputs() -> Iterator[tuple[str, forms.DateInput]]:
    for app in APPS:
        for name, form in vars(import_module(f"apps.{app}.forms")).items():
            for field, each in getattr(form, "base_fields", {}).items():
                if getattr(each.widget, "input_type", "") == "date":
                    yield f"{app}.{name}.{field}", each.widget


@pytest.mark.parametrize(("name", "widget"), list(inputs()))
def test_a_date_is_written_as_browsers_read_it(name: str, widget: forms.DateInput):
    """Else the field stands empty, and saving the form takes the date away."""
    assert widget.format_value(date(2026, 11, 26)) == "2026-11-26", name


def test_a_moment_too() -> None:
    assert moment_input().format_value(NOON) == "2026-11-26T12:30"
