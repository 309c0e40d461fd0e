"""Forms of credit reports: filed, corrected, withdrawn; look-ups; providers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import AmountField, CurrencyField, DayField
from core.money import tender_currencies
from credit.models import CreditReport, ReportProvider
from credit.services.reports import Content, FactLine, FigureLine, Upload
from credit.states import (
    ENTERED_FIGURES,
    MONEY_FIGURES,
    AdverseKind,
    CreditReportState,
    ReportFigure,
)

FIGURE_ROWS: Final = 12
FACT_ROWS: Final = 20
#: So many rows are in sight; the others wait behind a line.
FIGURES_SHOWN: Final = 4
FACTS_SHOWN: Final = 2
#: Fields that are named alike in the form and on the report.
_CONCLUSIONS: Final = (
    "report_on",
    "valid_until",
    "reference",
    "subject_name",
    "score",
    "score_worst",
    "score_best",
    "rating",
    "recommended_limit",
    "default_probability",
    "note",
)
_YEARS: Final = (1950, 2100)


def _providers() -> QuerySet[ReportProvider]:
    return ReportProvider.objects.order_by("position", "pk")


class ReportForm(forms.Form):
    """Who says it, when, until when it counts, and what it concludes."""

    provider = forms.ModelChoiceField(
        ReportProvider.objects.none(), label=_("Provider"), empty_label=None
    )
    report_on = DayField(label=_("Date of the report"))
    valid_until = DayField(
        label=_("Valid until"),
        required=False,
        help_text=_("Empty: the provider's usual validity from the date of the report."),
    )
    file = forms.FileField(
        label=_("The report (PDF)"),
        required=False,
        help_text=_("Kept as it is, with its SHA-256. Only an enquiry of our own needs none."),
    )
    reference = forms.CharField(label=_("Reference"), max_length=80, required=False)
    subject_name = forms.CharField(
        label=_("Name in the report"),
        max_length=300,
        required=False,
        help_text=_("As the provider writes it, so that nobody is taken for another."),
    )
    score = forms.DecimalField(
        label=_("Score, as the provider gives it"),
        max_digits=9,
        decimal_places=2,
        required=False,
    )
    score_worst = forms.DecimalField(
        label=_("Worst score of its scale"),
        max_digits=9,
        decimal_places=2,
        required=False,
        help_text=_("The scale may run either way: 0 to 100, or 600 (worst) to 100 (best)."),
    )
    score_best = forms.DecimalField(
        label=_("Best score of its scale"), max_digits=9, decimal_places=2, required=False
    )
    rating = forms.CharField(
        label=_("Rating in words"),
        max_length=80,
        required=False,
        help_text=_("As the provider gives it: 5A 2, “very low risk”."),
    )
    currency = CurrencyField(label=_("Currency of the amounts"))
    recommended_limit = AmountField(label=_("Recommended limit"), required=False, min_value=0)
    default_probability = forms.DecimalField(
        label=_("Probability of default (%)"),
        max_digits=6,
        decimal_places=3,
        min_value=0,
        max_value=100,
        required=False,
    )
    note = forms.CharField(
        label=_("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = _providers()  # type: ignore[attr-defined]  # a model choice
        self.initial.setdefault("key", uuid.uuid4().hex)


class CorrectionForm(ReportForm):
    """A report that takes the place of another."""

    field_order = ["correction"]

    correction = forms.CharField(label=_("What is corrected"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["provider"]
        self.fields["file"].help_text = _("Empty: the file of the report that is corrected.")


class FigureForm(forms.Form):
    """One figure of a report; an empty row is left out."""

    name = forms.ChoiceField(
        label=_("Figure"),
        required=False,
        choices=[("", "–"), *((one.value, one.label) for one in ENTERED_FIGURES)],
    )
    number = AmountField(label=_("Value"), required=False)
    year = forms.IntegerField(
        label=pgettext_lazy("figure", "Year"),
        required=False,
        min_value=_YEARS[0],
        max_value=_YEARS[1],
    )
    label = forms.CharField(label=_("Its name, for another figure"), max_length=80, required=False)
    unit = forms.CharField(label=_("Unit or other currency"), max_length=20, required=False)

    def clean(self) -> dict[str, Any]:
        """A row is whole or empty."""
        data = super().clean() or {}
        name, number = data.get("name"), data.get("number")
        if name and number is None and "number" not in self.errors:
            self.add_error("number", _("Enter the value."))
        if number is not None and not name:
            self.add_error("name", _("Say which figure this is."))
        if name == ReportFigure.OTHER and not data.get("label"):
            self.add_error("label", _("Name this figure."))
        unit = (data.get("unit") or "").strip()
        if name in MONEY_FIGURES and unit and unit.upper() not in tender_currencies():
            self.add_error("unit", _("This is no currency."))
        return data


class FactForm(forms.Form):
    """One adverse fact; an empty row is left out."""

    kind = forms.ChoiceField(
        label=_("Adverse fact"), required=False, choices=[("", "–"), *AdverseKind.choices]
    )
    dated_on = DayField(label=pgettext_lazy("adverse fact", "Date"), required=False)
    text = forms.CharField(
        label=_("What the report says"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 1}),
    )

    def clean(self) -> dict[str, Any]:
        """A row is whole or empty."""
        data = super().clean() or {}
        if data.get("kind") and not data.get("text"):
            self.add_error("text", _("Say what the report says."))
        if data.get("text") and not data.get("kind"):
            self.add_error("kind", _("Say what kind of fact this is."))
        return data


_Figures = forms.formset_factory(FigureForm, extra=0, max_num=60, validate_max=True)
_Facts = forms.formset_factory(FactForm, extra=0, max_num=200, validate_max=True)


class ReportEntry:
    """The form of a report with its rows of figures and facts, as one."""

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        initial: dict[str, Any] | None = None,
        figures: Sequence[dict[str, Any]] = (),
        facts: Sequence[dict[str, Any]] = (),
        is_correction: bool = False,
    ) -> None:
        kind = CorrectionForm if is_correction else ReportForm
        self.form = kind(data, files, initial=initial)
        self.figures = _Figures(data, initial=_rows(figures, FIGURE_ROWS), prefix="figures")
        self.facts = _Facts(data, initial=_rows(facts, FACT_ROWS), prefix="facts")
        for row in (*self.figures.forms, *self.facts.forms):
            # A row that was there before and is sent unchanged is still a row.
            row.empty_permitted, row.use_required_attribute = not row.initial, False

    def is_valid(self) -> bool:
        """Whether all of it may be read. Every part is looked at, so that all errors show."""
        return all([self.form.is_valid(), self.figures.is_valid(), self.facts.is_valid()])

    def content(self) -> Content:
        """What was entered. Only after `is_valid`."""
        given = self.form.cleaned_data
        figures = [_figure(row, given["currency"]) for row in self.figures.cleaned_data]
        facts = [_fact(row) for row in self.facts.cleaned_data]
        return Content(
            **{name: given[name] for name in _CONCLUSIONS},
            currency=given["currency"] if given["recommended_limit"] is not None else "",
            figures=[one for one in figures if one is not None],
            facts=[one for one in facts if one is not None],
        )

    def uploads(self) -> list[Upload]:
        """The file, when one was chosen."""
        chosen = self.form.cleaned_data.get("file")
        return [Upload(name=chosen.name, data=chosen.read())] if chosen else []


def _rows(known: Sequence[dict[str, Any]], least: int) -> list[dict[str, Any]]:
    return [*known, *({} for _n in range(least - len(known)))]


def _figure(row: dict[str, Any], currency: str) -> FigureLine | None:
    if not row.get("name"):
        return None
    unit = row["unit"].strip()
    if row["name"] in MONEY_FIGURES:
        unit = unit.upper() or currency
    return FigureLine(
        name=row["name"],
        number=Decimal(row["number"]),
        label=row["label"] if row["name"] == ReportFigure.OTHER else "",
        unit=unit,
        year=row["year"],
    )


def _fact(row: dict[str, Any]) -> FactLine | None:
    if not row.get("kind"):
        return None
    return FactLine(kind=row["kind"], dated_on=row["dated_on"], text=row["text"])


def initial_of(report: CreditReport) -> dict[str, Any]:
    """What the form of a correction begins with."""
    found = {name: getattr(report, name) for name in _CONCLUSIONS}
    if report.currency:
        found["currency"] = report.currency
    return found


class WithdrawReportForm(forms.Form):
    """Why a report should not have been filed."""

    reason = forms.CharField(
        label=_("Why it is withdrawn"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example: it is of another company, or was filed twice."),
    )


class LookUpForm(forms.Form):
    """Whether the register may know the client by another name."""

    accepts_other_name = forms.BooleanField(
        label=_("The register may call it otherwise; I made sure that it is the same company"),
        required=False,
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4().hex)


class ReportFilterForm(forms.Form):
    """Which reports a list shows."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("Counting or run out")),
            *CreditReportState.choices,
            ("all", pgettext_lazy("credit reports", "All")),
        ],
    )
    provider = forms.ModelChoiceField(
        ReportProvider.objects.none(),
        label=_("Provider"),
        required=False,
        empty_label=pgettext_lazy("credit reports", "All"),
    )
    adverse = forms.BooleanField(label=_("With adverse facts"), required=False)
    client = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = _providers()  # type: ignore[attr-defined]  # a model choice


class ValidityForm(forms.Form):
    """For how long a provider's reports count, from a day on."""

    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=1100)
    from_on = DayField(
        label=_("For reports dated from"),
        help_text=_("Reports on file keep the day until which they count."),
    )
    reason = forms.CharField(label=_("Why"), max_length=300)


class ProviderForm(forms.Form):
    """A provider that is not in the list yet."""

    name = forms.CharField(label=_("Name"), max_length=120)
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=120, required=False)
    code = forms.SlugField(
        label=_("Code"), max_length=40, help_text=_("Small letters, digits and hyphens.")
    )
    website = forms.URLField(
        label=_("Website"), max_length=200, required=False, assume_scheme="https"
    )
    score_worst = forms.DecimalField(
        label=_("Worst score of its scale"), max_digits=9, decimal_places=2, required=False
    )
    score_best = forms.DecimalField(
        label=_("Best score of its scale"), max_digits=9, decimal_places=2, required=False
    )
    days = forms.IntegerField(
        label=_("Its reports count for so many days"), min_value=1, max_value=1100, initial=365
    )
