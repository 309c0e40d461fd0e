"""Tables of this room."""

from credit.models.related import RelatedKey, RelatedLook, RelatedPair, RelatedTransition
from credit.models.score import Calibration, CurrentScore, FactorWeight, ScoreRun, ScoreSnapshot

__all__ = [
    "Calibration",
    "CurrentScore",
    "FactorWeight",
    "RelatedKey",
    "RelatedLook",
    "RelatedPair",
    "RelatedTransition",
    "ScoreRun",
    "ScoreSnapshot",
]
