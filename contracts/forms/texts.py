"""Forms that write a contract's text: from a template, lines, clauses, versions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client, Creditor
from clients.selectors import default_creditor
from contracts.forms.contracts import NamedChoice
from contracts.models import Clause, Contract, ContractTemplate, ContractVersion, ServiceType
from contracts.states import ClauseKind, ContractLanguage
from core.forms import AmountField, CurrencyField, DayField
from core.models import User


class OfferForm(forms.Form):
    """With whom and about what: enough to say which terms this client gets."""

    client = forms.ModelChoiceField(
        label=pgettext_lazy("form field", "Client"), queryset=Client.objects.none()
    )
    service = NamedChoice(label=_("Service"), queryset=ServiceType.objects.none())

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clients, services = self.fields["client"], self.fields["service"]
        assert isinstance(clients, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        assert isinstance(services, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        clients.queryset = Client.objects.visible_to(user)
        services.queryset = ServiceType.objects.filter(is_active=True)


class DraftForm(forms.Form):
    """The rest of a new contract."""

    template = NamedChoice(label=_("Template"), queryset=ContractTemplate.objects.none())
    creditor = forms.ModelChoiceField(
        label=_("Creditor"), queryset=Creditor.objects.order_by("code")
    )
    number = forms.CharField(label=_("Contract number"), max_length=80)
    currency = CurrencyField()
    language = forms.ChoiceField(
        label=_("Language of the contract"), choices=ContractLanguage.choices
    )
    starts_on = DayField(label=_("Starts on"), required=False)
    ends_on = DayField(label=_("Ends on"), required=False)

    def __init__(self, *args: Any, service: ServiceType, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["template"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        field.queryset = service.templates.filter(is_active=True)
        first = field.queryset.first()
        if first is not None:
            self.initial.setdefault("template", first.pk)
            self.initial.setdefault("language", first.language)
        creditor = default_creditor()
        if creditor is not None:
            self.initial.setdefault("creditor", creditor.pk)
            self.initial.setdefault("currency", creditor.currency)


class LineForm(forms.Form):
    """One line: what is delivered, when, at what price."""

    service_type = NamedChoice(
        label=_("Service"), queryset=ServiceType.objects.none(), required=False
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=300,
        help_text=_("For a contract in two languages write both, e.g. “Website / 网站”."),
    )
    deliverable = forms.CharField(
        label=_("Deliverable"),
        max_length=300,
        required=False,
        help_text=_("What is handed over and accepted."),
    )
    quantity = AmountField(label=_("Quantity"), max_digits=12, decimal_places=4, initial=1)
    unit = forms.CharField(label=_("Unit"), max_length=40, required=False)
    unit_price = AmountField(label=_("Unit price"), decimal_places=4)
    tax_percent = AmountField(
        label=_("Tax (%)"), max_digits=6, decimal_places=3, initial=0, required=False
    )
    deliver_on = DayField(label=_("Delivery date"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["service_type"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        field.queryset = ServiceType.objects.filter(is_active=True)

    def clean_tax_percent(self) -> Any:
        """Nothing written is no tax."""
        return self.cleaned_data.get("tax_percent") or 0


class ContractClauseForm(forms.Form):
    """A clause in the languages of its contract."""

    kind = forms.ChoiceField(label=_("Settles"), choices=ClauseKind.choices)
    heading = forms.CharField(label=_("Heading"), max_length=120)
    body = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 8, "lang": "en"}))
    heading_zh = forms.CharField(label=_("Heading in Chinese"), max_length=120)
    body_zh = forms.CharField(
        label=_("Text in Chinese"), widget=forms.Textarea(attrs={"rows": 8, "lang": "zh-Hans"})
    )

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("heading", "body"):
            if contract.language == ContractLanguage.ZH:
                del self.fields[name]
            elif contract.language == ContractLanguage.EN:
                del self.fields[f"{name}_zh"]


class AddClauseForm(forms.Form):
    """A clause of the library."""

    clause = forms.ModelChoiceField(queryset=Clause.objects.filter(is_active=True))


class MoveForm(forms.Form):
    """Up or down by one."""

    places = forms.TypedChoiceField(choices=[("-1", "up"), ("1", "down")], coerce=int)


class FreezeForm(forms.Form):
    """Why a version is kept."""

    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


class CompareForm(forms.Form):
    """Two versions to compare; none means the text as it stands."""

    old = forms.ModelChoiceField(
        label=_("From version"), queryset=ContractVersion.objects.none(), to_field_name="number"
    )
    new = forms.ModelChoiceField(
        label=_("To version"),
        queryset=ContractVersion.objects.none(),
        to_field_name="number",
        required=False,
        empty_label=_("The text as it stands now"),
    )

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("old", "new"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # for the type checker
            field.queryset = contract.versions.all()
            field.label_from_instance = _version_label  # type: ignore[method-assign, assignment]  # Django's way


def _version_label(version: ContractVersion) -> str:
    reason = f" · {version.reason}" if version.reason else ""
    return f"{version.number}{reason}"
