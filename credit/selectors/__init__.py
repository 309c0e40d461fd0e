"""What is read in this room."""

from credit.selectors.reports import ReportFacts, report_facts

__all__ = ["ReportFacts", "report_facts"]
