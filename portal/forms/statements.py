"""What a client answers to a statement of account: as a whole, or invoice by invoice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.forms import AmountField
from core.money import format_money
from portal.forms.answers import AnswerForm
from portal.rules import PARTLY, AnswerUnclear, Mark, settle_statement
from portal.services.statements import (
    CHOICES,
    LINE_REMARK_LENGTH,
    REMARK_LENGTH,
    unclear_words,
)


class StatementAnswerForm(AnswerForm):
    """The balance is right, or which invoices are not, or none of it."""

    choice = forms.ChoiceField(
        label=_("Is this balance right?"), choices=CHOICES, widget=forms.RadioSelect
    )
    remark = forms.CharField(
        label=_("Remark"),
        required=False,
        max_length=REMARK_LENGTH,
        help_text=_("If something is not right: which invoice, and what your records say."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def ask(self) -> None:
        """For each invoice: what is open by the client's books, and a remark."""
        language = get_language() or "en"
        facts = self.link.facts
        for place, line in enumerate(facts["lines"], start=1):
            stated = format_money(Decimal(line["open"]), facts["currency"], language)
            said = {"number": line["number"], "amount": stated}
            self.fields[f"amount_{place}"] = AmountField(
                label=_("%(number)s (%(amount)s): open by your books") % said,
                required=False,
                min_value=Decimal(0),
            )
            self.fields[f"remark_{place}"] = forms.CharField(
                label=_("%(number)s: what is not right") % said,
                required=False,
                max_length=LINE_REMARK_LENGTH,
            )

    def _line_names(self) -> list[str]:
        return [name for name in self.fields if name.startswith(("amount_", "remark_"))]

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The invoices are folded until one of them is not right."""
        lines = [self[name] for name in self._line_names()]
        return [
            ("", [self["choice"]]),
            (str(_("Mark the invoices that are not right")), lines),
            ("", [self["remark"], self["name"]]),
        ]

    def _marks(self) -> dict[int, Mark]:
        marks = {}
        for place in range(1, len(self.link.facts["lines"]) + 1):
            believed = self.cleaned_data.get(f"amount_{place}")
            remark = self.cleaned_data.get(f"remark_{place}", "").strip()
            if believed is not None or remark:
                marks[place] = Mark(believed, remark)
        return marks

    def answer(self) -> dict[str, Any]:
        """The choice, what is said of each marked invoice, and the remark on the whole."""
        return {
            "choice": self.cleaned_data["choice"],
            "lines": {
                str(place): {
                    "amount": "" if mark.believed is None else f"{mark.believed:f}",
                    "remark": mark.remark,
                }
                for place, mark in self._marks().items()
            },
            "remark": self.cleaned_data["remark"],
        }

    def clean(self) -> dict[str, Any]:
        """The answer holds together: see `portal.rules.settle_statement`."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        choice = cleaned.get("choice", "")
        if self.errors:
            return cleaned
        opens = [Decimal(line["open"]) for line in self.link.facts["lines"]]
        try:
            settle_statement(
                opens, choice=choice, marks=self._marks(), remark=cleaned.get("remark", "")
            )
        except AnswerUnclear as unclear:
            words, field = unclear_words(unclear.why)
            self.add_error(field, words)
        return cleaned

    @property
    def marks_lines(self) -> bool:
        """Whether the folded invoices are shown at once: they were chosen, or one is wrong."""
        chosen = self.data.get("choice") == PARTLY if self.is_bound else False
        return chosen or any(name in self.errors for name in self._line_names())
