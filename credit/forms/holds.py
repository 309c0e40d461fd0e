"""Forms of holds."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField

#: How long a hold stands unless said otherwise.
USUAL_DAYS = 60


class HoldForm(forms.Form):
    """Put on hold: why, and until when."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Sales read it, and tell the client."),
    )
    expires_on = DayField(
        label=_("Until"), help_text=_("Then it ends by itself, unless somebody decides anew.")
    )

    @staticmethod
    def usual_end(on: dt.date) -> dt.date:
        """The day the form begins with."""
        return on + dt.timedelta(days=USUAL_DAYS)


class HoldReasonForm(forms.Form):
    """Why a hold is asked for or lifted."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class DeclineForm(HoldReasonForm):
    """Why a client is not put on hold, and how long the rules stay silent."""

    not_before = DayField(
        label=_("Not proposed again before"), required=False, help_text=_("Empty: in 30 days.")
    )
