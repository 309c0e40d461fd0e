"""What is read in this room."""

from credit.selectors.fairness import behaviours_proven, fairness_histories
from credit.selectors.reports import ReportFacts, report_facts

__all__ = ["ReportFacts", "behaviours_proven", "fairness_histories", "report_facts"]
