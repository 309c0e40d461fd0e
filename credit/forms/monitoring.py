"""What somebody found who looked at a client."""

from __future__ import annotations

from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from credit.states import LookOutcome


class LookForm(forms.Form):
    """What was found, and when to look again."""

    outcome = forms.ChoiceField(
        label=_("What did you find?"), choices=LookOutcome.choices, widget=forms.RadioSelect
    )
    found = forms.CharField(
        label=_("In words"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What has changed, and what you did about it."),
    )
    next_on = DayField(
        label=_("Look again on"),
        required=False,
        help_text=_("Empty: by the policy. It may be sooner, not later."),
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput, initial=lambda: uuid4().hex)
