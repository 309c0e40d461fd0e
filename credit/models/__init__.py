"""Tables of this room."""

from credit.models.holds import CreditHold, HoldTransition
from credit.models.policy import CreditPolicy, HoldRule, PolicyDraft, PolicyRow
from credit.models.score import Calibration, CurrentScore, FactorWeight, ScoreRun, ScoreSnapshot
from credit.models.screening import (
    Checklist,
    ChecklistItem,
    Reference,
    Screening,
    ScreeningAnswer,
    ScreeningTransition,
)
from credit.models.standing import Standing, StandingChange, StandingOverride

__all__ = [
    "Calibration",
    "Checklist",
    "ChecklistItem",
    "CreditHold",
    "CreditPolicy",
    "CurrentScore",
    "FactorWeight",
    "HoldRule",
    "HoldTransition",
    "PolicyDraft",
    "PolicyRow",
    "Reference",
    "ScoreRun",
    "ScoreSnapshot",
    "Screening",
    "ScreeningAnswer",
    "ScreeningTransition",
    "Standing",
    "StandingChange",
    "StandingOverride",
]
