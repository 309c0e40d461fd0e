"""Forms of the payment schedule and of prepayment terms."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, ContractLine, ScheduleEntry
from contracts.services.schedule import MAX_ENTRIES, Entry
from contracts.states import Frequency, PrepaymentKind, ScheduleKind
from core.forms import AmountField, DayField


class EntryForm(forms.Form):
    """One row of the schedule. A row without kind and amount is left out."""

    kind = forms.ChoiceField(
        label=_("Falls due"), required=False, choices=[("", "–"), *ScheduleKind.choices]
    )
    label = forms.CharField(label=_("What for"), max_length=200, required=False)
    due_on = DayField(label=_("On"), required=False)
    line = forms.ModelChoiceField(
        ContractLine.objects.none(),
        label=_("When accepted"),
        required=False,
        empty_label=_("None"),
    )
    amount = AmountField(label=_("Amount"), required=False)

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["line"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # for the type checker
        field.queryset = contract.lines.order_by("position")

    def clean(self) -> dict[str, Any]:
        """A row has both its kind and its amount, or neither."""
        read = super().clean() or self.cleaned_data
        kind, amount = read.get("kind"), read.get("amount")
        if amount is not None and not kind:
            self.add_error("kind", _("Say when this falls due."))
        if kind and amount is None and "amount" not in self.errors:
            self.add_error("amount", _("Give the amount."))
        return read

    def entry(self) -> Entry | None:
        """The entry of this row, or None for a row left empty or removed."""
        read = self.cleaned_data
        if not read.get("kind") or read.get("DELETE"):
            return None
        return Entry(
            kind=ScheduleKind(read["kind"]),
            amount=read["amount"],
            due_on=read["due_on"],
            line=read["line"],
            label=read["label"],
            is_edited=True,
        )


EntryFormSet = formset_factory(
    EntryForm,
    formset=BaseFormSet,
    extra=3,
    can_delete=True,
    max_num=MAX_ENTRIES,
    absolute_max=MAX_ENTRIES + 10,
)


class InstalmentsForm(forms.Form):
    """Equal instalments, after a prepayment or without one."""

    count = forms.IntegerField(
        label=_("Instalments"), min_value=1, max_value=MAX_ENTRIES - 1, initial=3
    )
    frequency = forms.ChoiceField(
        label=_("How often"), choices=Frequency.choices, initial=Frequency.MONTHLY
    )
    start = DayField(label=_("First instalment on"))
    prepayment = AmountField(
        label=_("Of the price, paid before the work"),
        required=False,
        help_text=_("Empty: the whole price is paid in instalments."),
    )
    prepayment_due_on = DayField(label=_("Prepayment due on"), required=False)


class ChangeEntryForm(forms.Form):
    """One entry, set by hand."""

    amount = AmountField(label=_("Amount"))
    due_on = DayField(label=_("On"), required=False)
    label = forms.CharField(label=_("What for"), max_length=200, required=False)

    @classmethod
    def initial_of(cls, entry: ScheduleEntry) -> dict[str, Any]:
        """What the entry has now."""
        amount = entry.amount.normalize()
        return {"amount": f"{amount:f}", "due_on": entry.due_on, "label": entry.label}


class PercentField(forms.DecimalField):
    """A share, typed in percent and read as 0 to 1."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 5)
        kwargs.setdefault("decimal_places", 2)
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "num"}),
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """Accept a percent sign."""
        if isinstance(value, str):
            value = value.strip().removesuffix("%").strip()
        return super().to_python(value)

    def clean(self, value: Any) -> Any:
        """The share as a ratio."""
        percent = super().clean(value)
        return None if percent is None else Decimal(percent) / 100


class DemandForm(forms.Form):
    """What a manager asks for before the work."""

    ratio = PercentField(
        label=_("Share of the price (%)"),
        required=False,
        help_text=_("Empty takes the demand back."),
    )
    kind = forms.ChoiceField(label=_("As"), choices=PrepaymentKind.choices)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=120,
        required=False,
        help_text=_("It becomes part of the contract; the client reads it."),
    )
