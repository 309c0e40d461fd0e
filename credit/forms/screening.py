"""Forms of screenings: the checklist, the interview, references, and each step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.forms import AmountField, DayField
from credit.models import ChecklistItem
from credit.selectors import Conditions, Line
from credit.services import Finding, Upload
from credit.services.screening import MOST_TERMS_DAYS
from credit.states import PaysOnTime, ScreeningState, Verdict

_LINES: Final = forms.Textarea(attrs={"rows": 2})


class ChecksForm(forms.Form):
    """Every line of the checklist: what was found, a note, a paper."""

    def __init__(self, *args: Any, lines: Sequence[Line], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.lines = lines
        language = get_language() or "en"
        for line in lines:
            key, answer = line.item.pk, line.answer
            label = line.item.text_in(language)
            self.fields[f"verdict_{key}"] = forms.ChoiceField(
                label=label,
                required=False,
                choices=[("", _("Not looked at yet")), *Verdict.choices],
                initial=answer.verdict if answer else "",
            )
            self.fields[f"note_{key}"] = forms.CharField(
                label=_("Note"),
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 1}),
                initial=answer.text if answer else "",
            )
            self.fields[f"file_{key}"] = forms.FileField(label=_("Paper"), required=False)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each line with its controls, as the page shows it."""
        for line in self.lines:
            key = line.item.pk
            yield {
                "line": line,
                "verdict": self[f"verdict_{key}"],
                "note": self[f"note_{key}"],
                "file": self[f"file_{key}"],
            }

    def clean(self) -> dict[str, Any]:
        """A note or a paper without a finding says nothing yet."""
        read = super().clean() or {}
        for line in self.lines:
            key = line.item.pk
            said = read.get(f"note_{key}") or read.get(f"file_{key}")
            if said and not read.get(f"verdict_{key}"):
                self.add_error(f"verdict_{key}", _("Say what was found."))
        return read

    def findings(self) -> list[Finding]:
        """What is new: another finding or note than the last, or a paper."""
        return [found for line in self.lines if (found := self._finding(line)) is not None]

    def _finding(self, line: Line) -> Finding | None:
        key, last, read = line.item.pk, line.answer, self.cleaned_data
        verdict, note, file = read[f"verdict_{key}"], read[f"note_{key}"], read[f"file_{key}"]
        before = (last.verdict, last.text) if last else ("", "")
        if not verdict or ((verdict, note.strip()) == before and not file):
            return None
        upload = Upload(file.read(), file.name) if file else None
        return Finding(line.item, verdict, note, upload)


class InterviewForm(forms.Form):
    """The questions of the interview and what the client answered."""

    def __init__(self, *args: Any, lines: Sequence[Line], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.lines = lines
        language = get_language() or "en"
        for line in lines:
            self.fields[f"question_{line.item.pk}"] = forms.CharField(
                label=line.item.text_in(language),
                required=False,
                max_length=4000,
                widget=_LINES,
                help_text="" if line.item.is_required else _("May stay open."),
                initial=line.answer.text if line.answer else "",
            )

    def answers(self) -> dict[ChecklistItem, str]:
        """By question."""
        read = self.cleaned_data
        return {line.item: read[f"question_{line.item.pk}"] for line in self.lines}


class ReferenceForm(forms.Form):
    """Whom we ask how the client pays."""

    company = forms.CharField(label=_("Company"), max_length=200)
    contact = forms.CharField(
        label=_("Whom to ask"),
        max_length=200,
        required=False,
        help_text=_("Name and telephone number or address."),
    )
    asked_on = DayField(label=_("Asked on"))


class ReferenceAnswerForm(forms.Form):
    """What a reference said."""

    pays = forms.ChoiceField(
        label=_("How does the client pay?"), choices=PaysOnTime.choices, widget=forms.RadioSelect
    )
    recommends = forms.TypedChoiceField(
        label=_("Does it recommend the client?"),
        choices=[
            ("", pgettext_lazy("reference", "Does not say")),
            ("yes", pgettext_lazy("reference", "Yes")),
            ("no", pgettext_lazy("reference", "No")),
        ],
        required=False,
        coerce=lambda value: value == "yes",
        empty_value=None,
    )
    volume = forms.CharField(
        label=_("Volume of business"),
        max_length=200,
        required=False,
        help_text=_("For how long, and how much in a year."),
    )
    answered_on = DayField(label=_("Answered on"))
    note = forms.CharField(
        label=_("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class SubmitForm(forms.Form):
    """The summary that goes to the manager."""

    summary = forms.CharField(
        label=_("What you found, and what you recommend"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ReturnForm(forms.Form):
    """What is missing."""

    note = forms.CharField(
        label=_("What is missing"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class WithdrawForm(forms.Form):
    """Why it is given up."""

    reason = forms.CharField(
        label=_("Why it is given up"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class DecideForm(forms.Form):
    """Accept, accept with conditions, or reject."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (one.value, one.label)
            for one in (
                ScreeningState.ACCEPTED,
                ScreeningState.CONDITIONAL,
                ScreeningState.REJECTED,
            )
        ],
        widget=forms.RadioSelect,
    )
    deposit_percent = forms.DecimalField(
        label=_("Deposit in percent"),
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        help_text=_("The conditions count when you accept with conditions; one of them is needed."),
    )
    credit_limit = AmountField(label=_("Credit limit"), required=False, min_value=0)
    terms_days = forms.IntegerField(
        label=_("Days to pay, at most"), required=False, min_value=0, max_value=MOST_TERMS_DAYS
    )
    review_on = DayField(
        label=_("To be screened again on"),
        required=False,
        help_text=_("Until this day it counts. A rejection needs none."),
    )
    reason = forms.CharField(
        label=_("Why"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def clean(self) -> dict[str, Any]:
        """Accepting needs a day; conditions belong to accepting with conditions."""
        read = super().clean() or {}
        outcome = read.get("outcome")
        if outcome in {"ACCEPTED", "CONDITIONAL"} and not read.get("review_on"):
            self.add_error("review_on", _("Say until when it counts."))
        names = ("deposit_percent", "credit_limit", "terms_days")
        given = [name for name in names if read.get(name) is not None]
        if outcome in {"ACCEPTED", "REJECTED"} and given:
            self.add_error(given[0], _("Conditions belong to “accepted with conditions”."))
        return read

    def conditions(self) -> Conditions:
        """As the service takes them."""
        read = self.cleaned_data
        percent: Decimal | None = read["deposit_percent"]
        ratio = None if percent is None else percent / 100
        return Conditions(ratio, read["credit_limit"], read["terms_days"])


def usual_review(on: dt.date) -> dt.date:
    """A year from now, as is usual."""
    return on + dt.timedelta(days=365)
