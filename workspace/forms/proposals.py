"""Forms that a sentence of a mail fills in, for a person to correct."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from core.forms import AmountField, DayField
from disputes.states import DisputeReason
from interactions.models import MailProposal
from payments.models import ClientBalance, Invoice
from workspace.forms.calls import invoice_label, invoices_to_dispute
from workspace.services.calls import DisputeRaised, PromiseMade


class PromiseProposalForm(forms.Form):
    """How much the client will pay of which balance, and by when."""

    balance = forms.ModelChoiceField(
        ClientBalance.objects.none(),
        label=_("Of the balance"),
        empty_label=None,
        error_messages={"required": _("This client owes nothing that could be promised.")},
    )
    amount = AmountField(label=_("Promised amount"))
    due_on = DayField(label=_("To be paid by"))

    def __init__(self, *args: Any, proposal: MailProposal, client: Client, **kwargs: Any) -> None:
        balances = list(
            client.balances.filter(open_amount__gt=0)
            .select_related("creditor")
            .order_by("creditor__code", "currency")
        )
        named = [one for one in balances if one.currency == proposal.currency]
        likely = next(iter(named or balances), None)
        kwargs["initial"] = {
            "balance": likely,
            "amount": _plain(proposal.amount or (likely.open_amount if likely else None)),
            "due_on": proposal.due_on,
        }
        super().__init__(*args, **kwargs)
        field = self.fields["balance"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        field.queryset = ClientBalance.objects.filter(
            pk__in=[one.pk for one in balances]
        ).select_related("creditor")
        _label(field, lambda one: f"{one.creditor.code} · {one.currency}")

    def promise(self) -> PromiseMade:
        """What is promised."""
        read = self.cleaned_data
        balance = read["balance"]
        return PromiseMade(balance.creditor, balance.currency, read["amount"], read["due_on"])


class DisputeProposalForm(forms.Form):
    """Which invoice is contested, how much of it and why."""

    invoice = forms.ModelChoiceField(Invoice.objects.none(), label=_("Disputed invoice"))
    amount = AmountField(
        label=_("Disputed amount"),
        required=False,
        help_text=_("Empty: all that is open and not disputed yet."),
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=DisputeReason.choices)

    def __init__(self, *args: Any, proposal: MailProposal, client: Client, **kwargs: Any) -> None:
        offered = invoices_to_dispute(client)
        kwargs["initial"] = {
            "invoice": _named(list(offered), proposal),
            "amount": _plain(proposal.amount),
            "reason": proposal.reason,
        }
        super().__init__(*args, **kwargs)
        field = self.fields["invoice"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        field.queryset = offered
        _label(field, invoice_label)

    def dispute(self) -> DisputeRaised:
        """What is contested."""
        read = self.cleaned_data
        invoice = read["invoice"]
        return DisputeRaised(invoice, read["amount"] or invoice.collectible, read["reason"])


def _named(invoices: list[Invoice], proposal: MailProposal) -> Invoice | None:
    """The invoice whose number stands in the mail, or the only one there is."""
    said = f"{proposal.quote}\n{proposal.mail.subject}\n{proposal.mail.text}"
    named = [one for one in invoices if one.number in said]
    if len(named) == 1:
        return named[0]
    return invoices[0] if len(invoices) == 1 else None


def _label(field: forms.Field, words: Any) -> None:
    field.label_from_instance = words  # type: ignore[attr-defined]  # a ModelChoiceField


def _plain(amount: Decimal | None) -> str:
    """As people type it: without zeros that say nothing."""
    return "" if amount is None else f"{amount.normalize():f}"
