"""Forms of a contract as such: its facts, the list's filter, the signed copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, Creditor
from clients.selectors import default_creditor
from contracts.models import Contract, ServiceType
from contracts.selectors.library import name_of
from contracts.states import ContractLanguage, ContractState
from core.forms import AmountField, CurrencyField, DayField
from core.models import User

if TYPE_CHECKING:
    ChoiceOfRow = forms.ModelChoiceField[Any]
    ContractModelForm = forms.ModelForm[Contract]
else:
    ChoiceOfRow = forms.ModelChoiceField
    ContractModelForm = forms.ModelForm


class NamedChoice(ChoiceOfRow):
    """Rows of the library under their name in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return name_of(obj)


class ContractForm(ContractModelForm):
    """What was agreed. The presets are handed in, because the room above keeps them."""

    service_type = NamedChoice(
        label=_("Service"), queryset=ServiceType.objects.all(), required=False
    )
    currency = CurrencyField()
    amount = AmountField(
        label=_("Contract price"), required=False, help_text=_("Empty: no fixed price.")
    )
    signed_on = DayField(label=_("Signed on"), required=False)
    starts_on = DayField(label=_("Starts on"), required=False)
    ends_on = DayField(label=_("Ends on"), required=False)
    late_charge_preset = forms.ChoiceField(
        label=_("Preset"), required=False, help_text=_("Needed for a statutory preset only.")
    )

    class Meta:
        model = Contract
        fields = (
            "creditor",
            "number",
            "title",
            "title_zh",
            "service_type",
            "language",
            "governing_language",
            "currency",
            "amount",
            "signed_on",
            "starts_on",
            "ends_on",
            "terms_days",
            "late_charge_kind",
            "late_charge_preset",
            "late_charge_rate",
            "late_charge_basis",
            "late_charge_clause",
            "acceptance_days",
            "minutes_days",
            "suspension_days",
            "notice_email",
            "notice_address",
            "governing_law",
            "forum",
            "creditor_signatory",
            "client_signatory",
        )
        widgets = {"notice_address": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, presets: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        preset = self.fields["late_charge_preset"]
        assert isinstance(preset, forms.ChoiceField)  # noqa: S101  # for the type checker
        preset.choices = [("", "–"), *presets]
        creditor = default_creditor()
        if self.instance._state.adding and creditor is not None:
            self.initial.setdefault("creditor", creditor.pk)
            self.initial.setdefault("currency", creditor.currency)

        self.fields["creditor"].label = _("Creditor")
        for name in ("language", "governing_language"):
            self.fields[name].required = False
        if not self.instance._state.adding and self.instance.lines.exists():
            # The price is what the lines add up to, rounded to their currency.
            self.fields["amount"].help_text = _("The sum of the lines.")
            self.fields["amount"].disabled = self.fields["currency"].disabled = True

    def clean_language(self) -> str:
        """Not answered: as it is."""
        return self.cleaned_data["language"] or self.instance.language

    def clean_governing_language(self) -> str:
        """A contract in one language is governed by it; else as answered, or as it is."""
        language = self.cleaned_data.get("language", self.instance.language)
        if language != ContractLanguage.BOTH:
            return str(language)
        return self.cleaned_data["governing_language"] or self.instance.governing_language

    def _post_clean(self) -> None:
        """The service checks the whole and saves; the form only reads."""


class ChooseClientForm(forms.Form):
    """With whom a new contract is made: among the clients this user may see."""

    client = forms.ModelChoiceField(
        label=pgettext_lazy("form field", "Client"), queryset=Client.objects.none()
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["client"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        field.queryset = Client.objects.visible_to(user)


class ContractFilter(forms.Form):
    """Which contracts to list."""

    q = forms.CharField(label=_("Number, title or client"), required=False, max_length=80)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", pgettext_lazy("any state", "Any")), *ContractState.choices],
    )
    creditor = forms.ModelChoiceField(
        label=_("Creditor"),
        required=False,
        queryset=Creditor.objects.order_by("code"),
        empty_label=pgettext_lazy("any state", "Any"),
    )


class ReasonForm(forms.Form):
    """Why the state changes."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class SignedCopyForm(forms.Form):
    """The signed contract as a file."""

    file = forms.FileField(label=_("Signed copy (PDF or image)"))
