"""What is asked of values before they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext

if TYPE_CHECKING:
    from apps.core.models import Tracked


def clean(obj: Tracked, only: set[str] | None) -> None:
    """Validate the fields that are about to be written; constraints are left to the database, which names them."""
    skip = set() if only is None else {f.name for f in obj._meta.concrete_fields} - only
    long = {
        f.name: ValidationError(_too_long(f.max_length, len(getattr(obj, f.name))))
        for f in obj._meta.concrete_fields
        if isinstance(f, models.TextField)
        and f.name not in skip
        and f.max_length
        and len(getattr(obj, f.name) or "") > f.max_length
    }  # Django asks this of forms only
    if long:
        raise ValidationError(cast("dict[str, Any]", long))
    obj.full_clean(exclude=skip | _trusted(obj), validate_unique=False, validate_constraints=False)


def _too_long(most: int, length: int) -> str:
    counted = {"most": number_format(most, force_grouping=True), "length": number_format(length, force_grouping=True)}
    return gettext("Write at most %(most)s characters; these are %(length)s.") % counted


def _trusted(obj: Tracked) -> set[str]:
    # Django would ask the database once per foreign key; the key constraint asks anyway.
    return {f.name for f in obj._meta.concrete_fields if isinstance(f, models.ForeignKey) and (f.null or getattr(obj, f.attname))}
