"""What is read in this room."""

from credit.selectors.fairness import behaviours_proven, fairness_histories

__all__ = ["behaviours_proven", "fairness_histories"]
