"""Forms of complaints: noted, taken up, answered, closed, opened again."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Creditor
from core.display import format_day
from core.forms import AmountField, MomentInput
from core.models import User
from core.money import format_money
from core.states import Role
from disputes.models import Complaint
from disputes.selectors import (
    creditor_of_client,
    deliveries_to_complain_of,
    invoices_to_complain_of,
)
from disputes.services.complaints import About
from disputes.states import (
    ComplaintCategory,
    ComplaintChannel,
    ComplaintReason,
    ComplaintState,
    DisputeReason,
)
from payments.models import Invoice


def reason_choices() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Reasons under their category."""
    return [
        (
            category.label,
            [(one.value, one.label) for one in ComplaintReason if one.category == category],
        )
        for category in ComplaintCategory
    ]


def staff_for(client: Client) -> list[User]:
    """Who may work on a client's complaint: its account manager and the back office."""
    people = User.objects.filter(is_active=True).order_by("name", "pk")
    return [one for one in people if one.role != Role.SALES or one.pk == client.owner_id]


class ComplaintForm(forms.Form):
    """What the client said, by which way, about what, and what it wants."""

    channel = forms.ChoiceField(
        label=_("How it reached us"),
        choices=[
            (one.value, one.label)
            for one in ComplaintChannel
            if one not in {ComplaintChannel.SURVEY, ComplaintChannel.LINK}
        ],
    )
    received_at = forms.DateTimeField(label=_("When"), widget=MomentInput)
    about = forms.ChoiceField(label=_("About"), required=False)
    reason = forms.ChoiceField(label=_("Reason"), choices=reason_choices)
    what = forms.CharField(
        label=_("What the client says"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("In the client's words where you can."),
    )
    wants = forms.CharField(
        label=_("What the client wants"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    owner = forms.ChoiceField(label=_("Who answers"))
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, client: Client, user: User, at: dt.datetime, **kw: Any) -> None:
        self.client = client
        self.people = {str(one.pk): one for one in staff_for(client)}
        kw["initial"] = {
            "key": uuid.uuid4().hex,
            "received_at": at,
            "owner": str(client.owner_id if client.owner_id else user.pk),
            **kw.get("initial", {}),
        }
        super().__init__(*args, **kw)
        self.things = self._things()
        self.fields["about"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", _("The dealings as a whole")),
            *((code, words) for code, (words, _about) in self.things.items()),
        ]
        self.fields["owner"].choices = [  # type: ignore[attr-defined]  # a choice field
            (key, one.name) for key, one in self.people.items()
        ]

    def _things(self) -> dict[str, tuple[str, About]]:
        language = get_language() or "en"
        found: dict[str, tuple[str, About]] = {}
        for contract in self.client.contracts.select_related("creditor").order_by("-pk")[:30]:
            words = _("Contract %(number)s") % {"number": contract.number}
            found[f"contract:{contract.pk}"] = (words, About(contract=contract))
        for row in deliveries_to_complain_of(self.client):
            words = _("Delivery of %(day)s: %(what)s") % {
                "day": format_day(row.delivered_on, language),
                "what": row.what[:60],
            }
            found[f"delivery:{row.pk}"] = (words, About(delivery=row))
        for invoice in invoices_to_complain_of(self.client):
            words = _("Invoice %(number)s · %(amount)s") % {
                "number": invoice.number,
                "amount": format_money(invoice.amount, invoice.currency, language),
            }
            found[f"invoice:{invoice.pk}"] = (words, About(invoice=invoice))
        return found

    def given(self) -> dict[str, Any]:
        """Arguments of the service."""
        read = dict(self.cleaned_data)
        about = self.things[read["about"]][1] if read["about"] else About()
        thing = about.contract or about.invoice or (about.delivery and about.delivery.contract)
        creditor: Creditor | None = thing.creditor if thing else creditor_of_client(self.client)
        read |= {"about": about, "owner": self.people[read["owner"]], "creditor": creditor}
        return read


class TakeUpForm(forms.Form):
    """Who works on it, and how it is sorted."""

    owner = forms.ChoiceField(label=_("Who answers"))
    reason = forms.ChoiceField(label=_("Reason"), choices=reason_choices)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, complaint: Complaint, user: User, **kw: Any) -> None:
        self.people = {str(one.pk): one for one in staff_for(complaint.client)}
        mine = str(user.pk)
        owner = mine if mine in self.people else str(complaint.owner_id or "")
        kw["initial"] = {"owner": owner, "reason": complaint.reason}
        super().__init__(*args, **kw)
        self.fields["owner"].choices = [  # type: ignore[attr-defined]  # a choice field
            (key, one.name) for key, one in self.people.items()
        ]

    def given(self) -> dict[str, Any]:
        """Arguments of the service."""
        return {**self.cleaned_data, "owner": self.people[self.cleaned_data["owner"]]}


class _StepForm(forms.Form):
    def __init__(self, *args: Any, complaint: Complaint, user: User, **kw: Any) -> None:
        super().__init__(*args, **kw)

    def given(self) -> dict[str, Any]:
        """Arguments of the service."""
        return dict(self.cleaned_data)


class AnswerComplaintForm(_StepForm):
    """What the client was answered."""

    answer = forms.CharField(
        label=_("What the client was answered"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class CloseComplaintForm(_StepForm):
    """Whether the client accepted the answer, and how it ended."""

    is_accepted = forms.TypedChoiceField(
        label=_("Did the client accept the answer?"),
        choices=[
            ("yes", pgettext_lazy("complaint", "Yes")),
            ("no", pgettext_lazy("complaint", "No")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    resolution = forms.CharField(
        label=_("How it ended"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReopenComplaintForm(_StepForm):
    """Why it is opened again."""

    reason = forms.CharField(
        label=_("Why it is opened again"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ComplaintDisputeForm(forms.Form):
    """Which amount of which invoice is held apart."""

    invoice = forms.ModelChoiceField(Invoice.objects.none(), label=_("Invoice"), empty_label=None)
    amount = AmountField(label=_("Disputed amount"), help_text=_("The rest stays collectible."))
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[(one.value, one.label) for one in DisputeReason if one != DisputeReason.IMPORTED],
    )

    def __init__(self, *args: Any, complaint: Complaint, **kw: Any) -> None:
        super().__init__(*args, **kw)
        field = self.fields["invoice"]
        field.queryset = (  # type: ignore[attr-defined]  # a model choice field
            complaint.client.invoices.open().filter(collectible__gt=0).order_by("due_on", "pk")
        )
        field.label_from_instance = _invoice_label  # type: ignore[attr-defined]  # as above
        self.initial.setdefault("invoice", complaint.invoice_id)


def _invoice_label(invoice: Invoice) -> str:
    money = format_money(invoice.collectible, invoice.currency, get_language() or "en")
    return f"{invoice.number} · {money}"


class ComplaintFilterForm(forms.Form):
    """Which complaints a list shows."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Not closed")),
            *ComplaintState.choices,
            ("all", pgettext_lazy("complaints", "All")),
        ],
    )
    owner = forms.ChoiceField(label=_("Who answers"), required=False)
    category = forms.ChoiceField(
        label=_("Category"),
        required=False,
        choices=[("", pgettext_lazy("complaints", "All")), *ComplaintCategory.choices],
    )
    late = forms.BooleanField(label=_("Late only"), required=False)
    client = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kw: Any) -> None:
        super().__init__(*args, **kw)
        others = User.objects.filter(is_active=True).exclude(pk=user.pk).order_by("name", "pk")
        names = [(str(one.pk), one.name) for one in others] if user.sees_all_clients else []
        self.fields["owner"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", _("Anybody")),
            (str(user.pk), _("Me")),
            *names,
        ]


class AnswerDaysForm(forms.Form):
    """Working days to answer, per creditor."""

    def __init__(self, *args: Any, days: dict[Creditor, int], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.creditors = {f"days_{one.pk}": one for one in days}
        for name, creditor in self.creditors.items():
            self.fields[name] = forms.IntegerField(
                label=str(creditor), min_value=1, max_value=60, initial=days[creditor]
            )

    def given(self) -> dict[Creditor, int]:
        """Days by creditor."""
        return {one: self.cleaned_data[name] for name, one in self.creditors.items()}
