"""The form of a checklist: its lines in both languages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField
from credit.services import NewLine
from credit.states import CheckKind

#: Free rows below those that are there.
FREE_ROWS = 3
MOST_ROWS = 60


class ChecklistForm(forms.Form):
    """From when the list counts, and what changed."""

    segment = forms.CharField(
        label=_("Segment"),
        max_length=60,
        required=False,
        help_text=_("As it is written with the clients. Empty: for all that have no list."),
    )
    starts_on = DayField(label=_("Counts from"))
    note = forms.CharField(label=_("What changed"), max_length=300, required=False)


class LineForm(forms.Form):
    """One line; without a text it is left out."""

    kind = forms.ChoiceField(label=_("About"), choices=CheckKind.choices, initial="OTHER")
    text = forms.CharField(label=_("In English"), max_length=300, required=False)
    text_zh = forms.CharField(label=_("In Chinese"), max_length=300, required=False)
    is_required = forms.BooleanField(label=_("Needed"), required=False, initial=True)
    place = forms.IntegerField(label=_("Place"), required=False, min_value=1, max_value=999)

    def clean(self) -> dict[str, Any]:
        """Both languages or none."""
        read = super().clean() or {}
        texts = (read.get("text", "").strip(), read.get("text_zh", "").strip())
        if any(texts) and not all(texts):
            missing = "text" if texts[1] else "text_zh"
            self.add_error(missing, _("Write each line in English and in Chinese."))
        return read


_Base = forms.formset_factory(LineForm, extra=FREE_ROWS, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


class LineFormSet(_Base):  # type: ignore[misc,valid-type]  # a class that is made at run time
    """All lines of a list."""

    def lines(self) -> list[NewLine]:
        """Those with a text, by their place; without one they stand last, as they came."""
        filled = [
            one.cleaned_data for one in self.forms if one.cleaned_data.get("text", "").strip()
        ]
        filled.sort(key=lambda row: row.get("place") or MOST_ROWS * 100)
        return [
            NewLine(row["kind"], row["text"], row["text_zh"], is_required=row["is_required"])
            for row in filled
        ]
