"""Text becomes values: the forms of products, versions of a vision, goals and key results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from apps.accounts.models import User
from apps.vision.models import Goal

if TYPE_CHECKING:
    from apps.accounts.models import Workspace


class ProductForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="What people call it.")
    key = forms.CharField(
        max_length=10, required=False, help_text="Begins the names of its items, as in HAR-12. Empty: from the name."
    )
    slug = forms.CharField(max_length=50, required=False, label="Address", help_text="Empty: from the name.")
    description = forms.CharField(max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class VersionForm(forms.Form):
    """The four texts of a version, and who is to sign it."""

    statement = forms.CharField(
        max_length=300, widget=forms.Textarea(attrs={"rows": 2}), help_text="One sentence: what the product aims for."
    )
    audience = forms.CharField(max_length=4_000, widget=forms.Textarea(attrs={"rows": 3}), label="Whom it serves", strip=False)
    goal = forms.CharField(max_length=4_000, widget=forms.Textarea(attrs={"rows": 3}), label="What it is for", strip=False)
    value = forms.CharField(max_length=4_000, widget=forms.Textarea(attrs={"rows": 3}), label="What it is worth", strip=False)
    signatories = forms.ModelMultipleChoiceField(
        User.objects.none(), widget=forms.CheckboxSelectMultiple, required=False, label="Who is to sign",
        help_text="The version is agreed when all of them have signed.",
    )  # fmt: skip

    def __init__(self, workspace: Workspace, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        field = self.fields["signatories"]
        if isinstance(field, forms.ModelMultipleChoiceField):
            field.queryset = User.objects.filter(memberships__workspace=workspace).order_by("name")

    def texts(self) -> dict[str, str]:
        """Return the four texts."""
        return {name: self.cleaned_data[name] for name in ("statement", "goal", "audience", "value")}


class AnswerForm(forms.Form):
    reason = forms.CharField(max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 2}), label="Your word on it")


class GoalForm(forms.Form):
    name = forms.CharField(max_length=120)
    serves = forms.CharField(max_length=300, required=False, help_text="The sentence of the vision that it serves.")
    weight = forms.IntegerField(min_value=0, max_value=100, initial=0, label="Target share of effort, %")
    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}), strip=False)


class KeyResultForm(forms.Form):
    name = forms.CharField(max_length=160, help_text="A number that shows the goal is met.")
    unit = forms.CharField(max_length=20, required=False)
    start = forms.DecimalField(max_digits=14, decimal_places=2, initial=0)
    current = forms.DecimalField(max_digits=14, decimal_places=2, initial=0)
    target = forms.DecimalField(max_digits=14, decimal_places=2)


class MoveForm(forms.Form):
    """The goal after or before which another goes."""

    after = forms.ModelChoiceField(Goal.objects.all(), required=False)
    before = forms.ModelChoiceField(Goal.objects.all(), required=False)
