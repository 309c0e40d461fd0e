"""Forms of amendments: one per kind, with a row per line or payment that can still change.

A form reads what was typed into `Changes`; whether they hold together is for the service to say.
It names the place at fault, and `place_of` finds the field of the form.
"""

from collections.abc import Mapping
from typing import Final

from contracts.forms.amendments.base import AmendForm
from contracts.forms.amendments.days import ExtensionForm, ScheduleForm
from contracts.forms.amendments.deciding import (
    LimitForm,
    NeededNoteForm,
    NoteForm,
    SignedAmendmentForm,
)
from contracts.forms.amendments.prices import DiscountForm, ScopeForm
from contracts.states import AmendmentKind

FORMS: Final[Mapping[AmendmentKind, type[AmendForm]]] = {
    form.kind: form for form in (ExtensionForm, DiscountForm, ScheduleForm, ScopeForm)
}


__all__ = [
    "FORMS",
    "AmendForm",
    "LimitForm",
    "NeededNoteForm",
    "NoteForm",
    "SignedAmendmentForm",
]
