"""Forms of a client's standing: a part set by hand, and the reason of a decision."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.states import Grade
from contracts.forms.schedule import PercentField
from core.forms import AmountField, CurrencyField, DayField
from credit.rules.policy import MAX_TERMS_DAYS
from credit.states import StandingPart

#: How long a setting stands unless said otherwise.
USUAL_DAYS = 90


class OverrideForm(forms.Form):
    """One part of a standing, until a day, for a reason."""

    expires_on = DayField(
        label=_("Until"),
        help_text=_("The last day it counts; then the policy's value returns. At most a year."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, part: StandingPart, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        value: forms.Field
        if part == StandingPart.GRADE:
            value = forms.ChoiceField(label=_("Grade"), choices=Grade.choices)
        elif part == StandingPart.DEPOSIT:
            value = PercentField(label=_("Deposit (%)"), min_value=0, max_value=100)
        elif part == StandingPart.TERMS:
            value = forms.IntegerField(
                label=_("Longest payment terms (days)"), min_value=0, max_value=MAX_TERMS_DAYS
            )
        else:
            value = AmountField(label=_("Credit limit"), min_value=0)
        self.fields = {"value": value, **self.fields}
        if part == StandingPart.LIMIT:
            self.fields = {
                "value": value,
                "currency": CurrencyField(initial=currency),
                **{k: v for k, v in self.fields.items() if k != "value"},
            }

    @staticmethod
    def usual_end(on: dt.date) -> dt.date:
        """The day the form begins with."""
        return on + dt.timedelta(days=USUAL_DAYS)

    def read(self) -> dict[str, Any]:
        """The arguments of the service."""
        typed = dict(self.cleaned_data)
        value = typed["value"]
        typed["value"] = value if isinstance(value, str) else Decimal(value)
        return typed


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
