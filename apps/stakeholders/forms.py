"""Text becomes values: the forms of people, audiences, subscriptions, share links and reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms

from apps.accounts.models import User
from apps.roadmap.models import ItemType, Status
from apps.stakeholders.models import Frequency, Precision, Side, Stakeholder, Verdict
from apps.stakeholders.projection import PUBLIC
from apps.vision.models import Goal, Product

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from apps.accounts.models import Workspace

ZONES = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"]
WEEKDAYS = list(enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")))
HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
FIELD_WORDS = {name: name.replace("_", " ").capitalize() for name in PUBLIC}


def choose(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    """Offer only these rows in a form's choice."""
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = rows


class StakeholderForm(forms.Form):
    name = forms.CharField(max_length=100)
    email = forms.EmailField(label="E-mail")
    organisation = forms.CharField(max_length=100, required=False)
    side = forms.ChoiceField(
        choices=Side.choices, initial=Side.OUTSIDE, help_text="Inside: a colleague. Outside: a customer or partner."
    )
    time_zone = forms.ChoiceField(choices=ZONES, initial="UTC")


class AudienceForm(forms.Form):
    """What an audience may see: which items, which fields, how exact a date."""

    name = forms.CharField(max_length=100)
    description = forms.CharField(max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    side = forms.ChoiceField(
        choices=Side.choices,
        initial=Side.OUTSIDE,
        help_text="Outside: an item's title outside is used, and a date that is unsure or only hoped for is shown less exactly.",
    )
    precision = forms.ChoiceField(
        choices=Precision.choices, initial=Precision.QUARTER, help_text="They never see a date more exact than this."
    )
    fields_shown = forms.MultipleChoiceField(
        choices=list(FIELD_WORDS.items()),
        widget=forms.CheckboxSelectMultiple,
        label="Fields",
        help_text="What is not ticked is not shown.",
    )
    statuses = forms.MultipleChoiceField(
        choices=Status.choices, widget=forms.CheckboxSelectMultiple, required=False, help_text="None ticked: all."
    )
    types = forms.MultipleChoiceField(
        choices=ItemType.choices, widget=forms.CheckboxSelectMultiple, required=False, help_text="None ticked: all."
    )
    goals = forms.ModelMultipleChoiceField(
        Goal.objects.none(), widget=forms.CheckboxSelectMultiple, required=False, help_text="None ticked: all."
    )

    def __init__(self, product: Product, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        choose(self, "goals", Goal.objects.filter(product=product, archived_at=None))

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if "fields_shown" in values:
            values["fields"] = values.pop("fields_shown")
        return values


class ProductForm(forms.Form):
    """Which product's audience is to be made."""

    product = forms.ModelChoiceField(Product.objects.none(), empty_label=None)

    def __init__(self, workspace: Workspace, data: Any = None) -> None:
        super().__init__(data)
        choose(self, "product", Product.objects.filter(workspace=workspace, archived_at=None))


class SubscribeForm(forms.Form):
    """Who follows an audience, how often, and when on their own day."""

    stakeholder = forms.ModelChoiceField(Stakeholder.objects.none(), label="Person")
    frequency = forms.ChoiceField(choices=Frequency.choices, initial=Frequency.WEEKLY)
    weekday = forms.TypedChoiceField(choices=WEEKDAYS, coerce=int, initial=0)
    hour = forms.TypedChoiceField(choices=HOURS, coerce=int, initial=9, help_text="In their time zone.")

    def __init__(self, workspace: Workspace, data: Any = None) -> None:
        super().__init__(data)
        choose(self, "stakeholder", Stakeholder.objects.filter(workspace=workspace, archived_at=None))


class RhythmForm(forms.Form):
    """How often a digest comes, and when."""

    frequency = forms.ChoiceField(choices=Frequency.choices)
    weekday = forms.TypedChoiceField(choices=WEEKDAYS, coerce=int)
    hour = forms.TypedChoiceField(choices=HOURS, coerce=int)


class ShareLinkForm(forms.Form):
    name = forms.CharField(max_length=100, help_text="For whom it is; only you see this.")
    password = forms.CharField(
        max_length=100, required=False, widget=forms.PasswordInput, help_text="Asked before anything is shown."
    )
    expires_at = forms.DateTimeField(
        required=False, label="Expires", widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )


class PasswordForm(forms.Form):
    password = forms.CharField(max_length=100, widget=forms.PasswordInput)


class ReviewForm(forms.Form):
    title = forms.CharField(max_length=120, initial="Roadmap review")
    due_on = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), label="Day")
    cadence_weeks = forms.IntegerField(
        min_value=0, max_value=52, initial=4, label="Repeats every … weeks", help_text="0: only once."
    )
    owner = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="Nobody")

    def __init__(self, workspace: Workspace, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        choose(self, "owner", User.objects.filter(memberships__workspace=workspace).order_by("name"))


class VerdictForm(forms.Form):
    verdict = forms.ChoiceField(choices=Verdict.choices)
    note = forms.CharField(max_length=2_000, required=False)


class NotesForm(forms.Form):
    notes = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 3}), strip=False, help_text="What was settled, in markdown."
    )
