"""The demand letter as it is printed: its frozen context, and how it is made of the ledger."""

from reminders.letters.paper import DemandLetter
from reminders.letters.wording import letter_paper, rule_citation

__all__ = ["DemandLetter", "letter_paper", "rule_citation"]
