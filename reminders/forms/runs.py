"""Forms of plans, messages and holds."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Creditor
from core.forms import DayField
from payments.models import Invoice


class PlanForm(forms.Form):
    """Whose claims, as of which day."""

    creditor = forms.ModelChoiceField(
        Creditor.objects.order_by("code"), label=_("Creditor"), empty_label=None
    )
    on = DayField(label=_("As of"))

    def __init__(self, *args: Any, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", on)

    def clean_on(self) -> dt.date:
        """A day that can be planned: nobody means the year 20266."""
        on: dt.date = self.cleaned_data["on"]
        if not dt.date(1990, 1, 1) <= on <= dt.date(2100, 1, 1):
            raise forms.ValidationError(_("Choose a day between 1990 and 2100."))
        return on


class DecisionFilter(forms.Form):
    """Which decisions of a run are shown."""

    q = forms.CharField(label=_("Client or invoice"), required=False, max_length=80)
    outcome = forms.CharField(required=False, max_length=4, widget=forms.HiddenInput)
    reason = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)


class AskedFilter(forms.Form):
    """Which messages of a plan are shown."""

    q = forms.CharField(label=_("Client or invoice"), required=False, max_length=80)


class MessageFilter(forms.Form):
    """Which messages are shown."""

    q = forms.CharField(label=_("Client or address"), required=False, max_length=80)
    state = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    run = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class ResolveForm(forms.Form):
    """What a person found out about a message in doubt."""

    ARRIVED = (
        ("yes", _("It arrived: it counts as sent")),
        ("no", _("It did not arrive: the next plan may write again")),
    )

    arrived = forms.ChoiceField(
        label=_("What became of it"), choices=ARRIVED, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("How do you know?"),
        max_length=300,
        help_text=_("For example: the client confirmed it, or the mail server's journal says so."),
    )


class HoldForm(forms.Form):
    """Stop reminders to a client, or of one invoice."""

    invoice = forms.ModelChoiceField(
        Invoice.objects.none(), label=_("Invoice"), required=False, empty_label=_("All of them")
    )
    until_on = DayField(
        label=_("Until"), required=False, help_text=_("Empty: until somebody releases it.")
    )
    reason = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["invoice"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        field.queryset = Invoice.objects.open().filter(client=client).order_by("due_on", "pk")
