"""What is read in this room."""

from credit.selectors.reports import ReportFacts, report_facts
from credit.selectors.screening import (
    REVIEW_AHEAD,
    Conditions,
    Cooperation,
    Line,
    checklist_for,
    cooperation,
    cooperation_of,
    current_checklists,
    decided_screening,
    is_question,
    last_screening,
    missing_lines,
    screening_histories,
    screening_lines,
    screening_snapshots,
)

__all__ = [
    "REVIEW_AHEAD",
    "Conditions",
    "Cooperation",
    "Line",
    "ReportFacts",
    "checklist_for",
    "cooperation",
    "cooperation_of",
    "current_checklists",
    "decided_screening",
    "is_question",
    "last_screening",
    "missing_lines",
    "report_facts",
    "screening_histories",
    "screening_lines",
    "screening_snapshots",
]
