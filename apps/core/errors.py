"""The refusals of an action, the same at every door.

Invalid values are Django's `ValidationError` with the field names as keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext, pgettext

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.utils.functional import _StrOrPromise

    from apps.core.models import Tracked


class Refused(PermissionDenied):
    """The actor may not do this; the text says why and what would help."""


class Gone(Refused):
    """Somebody else took the target away since the actor looked."""


@dataclass(frozen=True, slots=True)
class Denied:
    """A falsy answer of a rule that explains itself."""

    why: _StrOrPromise

    def __bool__(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that somebody else changed since the editor looked: both values, who and when."""

    field: str
    yours: Any
    theirs: Any
    by: str
    at: datetime


class Stale(Exception):
    """The same field changed since the version that the editor saw."""

    def __init__(self, current: Tracked, conflicts: Sequence[Conflict]) -> None:
        self.current = current
        self.conflicts = tuple(conflicts)
        names = ", ".join(pgettext("field", conflict.field.replace("_", " ")) for conflict in self.conflicts)
        super().__init__(gettext("Changed since you looked: %(names)s.") % {"names": names})
