"""What an address of a list or a figure may say. Anything else falls back to the default."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, Creditor
from core.forms import DayField
from core.models import User
from payments.states import ReceiptMethod

MONTHS = (12, 24)
TOP = (10, 50)


@dataclass(frozen=True, slots=True)
class FigureQuery:
    """Whose receivables, in which currency, at the end of which day."""

    creditor: Creditor
    currency: str
    on: dt.date
    today: dt.date

    @property
    def is_past(self) -> bool:
        """Whether another day than today is asked about."""
        return self.on < self.today

    def address(self, **more: object) -> str:
        """The query part of an address that asks the same, changed by `more`."""
        asked: dict[str, object] = {"creditor": self.creditor.code, "currency": self.currency}
        if self.is_past:
            asked["as_of"] = self.on.isoformat()
        for name, value in more.items():
            asked[name] = value.isoformat() if isinstance(value, dt.date) else value
        return urlencode({name: value for name, value in asked.items() if value not in {None, ""}})


class FigureForm(forms.Form):
    """Creditor and day of a figure."""

    creditor = forms.ModelChoiceField(
        Creditor.objects.all(),
        to_field_name="code",
        required=False,
        empty_label=None,
        label=_("Creditor"),
    )
    as_of = DayField(required=False, label=_("As of"))
    currency = forms.CharField(required=False, max_length=3, widget=forms.HiddenInput)


def figure_form(query: FigureQuery) -> FigureForm:
    """The form that shows what was asked."""
    form = FigureForm(
        initial={
            "creditor": query.creditor.code,
            "as_of": query.on,
            "currency": query.currency,
        }
    )
    form.fields["as_of"].widget.attrs["max"] = query.today.isoformat()
    return form


INVOICE_VIEWS = (
    ("open", pgettext_lazy("invoices", "Open")),
    ("overdue", pgettext_lazy("invoices", "Overdue")),
    ("disputed", pgettext_lazy("invoices", "Disputed")),
    ("settled", pgettext_lazy("invoices", "Settled")),
    ("all", pgettext_lazy("invoices", "All")),
)


class InvoiceFilter(forms.Form):
    """Filters of the invoice list."""

    q = forms.CharField(
        required=False,
        max_length=80,
        label=_("Number or client"),
        widget=forms.SearchInput,
    )
    creditor = forms.ModelChoiceField(
        Creditor.objects.all(),
        to_field_name="code",
        required=False,
        empty_label=_("All"),
        label=_("Creditor"),
    )
    currency = forms.CharField(
        required=False,
        max_length=3,
        label=_("Currency"),
        widget=forms.TextInput(attrs={"size": 4, "placeholder": "CNY"}),
    )
    as_of = DayField(required=False, label=_("As of"))
    show = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    client = forms.ModelChoiceField(Client.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, *, user: User) -> None:
        super().__init__(data)
        clients = self.fields["client"]
        assert isinstance(clients, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        clients.queryset = Client.objects.visible_to(user)

    def clean_currency(self) -> str:
        """Codes are written in capitals."""
        return str(self.cleaned_data["currency"]).upper()

    def chosen(self) -> dict[str, Any]:
        """The filters that hold; what cannot be read does not filter."""
        self.is_valid()
        names = ("q", "creditor", "currency", "as_of", "show", "client")
        return {name: self.cleaned_data.get(name) or None for name in names}


class ReceiptFilter(forms.Form):
    """Filters of the list of receipts."""

    q = forms.CharField(
        required=False,
        max_length=80,
        label=_("Client, payer or reference"),
        widget=forms.SearchInput,
    )
    method = forms.ChoiceField(
        required=False,
        label=_("Method"),
        choices=[("", _("All")), *ReceiptMethod.choices],
    )
    unapplied = forms.BooleanField(required=False, label=_("With money not applied"))

    def chosen(self) -> dict[str, Any]:
        """The filters that hold; what cannot be read does not filter."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or None for name in self.fields}
