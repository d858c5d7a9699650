"""Text becomes values: share links, webhooks, and files to verify."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import EditForm
from apps.stakeholders.forms.common import choose
from apps.stakeholders.models import (
    Audience,
    ShareLink,
    Stakeholder,
    Webhook,
)

if TYPE_CHECKING:
    pass


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
