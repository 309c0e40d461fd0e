"""Forms of demand letters: one, or many at once."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Creditor
from clients.states import Language
from core.forms import CurrencyField, DayField
from core.models import User
from interactions.forms.tone import CalmForm
from payments.models import ClientBalance
from payments.selectors.interest import preset_choices
from reminders.selectors.letters import Debtor
from reminders.services.letters import LetterOrder
from reminders.states import LetterState, ServiceMethod

#: Days a client is given, unless the person who orders the letter says otherwise.
USUAL_DAYS: Final = 14
#: The language of a batch: each client's own.
_OWN: Final = ""


class _LetterFields(forms.Form):
    """What both forms ask. `key` tells a form sent twice from two forms."""

    deadline_on = DayField(label=_("Pay by"))
    service_method = forms.ChoiceField(label=_("Delivery"), choices=ServiceMethod.choices)
    is_final = forms.BooleanField(
        label=_("Final demand: the next step is a court or arbitration"), required=False
    )
    with_interest = forms.BooleanField(label=_("Claim interest"), required=False, initial=True)
    interest_preset = forms.ChoiceField(
        label=_("Where the contract says nothing"),
        required=False,
        help_text=_("The statutory rule for invoices whose contract agrees no late charge."),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, on: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("deadline_on", on + dt.timedelta(days=USUAL_DAYS))
        self.initial.setdefault("key", uuid.uuid4().hex)
        presets = self.fields["interest_preset"]
        assert isinstance(presets, forms.ChoiceField)  # noqa: S101  # for the type checker
        presets.choices = [
            ("", pgettext_lazy("interest rule", "No interest")),
            *preset_choices(get_language() or "en"),
        ]


class LetterForm(CalmForm, _LetterFields):
    """One letter to one client. What a person writes into it is checked for its tone."""

    calm_fields = ("facts",)

    balance = forms.ModelChoiceField(label=_("Balance"), queryset=ClientBalance.objects.none())
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    attention = forms.CharField(label=_("For the attention of"), required=False, max_length=120)
    facts = forms.CharField(
        label=_("Facts of delivery and acceptance"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "In the letter's language, one paragraph a line. Left empty, the letter says when "
            "the invoices were issued."
        ),
    )

    field_order = (
        "balance",
        "language",
        "deadline_on",
        "service_method",
        "is_final",
        "with_interest",
        "interest_preset",
        "attention",
        "facts",
    )

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, to_client=client, **kwargs)
        self.client = client
        balances = self.fields["balance"]
        assert isinstance(balances, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        balances.queryset = letter_balances(client)
        balances.label_from_instance = _balance_label  # type: ignore[method-assign]  # a plain function does
        balances.empty_label = None

    def order(self) -> LetterOrder:
        """What was asked for."""
        read = dict(self.cleaned_data)
        balance = read.pop("balance")
        read.pop("key")
        read.pop("tone_anyway")
        return LetterOrder(
            client=self.client, creditor=balance.creditor, currency=balance.currency, **read
        )


def _balance_label(obj: ClientBalance) -> str:
    return f"{obj.creditor.code} · {obj.currency}"


def letter_balances(client: Client) -> Any:
    """The balances a letter can be about, the largest first."""
    return (
        client.balances.filter(open_amount__gt=0)
        .select_related("creditor")
        .order_by("-open_amount", "pk")
    )


class DebtorFilter(forms.Form):
    """Whose overdue clients are offered for a batch."""

    creditor = forms.ModelChoiceField(
        label=_("Creditor"), queryset=Creditor.objects.order_by("code"), to_field_name="code"
    )
    currency = CurrencyField()
    min_days = forms.IntegerField(
        label=_("Overdue for at least (days)"), min_value=1, max_value=3650
    )


class BatchForm(_LetterFields):
    """Letters to many clients of one creditor in one currency."""

    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[(_OWN, _("Each client's own")), *Language.choices],
    )
    clients = forms.MultipleChoiceField(label=_("Clients"))

    field_order = (
        "language",
        "deadline_on",
        "service_method",
        "is_final",
        "with_interest",
        "interest_preset",
    )

    def __init__(self, *args: Any, debtors: list[Debtor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.debtors = {str(one.client.pk): one for one in debtors}
        clients = self.fields["clients"]
        assert isinstance(clients, forms.MultipleChoiceField)  # noqa: S101  # for the type checker
        clients.choices = [(key, one.client.legal_name) for key, one in self.debtors.items()]

    def orders(self, *, creditor: Creditor, currency: str) -> list[LetterOrder]:
        """One order a client, each in its language."""
        read = dict(self.cleaned_data)
        chosen, language = read.pop("clients"), read.pop("language")
        read.pop("key")
        return [
            LetterOrder(
                client=client,
                creditor=creditor,
                currency=currency,
                language=language or client.language,
                **read,
            )
            for client in (self.debtors[key].client for key in chosen)
        ]


class LetterFilter(forms.Form):
    """Narrows the list of letters."""

    q = forms.CharField(label=_("Reference or client"), required=False, widget=forms.SearchInput)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", pgettext_lazy("states", "All")), *LetterState.choices],
    )


def usual_contact(client: Client, user: User) -> str:
    """Whom a letter names: the client's first choice of contact that this user may see."""
    contact = client.contacts.visible_to(user).order_by("-is_primary", "pk").first()
    return contact.name if contact else ""
