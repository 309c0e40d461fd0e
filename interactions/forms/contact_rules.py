"""Forms of the rules of contact."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from interactions.services import PolicyTerms
from interactions.states import RuleMode


class TimeInput(forms.TimeInput):
    """An hour as the browser's own picker."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class LiftForm(forms.Form):
    """Why a person who refused to talk may be called again."""

    reason = forms.CharField(
        label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


def _mode(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=RuleMode.choices)


class PolicyForm(forms.Form):
    """The rules of a country from a day on."""

    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label=_("Country"),
        required=False,
        help_text=_("Two letters; empty: wherever no other row applies."),
    )
    effective_on = DayField(label=_("From"))
    opens = forms.TimeField(label=_("Contact from"), widget=TimeInput)
    closes = forms.TimeField(label=_("Contact until"), widget=TimeInput)
    hours_mode = _mode(_("Outside these hours"))
    per_day = forms.IntegerField(label=_("Calls a day"), min_value=1, max_value=50)
    per_week = forms.IntegerField(label=_("Calls a week"), min_value=1, max_value=200)
    frequency_mode = _mode(_("More often"))
    authorised_mode = _mode(_("Somebody who is not authorised"))
    refusal_mode = _mode(_("Somebody who refused to talk"))
    opt_out_mode = _mode(_("Somebody who opted out"))
    source = forms.CharField(
        label=_("Source"), max_length=300, help_text=_("The law, standard or decision behind it.")
    )

    def terms(self) -> PolicyTerms:
        """What the policy says."""
        names = PolicyTerms.__slots__
        return PolicyTerms(**{name: self.cleaned_data[name] for name in names})
