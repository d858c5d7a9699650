"""Text becomes values: stakeholders, and what they follow and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.conf import settings
from django.db.models import Case, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.forms import ZONES, zones
from apps.core.forms import EditForm, day_input
from apps.milestones.models import Milestone
from apps.roadmap.models import Item
from apps.stakeholders.forms.common import HOURS, WEEKDAYS, choose
from apps.stakeholders.models import (
    Frequency,
    Side,
    Stakeholder,
    Subscription,
)
from apps.stakeholders.narrowing import CHOICES
from apps.vision.models import Goal

if TYPE_CHECKING:
    from uuid import UUID

    from apps.accounts.models import Workspace
    from apps.stakeholders.narrowing import Offer


OFTEN = {
    Frequency.DAILY: _("Daily, when there is news"),
    Frequency.WEEKLY: _("Weekly, when there is news"),
    Frequency.MONTHLY: _("Monthly, when there is news"),
    Frequency.MATERIAL: _("Only when a date moves, or something ships or is dropped"),
}


class StakeholderForm(EditForm):
    fields_of = ("name", "email", "organisation", "side", "time_zone", "language")

    name = forms.CharField(max_length=100, label=_("Name"))
    email = forms.EmailField(label=_("E-mail"))
    organisation = forms.CharField(max_length=100, required=False, label=_("Organisation"))
    side = forms.ChoiceField(
        choices=Side.choices,
        initial=Side.OUTSIDE,
        help_text=_("Inside: a colleague. Outside: a customer or partner."),
        label=_("Side"),
    )
    time_zone = forms.ChoiceField(choices=ZONES, initial="UTC", label=_("Time zone"))
    language = forms.ChoiceField(
        choices=settings.LANGUAGES,
        initial=settings.LANGUAGE_CODE,
        help_text=_("In which they are written to."),
        label=_("Language"),
    )


class SubscribeForm(forms.Form):
    """Who follows an audience, how often, and when on their own day."""

    stakeholder = forms.ModelChoiceField(Stakeholder.objects.none(), empty_label=_("- Select an option -"), label=_("Person"))
    frequency = forms.ChoiceField(choices=Frequency.choices, initial=Frequency.WEEKLY, label=_("Frequency"))
    weekday = forms.TypedChoiceField(choices=WEEKDAYS, coerce=int, initial=0, label=_("Weekday"))
    hour = forms.TypedChoiceField(choices=HOURS, coerce=int, initial=9, help_text=_("In their time zone."), label=_("Hour"))

    def __init__(self, workspace: Workspace, data: Any = None) -> None:
        super().__init__(data)
        choose(self, "stakeholder", Stakeholder.objects.filter(workspace=workspace, archived_at=None))


def _small(label: Any) -> forms.Select:
    return forms.Select({"class": "input auto small", "aria-label": label})


class RhythmForm(EditForm):
    """How often a digest comes, and when; a page has one for each subscription."""

    fields_of = ("frequency", "weekday", "hour", "still_true")

    frequency = forms.ChoiceField(choices=Frequency.choices, widget=_small(_("How often")), label=_("Frequency"))
    weekday = forms.TypedChoiceField(choices=WEEKDAYS, coerce=int, widget=_small(_("Day")), label=_("Weekday"))
    hour = forms.TypedChoiceField(choices=HOURS, coerce=int, widget=_small(_("Hour")), label=_("Hour"))
    still_true = forms.BooleanField(required=False, label=_("also when all is still true"))

    def __init__(self, data: Any = None, *, obj: Subscription) -> None:
        super().__init__(data, obj=obj, auto_id=f"id_{obj.pk}_%s")


class NarrowForm(EditForm):
    """What a subscription follows: all that the audience is shown, or only what is ticked."""

    fields_of: tuple[str, ...] = ("promises", "goals", "milestones", "items")

    scope = forms.ChoiceField(
        choices=[("all", _("Everything that is shown")), ("some", _("Only what is ticked below"))],
        widget=forms.RadioSelect, label=_("What the digests speak of"),
    )  # fmt: skip
    promises = forms.BooleanField(
        required=False,
        label=_("Whatever was promised"),
        help_text=_("Each date that was told as committed, until it ships or is dropped."),
    )
    goals = forms.ModelMultipleChoiceField(
        Goal.objects.none(), widget=forms.CheckboxSelectMultiple, required=False, label=_("Goals")
    )
    milestones = forms.ModelMultipleChoiceField(
        Milestone.objects.none(), widget=forms.CheckboxSelectMultiple, required=False, label=_("Milestones")
    )
    items = forms.ModelMultipleChoiceField(
        Item.objects.none(), widget=forms.CheckboxSelectMultiple, required=False, label=_("Items")
    )

    def __init__(self, offered: Offer, data: Any = None, *, obj: Subscription) -> None:
        self.offered = offered
        super().__init__(data, obj=obj)
        for name in CHOICES:
            _offer(self, name, getattr(offered, name))
        narrowed = obj.promises or any(self.initial[name] for name in CHOICES) or any(offered.hidden.values())
        self.fields["scope"].initial = "some" if narrowed else "all"

    def choices(self) -> list[forms.BoundField]:
        """Return the lists of which something can be ticked."""
        return [self[name] for name in ("milestones", "goals", "items") if not self[name].is_hidden]

    def seen_of(self, obj: Subscription) -> dict[str, Any]:
        """Return what is chosen, by id; what its reader may not know of does not go out."""
        chosen = {
            name: [each.pk for each in getattr(obj, name).all() if each.pk in getattr(self.offered, name)] for name in CHOICES
        }
        return chosen | {"promises": obj.promises}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if self.cleaned_data.get("scope") == "all":
            return values | {"promises": False, "goals": [], "milestones": [], "items": []}
        ticked = any(self.cleaned_data.get(name) for name in NarrowForm.fields_of) or any(self.offered.hidden.values())
        if "scope" in self.cleaned_data and not self.errors and not ticked:
            self.add_error("scope", gettext("Tick at least one thing below, or choose everything."))
        for name, hidden in self.offered.hidden.items():
            if name in values and hidden:
                model = cast("Any", self.fields[name]).queryset.model
                values[name] = [*values[name], *model.objects.filter(pk__in=hidden)]
        return values


class OwnForm(NarrowForm):
    """All that a reader decides about their own mails."""

    fields_of = ("frequency", "weekday", "hour", "time_zone", "language", "still_true", *NarrowForm.fields_of)

    frequency = forms.ChoiceField(choices=[(each.value, OFTEN[each]) for each in Frequency], label=_("How often"))
    weekday = forms.TypedChoiceField(choices=WEEKDAYS, coerce=int, label=_("Day"))
    hour = forms.TypedChoiceField(choices=HOURS, coerce=int, label=_("Hour"))
    time_zone = forms.ChoiceField(label=_("Your time zone"))
    language = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Your language"))
    still_true = forms.BooleanField(required=False, label=_("Write to me also when nothing changed, that all is still true"))

    def __init__(self, offered: Offer, data: Any = None, *, obj: Subscription) -> None:
        super().__init__(offered, data, obj=obj)
        scope = cast("Any", self.fields["scope"])
        scope.label, scope.choices = (
            gettext("Your mails speak of"),
            [("all", gettext("Everything you are shown")), ("some", gettext("Only what you tick"))],
        )
        cast("Any", self.fields["time_zone"]).choices = zones(obj.stakeholder.time_zone)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if self.cleaned_data.get("frequency") == Frequency.MATERIAL:
            values["still_true"] = False  # that box is not shown then
        return values

    def seen_of(self, obj: Subscription) -> dict[str, Any]:
        """Return what is chosen, and the reader's zone and language."""
        own = {name: getattr(obj, name) for name in ("frequency", "weekday", "hour", "still_true")}
        return super().seen_of(obj) | own | {name: getattr(obj.stakeholder, name) for name in ("time_zone", "language")}


class PauseForm(forms.Form):
    until = forms.DateField(
        required=False,
        label=_("Until"),
        widget=day_input(),
        help_text=_("The first day with digests again. Left open: until it is resumed."),
    )


def _offer(form: forms.Form, name: str, words: dict[UUID, str]) -> None:
    """Offer these rows in their order, in these words; a choice of none is left out."""
    field = cast("Any", form.fields[name])
    if not words:
        field.widget = forms.MultipleHiddenInput()
        return
    order = Case(*(When(pk=pk, then=n) for n, pk in enumerate(words)))
    field.queryset = field.queryset.model.objects.filter(pk__in=words).order_by(order)
    field.label_from_instance = lambda row: words[row.pk]
