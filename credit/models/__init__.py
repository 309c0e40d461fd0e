"""Tables of this room."""

from credit.models.screening import (
    Checklist,
    ChecklistItem,
    Reference,
    Screening,
    ScreeningAnswer,
    ScreeningTransition,
)

__all__ = [
    "Checklist",
    "ChecklistItem",
    "Reference",
    "Screening",
    "ScreeningAnswer",
    "ScreeningTransition",
]
