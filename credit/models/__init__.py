"""Tables of this room."""

from credit.models.appeals import Appeal, AppealTerms, AppealTransition
from credit.models.behaviours import (
    BehaviourEvidence,
    BehaviourTransition,
    ProposalRule,
    RiskBehaviour,
)
from credit.models.score import Calibration, CurrentScore, FactorWeight, ScoreRun, ScoreSnapshot

__all__ = [
    "Appeal",
    "AppealTerms",
    "AppealTransition",
    "BehaviourEvidence",
    "BehaviourTransition",
    "Calibration",
    "CurrentScore",
    "FactorWeight",
    "ProposalRule",
    "RiskBehaviour",
    "ScoreRun",
    "ScoreSnapshot",
]
