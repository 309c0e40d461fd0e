"""Tables of this room."""

from credit.models.freeloading import (
    ClientMargin,
    CourseDecision,
    CreditReading,
    FreeEntry,
    FreeJudgement,
    MarginAssumption,
)

__all__ = [
    "ClientMargin",
    "CourseDecision",
    "CreditReading",
    "FreeEntry",
    "FreeJudgement",
    "MarginAssumption",
]
