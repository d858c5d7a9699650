"""What the forms of several nouns share: days, hours, and choosing among rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.db.models import QuerySet


WEEKDAYS = list(enumerate((_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))))
HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


def choose(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    """Offer only these rows in a form's choice."""
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = rows
