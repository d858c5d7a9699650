"""What a value may be, used by models, forms and serializers alike."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.translation import gettext, gettext_lazy

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2100, 12, 31)
no_null = ProhibitNullCharactersValidator(message=gettext_lazy("Remove the invisible NUL character from this text."))


def sensible_date(day: date) -> None:
    """Refuse a date that is a slip of the keyboard."""
    if not FIRST_DAY <= day <= LAST_DAY:
        years = {"first": FIRST_DAY.year, "last": LAST_DAY.year}
        message = gettext("Choose a date between %(first)s and %(last)s.") % years
        raise ValidationError(message, code="date")


def not_blank(text: str) -> None:
    """Refuse a name made only of spaces, of whatever kind."""
    if not text.strip(" \t\r\n\u00a0\u2000\u200b\u3000\ufeff"):
        message = gettext("Write at least one visible character.")
        raise ValidationError(message, code="blank")
