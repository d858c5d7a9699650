"""Text becomes values: reviews and what is said in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.forms import EditForm, day_input
from apps.stakeholders.forms.common import choose
from apps.stakeholders.models import (
    Review,
    Stakeholder,
    Verdict,
)

if TYPE_CHECKING:
    from apps.accounts.models import Workspace


class ReviewForm(EditForm):
    fields_of = ("title", "due_on", "cadence_weeks", "escalate_after", "owner", "attendees", "guests")

    title = forms.CharField(max_length=120, initial=_("Roadmap review"), label=_("Title"))
    due_on = forms.DateField(widget=day_input(), label=_("Day"))
    cadence_weeks = forms.IntegerField(
        min_value=0, max_value=52, initial=4, label=_("Repeats every … weeks"), help_text=_("0: only once.")
    )
    escalate_after = forms.IntegerField(
        min_value=0, max_value=90, initial=7, required=False, label=_("Tell the workspace's owners after … days overdue"),
        help_text=_("Once; 0: never."),
    )  # fmt: skip
    owner = forms.ModelChoiceField(User.objects.none(), required=False, empty_label=_("Nobody"), label=_("Owner"))
    attendees = forms.ModelMultipleChoiceField(
        User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, label=_("Members who take part")
    )
    guests = forms.ModelMultipleChoiceField(
        Stakeholder.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, label=_("Stakeholders who take part")
    )

    def clean_escalate_after(self) -> int:
        """Return the days; what is left open is a week."""
        days: int | None = self.cleaned_data["escalate_after"]
        return 7 if days is None else days

    def __init__(self, workspace: Workspace, data: Any = None, *, obj: Review | None = None, **more: Any) -> None:
        super().__init__(data, obj=obj, **more)
        people = User.objects.filter(memberships__workspace=workspace).order_by("name", "id")
        choose(self, "owner", people)
        choose(self, "attendees", people)
        kept = obj.guests.values("pk") if obj else ()  # who was archived meanwhile did take part
        told = Stakeholder.objects.filter(Q(archived_at=None) | Q(pk__in=kept), workspace=workspace)
        choose(self, "guests", told.order_by("name", "id"))

    def seen_of(self, obj: Review) -> dict[str, Any]:
        """Return the review's values; its owner by id, as a choice has it."""
        own = {name: getattr(obj, name) for name in ("title", "due_on", "cadence_weeks", "escalate_after")}
        return {**own, "owner": obj.owner_id, "attendees": list(obj.attendees.all()), "guests": list(obj.guests.all())}


class VerdictForm(forms.Form):
    verdict = forms.ChoiceField(choices=Verdict.choices, label=_("Verdict"))
    note = forms.CharField(max_length=2_000, required=False, label=_("Note"))
    seen = forms.IntegerField(min_value=0, required=False, label=_("Seen"))


class NotesForm(EditForm):
    fields_of = ("notes",)

    notes = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        strip=False,
        help_text=_("What was settled, in markdown."),
        label=_("Notes"),
    )
