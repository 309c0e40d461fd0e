"""Forms of evidence packets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.selectors import creditors_of
from clients.models import Client, Creditor
from clients.states import Language


class OrderPacketForm(forms.Form):
    """Whose claim, and in which language the court reads."""

    creditor = forms.ModelChoiceField(label=_("Creditor"), queryset=Creditor.objects.none())
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [creditor.pk for creditor in creditors_of(client)]
        field = self.fields["creditor"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        field.queryset = Creditor.objects.filter(pk__in=known).order_by("code")
        self.initial.setdefault("creditor", known[0] if known else None)
        self.initial.setdefault("language", client.language)
