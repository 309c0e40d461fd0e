"""What every form of an amendment shares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from contracts.selectors.amendments import Movable
from contracts.services.amendments import Changes
from contracts.states import AmendmentKind
from core.errors import Refusal
from core.forms import AmountField

_BLANK_ROWS: Final = 3
_MOST_ROWS: Final = 60


class UnitPriceField(AmountField):
    """A price of one unit: four decimals."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"decimal_places": 4, "required": False, **kwargs})


class AmendForm(forms.Form):
    """What every kind asks: why. `seen` is the hash of the text that was previewed."""

    kind: AmendmentKind
    reason = forms.CharField(
        label=_("Why"),
        max_length=500,
        help_text=_("The one who approves reads it; it stays with the amendment."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, contract: Contract, movable: Movable, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contract, self.movable = contract, movable
        self.places: dict[str, str] = {}
        self.read = Changes()
        self.add_fields()
        self.order_fields([name for name in self.fields if name not in {"reason", "seen"}])

    def add_fields(self) -> None:
        """The rows of this contract."""

    def read_changes(self, given: Mapping[str, Any]) -> Changes:
        """What is to be different, of values that are each well formed."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Read the changes once every field holds."""
        given = super().clean() or self.cleaned_data
        if not self.errors:
            self.read = self.read_changes(given)
        return given

    def note(self, refusal: Refusal) -> None:
        """Show a refusal at the row it is about, else above the form."""
        name = self.places.get(refusal.field or "", refusal.field or "")
        self.add_error(name if name in self.fields else None, str(refusal))

    def blank_rows(self, *names: str) -> range:
        """Rows for what is new: all that were filled, and a few more."""
        filled = [
            number
            for number in range(_MOST_ROWS)
            if any(self.data.get(self.add_prefix(f"new_{number}_{name}")) for name in names)
        ]
        return range(min(_MOST_ROWS, (filled[-1] + 1 if filled else 0) + _BLANK_ROWS))

    def row(self, prefix: str, *names: str) -> dict[str, BoundField]:
        """The fields of a row by their short names; those it has."""
        return {
            name: self[f"{prefix}_{name}"] for name in names if f"{prefix}_{name}" in self.fields
        }
