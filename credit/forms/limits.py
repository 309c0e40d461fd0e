"""Forms of contracts over the limit."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField

#: How long a release stands unless said otherwise.
USUAL_DAYS = 30


class AskReleaseForm(forms.Form):
    """Why a contract should pass."""

    note = forms.CharField(
        label=_("Why it should pass"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class LimitReasonForm(forms.Form):
    """The reason of a decision."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReleaseForm(LimitReasonForm):
    """A release: why, until when, and the exposure that was shown."""

    expires_on = DayField(label=_("Until"), help_text=_("Then the contract is judged anew."))
    seen = forms.DecimalField(max_digits=18, decimal_places=3, widget=forms.HiddenInput)

    @staticmethod
    def usual_end(on: dt.date) -> dt.date:
        """The day the form begins with."""
        return on + dt.timedelta(days=USUAL_DAYS)
