"""Forms of what is done under a contract."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.states import DeliveryState, FlagKind, Side
from core.forms import DayField


class DeliveryForm(forms.Form):
    """Something was handed over."""

    delivered_on = DayField(label=_("Delivered on"))
    what = forms.CharField(
        label=_("What was delivered"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    recipient = forms.CharField(label=_("Handed to"), max_length=120, required=False)
    completes_line = forms.BooleanField(
        label=_("The line is complete with it"),
        required=False,
        initial=True,
        help_text=_("Leave it empty when part of it is still to come."),
    )
    file = forms.FileField(label=_("Delivery note (PDF or image)"), required=False)


class AnswerForm(forms.Form):
    """What the client says to a delivery."""

    outcome = forms.ChoiceField(
        label=pgettext_lazy("form field", "Answer"),
        choices=[c for c in DeliveryState.choices if c[0] != DeliveryState.DELIVERED],
        widget=forms.RadioSelect,
    )
    answered_on = DayField(label=_("Answered on"))
    name = forms.CharField(label=_("Who answered for the client"), max_length=120)
    remark = forms.CharField(
        label=_("Remark"),
        max_length=1000,
        required=False,
        help_text=_("Needed for a rejection: what the client finds wrong."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    file = forms.FileField(label=_("Acceptance record (PDF or image)"), required=False)


class ObligationForm(forms.Form):
    """A duty of one side."""

    side = forms.ChoiceField(
        label=_("Whose duty"), choices=Side.choices, widget=forms.RadioSelect, initial=Side.THEIRS
    )
    what = forms.CharField(label=_("What is to be done"), max_length=300)
    due_on = DayField(label=_("Due on"))


class ObligationDoneForm(forms.Form):
    """A duty was done."""

    done_on = DayField(label=_("Done on"))
    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class FlagFilter(forms.Form):
    """Which findings to list."""

    kind = forms.ChoiceField(
        label=_("Finding"),
        required=False,
        choices=[("", pgettext_lazy("any finding", "Any")), *FlagKind.choices],
    )
