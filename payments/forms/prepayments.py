"""Forms of prepayments: asking, receiving, letting go, ending; invoices of schedule entries."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import BankAccount
from clients.states import Language
from contracts.models import Contract
from contracts.states import PrepaymentKind
from core.forms import AmountField, DayField
from payments.forms.entry import offer
from payments.models import Prepayment
from payments.states import RELEASES, PrepaymentState, ReceiptMethod


class PrepaymentFilter(forms.Form):
    """What the list shows."""

    q = forms.CharField(label=_("Number or client"), required=False, max_length=80)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *PrepaymentState.choices]
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All")), *PrepaymentKind.choices]
    )


class RequestForm(forms.Form):
    """Money asked for before the work."""

    kind = forms.ChoiceField(label=_("As"), choices=PrepaymentKind.choices)
    amount = AmountField(label=_("Amount"))
    due_on = DayField(label=pgettext_lazy("prepayment", "To be paid by"))
    language = forms.ChoiceField(label=_("Language of the request"), choices=Language.choices)
    bank_account = forms.ModelChoiceField(
        BankAccount.objects.none(),
        label=_("To our account"),
        required=False,
        empty_label=_("The usual one"),
    )
    applies_to_price = forms.BooleanField(
        label=_("Earnest money counts towards the price"),
        required=False,
        help_text=_("Only if the contract says so. A prepayment always does, a deposit never."),
    )
    clause = forms.CharField(label=_("Where the contract says so"), max_length=120, required=False)

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = BankAccount.objects.filter(
            creditor=contract.creditor_id, currency=contract.currency
        )
        offer(self, "bank_account", accounts.order_by("pk"))


class PrepaidReceiptForm(forms.Form):
    """Money that came in for a prepayment."""

    amount = AmountField(label=_("Amount"))
    received_on = DayField(label=_("Received on"))
    method = forms.ChoiceField(label=_("Method"), choices=ReceiptMethod.choices)
    bank_account = forms.ModelChoiceField(
        BankAccount.objects.none(),
        label=_("On our account"),
        required=False,
        empty_label=_("Not named"),
    )
    payer_name = forms.CharField(
        label=_("Paid by"), max_length=200, required=False, help_text=_("If somebody else paid.")
    )
    reference = forms.CharField(label=_("Reference"), max_length=200, required=False)

    def __init__(self, *args: Any, prepayment: Prepayment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = BankAccount.objects.filter(
            creditor=prepayment.contract.creditor_id, currency=prepayment.currency
        )
        offer(self, "bank_account", accounts.order_by("pk"))


class ReleaseForm(forms.Form):
    """Money that is to leave a prepayment."""

    kind = forms.ChoiceField(label=_("What should happen"))
    amount = AmountField(label=_("Amount"))
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, prepayment: Prepayment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = [(kind.value, kind.label) for kind in RELEASES[prepayment.kind]]


class DecisionForm(forms.Form):
    """A decision on a request to let money go."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("approve", _("Approve")), ("refuse", _("Refuse, or take it back"))],
        widget=forms.RadioSelect,
    )
    on = DayField(label=_("On"))
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class ExtraPaidForm(forms.Form):
    """We paid the second half of earnest money returned twice."""

    on = DayField(label=_("Paid on"))
    reference = forms.CharField(label=_("Reference"), max_length=120, required=False)


class EndForm(forms.Form):
    """Why a prepayment ends."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class EntryInvoiceForm(forms.Form):
    """The invoice of an entry of a payment schedule."""

    on = DayField(label=_("Issued on"))
    number = forms.CharField(
        label=_("Invoice number"),
        max_length=80,
        required=False,
        help_text=_("Empty: the next one by the creditor's rule."),
    )


class NumberingForm(forms.Form):
    """How a creditor's invoices are numbered."""

    begins_with = forms.CharField(
        label=_("Begins with"),
        max_length=40,
        required=False,
        help_text=_("{year} and {month} stand for those of the invoice date."),
    )
    digits = forms.IntegerField(label=_("Digits"), min_value=1, max_value=12)
    next_number = forms.IntegerField(label=_("Next number"), min_value=1)
