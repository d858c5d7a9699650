"""Text becomes values: the roadmap's address, and the forms about items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.forms import EditForm, day_input, markdown_input
from apps.roadmap import queries
from apps.roadmap.bulk import FARTHEST
from apps.roadmap.models import (
    Comment,
    Decision,
    DependencyKind,
    Granularity,
    Health,
    Horizon,
    Item,
    ItemType,
    SavedView,
    Status,
)
from apps.roadmap.scene.lanes import GROUPERS, IN_NONE
from apps.roadmap.serving import swapped
from apps.vision.models import Goal

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from apps.roadmap.actions import ItemFields
    from apps.roadmap.serving import Serves
    from apps.vision.models import Product

NOWHERE = "none"  # in no milestone
_NOT_SEEN = {"goal", "reason", "version"}


class ItemForm(forms.Form):
    """Any subset of an item's fields: only what was sent is in `sent()`."""

    title = forms.CharField(max_length=200, required=False, label=_("Title"))
    type = forms.ChoiceField(choices=ItemType.choices, required=False, label=_("Type"))
    status = forms.ChoiceField(choices=Status.choices, required=False, label=_("Status"))
    horizon = forms.ChoiceField(choices=Horizon.choices, required=False, label=_("Horizon"))
    health = forms.ChoiceField(choices=[("", _("Not said")), *Health.choices], required=False, label=_("Health"))
    confidence = forms.IntegerField(min_value=0, max_value=100, required=False, label=_("Confidence"))
    start = forms.DateField(required=False, label=_("Start"))
    end = forms.DateField(required=False, label=_("End"))
    granularity = forms.ChoiceField(choices=[("", _("Day")), *Granularity.choices], required=False, label=_("Granularity"))
    owner = forms.ModelChoiceField(User.objects.none(), required=False, empty_label=_("Nobody"), label=_("Owner"))
    parent = forms.ModelChoiceField(Item.objects.none(), required=False, empty_label=_("No parent"), label=_("Parent"))
    progress = forms.IntegerField(min_value=0, max_value=100, required=False, label=_("Progress"))
    effort = forms.DecimalField(max_digits=8, decimal_places=2, min_value=0, required=False, label=_("Effort"))
    confidential = forms.TypedChoiceField(
        choices=[("False", _("Shown to those who may see it")), ("True", _("Confidential: shown to no audience"))],
        coerce=lambda text: text == "True",
        empty_value=None,
        required=False,
        label=_("To audiences"),
    )
    outside_title = forms.CharField(
        max_length=200, required=False, label=_("Known outside as"), help_text=_("Empty: the title above.")
    )
    outside_summary = forms.CharField(
        max_length=2_000, required=False, strip=False, widget=forms.Textarea(attrs={"rows": 2}), label=_("Summary for audiences")
    )
    description = forms.CharField(widget=markdown_input(10), required=False, strip=False, label=_("Description"))
    goal = forms.ModelChoiceField(Goal.objects.none(), required=False, empty_label=_("No goal yet"), label=_("Goal"))
    reason = forms.CharField(max_length=2_000, required=False, label=_("Reason"))
    version = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)

    def __init__(
        self, product: Product, data: Any = None, initial: dict[str, Any] | None = None, *, serves: Item | None = None
    ) -> None:
        """Make the form; with the item that it is of, `serves`, it asks for the share of each goal too."""
        super().__init__(data, initial=initial)
        self._choose("owner", User.objects.filter(memberships__workspace_id=product.workspace_id).order_by("name"))
        self._choose("parent", Item.objects.filter(product=product, archived_at=None))
        self._choose("goal", Goal.objects.filter(product=product, archived_at=None))
        self.goals: dict[str, Goal] = {}
        self.serves = serves
        if serves:
            self._add_shares(product, serves)

    def _add_shares(self, product: Product, item: Item) -> None:
        """Ask for the share of each goal, empty where the item does not serve it."""
        now = dict(item.contributions.values_list("goal_id", "share"))
        for goal in Goal.objects.filter(Q(archived_at=None) | Q(pk__in=now), product=product):
            name = f"share-{goal.pk.hex}"
            self.goals[name] = goal
            self.initial[name] = now.get(goal.pk)
            self.fields[name] = forms.IntegerField(min_value=0, max_value=100, required=False, label=goal.name)

    @property
    def share_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.goals]

    def shares(self) -> dict[Goal, int]:
        """Return the shares that the person changed, by goal, 0 for a goal that it serves no longer."""
        changed = [name for name in self.goals if name in self.data and not self._left_alone(name)]
        return {self.goals[name]: self.cleaned_data[name] or 0 for name in changed}

    def clean(self) -> dict[str, Any]:
        """Refuse a share that somebody else changed meanwhile, once: what is sent again was written with theirs in view."""
        for name in self.goals:
            now = self._text(name)
            if name in self.data and self.data.get(f"seen-{name}", now) != now != self.data[name] and not self._left_alone(name):
                theirs = gettext("%(share)s%% by now: %(who)s changed it meanwhile. Saving again keeps what stands here.")
                self.add_error(name, theirs % {"share": now or 0, "who": self._who_changed()})
                self.data = {**{each: self.data[each] for each in self.data}, f"seen-{name}": now}
        return self.cleaned_data

    def _who_changed(self) -> str:
        change = queries.last_change_of_goals(self.serves) if self.serves else None
        return change.actor_name if change else gettext("Somebody")

    def _choose(self, name: str, rows: QuerySet[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows

    def seen(self) -> list[tuple[str, str]]:
        """Return (name, text) of what the person saw; it travels along, so that only what they changed is an edit."""
        return [
            (f"seen-{name}", self.data.get(f"seen-{name}", self._text(name))) for name in self.fields if name not in _NOT_SEEN
        ]

    def _text(self, name: str) -> str:
        """Return what a field says of the item, as the browser has it."""
        field = self.fields[name]
        value: Any = field.widget.format_value(field.prepare_value(self.initial.get(name)))
        return str((value[0] if isinstance(value, list) else value) or "")

    def _left_alone(self, name: str) -> bool:
        """Say whether a field still holds what the person saw."""
        seen, now = (str(self.data.get(each, "")).replace("\r\n", "\n") for each in (f"seen-{name}", name))
        return f"seen-{name}" in self.data and seen == now

    def sent(self) -> dict[str, Any]:
        """Return the values of the fields that the request named and the person did not leave alone, without the goals."""
        left_out = {"goal", *self.goals}
        named = {name for name in self.fields if name in self.data and name not in left_out and not self._left_alone(name)}
        values = {name: self.cleaned_data[name] for name in named}
        if "progress" in values and values["progress"] is None:
            values["progress"] = 0
        if values.get("confidential", False) is None:
            del values["confidential"]
        return values

    def fields_sent(self) -> ItemFields:
        """Return what was sent of the item itself, as its actions take it, without the reason and the version."""
        return cast("ItemFields", {name: value for name, value in self.sent().items() if name not in ("reason", "version")})

    def goals_sent(self, item: Item | None = None) -> list[Serves] | None:
        """Return the goals of an item, or of a new one, with the one sent in the place of the first; None where none was sent."""
        return swapped(item, self.cleaned_data["goal"]) if "goal" in self.data else None


def items_sent(product: Product, data: Any) -> list[Item]:
    """Return the items of a product that what was sent names by their numbers."""
    numbers = {int(each) for each in data.getlist("items") if each.isdecimal() and len(each) < 10}
    return list(Item.objects.filter(product=product, number__in=numbers))


class SeveralForm(forms.Form):
    """What several items are given at once; what is empty is left as it is. The items are named by their numbers."""

    status = forms.ChoiceField(choices=[("", _("Status")), *Status.choices], required=False)
    owner = forms.ChoiceField(required=False)
    goal = forms.ChoiceField(required=False)
    milestone = forms.ChoiceField(required=False)
    horizon = forms.ChoiceField(choices=[("", _("Horizon")), *Horizon.choices], required=False)
    shift = forms.IntegerField(min_value=-FARTHEST, max_value=FARTHEST, required=False, label=_("Shift by"))
    unit = forms.TypedChoiceField(choices=[(1, _("days")), (7, _("weeks"))], coerce=int, required=False)
    archive = forms.BooleanField(required=False)
    reason = forms.CharField(max_length=2_000, required=False)

    def __init__(self, product: Product, data: Any = None) -> None:
        super().__init__(data, auto_id="several_%s")
        self.product = product
        self.people = {str(each.pk): each for each in User.objects.filter(memberships__workspace_id=product.workspace_id)}
        named = sorted(((pk, str(each)) for pk, each in self.people.items()), key=lambda pair: pair[1])
        self.goals = {str(each.pk): each for each in Goal.objects.filter(product=product, archived_at=None)}
        goals = [(pk, each.name) for pk, each in self.goals.items()]
        milestones = [(key, name) for key, name, _ids in GROUPERS["milestone"](product, [], None)]
        self._offer("owner", ("", _("Owner")), ("nobody", _("Nobody")), *named)
        self._offer("goal", ("", _("Goal")), *goals)
        self._offer("milestone", ("", _("Milestone")), (NOWHERE, IN_NONE["milestone"]), *milestones)

    def _offer(self, name: str, *choices: tuple[str, Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def wanted(self) -> dict[str, Any]:
        """Return the keywords of the action: the items, and what was filled in."""
        given = self.cleaned_data
        values: dict[str, Any] = {name: given[name] for name in ("status", "horizon", "archive") if given[name]}
        if given["goal"]:
            values["goal"] = self.goals[given["goal"]]
        if given["milestone"]:
            values["milestone"] = "" if given["milestone"] == NOWHERE else given["milestone"]
        if given["owner"]:
            values["owner"] = self.people.get(given["owner"])
        if given["shift"]:
            values["shift"] = given["shift"] * (given["unit"] or 1)
        return {**values, "items": items_sent(self.product, self.data), "reason": given["reason"]}


class LimitForm(forms.Form):
    """How many open items a column is meant to hold; empty takes its limit away."""

    group = forms.CharField(max_length=10)
    value = forms.CharField(max_length=40)
    most = forms.IntegerField(min_value=1, max_value=999, required=False)


class ShiftForm(forms.Form):
    """Why what waits for an item moves."""

    reason = forms.CharField(
        max_length=2_000, required=False, label=_("Why"), help_text=_("Whoever was told other dates reads it in their digest.")
    )


class DecisionForm(EditForm):
    """A question settled, with the reason; about the whole roadmap, or an item of it."""

    fields_of = ("question", "answer", "reason", "goal", "item", "decided_on")

    question = forms.CharField(
        max_length=300, label=_("The question"), help_text=_("For example: do we build an on-premises edition?")
    )
    answer = forms.CharField(max_length=2_000, label=_("What was settled"), widget=forms.Textarea(attrs={"rows": 2}))
    reason = forms.CharField(max_length=2_000, label=_("Why"), widget=forms.Textarea(attrs={"rows": 3}))
    goal = forms.ModelChoiceField(Goal.objects.none(), required=False, label=_("Leans on the goal"), empty_label=_("No goal"))
    item = forms.ModelChoiceField(Item.objects.none(), required=False, label=_("About"), empty_label=_("The whole roadmap"))
    decided_on = forms.DateField(required=False, label=_("Settled on"), widget=day_input(), help_text=_("Empty: today."))

    def __init__(self, product: Product, data: Any = None, *, obj: Decision | None = None, **more: Any) -> None:
        super().__init__(data, obj=obj, **more)
        kept = {"goal": obj.goal_id, "item": obj.item_id} if obj else {"goal": None, "item": None}
        for name, model in (("goal", Goal), ("item", Item)):
            rows: Any = model.objects.filter(Q(archived_at=None) | Q(pk=kept[name]), product=product)
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def seen_of(self, obj: Decision) -> dict[str, Any]:
        """Return the decision's values; its goal and item by id, as a choice has them."""
        own = {name: getattr(obj, name) for name in ("question", "answer", "reason", "decided_on")}
        return {**own, "goal": obj.goal_id, "item": obj.item_id}

    def clean(self) -> dict[str, Any]:
        """Return the values without a day that was left out."""
        values = super().clean()
        return {name: value for name, value in values.items() if name != "decided_on" or value}


class CommentForm(EditForm):
    """Words on an item: new ones, or with `obj` other words for one's own."""

    fields_of = ("body",)

    body = forms.CharField(widget=markdown_input(3, **{"data-mention": ""}), max_length=20_000, strip=False, label=_("Comment"))

    def __init__(self, data: Any = None, *, obj: Comment | None = None) -> None:
        super().__init__(data, obj=obj, auto_id=f"id_{obj.pk}_%s" if obj else "id_%s")


class ViewForm(EditForm):
    """The name of a saved view and whether it is shared; of a new one also the address that it keeps."""

    name = forms.CharField(max_length=60, label=_("Name"), help_text=_("What it shows, as in “At risk this quarter”."))
    shared = forms.BooleanField(required=False, label=_("Shared with everybody in this workspace"))
    query = forms.CharField(required=False, max_length=4_000, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, may_share: bool, obj: SavedView | None = None, query: str = "") -> None:
        self.fields_of = ("name", "shared") if may_share or (obj and obj.shared) else ("name",)
        super().__init__(data, obj=obj, initial=None if obj else {"query": query})
        for name in {"shared", "reason", "query" if obj else ""} - set(self.fields_of):
            self.fields.pop(name, None)


class NestForm(forms.Form):
    """Another item, by its number on the roadmap, into which one goes; none to go out of the one it is in."""

    under = forms.ModelChoiceField(Item.objects.none(), to_field_name="number", required=False)
    version = forms.IntegerField(min_value=1, required=False)

    def __init__(self, product: Product, data: Any = None) -> None:
        super().__init__(data)
        others = self.fields["under"]
        if isinstance(others, forms.ModelChoiceField):
            others.queryset = Item.objects.filter(product=product, archived_at=None)


class LinkForm(forms.Form):
    """Another item, by its number on the roadmap, and how the two depend."""

    other = forms.ModelChoiceField(
        Item.objects.none(), to_field_name="number", empty_label=_("Choose an item"), label=pgettext_lazy("dependency", "Other")
    )
    kind = forms.ChoiceField(choices=DependencyKind.choices, label=_("Kind"))

    def __init__(self, product: Product, data: Any = None) -> None:
        super().__init__(data)
        others = self.fields["other"]
        if isinstance(others, forms.ModelChoiceField):
            others.queryset = Item.objects.filter(product=product, archived_at=None)
