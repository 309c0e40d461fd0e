"""Filters of the list of clients."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.states import Grade
from core.models import User
from workspace.selectors.clients import ClientFilter


class ClientFilterForm(forms.Form):
    """Search and filters; sales have only their own clients, so they choose no owner."""

    q = forms.CharField(
        required=False,
        max_length=80,
        label=_("Name, pinyin or code"),
        widget=forms.SearchInput,
    )
    grade = forms.ChoiceField(
        required=False, label=_("Grade"), choices=[("", _("All")), *Grade.choices]
    )
    owner = forms.ModelChoiceField(
        User.objects.none(), required=False, label=_("Account manager"), empty_label=_("All")
    )
    currency = forms.CharField(
        required=False,
        max_length=3,
        label=_("Currency"),
        widget=forms.TextInput(attrs={"size": 4, "placeholder": "CNY"}),
    )
    overdue = forms.BooleanField(required=False, label=_("With overdue invoices"))
    hold = forms.BooleanField(required=False, label=_("On credit hold"))

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        if not user.sees_all_clients:
            del self.fields["owner"]
            return
        owners = self.fields["owner"]
        assert isinstance(owners, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        owners.queryset = User.objects.filter(is_active=True).order_by("name", "pk")

    def chosen(self) -> ClientFilter:
        """The filters that hold; what cannot be read does not filter."""
        self.is_valid()
        read = self.cleaned_data
        owner = read.get("owner")
        return ClientFilter(
            text=read.get("q") or "",
            grade=read.get("grade") or "",
            owner=owner.pk if owner else None,
            overdue=bool(read.get("overdue")),
            on_hold=bool(read.get("hold")),
            currency=(read.get("currency") or "").upper(),
        )
