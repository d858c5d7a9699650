"""Text becomes values: the forms of people, workspaces and members."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Role, Scope, Weekday
from apps.core.forms import EditForm

if TYPE_CHECKING:
    from apps.accounts.models import Membership, User

ZONES = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"]
LASTS = {"30": _("30 days"), "90": _("90 days"), "365": _("a year"), "": _("until revoked")}


class SignUp(forms.Form):
    """What sign-up asks beyond address and password."""

    name = forms.CharField(max_length=100, label=_("Your name"))

    def signup(self, request: object, user: User) -> None:
        del request
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class OwnSettings(forms.Form):
    """What people say of themselves: how they are called, and the clock and the language of their pages."""

    name = forms.CharField(max_length=100, label=_("Your name"))
    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("Pages show times by the clock of this place."))
    language = forms.ChoiceField(
        choices=[("", _("As the browser asks")), *settings.LANGUAGES], required=False, label=_("Language")
    )

    def __init__(self, person: User, data: Any = None) -> None:
        super().__init__(data, initial={name: getattr(person, name) for name in ("name", "time_zone", "language")})
        self.fields["time_zone"].choices = zones(person.time_zone)  # type: ignore[attr-defined]


def zones(own: str) -> list[tuple[str, str]]:
    """Return the zones to choose from; somebody's own is among them under an older name too, which still counts."""
    return ZONES if own in dict(ZONES) else [(own, own), *ZONES]


class NewWorkspace(forms.Form):
    """A name is enough; the address is made of it."""

    name = forms.CharField(max_length=80, label=_("Name of the workspace"), help_text=_("Mostly that of your company or team."))


class WorkspaceSettings(EditForm):
    """What owners change of a workspace."""

    fields_of = ("name", "year_begins", "week_begins", "mail_paused")

    name = forms.CharField(max_length=80, label=_("Name"))
    year_begins = forms.TypedChoiceField(
        choices=list(MONTHS.items()),
        coerce=int,
        required=False,
        empty_value=None,
        label=_("The fiscal year begins in"),
        help_text=_(
            "Quarters, half-years and years are counted from this month, also in what audiences are told. No date moves."
        ),
    )
    week_begins = forms.ChoiceField(choices=Weekday.choices, required=False, label=_("Weeks begin on"))
    mail_paused = forms.BooleanField(required=False, label=_("Hold back all mail of this workspace"))

    def clean_year_begins(self) -> int | None:
        """Take no month for one that was left out on purpose; a form that has no such field changes nothing."""
        month: int | None = self.cleaned_data["year_begins"]
        if month is None and "year_begins" in self.data:
            raise forms.ValidationError(gettext("Choose the month in which the year begins."))
        return month


class Invite(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(choices=Role.choices, initial=Role.EDITOR, label=_("Role"))


class ChangeRole(EditForm):
    """Another role for a member; the page has one for each."""

    fields_of = ("role",)

    role = forms.ChoiceField(choices=Role.choices, label=_("Role"), widget=forms.Select({"class": "input auto small"}))

    def __init__(self, data: Any = None, *, obj: Membership) -> None:
        super().__init__(data, obj=obj, auto_id=f"id_{obj.pk}_%s")
        self.fields["role"].widget.attrs["aria-label"] = gettext("Role of %(who)s") % {"who": obj.user}


class NewToken(forms.Form):
    """A token: its name, what it may, and for how long."""

    name = forms.CharField(
        max_length=80, label=_("Name"), help_text=_("What will use it, for example: import from the warehouse.")
    )
    scopes = forms.MultipleChoiceField(
        choices=Scope.choices, widget=forms.CheckboxSelectMultiple, initial=[Scope.READ.value], label=_("Scopes")
    )
    lasts = forms.ChoiceField(choices=LASTS.items(), required=False, initial="90", label=_("Works for"))

    def __init__(self, *args: Any, scopes: frozenset[str] = frozenset(Scope.values), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = [each for each in Scope.choices if each[0] in scopes]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Return the action's keywords: the days become a moment."""
        values = self.cleaned_data
        days = values.pop("lasts", "")
        values["expires_at"] = timezone.now() + timedelta(days=int(days)) if days else None
        return values


class ActivityFilter(forms.Form):
    """Which part of the activity: anything that is not a filter is left aside."""

    what = forms.CharField(required=False, max_length=40)
    who = forms.UUIDField(required=False)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
