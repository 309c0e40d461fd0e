"""Forms that enter money and agreements. Related fields offer only what the user may see."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clients.models import BankAccount, Client, Creditor
from contracts.models import Contract
from core.forms import AmountField, CurrencyField, DayField
from core.money import format_money, round_money
from payments.models import ClientBalance, Invoice
from payments.states import PLAIN_REFUNDS, ReceiptMethod

if TYPE_CHECKING:
    CreditorModelChoice = forms.ModelChoiceField[Creditor]
else:
    CreditorModelChoice = forms.ModelChoiceField


def offer(form: forms.Form, name: str, queryset: Any) -> None:
    """Let a field choose among these rows."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # for the type checker
    field.queryset = queryset


class CreditorChoiceField(CreditorModelChoice):
    """One of our own companies."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Creditor"))
        kwargs.setdefault("empty_label", None)
        super().__init__(Creditor.objects.order_by("code"), **kwargs)


class InvoiceForm(forms.Form):
    """A claim for money against one client."""

    creditor = CreditorChoiceField()
    contract = forms.ModelChoiceField(
        Contract.objects.none(), label=_("Contract"), required=False, empty_label=_("None")
    )
    number = forms.CharField(label=_("Invoice number"), max_length=80)
    currency = CurrencyField()
    amount = AmountField(label=_("Amount"))
    issued_on = DayField(label=_("Issued on"))
    due_on = DayField(label=_("Due on"))
    reference = forms.CharField(label=_("Reference"), max_length=120, required=False)
    description = forms.CharField(label=_("Description"), max_length=300, required=False)

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "contract", client.contracts.order_by("-signed_on", "-pk"))


class ReceiptForm(forms.Form):
    """Money that came in from one client."""

    creditor = CreditorChoiceField()
    currency = CurrencyField()
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = BankAccount.objects.select_related("creditor")
        offer(self, "bank_account", accounts.order_by("creditor__code", "currency", "pk"))

    def clean(self) -> dict[str, Any]:
        """An account receives its own creditor's money, in its own currency."""
        read = super().clean() or self.cleaned_data
        account = read.get("bank_account")
        if account and read.get("creditor") and account.creditor != read["creditor"]:
            self.add_error("bank_account", _("This account belongs to another creditor."))
        if account and read.get("currency") and account.currency != read["currency"]:
            self.add_error("bank_account", _("This account is in another currency."))
        return read


def plain_amount(amount: Decimal, currency: str) -> str:
    """An amount as one types it: no grouping, the currency's decimals."""
    return format(round_money(amount, currency), "f")


class AllocationForm(forms.Form):
    """One amount per open invoice; the suggestion fills them in."""

    def __init__(
        self,
        *args: Any,
        invoices: list[Invoice],
        suggested: dict[int, Decimal],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.invoices = invoices
        for invoice in invoices:
            amount = suggested.get(invoice.pk)
            self.fields[f"invoice_{invoice.pk}"] = AmountField(
                label=_("Apply to invoice %(number)s") % {"number": invoice.number},
                required=False,
                min_value=0,
                initial=None if amount is None else plain_amount(amount, invoice.currency),
            )

    def lines(self) -> list[tuple[Invoice, Decimal]]:
        """The invoices with an amount above zero."""
        read = [(one, self.cleaned_data.get(f"invoice_{one.pk}")) for one in self.invoices]
        return [(invoice, amount) for invoice, amount in read if amount]


class ReversalForm(forms.Form):
    """Why an allocation is taken back, and from which day on."""

    on = DayField(label=_("Counts from"))
    reason = forms.CharField(label=_("Reason"), max_length=300)


class RefundForm(forms.Form):
    """Money of a receipt that left again."""

    amount = AmountField(label=_("Amount"))
    kind = forms.ChoiceField(
        label=_("What happened"), choices=[(kind.value, kind.label) for kind in PLAIN_REFUNDS]
    )
    on = DayField(label=_("On"))
    reason = forms.CharField(label=_("Reason"), max_length=300)


class CreditNoteForm(forms.Form):
    """A claim taken back, wholly or in part."""

    number = forms.CharField(label=_("Credit note number"), max_length=80)
    amount = AmountField(label=_("Amount"))
    issued_on = DayField(label=_("Issued on"))
    reason = forms.CharField(label=_("Reason"), max_length=300)
    is_applied = forms.BooleanField(
        label=_("Apply it to this invoice at once"), required=False, initial=True
    )


class PromiseForm(forms.Form):
    """What the client promised to pay, and by when; for one invoice, or for the balance."""

    balance = forms.ModelChoiceField(
        ClientBalance.objects.none(), label=_("Of the balance"), empty_label=None
    )
    invoice = forms.ModelChoiceField(
        Invoice.objects.none(), label=_("For one invoice"), required=False, empty_label=_("No")
    )
    amount = AmountField(label=_("Promised amount"))
    due_on = DayField(label=_("To be paid by"))
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        balances = client.balances.filter(open_amount__gt=0).select_related("creditor")
        offer(self, "balance", balances.order_by("creditor__code", "currency"))
        offer(self, "invoice", client.invoices.open().order_by("due_on", "pk"))
        self.fields["balance"].label_from_instance = _balance_label  # type: ignore[attr-defined]  # a ModelChoiceField


def _balance_label(balance: ClientBalance) -> str:
    money = format_money(balance.open_amount, balance.currency, get_language() or "en")
    return f"{balance.creditor.code} · {money}"


class WithdrawForm(forms.Form):
    """Why a promise no longer holds."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class PlanForm(forms.Form):
    """Which overdue invoices are paid in how many instalments."""

    invoices = forms.ModelMultipleChoiceField(
        Invoice.objects.none(),
        label=_("Invoices"),
        widget=forms.CheckboxSelectMultiple,
    )
    count = forms.IntegerField(label=_("Instalments"), min_value=1, max_value=60, initial=3)
    first_due_on = DayField(label=_("First instalment on"))
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "invoices", client.invoices.open().order_by("due_on", "pk"))
        self.fields["invoices"].label_from_instance = _invoice_label  # type: ignore[attr-defined]  # a ModelChoiceField


def _invoice_label(invoice: Invoice) -> str:
    money = format_money(invoice.open_amount, invoice.currency, get_language() or "en")
    return f"{invoice.number} · {money}"
