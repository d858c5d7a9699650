"""What the database refuses, said in words and with the field's name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext, gettext_lazy

if TYPE_CHECKING:
    from django.db import DatabaseError

_OUTSIDE = gettext_lazy("This refers to something that is not in this workspace; choose one that is.")


def as_validation_error(error: DatabaseError) -> ValidationError:
    """Return the message of the constraint that the statement broke, under the field it is about."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    if name.startswith("tenant_"):
        return ValidationError(cast("dict[str, Any]", {name.removeprefix("tenant_").split("__")[1]: _OUTSIDE}))
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                text = constraint.violation_error_message or gettext("These values do not go together.")
                return ValidationError(cast("dict[str, Any]", {_field(constraint): str(text)}))
    return _unnamed(str(error), diagnosis)


def _field(constraint: models.BaseConstraint) -> str:
    if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
        return constraint.fields[-1]
    if isinstance(constraint, models.UniqueConstraint):
        names = re.findall(r"F\((\w+)\)", repr(constraint.expressions))
        return names[-1] if names else NON_FIELD_ERRORS
    condition = getattr(constraint, "condition", None)
    names = sorted(condition.referenced_base_fields) if isinstance(condition, models.Q) else []
    return names[0] if names else NON_FIELD_ERRORS


def _unnamed(text: str, diagnosis: Any) -> ValidationError:
    column = getattr(diagnosis, "column_name", None) or _key_column(text)
    if column:
        return ValidationError({column.removesuffix("_id"): gettext("This value is taken or does not exist; choose another.")})
    return ValidationError(gettext("The database cannot keep one of these values; shorten it or write it differently."))


def _key_column(text: str) -> str:
    found = re.search(r"Key \((?:workspace_id, )?(\w+)\)", text)
    return found.group(1) if found else ""
