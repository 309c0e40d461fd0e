"""Log a conversation: what was said, what was promised or disputed, what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Contact
from contracts.models import Contract
from core.forms import AmountField, DayField, FilesField, MomentInput
from core.models import User
from core.money import format_money
from disputes.states import DisputeReason
from interactions.models import FollowUp
from interactions.selectors.contact_rules import recording_notes
from interactions.states import Consent, Direction, InteractionKind, Outcome
from payments.models import ClientBalance, Invoice
from workspace.services.calls import DisputeRaised, NextAction, PromiseMade

_INVOICES_OFFERED = 100


def invoices_to_dispute(client: Client) -> QuerySet[Invoice]:
    oldest = client.invoices.open().filter(collectible__gt=0).order_by("due_on", "pk")
    return client.invoices.filter(
        pk__in=list(oldest.values_list("pk", flat=True)[:_INVOICES_OFFERED])
    ).order_by("due_on", "pk")


def _invoices_to_name(client: Client, named: Sequence[int]) -> QuerySet[Invoice]:
    latest = client.invoices.order_by("-issued_on", "-pk").values_list("pk", flat=True)
    offered = [*latest[:_INVOICES_OFFERED], *named]
    return client.invoices.filter(pk__in=offered).order_by("-issued_on", "-pk")


def _call_back(contact: Contact | None) -> str:
    if contact is None:
        return gettext("Call back")
    return gettext("Call %(name)s back") % {"name": contact.name}


def invoice_label(invoice: Invoice) -> str:
    money = format_money(invoice.collectible, invoice.currency, get_language() or "en")
    return f"{invoice.number} · {money}"


class ConversationForm(forms.Form):
    """One step for a call and all that came of it. Amounts count only with their outcome."""

    kind = forms.ChoiceField(
        label=_("What"), choices=InteractionKind.choices, initial=InteractionKind.CALL
    )
    direction = forms.ChoiceField(
        label=_("Direction"), choices=Direction.choices, initial=Direction.OUT
    )
    occurred_at = forms.DateTimeField(label=_("When"), widget=MomentInput)
    contact = forms.ModelChoiceField(
        Contact.objects.none(), label=_("With"), required=False, empty_label=_("Not named")
    )
    subject = forms.CharField(label=_("Subject"), max_length=200, required=False)
    body = forms.CharField(
        label=_("What was said"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
        help_text=_("For SMS and WeChat, paste the text and add screenshots below."),
    )
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices, required=False)
    promise_balance = forms.ModelChoiceField(
        ClientBalance.objects.none(), label=_("Of the balance"), required=False, empty_label=None
    )
    promise_amount = AmountField(label=_("Promised amount"), required=False)
    promise_due_on = DayField(label=_("To be paid by"), required=False)
    dispute_invoice = forms.ModelChoiceField(
        Invoice.objects.none(), label=_("Disputed invoice"), required=False
    )
    dispute_amount = AmountField(
        label=_("Disputed amount"),
        required=False,
        help_text=_("Empty: all that is open and not disputed yet."),
    )
    dispute_reason = forms.ChoiceField(
        label=_("Reason"), choices=DisputeReason.choices, required=False
    )
    next_on = DayField(label=_("Next action on"), required=False)
    next_text = forms.CharField(label=_("What to do"), max_length=300, required=False)
    next_owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Who does it"), required=False, empty_label=_("I do")
    )
    call_back_on = DayField(
        label=_("Call back on"),
        required=False,
        help_text=_("For “call back later”: plans the next action by itself."),
    )
    about_contract = forms.ModelChoiceField(
        Contract.objects.none(), label=_("Contract"), required=False, empty_label=_("None")
    )
    about_invoices = forms.ModelMultipleChoiceField(
        Invoice.objects.none(),
        label=_("Invoices"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 4}),
    )
    attachments = FilesField(label=_("Files and screenshots"), required=False)
    recording = forms.FileField(
        label=_("Recording"), required=False, help_text=_("MP3, WAV, M4A or OGG.")
    )
    consent = forms.ChoiceField(
        label=_("Did they know that it was recorded?"),
        choices=[("", _("Choose")), *Consent.choices],
        required=False,
    )
    jurisdiction = forms.ChoiceField(label=_("Where the other side was"), required=False)
    recording_note = forms.CharField(label=_("How it was asked"), max_length=300, required=False)
    took_place = forms.BooleanField(
        label=_("It took place all the same: record it, and note which rule was not kept."),
        required=False,
    )
    follow_up = forms.ModelChoiceField(
        FollowUp.objects.none(), required=False, widget=forms.HiddenInput
    )

    PROMISE = ("promise_balance", "promise_amount", "promise_due_on")
    DISPUTE = ("dispute_invoice", "dispute_amount", "dispute_reason")
    NEXT = ("next_on", "next_text", "next_owner", "call_back_on")
    ABOUT = ("about_contract", "about_invoices")
    RECORDING = ("recording", "consent", "jurisdiction", "recording_note")

    def __init__(self, *args: Any, client: Client, at: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["occurred_at"].initial = at
        self._offer("next_owner", User.objects.filter(is_active=True).order_by("name", "pk"))
        self._offer("about_contract", client.contracts.order_by("-created_at", "-pk"))
        named = self.initial.get("about_invoices", [])
        self._offer("about_invoices", _invoices_to_name(client, named))
        self._label("about_contract", lambda one: f"{one.number} · {one.title}")
        self._label("about_invoices", lambda one: one.number)
        self._offer_places(client, at)
        self._offer("contact", client.contacts.order_by("-is_primary", "pk"))
        self._offer("follow_up", client.follow_ups.open())
        balances = client.balances.filter(open_amount__gt=0).select_related("creditor")
        self._offer("promise_balance", balances.order_by("creditor__code", "currency"))
        self._offer("dispute_invoice", invoices_to_dispute(client))
        self._label("promise_balance", lambda one: f"{one.creditor.code} · {one.currency}")
        self._label("dispute_invoice", invoice_label)

    def _offer_places(self, client: Client, at: dt.datetime) -> None:
        language = get_language() or "en"
        self.notes = recording_notes(on=at.date())
        field = self.fields["jurisdiction"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = [(one.jurisdiction, one.name_in(language)) for one in self.notes]
        known = {one.jurisdiction for one in self.notes}
        field.initial = client.country if client.country in known else ""

    def _offer(self, name: str, queryset: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        field.queryset = queryset

    def _label(self, name: str, label: Any) -> None:
        field = self.fields[name]
        field.label_from_instance = label  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        """A promise needs its amount and day, a dispute its invoice, a next action its text."""
        read = super().clean() or self.cleaned_data
        outcome = read.get("outcome")
        if outcome == Outcome.PROMISED:
            self._need("promise_balance", _("This client owes nothing that could be promised."))
            self._need("promise_amount", _("How much was promised?"))
            self._need("promise_due_on", _("By which day?"))
        if outcome == Outcome.DISPUTED:
            self._need("dispute_invoice", _("Which invoice?"))
            self._need("dispute_reason", _("Why?"))
        if outcome == Outcome.RESCHEDULE and not read.get("next_on"):
            self._need("call_back_on", _("On which day?"))
        if read.get("recording"):
            self._need("consent", _("Say whether the other side knew that it was recorded."))
        if read.get("next_on") and not read.get("next_text"):
            self.add_error("next_text", _("Say what is to be done."))
        if read.get("next_text") and not read.get("next_on"):
            self.add_error("next_on", _("By which day?"))
        return read

    def _need(self, name: str, message: Any) -> None:
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, message)

    def promise(self) -> PromiseMade | None:
        """The promise, when that is the outcome."""
        read = self.cleaned_data
        if read["outcome"] != Outcome.PROMISED:
            return None
        balance = read["promise_balance"]
        return PromiseMade(
            balance.creditor, balance.currency, read["promise_amount"], read["promise_due_on"]
        )

    def dispute(self) -> DisputeRaised | None:
        """The dispute, when that is the outcome."""
        read = self.cleaned_data
        if read["outcome"] != Outcome.DISPUTED:
            return None
        invoice = read["dispute_invoice"]
        amount = read["dispute_amount"] or invoice.collectible
        return DisputeRaised(invoice, amount, read["dispute_reason"])

    def next_action(self) -> NextAction | None:
        """The next action, when one is planned."""
        read = self.cleaned_data
        if read.get("next_on"):
            return NextAction(read["next_on"], read["next_text"], read.get("next_owner"))
        if read["outcome"] == Outcome.RESCHEDULE:
            return NextAction(read["call_back_on"], _call_back(read["contact"]))
        return None

    def about(self) -> list[Model]:
        """What else it was about."""
        read = self.cleaned_data
        contract = read.get("about_contract")
        return [*([contract] if contract else []), *read.get("about_invoices", [])]


class QuickCallForm(ConversationForm):
    """A call that was just made or taken: most of it is known, the outcome is a button."""

    def __init__(self, *args: Any, client: Client, at: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, client=client, at=at, **kwargs)
        for name in ("kind", "occurred_at", *self.ABOUT):
            self.fields[name].widget = self.fields[name].hidden_widget()
        self.fields["kind"].initial = InteractionKind.CALL
        self.fields["occurred_at"].required = False
        self.fields["body"].widget.attrs["rows"] = 2
        self.fields["body"].help_text = ""
        for name in ("subject", "attachments", "next_owner", "follow_up", *self.RECORDING):
            del self.fields[name]
        self.at = at

    def clean_occurred_at(self) -> dt.datetime:
        """Without a time, now; the field holds whole minutes."""
        said: dt.datetime | None = self.cleaned_data["occurred_at"]
        return said or self.at
