"""Tables of this room."""

from credit.models.freeloading import (
    ClientMargin,
    CourseDecision,
    CreditReading,
    FreeEntry,
    FreeJudgement,
    MarginAssumption,
)
from credit.models.score import Calibration, CurrentScore, FactorWeight, ScoreRun, ScoreSnapshot

__all__ = [
    "Calibration",
    "ClientMargin",
    "CourseDecision",
    "CreditReading",
    "CurrentScore",
    "FactorWeight",
    "FreeEntry",
    "FreeJudgement",
    "MarginAssumption",
    "ScoreRun",
    "ScoreSnapshot",
]
