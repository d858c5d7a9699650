"""`{% change_line change %}`: a change of any object, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from apps.core.wording import ChangeWords, FieldWords, change_words, words_of

if TYPE_CHECKING:
    from uuid import UUID

    from apps.core.models import Change

__all__ = ["ChangeWords", "FieldWords", "change_line", "change_words", "words_of"]

register = template.Library()


@register.inclusion_tag("core/change_line.html")
def change_line(change: Change | ChangeWords, object_id: UUID | None = None) -> dict[str, Any]:
    """Say a change in one line; for a list of changes make their words at once, with `words_of`, and give them one by one."""
    return {"words": change if isinstance(change, ChangeWords) else change_words(change, object_id or None), "inside": object_id}
