"""Forms of clients, contacts, files, creditors and bank accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import BankAccount, Client, Contact, Creditor
from clients.selectors import registration_remark
from core.forms import CurrencyField, DayField
from core.models import User

if TYPE_CHECKING:
    ClientModelForm = forms.ModelForm[Client]
    ContactModelForm = forms.ModelForm[Contact]
    CreditorModelForm = forms.ModelForm[Creditor]
    AccountModelForm = forms.ModelForm[BankAccount]
else:
    ClientModelForm = ContactModelForm = CreditorModelForm = AccountModelForm = forms.ModelForm

_SHORT_TEXT = forms.Textarea(attrs={"rows": 3})


class TimeZoneField(forms.ChoiceField):
    """An IANA time zone."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Time zone"))
        zones = sorted(zone for zone in available_timezones() if "/" in zone)
        super().__init__(choices=[(zone, zone) for zone in zones], **kwargs)


class ClientForm(ClientModelForm):
    """A client's own data. Sales keep the clients they take on, so they choose no owner."""

    time_zone = TimeZoneField()

    class Meta:
        model = Client
        fields = (
            "code",
            "legal_name",
            "kind",
            "registration_number",
            "legal_representative",
            "country",
            "address",
            "language",
            "time_zone",
            "segment",
            "owner",
            "notes",
        )
        widgets = {"address": _SHORT_TEXT, "notes": _SHORT_TEXT}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].widget.attrs["placeholder"] = "CN"
        stored = self.instance
        self.fields["registration_number"].help_text = registration_remark(
            stored.country, stored.registration_number
        ).sentence or _("Checked by the rule of the country: CN, GB and the European Union.")
        if not user.sees_all_clients:
            del self.fields["owner"]
            return
        owners = self.fields["owner"]
        assert isinstance(owners, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        owners.queryset = User.objects.filter(is_active=True).order_by("name", "pk")

    def clean_country(self) -> str:
        """Codes are written in capitals."""
        return str(self.cleaned_data["country"]).upper()


class ContactForm(ContactModelForm):
    """A person at the client."""

    class Meta:
        model = Contact
        fields = ("name", "role", "email", "phone", "is_primary", "receives_reminders")


class DocumentForm(forms.Form):
    """A file to keep with the client."""

    file = forms.FileField(label=_("File"))
    title = forms.CharField(
        label=_("Title"), max_length=200, required=False, help_text=_("Empty: the file's name.")
    )


class CreditorForm(CreditorModelForm):
    """One of our own companies. Its name and address stand on every letter."""

    time_zone = TimeZoneField()
    currency = CurrencyField()

    class Meta:
        model = Creditor
        fields = (
            "code",
            "legal_name",
            "legal_name_zh",
            "registration_number",
            "tax_number",
            "address",
            "address_zh",
            "email",
            "phone",
            "website",
            "country",
            "time_zone",
            "currency",
            "language",
            "signatory",
            "signatory_title",
        )
        widgets = {"address": _SHORT_TEXT, "address_zh": _SHORT_TEXT}


class BankAccountForm(AccountModelForm):
    """Where the creditor wants to be paid."""

    currency = CurrencyField()

    class Meta:
        model = BankAccount
        fields = (
            "label",
            "bank_name",
            "account_name",
            "account_number",
            "bic",
            "currency",
            "is_default",
        )


class BankFeedForm(forms.Form):
    """Through which day the account's statements have been entered."""

    through_on = DayField(label=_("Statements read through"))


class CloseBooksForm(forms.Form):
    """Through which day the books are closed."""

    through_on = DayField(
        label=_("Books closed through"),
        help_text=_("Nothing may be dated on or before this day. It can only be moved forward."),
    )
