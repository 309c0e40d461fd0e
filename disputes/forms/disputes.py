"""Forms that open and end disputes."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import AmountField
from disputes.states import TRANSITIONS, DisputeReason, DisputeState


class OpenDisputeForm(forms.Form):
    """Which part of an invoice is contested, and why."""

    amount = AmountField(label=_("Disputed amount"), help_text=_("The rest stays collectible."))
    reason = forms.ChoiceField(label=_("Reason"), choices=DisputeReason.choices)
    note = forms.CharField(
        label=_("What the client says"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CloseDisputeForm(forms.Form):
    """How a dispute ended."""

    state = forms.ChoiceField(
        label=_("It was"),
        choices=[
            (one.value, one.label) for one in DisputeState if one in TRANSITIONS[DisputeState.OPEN]
        ],
        widget=forms.RadioSelect,
    )
    resolution = forms.CharField(
        label=_("Resolution"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
