"""Text becomes values: the forms of people, workspaces and members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

if TYPE_CHECKING:
    from django.http import HttpRequest

    from apps.accounts.models import User


class SignUp(forms.Form):
    """What sign-up asks beyond address and password."""

    name = forms.CharField(max_length=100, label="Your name")

    def signup(self, request: HttpRequest, user: User) -> None:
        del request
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
