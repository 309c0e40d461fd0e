"""Tables of this room."""

from credit.models.score import Calibration, CurrentScore, FactorWeight, ScoreRun, ScoreSnapshot
from credit.models.screening import (
    Checklist,
    ChecklistItem,
    Reference,
    Screening,
    ScreeningAnswer,
    ScreeningTransition,
)

__all__ = [
    "Calibration",
    "Checklist",
    "ChecklistItem",
    "CurrentScore",
    "FactorWeight",
    "Reference",
    "ScoreRun",
    "ScoreSnapshot",
    "Screening",
    "ScreeningAnswer",
    "ScreeningTransition",
]
