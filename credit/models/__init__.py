"""Tables of this room."""

from credit.models.holds import CreditHold, HoldTransition
from credit.models.policy import CreditPolicy, HoldRule, PolicyDraft, PolicyRow
from credit.models.standing import Standing, StandingChange, StandingOverride

__all__ = [
    "CreditHold",
    "CreditPolicy",
    "HoldRule",
    "HoldTransition",
    "PolicyDraft",
    "PolicyRow",
    "Standing",
    "StandingChange",
    "StandingOverride",
]
