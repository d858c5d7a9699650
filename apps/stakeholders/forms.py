"""Text becomes values: the forms of people, audiences, subscriptions, share links and reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.db.models import Case, Q, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.forms import EditForm, day_input
from apps.milestones.models import Milestone
from apps.roadmap.models import Item, ItemType, Status
from apps.stakeholders.models import (
    Audience,
    Frequency,
    Precision,
    Review,
    ShareLink,
    Side,
    Stakeholder,
    Subscription,
    Verdict,
    Webhook,
)
from apps.stakeholders.narrowing import CHOICES
from apps.vision.models import Goal, Product

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from apps.accounts.models import Workspace
    from apps.stakeholders.narrowing import Offer

ZONES = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"]
WEEKDAYS = list(enumerate((_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))))
HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
OFTEN = {
    Frequency.DAILY: _("Daily, when there is news"),
    Frequency.WEEKLY: _("Weekly, when there is news"),
    Frequency.MONTHLY: _("Monthly, when there is news"),
    Frequency.MATERIAL: _("Only when a date moves, or something ships or is dropped"),
}
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


def choose(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    """Offer only these rows in a form's choice."""
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = rows


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


class AudienceForm(EditForm):
    """What an audience may see: which items, which fields, how exact a date."""

    fields_of = ("name", "description", "side", "precision", "fields_shown", "statuses", "types", "goals")

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


class ProductForm(forms.Form):
    """Which product's audience is to be made."""

    product = forms.ModelChoiceField(Product.objects.none(), empty_label=None, label=_("Product"))

    def __init__(self, workspace: Workspace, data: Any = None) -> None:
        super().__init__(data)
        choose(self, "product", Product.objects.filter(workspace=workspace, archived_at=None))


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
    time_zone = forms.ChoiceField(choices=ZONES, label=_("Your time zone"))
    language = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Your language"))
    still_true = forms.BooleanField(required=False, label=_("Write to me also when nothing changed, that all is still true"))

    def __init__(self, offered: Offer, data: Any = None, *, obj: Subscription) -> None:
        super().__init__(offered, data, obj=obj)
        scope = cast("Any", self.fields["scope"])
        scope.label, scope.choices = (
            gettext("Your mails speak of"),
            [("all", gettext("Everything you are shown")), ("some", gettext("Only what you tick"))],
        )
        zone = obj.stakeholder.time_zone
        if zone not in dict(ZONES):  # an older name of a zone, which still counts
            cast("Any", self.fields["time_zone"]).choices = [(zone, zone), *ZONES]

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


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 2, "placeholder": "https://www.example.com"})

    def to_python(self, value: Any) -> Any:
        lines = value if isinstance(value, list) else str(value or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        """Return the text as the form shows it."""
        return "\n".join(value) if isinstance(value, list) else value

    def run_validators(self, value: Any) -> None:
        """Leave it to the action to say what is wrong with a line."""


def _sites() -> LinesField:
    return LinesField(
        required=False,
        label=_("Sites that may show it inside their pages"),
        help_text=_("One a line; empty: none. Not with a password."),
    )


class ShareLinkForm(forms.Form):
    name = forms.CharField(max_length=100, help_text=_("For whom it is; only you see this."), label=_("Name"))
    stakeholder = forms.ModelChoiceField(
        Stakeholder.objects.none(), required=False, empty_label=_("Whoever has it"), label=_("Whose it is"),
        help_text=_("Of a person's own link it is on record, as told, what they read on its page."),
    )  # fmt: skip
    password = forms.CharField(
        max_length=100,
        required=False,
        widget=forms.PasswordInput,
        help_text=_("Asked before anything is shown."),
        label=_("Password"),
    )
    expires_at = forms.DateTimeField(required=False, label=_("Expires"), widget=_moment())
    embed_origins = _sites()

    def __init__(self, audience: Audience, data: Any = None) -> None:
        super().__init__(data)
        choose(self, "stakeholder", Stakeholder.objects.filter(audiences__audience=audience, archived_at=None))


class EditShareLinkForm(EditForm):
    """A share link's name, expiry and sites; and another password, or none, where one asks for it."""

    fields_of = ("name", "expires_at", "embed_origins")

    name = forms.CharField(max_length=100, help_text=_("For whom it is; only you see this."), label=_("Name"))
    expires_at = forms.DateTimeField(required=False, label=_("Expires"), widget=_moment())
    embed_origins = _sites()
    password = forms.CharField(
        max_length=100, required=False, widget=forms.PasswordInput, label=_("Another password"),
        help_text=_("Left empty it stays as it is. Whoever is in must know the new one."),
    )  # fmt: skip
    no_password = forms.BooleanField(required=False, label=_("Ask for no password any more"))

    def seen_of(self, obj: ShareLink) -> dict[str, Any]:
        """Return the values to the minute, as the form shows them."""
        minute = obj.expires_at and obj.expires_at.replace(second=0, microsecond=0)
        return {"name": obj.name, "expires_at": minute, "embed_origins": obj.embed_origins}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if self.cleaned_data.get("password") or self.cleaned_data.get("no_password"):
            values["password"] = "" if self.cleaned_data.get("no_password") else self.cleaned_data["password"]
        return values


class PasswordForm(forms.Form):
    password = forms.CharField(max_length=100, widget=forms.PasswordInput, label=_("Password"))


class WebhookForm(EditForm):
    fields_of = ("target", "enabled")

    target = forms.CharField(
        max_length=500, label=_("Address"), widget=forms.URLInput(attrs={"placeholder": "https://hooks.example.com/roadmap"})
    )
    enabled = forms.BooleanField(required=False, initial=True, label=_("Enabled"))

    def __init__(self, data: Any = None, *, obj: Webhook | None = None, **more: Any) -> None:
        super().__init__(data, obj=obj, **more)
        if obj is None:
            del self.fields["enabled"]


class VerifyForm(forms.Form):
    file = forms.FileField(allow_empty_file=True, widget=forms.FileInput(attrs={"accept": ".html,text/html"}), label=_("File"))


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
