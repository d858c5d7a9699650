"""Text becomes values: audiences, and when their digests go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.core.forms import EditForm, day_input
from apps.roadmap.models import ItemType, Status
from apps.stakeholders.forms.common import choose
from apps.stakeholders.models import (
    Audience,
    Precision,
    Side,
)
from apps.vision.models import Goal, Product

if TYPE_CHECKING:
    pass


# What an audience can be granted, as people read it; the keys are those of `projection.PUBLIC`.
FIELD_WORDS = {
    "title": _("Title"),
    "summary": _("Summary"),
    "type": _("Type"),
    "status": _("Status"),
    "health": _("Health"),
    "confidence": _("Confidence"),
    "horizon": _("Horizon"),
    "timeframe": _("Timeframe"),
    "progress": _("Progress"),
    "goals": _("Goals"),
    "milestone": _("Milestone"),
    "commitment": _("Commitment"),
    "vision": _("Vision"),
    "reason": _("Reason"),
}


class AudienceForm(EditForm):
    """What an audience may see: which items, which fields, how exact a date."""

    fields_of = ("name", "description", "side", "precision", "fields_shown", "statuses", "types", "goals", "language")

    name = forms.CharField(max_length=100, label=_("Name"))
    description = forms.CharField(
        max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 2}), label=_("Description")
    )
    side = forms.ChoiceField(
        choices=Side.choices,
        initial=Side.OUTSIDE,
        help_text=_(
            "Outside: an item's title outside is used, and a date that is unsure or only hoped for is shown less exactly."
        ),
        label=_("Side"),
    )
    precision = forms.ChoiceField(
        choices=Precision.choices,
        initial=Precision.QUARTER,
        help_text=_("They never see a date more exact than this."),
        label=_("Precision"),
    )
    fields_shown = forms.MultipleChoiceField(
        choices=list(FIELD_WORDS.items()),
        widget=forms.CheckboxSelectMultiple,
        label=_("Fields"),
        help_text=_("What is not ticked is not shown."),
    )
    statuses = forms.MultipleChoiceField(
        choices=Status.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None ticked: all."),
        label=_("Statuses"),
    )
    types = forms.MultipleChoiceField(
        choices=ItemType.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None ticked: all."),
        label=_("Types"),
    )
    goals = forms.ModelMultipleChoiceField(
        Goal.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None ticked: all."),
        label=_("Goals"),
    )

    language = forms.ChoiceField(
        choices=settings.LANGUAGES,
        initial=get_language,
        label=_("Language"),
        help_text=_("Its feeds, files, embedded pages and webhooks speak it. People are written to in their own."),
    )

    def __init__(self, product: Product, data: Any = None, *, obj: Audience | None = None, **more: Any) -> None:
        super().__init__(data, obj=obj, **more)
        kept = obj.goals.values("pk") if obj else ()  # a goal that was given up still narrows
        choose(self, "goals", Goal.objects.filter(Q(archived_at=None) | Q(pk__in=kept), product=product))

    def seen_of(self, obj: Audience) -> dict[str, Any]:
        """Return the values as the form calls them; what a form of Django's calls `fields` is its own."""
        own = {name: getattr(obj, name) for name in self.fields_of if name not in ("fields_shown", "goals")}
        return {**own, "fields_shown": obj.fields, "goals": list(obj.goals.all())}

    def name_of(self, field: str) -> str:
        return "fields_shown" if field == "fields" else field

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if "fields_shown" in values:
            values["fields"] = values.pop("fields_shown")
        return values


class DigestsForm(forms.Form):
    """The author's hand on the digests of an audience."""

    digest_word = forms.CharField(
        max_length=2_000,
        required=False,
        label=_("A word on top"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands above the lines of each digest until you take it away."),
    )
    approval = forms.BooleanField(required=False, label=_("Digests wait until somebody approves them"))
    held = forms.BooleanField(required=False, label=_("Hold all digests of this audience"))


class ApproveForm(forms.Form):
    through = forms.DateField(widget=day_input(), label=_("Let go out what is due until"))
