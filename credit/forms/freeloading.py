"""Forms of free work and of the net margin."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from contracts.models import Amendment, Contract, Delivery
from core.display import format_day
from core.forms import AmountField, CurrencyField, DayField
from core.money import ZERO
from credit.models import FreeEntry
from credit.services.freeloading import Gift
from credit.states import (
    Assumed,
    ClientAdvice,
    ClientCourse,
    CollectionAct,
    CreditNature,
    FreeVerdict,
    FreeWork,
    WorkKind,
)
from interactions.models import Interaction

#: So many contracts, deliveries, amendments and entries of the log are offered.
OFFERED = 30


def _why(label: Any, *, rows: int = 3, most: int = 500) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows})
    )


class FreeWorkForm(forms.Form):
    """What was given, and how much: two fields are enough."""

    FIRST = ("kind", "hours", "amount", "currency")

    kind = forms.ChoiceField(label=_("What"), choices=FreeWork.choices)
    hours = forms.DecimalField(
        label=_("Hours"),
        required=False,
        min_value=Decimal(0),
        max_digits=8,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=_("Costed by the rate of an hour. Hours or an amount are enough."),
    )
    amount = AmountField(
        label=_("Amount"),
        required=False,
        min_value=Decimal(0),
        help_text=_("What it cost beyond the hours: goods, a lower price, money paid back."),
    )
    currency = CurrencyField()
    happened_on = DayField(label=pgettext_lazy("free work", "Day"))
    note = forms.CharField(
        label=_("Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    work = forms.ChoiceField(
        label=_("Whose hours"),
        required=False,
        choices=[("", _("As usual for this")), *WorkKind.choices],
    )
    contract = forms.ModelChoiceField(
        Contract.objects.none(),
        label=_("Contract"),
        required=False,
        empty_label=pgettext_lazy("contract", "None"),
    )
    project = forms.CharField(label=_("Project"), required=False, max_length=120)
    thing = forms.ChoiceField(label=_("Delivery or amendment"), required=False)
    interaction = forms.ModelChoiceField(
        Interaction.objects.none(),
        label=_("Entry of the log"),
        required=False,
        empty_label=pgettext_lazy("entry", "None"),
        help_text=_("Collection effort: a contact named here counts with the hours given above."),
    )
    upload = forms.FileField(label=_("File"), required=False)
    url = forms.URLField(label=_("Link"), required=False, max_length=300, assume_scheme="https")
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, client: Client, on: dt.date, currency: str, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {
            "key": uuid.uuid4().hex,
            "happened_on": on,
            "currency": currency,
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
        contracts = client.contracts.order_by("-signed_on", "-pk")
        self.fields["contract"].queryset = contracts  # type: ignore[attr-defined]  # a model choice
        log = Interaction.objects.filter(client=client).standing().order_by("-occurred_at", "-pk")
        entry = self.fields["interaction"]
        entry.queryset = log  # type: ignore[attr-defined]  # a model choice
        entry.choices = [("", entry.empty_label), *_said(log)]  # type: ignore[attr-defined]  # as above
        self.things = _things(client)
        self.fields["thing"].choices = [  # type: ignore[attr-defined]  # a choice field
            ("", pgettext_lazy("delivery", "None")),
            *((key, label) for key, (label, _thing) in self.things.items()),
        ]

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """What and how much: two of them are enough."""
        return [self[name] for name in self.FIRST]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        """What may be added."""
        return [one for one in self.visible_fields() if one.name not in self.FIRST]

    @property
    def is_opened(self) -> bool:
        """Whether something among the others is wrong or was filled in by an address."""
        return bool(set(self.errors) - set(self.FIRST) - {"__all__"}) or bool(
            {"thing", "interaction", "contract"} & {k for k, v in self.initial.items() if v}
        )

    def given(self) -> dict[str, Any]:
        """Arguments of the service."""
        read = self.cleaned_data
        thing = self.things[read["thing"]][1] if read["thing"] else None
        gift = Gift(
            kind=FreeWork(read["kind"]),
            happened_on=read["happened_on"],
            currency=read["currency"],
            hours=read["hours"] or ZERO,
            amount=read["amount"] or ZERO,
            work=WorkKind(read["work"]) if read["work"] else None,
            note=read["note"],
            project=read["project"],
            url=read["url"],
            contract=read["contract"],
            delivery=thing if isinstance(thing, Delivery) else None,
            amendment=thing if isinstance(thing, Amendment) else None,
            interaction=read["interaction"],
        )
        upload = read["upload"]
        name = upload.name if upload else ""
        return {"gift": gift, "key": read["key"], "upload": upload, "filename": name}


def _said(log: Any) -> list[tuple[int, str]]:
    language = get_language() or "en"
    return [
        (one.pk, f"{format_day(one.occurred_at.date(), language)} · {str(one)[:70]}")
        for one in log[:OFFERED]
    ]


def _things(client: Client) -> dict[str, tuple[str, Delivery | Amendment]]:
    language = get_language() or "en"
    found: dict[str, tuple[str, Delivery | Amendment]] = {}
    deliveries = Delivery.objects.filter(contract__client=client).select_related("contract")
    for one in deliveries.order_by("-delivered_on", "-pk")[:OFFERED]:
        words = _("Delivery of %(day)s: %(what)s") % {
            "day": format_day(one.delivered_on, language),
            "what": one.what[:60],
        }
        found[f"delivery:{one.pk}"] = (words, one)
    changes = Amendment.objects.filter(contract__client=client).select_related("contract")
    for change in changes.order_by("-proposed_at", "-pk")[:OFFERED]:
        words = _("Amendment %(number)s of %(contract)s") % {
            "number": change.number,
            "contract": change.contract.number,
        }
        found[f"amendment:{change.pk}"] = (words, change)
    return found


class ReasonForm(forms.Form):
    """Why an entry is taken back."""

    reason = _why(_("Why it is taken back"))


class JudgeForm(forms.Form):
    """Whether an entry counts against the client."""

    verdict = forms.ChoiceField(
        label=pgettext_lazy("free work", "Verdict"),
        choices=FreeVerdict.choices,
        widget=forms.RadioSelect,
    )
    reason = _why(_("What it rests on"))

    def __init__(self, *args: Any, entry: FreeEntry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not entry.has_evidence:
            self.fields["verdict"].help_text = _(
                "Nothing stands behind this entry but words: it can not be confirmed."
            )


class ReadingForm(forms.Form):
    """What a credit note or refund was."""

    nature = forms.ChoiceField(
        label=_("What it was"), choices=CreditNature.choices, widget=forms.RadioSelect
    )
    reason = _why(_("Why"), rows=2, most=300)


class CourseForm(forms.Form):
    """What a person decides about a client."""

    course = forms.ChoiceField(
        label=_("Decision"), choices=ClientCourse.choices, widget=forms.RadioSelect
    )
    reason = _why(_("Reason"))


class AssumptionForm(forms.Form):
    """One figure from a day on."""

    of = forms.CharField(
        label=_("Segment"),
        required=False,
        max_length=60,
        help_text=_("As it stands on the clients. Empty: all that have none of their own."),
    )
    currency = CurrencyField()
    value = forms.DecimalField(
        label=_("Value"),
        min_value=Decimal(0),
        max_digits=14,
        decimal_places=3,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    effective_on = DayField(label=_("From"))
    source = forms.CharField(
        label=_("Where the figure comes from"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, name: Assumed, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].label = name.label
        if name in {Assumed.HOUR_COST, Assumed.MINUTES}:
            choices = WorkKind.choices if name == Assumed.HOUR_COST else CollectionAct.choices
            self.fields["of"] = forms.ChoiceField(label=_("Of what"), choices=choices)
            self.order_fields(["of"])
        elif name != Assumed.GROSS_MARGIN:
            del self.fields["of"]
        if name == Assumed.CAPITAL:
            field = self.fields["currency"]
            field.required = False
            field.choices = [("", _("Every currency")), *field.choices]  # type: ignore[attr-defined]  # a choice
        elif name != Assumed.HOUR_COST:
            del self.fields["currency"]

    def given(self) -> dict[str, Any]:
        """Arguments of the service."""
        return {"of": "", "currency": "", **self.cleaned_data}


class MarginFilterForm(forms.Form):
    """Which clients the overview shows."""

    currency = forms.ChoiceField(label=_("Currency"), required=False)
    advice = forms.ChoiceField(
        label=_("Advice"),
        required=False,
        choices=[("", pgettext_lazy("advice", "All")), *ClientAdvice.choices],
    )

    def __init__(self, *args: Any, currencies: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = [  # type: ignore[attr-defined]  # a choice field
            (one, one) for one in currencies
        ]
