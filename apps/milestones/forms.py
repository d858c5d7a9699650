"""Text becomes values: the forms of milestones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import EditForm, day_input, markdown_input, moment_input
from apps.milestones.models import Commitment, Kind, Milestone
from apps.roadmap.models import Granularity, Item
from apps.vision.models import Product

if TYPE_CHECKING:
    from apps.milestones.models import Baseline


class MilestoneForm(EditForm):
    """A new milestone, or with `obj` an edit that hands on only what the person changed."""

    fields_of = ("name", "kind", "date", "granularity", "commitment", "notes")

    name = forms.CharField(max_length=120, label=_("Name"))
    kind = forms.ChoiceField(
        choices=Kind.choices, initial=Kind.MILESTONE, label=_("Kind"), help_text=_("A release is what reaches users together.")
    )
    date = forms.DateField(required=False, label=_("Date"), widget=day_input())
    granularity = forms.ChoiceField(choices=Granularity.choices, initial=Granularity.DAY, label=_("How exact"))
    commitment = forms.ChoiceField(
        choices=Commitment.choices,
        initial=Commitment.TARGET,
        label=_("Commitment"),
        help_text=_("A committed date moves only with a reason."),
    )
    notes = forms.CharField(required=False, widget=markdown_input(3), strip=False, label=_("Release notes"))
    reason = forms.CharField(
        max_length=2_000, required=False, label=_("Reason"), help_text=_("Why, if a date moves. Readers are told.")
    )


class ReachedForm(forms.Form):
    on = forms.DateField(required=False)
    reason = forms.CharField(max_length=2_000, required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=2_000, required=False)


class PlaceForm(forms.Form):
    """Into which milestone an item goes; none takes it out."""

    milestone = forms.ModelChoiceField(Milestone.objects.none(), required=False, label=_("Milestone"), empty_label=_("None"))
    reason = forms.CharField(max_length=2_000, required=False)

    def __init__(self, product: Product, data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["milestone"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Milestone.objects.filter(product=product, archived_at=None)


class AddItemForm(forms.Form):
    """An item that is to go into a milestone, by its number."""

    item = forms.ModelChoiceField(Item.objects.none(), to_field_name="number", label=_("Item"), empty_label=_("Choose an item"))

    def __init__(self, product: Product, data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["item"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Item.objects.filter(product=product, archived_at=None)


class TransferForm(forms.Form):
    """To which other product an item goes, and whether what it contains goes along."""

    product = forms.ModelChoiceField(
        Product.objects.none(), to_field_name="slug", empty_label=_("Choose a product"), label=_("To the product")
    )
    children = forms.ChoiceField(
        choices=[("1", _("With all that it contains")), ("0", _("Alone; what it contains stays"))],
        required=False,
        label=_("What moves"),
    )
    reason = forms.CharField(max_length=2_000, required=False, label=_("Why"), help_text=_("Kept in the history."))

    def __init__(self, product: Product, data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["product"]
        if isinstance(field, forms.ModelChoiceField):
            others = Product.objects.filter(workspace_id=product.workspace_id, archived_at=None)
            field.queryset = others.exclude(pk=product.pk)

    def clean_children(self) -> bool:
        """Say whether what it contains goes along, as where nothing was chosen."""
        return bool(self.cleaned_data["children"] != "0")


class BaselineForm(EditForm):
    """A moment to compare with; once it is kept only its name changes."""

    fields_of = ("name",)

    name = forms.CharField(max_length=160, label=_("Name"), help_text=_("For example: what the board agreed to."))
    at = forms.DateTimeField(
        required=False, label=_("The roadmap as it was"), widget=moment_input(),
        help_text=_("Empty: as it is now."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, obj: Baseline | None = None) -> None:
        super().__init__(data, obj=obj)
        if obj:
            del self.fields["at"]
